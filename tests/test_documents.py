"""What is generated is up to date, and the pages say what is there."""

import json
import re

from benchmarks import report
from benchmarks.peers import CHAPTER
from spec_tests import SPECIFICATION
from tests.running import ROOT

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
        for port in "pytorch", "jax", "keras3":
            assert (ROOT / "alternatives" / port / f"{component}.py").exists()


def test_readme_has_the_figures_of_the_rivals():
    summary = read("docs/RIVALS.md").partition("## Summary")[2].partition("|")[0]
    rejected = read("README.md").partition("*rivals*")[2].partition("docs/RIVALS.md")[0]
    figures = set(re.findall(r"\d[\d.]*\d", summary))
    assert len(figures) > 5
    assert figures <= set(re.findall(r"\d[\d.]*\d", rejected))


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


def test_readme_commands_are_make_targets():
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    pages = read("README.md") + read("CONTRIBUTING.md")
    used = set(re.findall(r"(?:`|^\$ )make ([a-z-]+)", pages, re.M))
    assert used
    assert used <= targets


def test_changelog_names_every_clause_prefix():
    prefixes = {clause_id.partition("-")[0] for clause_id in SPECIFICATION.clauses}
    assert {p for p in prefixes if f"{p}-" not in read("CHANGELOG.md")} == set()
