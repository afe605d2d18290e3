"""SPECIFICATION.md is what the contracts and the clauses say now."""

import re

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import ROOT, write
from touchstone.outcomes import Level, Outcome
from touchstone.outline import contract_of
from touchstone.report import specification as page
from touchstone.verdict import Conformance


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_is_up_to_date():
    assert read("SPECIFICATION.md") == page.document(SPECIFICATION), (
        "make specification"
    )


def test_readme_table_is_up_to_date():
    readme = read("README.md")
    assert page.with_table(readme, SPECIFICATION) == readme, "make specification"


def test_no_clause_is_lost():
    stated = re.findall(r"^- \*\*([A-Z]+-\d\d)\*\*", read("SPECIFICATION.md"), re.M)
    assert sorted(stated) == sorted(SPECIFICATION.clauses)


def test_the_table_adds_up():
    rows = [
        [cell.strip(" *") for cell in line.strip("|").split("|")]
        for line in page.table(SPECIFICATION).splitlines()
    ]
    numbers = [[int(cell) for cell in row[1:]] for row in rows[2:]]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
    assert numbers[-1][-2] == len(SPECIFICATION.clauses)
    assert [row[0] for row in rows[2:-1]] == SPECIFICATION.components


def test_has_every_name_of_the_contracts():
    text = page.document(SPECIFICATION)
    for component in SPECIFICATION.components:
        section = text.partition(f"\n## {component}\n")[2].partition("\n## ")[0]
        contract = contract_of(SPECIFICATION, component)
        assert contract.title in section
        for stated in contract.names:
            assert f"\n{stated.name}(" in section
        for key in contract.keys:
            assert f"\n- {key}: " in section


def test_explains_every_outcome_verdict_and_level():
    text = page.document(SPECIFICATION).partition("## Conventions")[2]
    used = {clause.level for clause in SPECIFICATION.clauses.values()}
    for label in (
        *(outcome.label for outcome in Outcome),
        *(verdict.value for verdict in Conformance),
        *(level.label for level in Level if level in used),
    ):
        assert f"- **{label}**: " in text


def test_a_readme_keeps_what_is_around_the_table():
    readme = f"before\n{page.TABLE_BEGINS}\nold\n{page.TABLE_ENDS}\nafter\n"
    found = page.with_table(readme, SPECIFICATION)
    assert found.startswith(f"before\n{page.TABLE_BEGINS}\n| component |")
    assert found.endswith(f"{page.TABLE_ENDS}\nafter\n")
    assert "old" not in found


@pytest.mark.parametrize("readme", ["", page.TABLE_BEGINS, page.TABLE_ENDS])
def test_a_readme_without_marks_is_refused(readme):
    with pytest.raises(ValueError, match="the README must have"):
        page.with_table(readme, SPECIFICATION)


def test_a_specification_without_contracts_has_a_page(tmp_path, monkeypatch):
    text = (
        'import touchstone\n\n\ndef test_a(implementation):\n    """ONE-01. It holds. '
        '[house]"""\n    touchstone.holds(True, "it", 1)\n'
    )
    write(tmp_path, {"plainly/__init__.py": "", "plainly/test_one.py": text})
    monkeypatch.syspath_prepend(tmp_path)
    found = page.document(
        touchstone.Specification("plainly", title="Plain", version="7")
    )
    assert found.startswith("# The specification: Plain\n\nVersion 7.")
    assert "- **ONE-01** It holds. [house]\n" in found
    assert "```text" not in found
