"""What is generated is up to date, and the pages say what is there."""

import argparse
import json
import re

import pytest

from benchmarks import report
from benchmarks.peers import CHAPTER
from spec_tests import SPECIFICATION
from tests.running import ROOT
from touchstone import command, plugin, settings
from touchstone.outcomes import Level, Outcome
from touchstone.verdict import Conformance, Status

GENERATION = "text_generation", "complete"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_component_has_its_files():
    for component in SPECIFICATION.components:
        for folder in (
            *(f"spec_tests/{f}" for f in ("contracts", "oracles", "rivals")),
            "reference",
        ):
            assert (ROOT / folder / f"{component}.py").exists()


def test_readme_has_the_figures_of_the_rivals():
    summary = read("docs/RIVALS.md").partition("## Summary")[2].partition("|")[0]
    rejected = read("README.md").partition("*rivals*")[2].partition("docs/RIVALS.md")[0]
    figures = set(re.findall(r"\d[\d.]*\d", summary))
    assert len(figures) > 5
    assert figures <= set(re.findall(r"\d[\d.]*\d", rejected))


def test_readme_counts_the_rivals_that_lower_precision_hides():
    from tests.spec.test_precision import HIDDEN, HIDDEN_FIELD

    text = " ".join(
        read("README.md").partition("Lower precision hides")[2][:400].split()
    )
    hidden = dict.fromkeys(("tf32", "bfloat16"), 0)
    for (_, precision), rivals in HIDDEN.items():
        hidden[precision] += len(rivals.split())
    of_both = sum(len(rivals.split()) for rivals in HIDDEN_FIELD.values())
    hidden = {name: number + of_both for name, number in hidden.items()}
    assert text.startswith(f"mistakes: {hidden['tf32']} rivals pass")
    assert f" {hidden['bfloat16']} with those of `bfloat16`" in text


def test_readme_has_the_measured_speeds():
    """Each peer's char-RNN step, and how much slower the chapter's pipelines are."""
    comparisons = {
        (found["component"], found["function"]): found["peers"]
        for found in json.loads(read("benchmarks/results/peers.json"))["comparisons"]
    }
    section = read("README.md").partition("## Speed")[2].partition("\n## ")[0]
    steps = [
        report.milliseconds(peer["median"])
        for peer in comparisons["char_rnn", "train_step"]
        if peer["name"] != CHAPTER or "2.0.0" in peer["note"]
    ]
    times = [
        str(round(peer["ratio"]["median"]))
        for key in (("windows", "pipeline"), ("char_rnn", "pipeline"), GENERATION)
        for peer in comparisons[key]
        if peer["name"] == CHAPTER
    ]
    assert len(steps) >= 6
    assert len(times) == 3
    assert set(steps + times) <= set(re.findall(r"\d[\d.]*\d", section))


def test_readme_output_has_the_clauses_of_today():
    """The seconds are those of one run; the clauses are counted again."""
    lines = read("README.md").partition("```text\n")[2].partition("```")[0].splitlines()
    given = {line.split()[0]: line.split()[1:] for line in lines[2:-2]}
    assert given == {
        name: [str(n), str(n), "conforms"]
        for name in SPECIFICATION.components
        for n in [len(SPECIFICATION.clauses_of(name))]
    }
    total = str(len(SPECIFICATION.clauses))
    assert lines[-2].split() == ["total", total, total]
    assert lines[-1].startswith(f"{total} passed in ")
    assert set(re.findall(r"of (\d+) clauses checked", read("README.md"))) == {total}


def test_readme_commands_are_make_targets():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    pages = "".join(map(read, ("README.md", "CONTRIBUTING.md", "RELEASING.md")))
    used = set(re.findall(r"(?:`|^\$ )make ([a-z-]+)", pages, re.M))
    assert used
    assert used <= targets


