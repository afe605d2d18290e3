"""Every clause rejects a rival, every rival is rejected, and the oracles conform."""

import pytest

from spec_tests import SPECIFICATION
from tests.running import ROOT
from tests.spec.findings import findings_of, kills_in, measurements
from touchstone.engine import check_clause, load
from touchstone.mutation import page
from touchstone.outcomes import Outcome
from touchstone.tolerances import RIVAL_MARGIN

COMPONENTS = SPECIFICATION.components
MOST_ACCEPTED = 13
# Rivals of which every clause sees a few tolerances alone.
NEAR = {
    (
        "char_rnn",
        "second_beta_too_small",
    ): "a few steps of Adam show little of its second moment",
    (
        "sampling",
        "temperature_at_least_a_hundredth",
    ): "what is drawn apart, rounds as much",
    (
        "text_generation",
        "classes_of_8_bits",
    ): "probabilities of 300 characters are small",
}
CLAUSES = [c for c in SPECIFICATION.clauses.values() if not c.stream]
PAGE = (ROOT / "docs" / "RIVALS.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def oracles():
    return load("spec_tests.oracles")


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_the_oracle_conforms(clause, oracles):
    result = check_clause(clause, oracles)
    assert result.outcome is Outcome.PASSED, result.message


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_rival_is_rejected(component):
    failures = kills_in(component).failures
    assert list(failures) == [r.name for r in SPECIFICATION.rivals_of(component)]
    assert failures
    accepted = {name for name, failed in failures.items() if not failed}
    assert accepted == set(SPECIFICATION.accepted(component))


def test_few_rivals_of_the_field_are_accepted():
    """The list of those that no clause rejects yet grows no longer."""
    accepted = [SPECIFICATION.accepted(component) for component in COMPONENTS]
    assert sum(map(len, accepted)) <= MOST_ACCEPTED
    field = [r for c in COMPONENTS for r in SPECIFICATION.rivals_of(c) if r.report]
    assert {name for names in accepted for name in names} <= {r.name for r in field}


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_clause_rejects_a_rival(component):
    kills = kills_in(component)
    assert [name for name in kills.clauses if not kills.rejecting(name)] == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_clause_rejects_a_rival_alone_or_is_redundant(component):
    kills = kills_in(component)
    without = {name for name in kills.clauses if not kills.rejecting_alone(name)}
    assert without == set(SPECIFICATION.redundant(component))


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_redundant_clause_has_a_reason(component):
    assert all(SPECIFICATION.redundant(component).values())


@pytest.mark.parametrize("component", COMPONENTS)
def test_rivals_exceed_the_tolerance(component):
    """A rival that differs in real values does so by far, in at least one clause."""
    for rival, failed in kills_in(component).failures.items():
        ratios = [measure.ratio for measure in failed.values() if measure]
        if (component, rival) in NEAR:
            assert 1 < max(ratios) < RIVAL_MARGIN
        else:
            assert not ratios or max(ratios) >= RIVAL_MARGIN, rival


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_rival_says_its_mistake(component):
    mistakes = [rival.mistake for rival in SPECIFICATION.rivals_of(component)]
    assert all(mistakes)
    assert len(set(mistakes)) == len(mistakes)


@pytest.mark.parametrize("component", COMPONENTS)
def test_rivals_replace_public_names(component):
    oracle = SPECIFICATION.oracle(component)
    for rival in SPECIFICATION.rivals_of(component):
        assert rival.module  # a patch that does not match raises
        replaced = getattr(rival, "mistaken", None)
        names = [name for name in vars(replaced or oracle) if not name.startswith("_")]
        assert names
        assert [name for name in names if not hasattr(oracle, name)] == []


# docs/RIVALS.md


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_page_shows_the_kill_matrix(component):
    kills = kills_in(component)
    row = page.table(page.named_row(SPECIFICATION, kills), [])[0]
    assert f"\n{row}\n" in PAGE
    assert f"\n{page.named_part(SPECIFICATION, kills)}" in PAGE


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_page_shows_the_nearest_rivals(component):
    kills, kept = kills_in(component), page.calibration_in(PAGE)
    for clause_id in kept.keys() & set(kills.clauses):
        name, distance = page.nearest_cells(kills, clause_id)
        assert kept[clause_id][0] == name
        assert page.alike(kept[clause_id][1], distance)


def test_the_page_sums_up():
    found = [findings_of(component) for component in COMPONENTS]
    named = [page.named_row(SPECIFICATION, f.kills) for f in found]
    systematic = [page.systematic_row(f.survey) for f in found]
    rows = [page.conditional_row(f.conditional) for f in found if f.conditional.n_rows]
    assert page.sentences(named, rows, systematic) in PAGE


def test_the_page_is_that_of_the_findings():
    """All but the figures, which differ between machines, stands on the page."""
    fresh = page.page(SPECIFICATION, [m.findings for m in measurements().values()])
    n_cells = len(page.CALIBRATION)

    def lines(text):
        return [x for x in text.splitlines() if len(x.split(" | ")) != n_cells]

    assert lines(fresh) == lines(PAGE)
