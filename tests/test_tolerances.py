"""The tolerances stand well above rounding noise and well below the rivals."""

import pytest

from spec_tests.calibration import excesses, noise
from spec_tests.clauses import all_clauses, components
from spec_tests.tolerances import NOISE_MARGIN, PROFILES, RIVAL_MARGIN

CLAUSES = [c for c in all_clauses().values() if c.level != "stream"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_tolerance_is_above_the_noise(clause, profile):
    budget = noise(clause, profile)
    assert budget is None or budget * NOISE_MARGIN <= 1


@pytest.mark.parametrize("component", components())
def test_rivals_exceed_the_tolerance(component):
    """A rival that differs in real values does so by far, in at least one clause."""
    near = {
        rival: max(budgets)
        for rival, budgets in excesses(component, "float32").items()
        if max(budgets) < RIVAL_MARGIN
    }
    assert not near
