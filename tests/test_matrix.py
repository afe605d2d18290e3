"""Several reports become one page, which can be read anywhere and hides nothing."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from spec_tests import matrix, report
from spec_tests.clauses import all_clauses, clauses_of, components
from tests.running import ROOT

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), "")
PORTS = "pytorch", "jax", "keras3"
RIVAL = "reset_before_the_product"
VOID = {"meta", "wbr", "br", "link", "img"}


def made(name, **outcomes):
    """Return a report in which all clauses passed but these, by component or id."""
    entries = []
    for clause in all_clauses().values():
        entry = report.entry(clause, 0.01) | {"budget": 0.0312}
        default = "not provided" if clause.level == "stream" else "passed"
        given = outcomes.get(
            clause.id.replace("-", "_"), outcomes.get(clause.component)
        )
        entry["outcome"] = given or default
        if entry["outcome"] == "failed":
            entry |= {"message": "h is <0.1>, specified is 0.2 & more", "budget": 4e4}
            entry["resembles"] = [RIVAL]
        entries.append(entry)
    totals = {o: sum(e["outcome"] == o for e in entries) for o in report.OUTCOMES}
    return {
        "implementation": name,
        "versions": {"python": "3.11.7", "numpy": "1.26.4", "pytest": "9.2.0"},
        "device": "cpu",
        "clauses": entries,
        "totals": totals | {"clauses": len(entries)},
        "complete": True,
    }


def reports():
    return [
        made("reference"),
        made("ports.near_<keras>", REC_06="failed", REC_15="crashed"),
        made("ports.small", windows="not provided", REC_05="known failure"),
    ]


def saved(folder, documents):
    paths = [folder / f"report_{i}.json" for i in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return paths


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    return [
        matrix.read(p) for p in saved(tmp_path_factory.mktemp("reports"), reports())
    ]


@pytest.fixture(scope="session")
def page(runs):
    return matrix.html(runs)


class Tree(HTMLParser):
    """Keeps the elements in order, with their attributes, texts and ancestors."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        element = {"tag": tag, "in": [e["tag"] for e in self.open], "text": ""}
        element |= dict(attributes)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()["tag"] == tag

    def handle_data(self, text):
        for element in self.open:
            element["text"] += text

    def all(self, tag, **attributes):
        return [
            e
            for e in self.elements
            if e["tag"] == tag and all(e.get(k) == v for k, v in attributes.items())
        ]


@pytest.fixture(scope="session")
def tree(page):
    found = Tree(page)
    assert found.open == []
    return found


def test_page_is_one_file_without_scripts(page, tree):
    assert tree.all("script") == []
    assert [e for e in tree.elements if "src" in e or e["tag"] == "link"] == []
    assert "@import" not in page
    assert "url(" not in page
    assert all(e["href"].startswith("#") for e in tree.all("a"))


def test_links_lead_somewhere_and_ids_are_unique(tree):
    ids = [element["id"] for element in tree.elements if "id" in element]
    assert len(ids) == len(set(ids))
    assert {e["href"][1:] for e in tree.all("a")} <= set(ids)


def test_table_has_implementations_across_and_components_down(tree):
    assert len(tree.all("caption")) == 1
    across = [e["text"] for e in tree.all("th", scope="col")]
    assert [name.partition("numpy")[0] for name in across] == [
        "Component",
        "reference",
        "ports.near_<keras>",
        "ports.small",
    ]
    down = [e["text"] for e in tree.all("th", scope="row")]
    assert down == [*components(), "All"]
    assert len(tree.all("td")) == len(down) * 3


def test_a_cell_counts_what_was_asked(tree):
    cells = [e["text"] for e in tree.all("td")]
    row = components().index("recurrent") * 3
    n = len(clauses_of("recurrent"))
    assert cells[row : row + 3] == [f"✓ {n}/{n}", f"✗ {n - 2}/{n}", f"△ {n - 1}/{n}"]
    assert cells[components().index("windows") * 3 + 2] == "○not provided"


def test_every_clause_opens_to_its_sentence_and_outcomes(tree):
    details = {e["id"]: e["text"] for e in tree.all("details")}
    assert list(details) == list(all_clauses())
    for clause in all_clauses().values():
        assert clause.sentence in details[clause.id]
        assert clause.source in details[clause.id]
    assert len(tree.all("summary")) == len(details)
    assert len(tree.all("dd")) == 3 * len(details)
    failed = details["REC-06"]
    assert "✗ failed: ports.near_<keras>" in failed
    assert "h is <0.1>, specified is 0.2 & more" in failed
    assert (
        f"the reset gate applied to the state before the recurrent product {RIVAL}"
        in (failed)
    )
    assert "error budget 0.031x" in failed
    assert "crashed" in details["REC-15"]
    assert "known failure" in details["REC-05"]
    assert "all passed" in details["REC-01"]


