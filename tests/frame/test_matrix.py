"""Several reports become one page, which can be read anywhere and hides nothing."""

import dataclasses
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from alternatives.ports import WHOLE
from tests.frame.reports import (
    COMPONENTS,
    RIVAL,
    SPECIFICATION,
    added_up,
    made,
    put,
    read_back,
    refusal,
    run,
    saved,
)
from touchstone.command import main
from touchstone.outcomes import Level, Outcome
from touchstone.report import matrix, reading
from touchstone.report.model import Report
from touchstone.report.reading import read
from touchstone.verdict import Status

ROOT = Path(__file__).parents[2]
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), "")
VOID = {"meta", "wbr", "br", "link", "img"}
# the clauses that decide, by component
DECIDING = {
    name: [c.id for c in SPECIFICATION.clauses_of(name) if c.level.decides]
    for name in SPECIFICATION.components
}
N = {name: len(ids) for name, ids in DECIDING.items()}
WINDOWS = DECIDING["windows"]
ENTRIES = made()["clauses"]
ASKED = len(ENTRIES)
PASSED = sum(entry["outcome"] == "passed" for entry in ENTRIES)
LAST = ENTRIES[-1]["id"]
FAILURE = {
    "message": "h: got <0.1>, expected 0.2 & more",
    "looks": "looks like: the gates swapped [one]\n        or: nothing reset [other]",
    "resembles": ["one", "other"],
    "place": "ports/near.py:12, in __call__",
    "ratio": 4e4,
}


def documents():
    """Return three reports: all passed, some failed, and one with little."""
    near = {
        "REC-06": put("failed", **FAILURE),
        "REC-15": put("crashed", message="gone"),
    }
    little = {name: put("not provided", message="no windows") for name in WINDOWS}
    little["REC-05"] = put("known failure", message="waits for version 3")
    little["POS-02"] = put("unrepresentable", message="no such dtype")
    return [
        made("reference"),
        made("ports.near_<keras>", near),
        made("ports.small", little, precision="bfloat16", device="gpu <0>"),
    ]


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    paths = saved(tmp_path_factory.mktemp("reports"), *documents())
    return [read(path, SPECIFICATION) for path in paths]


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


def words(element):
    """Return an element's text with single spaces."""
    return " ".join(element["text"].split())


def without_guards(element):
    return re.sub(r" guards \d+/\d+$", "", words(element))


@pytest.fixture(scope="session")
def tree(page):
    found = Tree(page)
    assert found.open == []
    return found


def cell(tree, component, column, n_columns=3):
    """Return the words of a cell of the matrix, less its guards."""
    row = SPECIFICATION.components.index(component)
    return without_guards(tree.all("td")[row * n_columns + column])


# The page


def test_page_is_one_file_without_scripts(page, tree):
    assert tree.all("script") == []
    assert [e for e in tree.elements if "src" in e or e["tag"] == "link"] == []
    assert "@import" not in page
    assert "url(" not in page
    assert all(e["href"].startswith("#") for e in tree.all("a"))
    [policy] = [e["content"] for e in tree.all("meta") if "http-equiv" in e]
    assert policy.startswith("default-src 'none';")
    assert page.startswith("<!DOCTYPE html>\n<html lang=")
    assert page.endswith("</html>\n")


def test_links_lead_somewhere_and_ids_are_unique(tree):
    ids = [element["id"] for element in tree.elements if "id" in element]
    assert len(ids) == len(set(ids))
    assert {e["href"][1:] for e in tree.all("a")} <= set(ids)


def test_table_has_implementations_across_and_components_down(tree):
    assert len(tree.all("caption")) == 1
    assert [words(e) for e in tree.all("th", scope="col")] == [
        "Component",
        "reference",
        "ports.near_<keras>",
        "ports.small (bfloat16)",
    ]
    down = [e["text"] for e in tree.all("th", scope="row")]
    assert down == [*SPECIFICATION.components, "All"]
    assert len(tree.all("td")) == len(down) * 3


