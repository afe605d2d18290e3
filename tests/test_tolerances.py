"""The tolerances stand well above rounding noise."""

import pytest

from spec_tests import rivals_page
from spec_tests.calibration import noise
from spec_tests.clauses import all_clauses
from spec_tests.tolerances import NOISE_MARGIN, PROFILES
from tests.running import ROOT

CLAUSES = [c for c in all_clauses().values() if c.level != "stream"]
PAGE = (ROOT / "docs" / "RIVALS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_tolerance_is_above_the_noise(clause, profile):
    measured = noise(clause, profile)
    assert measured is None or measured.budget * NOISE_MARGIN <= 1


def test_the_page_shows_the_noise():
    kept = rivals_page.kept_cells(PAGE)
    today = {c.id: cells for c in CLAUSES if (cells := rivals_page.noise_cells(c))}
    assert set(kept) == set(today)
    for clause_id, cells in today.items():
        assert all(map(rivals_page.alike, kept[clause_id][2:], cells)), clause_id