def contrast(one, other):
    """Return the contrast ratio of two colours, as WCAG 2 defines it."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    low, high = sorted([light(one), light(other)])
    return (high + 0.05) / (low + 0.05)


def test_colours_have_contrast_by_day_and_by_night():
    schemes = re.findall(r":root \{(.*?)\}", matrix.STYLE, re.S)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        assert len(colours) == 13
        for name in "ink", "soft", "link", "good", "bad", "known", "absent":
            for ground in "paper", f"{name}-bg":
                if ground in colours:
                    assert contrast(colours[name], colours[ground]) >= 4.5, (
                        name,
                        ground,
                    )


MEASURE = """<!DOCTYPE html><body><p id="found">nothing</p><script>
const frame = document.createElement("iframe");
frame.style = "width:%(width)dpx;height:800px;border:0";
frame.onload = () => {
  const page = frame.contentDocument, clause = page.getElementById("REC-06");
  const closed = clause.offsetHeight;
  clause.querySelector("summary").click();
  document.getElementById("found").textContent = JSON.stringify({
    overflow: page.documentElement.scrollWidth - %(width)d,
    closed: closed, open: clause.offsetHeight,
    paper: frame.contentWindow.getComputedStyle(page.body).backgroundColor,
    size: parseFloat(frame.contentWindow.getComputedStyle(page.body).fontSize),
  });
};
frame.srcdoc = %(page)s;
document.body.append(frame);
</script>"""


@pytest.mark.skipif(not CHROMIUM, reason=f"none is installed: {', '.join(BROWSERS)}")
@pytest.mark.parametrize(("width", "dark"), [(360, False), (360, True), (1200, False)])
def test_browser_shows_it(tmp_path, page, width, dark):
    """No width scrolls sideways, a clause opens, and the colours follow the system."""
    text = json.dumps(page).replace("</", "<\\/")
    file = tmp_path / "measure.html"
    file.write_text(MEASURE % {"width": width, "page": text}, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
            "--no-first-run", "--disable-background-networking", "--disable-sync",
            "--disable-component-update", f"--user-data-dir={tmp_path / 'profile'}",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--virtual-time-budget=5000", "--dump-dom", file.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    [measured] = re.findall(r'<p id="found">(.*?)</p>', done.stdout)
    found = json.loads(measured)
    assert found["overflow"] <= 0
    assert found["open"] > found["closed"] + 60
    assert found["paper"] == ("rgb(22, 24, 28)" if dark else "rgb(251, 250, 247)")
    assert found["size"] >= 16


# Refusals


def changed(**changes):
    return made("port") | changes


def with_entry(**changes):
    document = made("port")
    document["clauses"][0] |= changes
    return document


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (changed(complete=False), "is incomplete: "),
        ({k: v for k, v in made("port").items() if k != "complete"}, "is incomplete: "),
        (changed(clauses=made("port")["clauses"][:-1]), "is incomplete: "),
        (with_entry(id="REC-99"), "has clauses that the specification has not: REC-99"),
        (with_entry(outcome="fine"), "has outcomes that there are not: ['fine']"),
        ({"clauses": []}, "is no conformance report"),
        ([], "is no conformance report"),
    ],
)
def test_half_a_report_is_refused(tmp_path, document, sentence):
    [path] = saved(tmp_path, [document])
    with pytest.raises(ValueError, match=r"report_0\.json") as caught:
        matrix.read(path)
    assert sentence in str(caught.value)


def run_matrix(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "spec_tests", "matrix", *map(str, arguments)],
        cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_a_cut_off_file_is_a_sentence_and_writes_nothing(tmp_path):
    [path] = saved(tmp_path, [made("port")])
    path.write_text(path.read_text()[:-500])
    done = run_matrix(tmp_path, path.name, "--output", "m.html")
    assert done.returncode == 1
    assert done.stderr.startswith("report_0.json is no JSON, or cut off: ")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "m.html").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report_0.json"], "name a page to write: --output, --markdown, --badge or"),
        (["report_0.json", "--output", "m.html", "--check"], "name it with --readme"),
        (["report_0.json", "--readme", "notes.md"], "lacks the lines <!-- conformance"),
        (["none.json", "--output", "m.html"], "none.json"),
        (
            ["report_0.json", "report_1.json", "--badge", "b.svg"],
            "a badge is of one report",
        ),
    ],
)
def test_refuses_in_one_sentence(tmp_path, arguments, sentence):
    saved(tmp_path, reports())
    (tmp_path / "notes.md").write_text("no marks\n", encoding="utf-8")
    done = run_matrix(tmp_path, *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


# The command, Markdown, the badge


def test_command_writes_what_is_named(tmp_path):
    paths = saved(tmp_path, reports())
    done = run_matrix(tmp_path, *paths, "--output", "site/m.html", "--markdown", "m.md")
    assert done.stdout.splitlines() == ["wrote site/m.html", "wrote m.md"]
    assert (tmp_path / "site/m.html").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "m.md").read_text() == matrix.markdown(
        list(map(matrix.read, paths))
    )


def test_markdown_has_a_row_a_component(runs):
    lines = matrix.markdown(runs).splitlines()
    assert (
        lines[0] == "| component | `reference` | `ports.near_<keras>` | `ports.small` |"
    )
    [row] = [line for line in lines if line.startswith("| recurrent ")]
    n = len(clauses_of("recurrent"))
    assert row == f"| recurrent | {n}/{n} ✓ | {n - 2}/{n} ✗ | {n - 1}/{n} △ |"
    assert sum(line.startswith("| ") for line in lines) == len(components()) + 2


def test_runs_of_one_name_are_told_apart(runs):
    names = [run.name for run in matrix.told_apart([runs[0], runs[1], runs[0]])]
    assert names == ["reference (1)", "ports.near_<keras>", "reference (2)"]


def test_badge_is_well_formed_and_says_the_count(runs):
    core = sum(clause.level != "stream" for clause in all_clauses().values())
    text = matrix.badge([runs[1]])
    tree = Tree(text)
    assert tree.all("title")[0]["text"] == f"conformance: {core - 2} of {core} clauses"
    assert matrix.COLOURS["✗"] in text
    assert matrix.COLOURS["✓"] in matrix.badge([runs[0]])
    for colour in matrix.COLOURS.values():
        assert contrast(colour, "#ffffff") >= 4.5


# The README's matrix: `make test` compares it with what it has measured


def test_readme_is_compared_and_mended(tmp_path):
    paths = saved(tmp_path, reports())
    readme = tmp_path / "README.md"
    marks = f"{matrix.README_BEGINS}\n{matrix.README_ENDS}"
    readme.write_text(f"before\n{marks}\nafter\n", encoding="utf-8")
    options = [*paths, "--readme", "README.md"]

    stale = run_matrix(tmp_path, *options, "--check")
    assert stale.returncode == 1
    assert stale.stderr.startswith("README.md does not say what these reports say: ")
    assert readme.read_text() == f"before\n{marks}\nafter\n"

    assert run_matrix(tmp_path, *options).stdout == "wrote README.md\n"
    text = readme.read_text()
    assert matrix.markdown(list(map(matrix.read, paths))) in text
    assert text.startswith(f"before\n{matrix.README_BEGINS}\n| component |")
    assert text.endswith(f"{matrix.README_ENDS}\nafter\n")
    assert run_matrix(tmp_path, *options, "--check").returncode == 0
    assert run_matrix(tmp_path, *options).stdout == ""  # already so

    worse = [*reports()[:2], made("ports.small", windows="failed")]
    saved(tmp_path, worse)
    assert run_matrix(tmp_path, *options, "--check").returncode == 1


def test_times_and_versions_do_not_change_the_readme(runs):
    others = [
        matrix.Run(run.name, {"numpy": "2.5"}, "gpu", run.entries) for run in runs
    ]
    assert matrix.markdown(others) == matrix.markdown(runs)


def test_the_readme_has_the_matrix_of_all_implementations():
    """Its counts are `make test`'s to compare; here, that nothing is left out."""
    _, _, rest = (ROOT / "README.md").read_text("utf-8").partition(matrix.README_BEGINS)
    rows = [
        line.split(" | ") for line in rest.partition(matrix.README_ENDS)[0].split("\n")
    ]
    names = [cell.strip("| `") for cell in rows[1]]
    assert names == ["component", "reference", *(f"alternatives.{p}" for p in PORTS)]
    assert [row[0].strip("| *") for row in rows[3:-3]] == [*components(), "total"]