def test_a_cell_counts_and_says_the_verdict(tree):
    n = N["recurrent"]
    assert cell(tree, "recurrent", 0) == f"✓ {n}/{n} conforms"
    assert cell(tree, "recurrent", 1) == f"✗ {n - 2}/{n} does not conform"
    assert cell(tree, "recurrent", 2) == f"△ {n - 1}/{n} does not conform"
    n = N["positional_encoding"]
    assert cell(tree, "positional_encoding", 2) == (
        f"○ {n - 1}/{n} conforms in part ({n - 1} of {n})"
    )
    assert cell(tree, "windows", 2) == "○ not provided"
    assert cell(tree, "vocabulary", 0) == "· not run"
    total = [without_guards(e) for e in tree.all("td")[-3:]]
    asked = sum(clause.level.decides for clause in SPECIFICATION.clauses.values())
    passed = sum(N[name] for name in COMPONENTS)
    assert total[0] == f"· {passed}/{asked} 3 of {len(N)} conform"
    assert total[1] == f"✗ {passed - 2}/{asked} 2 of {len(N)} conform"


def test_a_count_leads_to_the_clause_that_explains_it(tree):
    links = [e["href"] for e in tree.all("a") if e["in"][-1] == "td"]
    row = SPECIFICATION.components.index("recurrent") * 3
    assert links[row : row + 3] == ["#recurrent", "#REC-06", "#REC-05"]
    assert links[-2] == "#REC-06"


def test_the_settings_of_each_run_are_shown(tree, runs):
    cards = [words(e) for e in tree.all("div") if e.get("id", "").startswith("run-")]
    assert len(cards) == 3
    for card, one in zip(cards, runs, strict=True):
        assert f"precision {one.precision}" in card
        assert f"device {one.device}" in card
        assert f"specification spec_tests {SPECIFICATION.version}" in card
        assert f"Touchstone {one.suite_version}" in card
        for name, version in one.versions.items():
            assert f"{name} {version}" in card
    assert "precision bfloat16 device gpu <0>" in cards[2]


def test_a_report_on_another_version_says_so(runs):
    old = dataclasses.replace(runs[0], specification_version="0.1.0")
    text = matrix.html([old])
    assert f"spec_tests 0.1.0; this page states {SPECIFICATION.version}" in text


def test_every_clause_opens_to_its_sentence_and_outcomes(tree):
    details = {e["id"]: words(e) for e in tree.all("details")}
    assert list(details) == list(SPECIFICATION.clauses)
    for clause in SPECIFICATION.clauses.values():
        assert clause.sentence in details[clause.id]
        assert clause.source in details[clause.id]
    assert len(tree.all("summary")) == len(details)
    in_clauses = [e for e in tree.all("dd") if "details" in e["in"]]
    assert len(in_clauses) == 3 * len(details)
    assert "✓ all passed" in details["REC-01"]
    assert "captured clause: an exact value that the source prints" in details["POS-01"]


def test_a_failure_is_told_in_full(tree):
    [failed] = [words(e) for e in tree.all("details", id="REC-06")]
    assert "✗ failed: ports.near_<keras>" in failed
    assert FAILURE["message"] in failed
    assert "looks like: the gates swapped [one] or: nothing reset [other]" in failed
    assert "at ports/near.py:12, in __call__" in failed
    command = "touchstone check 'ports.near_<keras>' --only REC-06"
    assert command in [e["text"] for e in tree.all("pre")]
    assert failed.count("reproduce:") == 1
    known = next(words(e) for e in tree.all("details", id="REC-05"))
    assert "△ known failure: ports.small (bfloat16)" in known
    assert "waits for version 3" in known
    assert "touchstone check ports.small --only REC-05 --precision bfloat16" in known
    [absent] = [words(e) for e in tree.all("details", id=WINDOWS[0])]
    assert "no windows" in absent
    assert "reproduce:" not in absent


@pytest.mark.parametrize(
    ("outcome", "ratio", "said"),
    [
        (Outcome.PASSED, 0.0, "exactly equal"),
        (Outcome.PASSED, 0.0312, "uses 3.1 % of the tolerance"),
        (Outcome.PASSED, 1.0, "uses 1e+02 % of the tolerance"),
        (Outcome.PASSED, 1e-9, "uses less than 0.01 % of the tolerance"),
        (Outcome.PASSED, None, ""),
        (Outcome.FAILED, 3.0, ""),
    ],
)
def test_how_close_a_passed_clause_came(runs, outcome, ratio, said):
    result = next(iter(runs[0].results.values()))
    result = dataclasses.replace(result, outcome=outcome, ratio=ratio)
    assert matrix.closeness(result) == said


