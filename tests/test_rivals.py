"""Every clause rejects a rival, every rival is rejected, and the oracles conform."""

import importlib

import pytest

from spec_tests import rivals_page
from spec_tests.clauses import Implementation, clauses_of, components
from spec_tests.kill_matrix import kills_of
from spec_tests.rivals import rivals_of, views_of
from spec_tests.tolerances import RIVAL_MARGIN
from tests.running import ROOT

ALL = [(name, clause) for name in components() for clause in clauses_of(name)]

PAGE = (ROOT / "docs" / "RIVALS.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def oracles():
    return Implementation("spec_tests.oracles")


@pytest.mark.parametrize("clause", [c for _, c in ALL], ids=lambda c: c.id)
def test_the_oracle_conforms(clause, oracles):
    if clause.level != "stream":
        clause.put_to(oracles)


@pytest.mark.parametrize("component", components())
def test_every_rival_is_rejected(component):
    rejected = kills_of(component).rejected
    assert rejected
    assert [rival for rival, ids in rejected.items() if not ids] == []


@pytest.mark.parametrize("component", components())
def test_every_clause_rejects_a_rival(component):
    kills = kills_of(component)
    assert [c.id for c in kills.clauses if not kills.by(c.id)] == []


@pytest.mark.parametrize("component", components())
def test_a_clause_has_a_rival_of_its_own_or_is_a_view(component):
    kills = kills_of(component)
    without = {c.id for c in kills.clauses if not kills.own(c.id)}
    assert without == set(views_of(component))


@pytest.mark.parametrize("component", components())
def test_a_view_has_a_reason(component):
    assert all(views_of(component).values())


@pytest.mark.parametrize("component", components())
def test_the_page_shows_the_kill_matrix(component):
    kills = kills_of(component)
    row = rivals_page.table(rivals_page.named_row(kills), [])[0]
    assert f"\n{row}\n" in PAGE
    assert f"\n{rivals_page.named_part(kills)}" in PAGE


@pytest.mark.parametrize("component", components())
def test_rivals_exceed_the_tolerance(component):
    """A rival that differs in real values does so by far, in at least one clause."""
    for rival, failures in kills_of(component).failures.items():
        budgets = [measure.budget for measure in failures.values() if measure]
        assert not budgets or max(budgets) >= RIVAL_MARGIN, rival


@pytest.mark.parametrize("component", components())
def test_the_page_shows_the_nearest_rivals(component):
    kills, kept = kills_of(component), rivals_page.kept_cells(PAGE)
    for clause_id in kept.keys() & {clause.id for clause in kills.clauses}:
        name, distance = rivals_page.nearest_cells(kills, clause_id)
        assert kept[clause_id][0] == name
        assert rivals_page.alike(kept[clause_id][1], distance)


def test_the_page_sums_up():
    rows: dict[int, list] = {
        len(row): [] for row in (rivals_page.NAMED, rivals_page.SYSTEMATIC)
    }
    for row in rivals_page.rows_in(PAGE):
        if row[0] in components():
            rows[len(row)].append(row)
    assert [len(found) for found in rows.values()] == [len(components())] * 2
    assert rivals_page.sentences(*rows.values()) in PAGE


@pytest.mark.parametrize("component", components())
def test_every_rival_says_its_mistake(component):
    mistakes = [rival.mistake for rival in rivals_of(component)]
    assert all(mistakes)
    assert len(set(mistakes)) == len(mistakes)


@pytest.mark.parametrize("component", components())
def test_rivals_stand_in_for_public_names(component):
    oracle = importlib.import_module(f"spec_tests.oracles.{component}")
    for rival in rivals_of(component):
        names = [name for name in vars(rival._mistaken) if not name.startswith("_")]
        assert names
        assert [name for name in names if not hasattr(oracle, name)] == []