PAGES = ("README.md", "CONTRIBUTING.md", "RELEASING.md", "CHANGELOG.md", *(
    f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))
))  # fmt: skip


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of the commands by name."""
    [found] = [
        action.choices
        for action in command.parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return found


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    return {name for name in parser._option_string_actions if name.startswith("--")}


def shown_commands(text: str) -> list[str]:
    """Return the commands `touchstone ...` of a page, whatever surrounds them."""
    in_words = re.findall(r"`(touchstone [a-z-][^`]*)`", text)
    in_blocks = re.findall(r"^(?:\$ |    |reproduce: )(touchstone .*)", text, re.M)
    return [" ".join(found.split()) for found in (*in_words, *in_blocks)]


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_a_page_shows_exist(page):
    known = commands()
    text = read(page)
    assert text.count("python -m spec_tests") == (page == "CHANGELOG.md") * 3
    for shown in shown_commands(text):
        name, *words = re.split(r"[ ;]+", shown)[1:]
        assert name in known, shown
        used = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert used <= options_of(known[name]), shown


def test_the_pages_show_commands():
    shown = [found for page in PAGES for found in shown_commands(read(page))]
    assert {found.split()[1] for found in shown} == set(commands())


def between(text: str, begins: str, ends: str) -> str:
    assert text.count(begins) == text.count(ends) == 1
    return text.partition(begins)[2].partition(ends)[0]


def cells(table: str) -> list[list[str]]:
    """Return the cells of a table's rows, without the backticks around them."""
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip(" `*") for cell in line.split("|")[1:-1]] for line in lines[1:]]


def test_readme_table_of_options_is_what_is_defined(pytestconfig):
    table = between(read("README.md"), "<!-- options -->", "<!-- end of options -->")
    rows = cells(table)
    assert all(row[-1] for row in rows)
    assert {row[0] for row in rows} == options_of(commands()["check"]) - {"--help"} | {
        "TARGET"
    }
    names_ = *plugin._SETTINGS, "report", "save-case"
    prefixed = {f"--touchstone-{name}" for name in names_}
    assert {row[1] for row in rows} - {""} == prefixed | {"--touchstone-strict"}
    names_ = *plugin._SETTINGS, *plugin._OF_COMMAND
    names = {"touchstone_" + name.replace("-", "_") for name in names_}
    assert names == {settings.PREFIX + name for name in settings.NAMES}
    assert {row[2] for row in rows} - {""} == names
    for first, option, ini, variable, _ in rows:
        name = "implementation" if first == "TARGET" else first.removeprefix("--")
        assert option in ("", f"--touchstone-{name}")
        assert ini in ("", f"touchstone_{name.replace('-', '_')}")
        assert variable == ini.upper()
        if option:
            pytestconfig.getoption(option.removeprefix("--").replace("-", "_"))
        if ini:
            pytestconfig.getini(ini)


@pytest.mark.parametrize(
    ("heading", "first_cells"),
    [
        ("### Outcomes of a clause", [outcome.label for outcome in Outcome]),
        ("### Levels and verdicts", [verdict.value for verdict in Conformance]),
        ("### Exit status", [str(int(status)) for status in Status]),
    ],
)
def test_readme_explains_every(heading, first_cells):
    section = read("README.md").partition(f"{heading}\n")[2].partition("\n### ")[0]
    assert [row[0] for row in cells(section) if "--" not in row[0]] == first_cells


def test_readme_names_every_level_that_occurs():
    section = read("README.md").partition("### Levels and verdicts")[2]
    section = section.partition("|")[0].lower()
    used = {clause.level for clause in SPECIFICATION.clauses.values()}
    assert [f"*{level.label}*" in section for level in Level if level in used] == [
        True
    ] * len(used)


def test_readme_names_every_folder():
    table = read("README.md").partition("## The repository")[2]
    named = {row[0].rstrip("/`") for row in cells(table) if row[0].endswith("/")}
    folders = {path.parent.name for path in ROOT.glob("*/*.py")} | {"docs"}
    assert named == folders


GLOSSARY = {
    "adapter", "clause", "contract", "level", "oracle", "probe", "rival", "verdict",
    "witness",
}  # fmt: skip


def test_glossary_explains_the_projects_words_in_a_sentence_each():
    entries = re.findall(r"^- \*\*(.+?)\.\*\* (.+?)(?=^- |\Z)", read("docs/glossary.md"),
                         re.M | re.S)  # fmt: skip
    assert {name.lower() for name, _ in entries} >= GLOSSARY
    assert [name for name, _ in entries] == sorted(name for name, _ in entries)
    for name, text in entries:
        assert text.strip().endswith("."), name
        assert not re.search(r"\. [A-Z]", text), name


def test_pages_name_the_chapter():
    for page in "README.md", "CONTRIBUTING.md":
        before = re.split(r"\bthe\s+chapter\b|\bThe\s+chapter\b", read(page))[0]
        assert "Géron" in read(page)[: len(before) + 100], page


def test_changelog_names_every_clause_prefix():
    prefixes = {clause_id.partition("-")[0] for clause_id in SPECIFICATION.clauses}
    assert {p for p in prefixes if f"{p}-" not in read("CHANGELOG.md")} == set()