def test_a_real_failure_names_the_rival_and_reproduces(tmp_path):
    path = tmp_path / "report.json"
    run(RIVAL, ("recurrent",)).write(path)
    [one] = [read(path, SPECIFICATION)]
    tree = Tree(matrix.html([one]))
    text = next(words(e) for e in tree.all("details", id="REC-05"))
    assert "looks like: the update and reset gates swapped [gates_swapped]" in text
    [command] = {e["text"] for e in tree.all("pre") if "REC-05" in e["text"]}
    assert shlex.split(command) == ["touchstone", "check", RIVAL, "--only", "REC-05"]
    again = run(shlex.split(command)[2], ("REC-05",))
    assert again.status() is Status.FAILED


def test_guards_stand_beside_the_count(runs):
    clauses = [SPECIFICATION.clauses[name] for name in DECIDING["recurrent"]]
    guards = [dataclasses.replace(c, level=Level.GUARD) for c in clauses[:6]]
    tally = matrix.tally(runs[1], [*guards, *clauses[6:]], "conforms", "recurrent")
    assert (tally.guards_passed, tally.guards) == (5, 6)
    assert (tally.passed, tally.asked) == (N["recurrent"] - 7, N["recurrent"] - 6)


def test_guards_are_shown_in_a_cell(runs, monkeypatch):
    tally = matrix.of_component(runs[0], "recurrent")
    guarded = dataclasses.replace(tally, guards_passed=2, guards=3)
    monkeypatch.setattr(matrix, "of_component", lambda run, name: guarded)
    tree = Tree(matrix.html(runs))
    row = SPECIFICATION.components.index("recurrent") * 3
    assert words(tree.all("td")[row]).endswith("conforms guards 2/3")


def test_a_stream_clause_counts_where_it_is_provided(runs):
    stream = [c for c in SPECIFICATION.clauses_of("windows") if c.level is Level.STREAM]
    [clause] = stream
    assert matrix.of_component(runs[0], "windows").asked == N["windows"]
    result = dataclasses.replace(runs[0].results[clause.id], outcome=Outcome.FAILED)
    results = runs[0].results | {clause.id: result}
    tally = matrix.of_component(
        dataclasses.replace(runs[0], results=results), "windows"
    )
    assert (tally.passed, tally.asked) == (N["windows"], N["windows"] + 1)
    assert tally.worst is Outcome.FAILED


def test_a_new_outcome_needs_no_edit(runs, monkeypatch):
    """Marks, tones and words come from the enumeration alone."""
    new = object.__new__(Outcome)
    new._name_, new._value_ = "SLOW", ("slow", "◷", "strange")
    new.label, new.mark, new.tone = new._value_
    new.heading = new.label
    monkeypatch.setitem(Outcome._member_map_, "SLOW", new)
    names = [*Outcome._member_names_, "SLOW"]
    monkeypatch.setattr(Outcome, "_member_names_", names)
    result = dataclasses.replace(runs[0].results["REC-03"], outcome=new)
    slow = dataclasses.replace(runs[0], results=runs[0].results | {"REC-03": result})
    tree = Tree(matrix.html([slow]))
    assert cell(tree, "recurrent", 0, 1).startswith(f"◷ {N['recurrent'] - 1}/")
    assert "◷ slow" in next(words(e) for e in tree.all("details", id="REC-03"))
    assert "◷ slow" in matrix.legend()
    assert f"| {N['recurrent'] - 1}/{N['recurrent']} ◷ |" in matrix.markdown([slow])
    assert "<svg" in matrix.badge([slow])


def test_the_worst_outcome_speaks_for_a_component():
    assert matrix.worst([]) is Outcome.NOT_RUN
    order = [
        Outcome.FAILED, Outcome.ERROR, Outcome.CRASHED, Outcome.TIMED_OUT,
        Outcome.KNOWN_FAILURE, Outcome.NOT_PROVIDED, Outcome.UNREPRESENTABLE,
        Outcome.NOT_RUN, Outcome.PASSED,
    ]  # fmt: skip
    assert set(order) == set(Outcome)
    for i, outcome in enumerate(order):
        assert matrix.worst(reversed(order[i:])) is outcome


def test_without_jinja2_there_is_a_sentence_and_the_rest_works(runs, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ValueError, match=r"pip install 'touchstone-spec\[pages\]'"):
        matrix.html(runs)
    assert matrix.markdown(runs)
    assert matrix.badge(runs[:1])


def test_jinja2_is_imported_for_the_page_alone():
    program = (
        "import sys, touchstone.command, touchstone.report.matrix\n"
        "print(sorted({'jinja2', 'markupsafe', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout == "[]\n"


# Names that do something


HOSTILE = [
    "<script>alert(1)</script>",
    "a|b",
    "a\\|b",
    "`code` ``more`` `",
    "line one\nline two\r\n| three |",
    "[link](https://example.org)",
    "![image](https://example.org)",
    "<!-- end of conformance -->",
    "-->",
    "&lt;b&gt; &#60;",
    "*bold* _soft_ ~~gone~~ __x__",
    '" onmouseover="x',
    "</style><b>",
    "{{ 7 * 7 }} {% raw %}",
    "https://example.org/a_b",
    "right\u202eleft\u200b",
    "\x1b[31mred\x07",
    "$(rm -r x); 'q'",
    "-rf",
    "名前",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_and_do_nothing(tmp_path, name):
    entries = {"REC-06": put("failed", message=name, looks=name, place=name)}
    document = made(name, entries, device=name, versions={name: name})
    one = read_back(tmp_path, document)
    title = reading.one_line(name)
    assert one.name == title
    usual = Tree(matrix.html([dataclasses.replace(one, name="usual")]))
    tree = Tree(matrix.html([one]))
    assert tree.open == []
    assert [e["tag"] for e in tree.elements if e["tag"] != "wbr"] == [
        e["tag"] for e in usual.elements if e["tag"] != "wbr"
    ]
    assert words(tree.all("th", scope="col")[1]) == title
    [command] = [e["text"] for e in tree.all("pre") if "--only" in e["text"]]
    assert shlex.split(command) == ["touchstone", "check", title, "--only", "REC-06"]
    table = matrix.markdown([one])
    head, rule, *_ = table.splitlines()
    assert rule == "|---|--:|"
    [shown] = re.findall(r"^\| component \| ([^|\n]*) \|$", head)
    if shown.startswith("`"):
        assert re.fullmatch(r"`[\w.:/-]+`", shown, re.ASCII)
    else:
        assert re.fullmatch(r"([^\W_]| |&#\d+;)+", shown)
    assert len(table.splitlines()) == len(SPECIFICATION.components) + 5


def test_the_readme_survives_a_name_like_its_mark(tmp_path):
    document = made(matrix.README_ENDS)
    one = read_back(tmp_path, document)
    marks = f"a\n{matrix.README_BEGINS}\n{matrix.README_ENDS}\nb\n"
    once = matrix.with_matrix(marks, [one])
    assert matrix.with_matrix(once, [one]) == once
    assert once.endswith(f"{matrix.README_ENDS}\nb\n")


def test_texts_are_cut_and_cleaned(tmp_path):
    entries = {"REC-06": put("failed", message="\x1b[31m\ud800" + "x" * 10**6)}
    document = made("n" * 10**5, entries)
    one = read_back(tmp_path, document)
    assert len(one.name) == reading.LONGEST_NAME
    message = one.results["REC-06"].message
    assert len(message) < 10_100
    assert message.startswith(r"[31m\ud800xxx")
    matrix.html([one]).encode("utf-8")


# Colours and the browser


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
    style = matrix._resource("matrix.css")
    schemes = re.findall(r":root \{(.*?)\}", style, re.S)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", scheme))
        assert len(colours) == 13
        pairs = [(name, "paper") for name in colours if f"{name}-bg" in colours]
        pairs += [(name, f"{name}-bg") for name, _ in pairs]
        pairs += [
            (n, g) for n in ("ink", "soft", "link") for g in ("paper", "absent-bg")
        ]
        assert len(pairs) == 14
        for name, ground in pairs:
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def test_each_tone_has_its_colours():
    style = matrix._resource("matrix.css")
    for tone in {outcome.tone for outcome in Outcome}:
        assert style.count(f"--{tone}: ") == style.count(f"--{tone}-bg: ") == 2
        assert contrast(matrix._colour(tone), "#ffffff") >= 4.5
    assert matrix._colour("unheard of") == matrix._colour("absent")


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


def with_entry(**changes):
    document = made()
    document["clauses"][0] |= changes
    return document


def with_total(**changes):
    document = made()
    document["totals"] |= changes
    return document


def without(key):
    document = made()
    del document[key]
    return document


def twice(document):
    first, *rest = document["clauses"]
    return added_up(document | {"clauses": [first, first, *rest]})


def cut(document, n):
    return added_up(document | {"clauses": document["clauses"][:n]})


REFUSED = [
    (lambda: [], "expected a report, which is an object, got []"),
    (lambda: {}, "schema: expected a whole number from 0, got nothing"),
    (lambda: {"clauses": []}, "schema: expected a whole number from 0, got nothing"),
    (lambda: made(schema=2), "schema: 2 is newer than what this Touchstone reads, 1"),
    (lambda: made(schema=0), "schema: expected a whole number from 1, got 0"),
    (lambda: made(schema=True), "schema: expected a whole number from 0, got True"),
    (lambda: made(implementation=7), "implementation: expected a name, got 7"),
    (lambda: made(implementation=" \n"), r"implementation: expected a name, got ' \n'"),
    (lambda: made(implementation="\u200b"), "implementation: expected a name, got"),
    (lambda: made(precision="float64"),
     "precision: expected one of float32, tf32, bfloat16, got 'float64'"),
    (lambda: made(versions={"numpy": 2}), "versions.numpy: expected a text, got 2"),
    (lambda: made(device=None), "device: expected a text, got None"),
    (lambda: made(specification="spec_tests"),
     "specification: expected an object, got 'spec_tests'"),
    (lambda: made(specification={"package": "other", "version": "1", "clauses": 1}),
     "specification.package: expected 'spec_tests', got 'other'"),
    (lambda: made(complete=False),
     "complete: the report is incomplete; not every clause of its components was ask"),
    (lambda: made(complete=1), "complete: expected true or false, got 1"),
    (lambda: without("complete"), "complete: expected true or false, got nothing"),
    (lambda: cut(made(), ASKED - 1), f"complete: {LAST} of windows has no outcome"),
    (lambda: cut(made(), 0), "clauses: expected an outcome at least, got []"),
    (lambda: made(clauses=made()["clauses"][:-1]),
     f"totals.clauses: {ASKED} were asked for, {ASKED - 1} have an outcome"),
    (lambda: twice(made()), "clauses[1].id: POS-01 has an outcome already"),
    (lambda: with_entry(id="REC-99"),
     "clauses[0].id: expected the id of a clause of spec_tests, got 'REC-99'"),
    (lambda: with_entry(id=["POS-01"]), "clauses[0].id: expected a name, got ['POS-01']"),
    (lambda: with_entry(component="windows"),
     "clauses[0].component: expected 'positional_encoding', whose clause POS-01 is"),
    (lambda: with_entry(outcome="fine"),
     "clauses[0].outcome: expected one of passed, failed, error, crashed, timed out,"),
    (lambda: with_entry(outcome={}), "clauses[0].outcome: expected one of passed"),
    (lambda: with_entry(level="high"), "clauses[0].level: expected one of core, "),
    (lambda: with_entry(seconds="1"),
     "clauses[0].seconds: expected a finite number from 0, got '1'"),
    (lambda: with_entry(seconds=-1), "clauses[0].seconds: expected a finite number"),
    (lambda: with_entry(ratio="much"), "clauses[0].ratio: expected a finite number"),
    (lambda: with_entry(ratio=10**400), "clauses[0].ratio: expected a finite number"),
    (lambda: with_entry(message=["m"]), "clauses[0].message: expected a text, got ['m']"),
    (lambda: with_entry(looks=1), "clauses[0].looks: expected a text, got 1"),
    (lambda: with_entry(place={}), "clauses[0].place: expected a text, got {}"),
    (lambda: with_entry(resembles="one"),
     "clauses[0].resembles: expected a list of names, got 'one'"),
    (lambda: with_entry(resembles=["a", 3]),
     "clauses[0].resembles[1]: expected a name, got 3"),
    (lambda: made(clauses={}), "clauses: expected a list, got {}"),
    (lambda: made(clauses=["POS-01"]), "clauses[0]: expected an object, got 'POS-01'"),
    (lambda: with_total(failed=1), "totals.failed: expected 0, as counted, got 1"),
    (lambda: with_total(passed="5"),
     "totals.passed: expected a whole number from 0, got '5'"),
    (lambda: with_total(fine=1), "totals: no outcome is called 'fine'"),
    (lambda: with_total(clauses=2), f"totals.clauses: 2 were asked for, {ASKED} have"),
    (lambda: made(totals={"clauses": ASKED}),
     f"totals.passed: expected {PASSED}, as counted, got nothing"),
    (lambda: made(components=made()["components"] | {"windows": "does not conform"}),
     "components.windows: expected 'conforms', by the outcomes, got 'does not"),
    (lambda: made(entries={"REC-06": put("failed")}, components=made()["components"]),
     "components.recurrent: expected 'does not conform', by the outcomes, got 'conf"),
    (lambda: made(components={}), "components.positional_encoding: expected one of"),
    (lambda: made(components=made()["components"] | {"x": "conforms"}),
     "components.x: expected only components with clauses in the report, got 'conf"),
    (lambda: made(entries={"REC-06": put("failed")}, status=0),
     "status: expected 1, by the outcomes, got 0"),
    (lambda: made(status=3), "status: expected 0, by the outcomes, got 3"),
    (lambda: made(status=None), "status: expected a whole number from 0, got None"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "sentence"), REFUSED)
def test_what_is_no_whole_report_is_refused(tmp_path, document, sentence):
    [path] = saved(tmp_path, document())
    assert (refusal(path) or "").startswith(sentence)


def test_a_real_incomplete_report_is_refused(tmp_path):
    report = Report(SPECIFICATION, "port", SPECIFICATION.clauses_of("windows"))
    report.write(tmp_path / "report.json")
    sentence = refusal(tmp_path / "report.json")
    assert sentence == (
        f"complete: the report is incomplete; 0 of the "
        f"{len(SPECIFICATION.clauses_of('windows'))} clauses asked for have an outcome"
    )


def test_a_required_absence_may_fail_a_run_in_which_nothing_failed(tmp_path):
    absent = {WINDOWS[0]: put("not provided")}
    [path] = saved(tmp_path, made(entries=absent, status=1))
    assert read(path, SPECIFICATION).outcome(
        SPECIFICATION.clauses[WINDOWS[0]]
    ) is Outcome.NOT_PROVIDED  # fmt: skip


def test_what_an_older_version_lacked_was_not_run(tmp_path):
    document = made(specification=made()["specification"] | {"version": "0.1.0"})
    kept = [e for e in document["clauses"] if e["id"] != WINDOWS[0]]
    one = read_back(tmp_path, added_up(document | {"clauses": kept}))
    assert one.outcome(SPECIFICATION.clauses[WINDOWS[0]]) is Outcome.NOT_RUN
    tally = matrix.of_component(one, "windows")
    assert (tally.worst, tally.verdict) == (Outcome.NOT_RUN, "no verdict")
    assert (tally.passed, tally.asked) == (len(WINDOWS) - 1, len(WINDOWS))


def test_keys_that_are_not_known_are_ignored(tmp_path):
    document = with_entry(new=[1]) | {"newer": {"a": 1}}
    assert read_back(tmp_path, document).name == "port"


def test_an_infinite_ratio_is_read(tmp_path):
    entries = {"REC-06": put("failed", ratio="infinite")}
    one = read_back(tmp_path, made(entries=entries))
    assert one.results["REC-06"].ratio == float("inf")


RIGHT = json.dumps(made())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no JSON, or cut off: "),
        (RIGHT[:-500].encode(), "no JSON, or cut off: "),
        (RIGHT.encode() + b"{}", "no JSON, or cut off: Extra data"),
        (RIGHT.encode("utf-16"), "expected UTF-8, got 0xff as byte 0"),
        (b"\x80\x04N.", "expected UTF-8, got 0x80 as byte 0"),
        (b"[" * 200_000, "no report: it is nested too deeply"),
        (b'{"clauses":' * 200_000, "no report: it is nested too deeply"),
        (b"[" * 900 + b"]" * 900, "expected a report, which is an object, got ["),
        (RIGHT.replace('"schema": 1', '"schema": NaN').encode(), "NaN is no number"),
        (RIGHT.replace('"schema": 1', '"schema": -Infinity').encode(), "-Infinity is"),
        (RIGHT.replace('"schema": 1', '"schema": 1e999').encode(), "schema: expected"),
        (
            RIGHT.replace('"schema": 1', f'"schema": {"9" * 9000}').encode(),
            "no report: a number has too many digits",
        ),
        (
            RIGHT.replace('"schema": 1', '"schema": 1, "schema": 1').encode(),
            "the key 'schema' stands twice in one object",
        ),
        (
            RIGHT.replace('"outcome"', '"outcome": "failed", "outcome"', 1).encode(),
            "the key 'outcome' stands twice in one object",
        ),
    ],
)
def test_files_that_are_no_report(tmp_path, content, sentence):
    path = tmp_path / "report.json"
    path.write_bytes(content)
    assert (refusal(path) or "").startswith(sentence)


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "report.json"
    with path.open("wb") as file:
        file.truncate(reading.LARGEST + 1)
    assert refusal(path) == "expected at most 50,000,000 bytes, got 50,000,001"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file_is_a_sentence_and_hangs_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    assert refusal(tmp_path / "pipe") == "expected a regular file"
    assert refusal(tmp_path) == "expected a regular file"
    assert refusal(tmp_path / "none") == "cannot be read: No such file or directory"
    assert "symbolic links" in refusal(tmp_path / "loop")
    assert "null byte" in refusal(tmp_path / "a\0b")


def test_bytes_changed_at_random_never_end_in_a_traceback(tmp_path):
    path = tmp_path / "report.json"
    right = (RIGHT[:600] + RIGHT[-700:]).encode(), RIGHT.encode()
    chance = random.Random(0)
    n_refused = 0
    for _ in range(600):
        content = bytearray(chance.choice(right))
        for _ in range(chance.choice([1, 1, 1, 3, 30])):
            at = chance.randrange(len(content))
            piece = chance.choice(
                [b"", b"\0", b'"', b"}", b"[", b"9", b"-", b"\xff", b","]
            )
            content[at : at + chance.choice([0, 1, 1, 9])] = piece
        path.write_bytes(content)
        n_refused += refusal(path) is not None
    assert n_refused > 400


def test_runs_must_be_there_and_of_one_specification(runs):
    for make in matrix.html, matrix.markdown:
        with pytest.raises(ValueError, match="must hold at least one report, got none"):
            make([])
    other = dataclasses.replace(SPECIFICATION, version="9")
    odd = dataclasses.replace(runs[0], specification=other)
    with pytest.raises(ValueError, match="must be of one specification"):
        matrix.markdown([runs[0], odd])


# Markdown and the badge


def test_markdown_has_a_row_a_component(runs):
    lines = matrix.markdown(runs).splitlines()
    assert lines[0] == (
        "| component | `reference` | ports&#46;near&#95;&#60;keras&#62; | "
        "`ports.small` (bfloat16) |"
    )
    [row] = [line for line in lines if line.startswith("| recurrent ")]
    n = N["recurrent"]
    assert row == f"| recurrent | {n}/{n} ✓ | {n - 2}/{n} ✗ | {n - 1}/{n} △ |"
    assert sum(line.startswith("| ") for line in lines) == len(N) + 2
    assert lines[-1].startswith(
        "✓ passed; ✗ failed, error, crashed or timed out; ○ not provided or unrepr"
    )


def test_runs_of_one_name_are_distinguishable(runs):
    other = dataclasses.replace(runs[0], precision="tf32")
    given = [runs[0], runs[1], other, runs[0], other]
    assert matrix.distinguishable(given) == [
        "reference (1)",
        "ports.near_<keras>",
        "reference (tf32) (1)",
        "reference (2)",
        "reference (tf32) (2)",
    ]
    assert "`reference` (tf32) (2)" in matrix.markdown(given)


def test_badge_is_well_formed_and_says_the_count(runs):
    asked = sum(clause.level.decides for clause in SPECIFICATION.clauses.values())
    passed = matrix.of_everything(runs[1]).passed
    text = matrix.badge([runs[1]])
    tree = Tree(text)
    assert tree.all("title")[0]["text"] == f"conformance: {passed} of {asked} clauses"
    assert matrix._colour("bad") in text
    assert matrix._colour("absent") in matrix.badge([runs[0]])
    assert "clauses, bfloat16" in matrix.badge([runs[2]])
    for given in runs[:0], runs:
        with pytest.raises(ValueError, match="one report for a badge, got"):
            matrix.badge(given)


# The command


def matrix_command(monkeypatch, capsys, folder, *arguments):
    """Return the exit status and what the command printed, run from a folder."""
    monkeypatch.chdir(folder)
    status = main(["matrix", "--specification", "spec_tests", *map(str, arguments)])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_command_writes_what_is_named(tmp_path, monkeypatch, capsys, runs):
    paths = saved(tmp_path, *documents())
    files = ["--output", "site/m.html", "--markdown", "m.md"]
    found = matrix_command(monkeypatch, capsys, tmp_path, *paths, *files)
    assert found == (0, "wrote site/m.html\nwrote m.md\n", "")
    assert (tmp_path / "site/m.html").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "m.md").read_text() == matrix.markdown(runs)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["report_0.json"], "name a page: --output, --markdown, --badge or --readme"),
        (["report_0.json", "--output", "m.html", "--check"], "name it with --readme"),
        (["report_0.json", "--readme", "notes.md"], "must hold the lines <!-- conf"),
        (["none.json", "--output", "m.html"], "none.json: cannot be read: No such"),
        (["cut.json", "--output", "m.html"], "cut.json: no JSON, or cut off: "),
        (
            ["report_0.json", "report_1.json", "--badge", "b.svg"],
            "must hold one report for a badge, got 2",
        ),
    ],
)
def test_refuses_in_one_sentence(tmp_path, monkeypatch, capsys, arguments, sentence):
    saved(tmp_path, *documents())
    (tmp_path / "cut.json").write_text(RIGHT[:-500])
    (tmp_path / "notes.md").write_text("no marks\n", encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    status, said, errors = matrix_command(monkeypatch, capsys, tmp_path, *arguments)
    assert status == Status.USAGE
    assert said == ""
    assert sentence in errors
    assert errors.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


# The README's matrix: `make test` compares it with what it has measured


def test_readme_is_compared_and_mended(tmp_path, monkeypatch, capsys, runs):
    paths = saved(tmp_path, *documents())
    readme = tmp_path / "README.md"
    marks = f"{matrix.README_BEGINS}\n{matrix.README_ENDS}"
    readme.write_text(f"before\n{marks}\nafter\n", encoding="utf-8")

    def ask(*more):
        options = [*paths, "--readme", "README.md", *more]
        return matrix_command(monkeypatch, capsys, tmp_path, *options)

    status, _, errors = ask("--check")
    assert status == 1
    assert errors.startswith("README.md does not say what these reports say")
    assert readme.read_text() == f"before\n{marks}\nafter\n"

    assert ask()[:2] == (0, "wrote README.md\n")
    text = readme.read_text()
    assert matrix.markdown(runs) in text
    assert text.startswith(f"before\n{matrix.README_BEGINS}\n| component |")
    assert text.endswith(f"{matrix.README_ENDS}\nafter\n")
    assert ask("--check")[0] == 0
    assert ask()[1] == ""  # already so

    worse = made("ports.small", {"WIN-01": put("failed")})
    saved(tmp_path, *documents()[:2], worse)
    assert ask("--check")[0] == 1


@pytest.mark.parametrize(
    "readme",
    [
        "",
        matrix.README_BEGINS,
        f"{matrix.README_ENDS}\n{matrix.README_BEGINS}\n",
        f"{matrix.README_BEGINS}\n{matrix.README_ENDS}\n" * 2,
    ],
)
def test_a_readme_without_its_marks_once_is_refused(runs, readme):
    with pytest.raises(ValueError, match="once and in this order"):
        matrix.with_matrix(readme, runs)


def test_times_and_versions_do_not_change_the_readme(runs):
    others = [
        dataclasses.replace(one, versions={"numpy": "2.5"}, device="gpu")
        for one in runs
    ]
    assert matrix.markdown(others) == matrix.markdown(runs)


def test_the_readme_has_the_matrix_of_all_implementations():
    """Its counts are `make test`'s to compare; here, that nothing is left out."""
    _, _, rest = (ROOT / "README.md").read_text("utf-8").partition(matrix.README_BEGINS)
    rows = [
        line.split(" | ") for line in rest.partition(matrix.README_ENDS)[0].split("\n")
    ]
    names = [cell.strip("| `") for cell in rows[1]]
    assert names == ["component", "reference", *(port.name for port in WHOLE)]
    assert [row[0].strip("| *") for row in rows[3:-3]] == [
        *SPECIFICATION.components,
        "total",
    ]
