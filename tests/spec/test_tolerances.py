"""The tolerances are well above rounding noise."""

import pytest

from spec_tests import SPECIFICATION, tolerances
from tests.running import ROOT
from tests.spec.findings import findings_of
from touchstone.mutation import page
from touchstone.tolerances import NOISE_MARGIN, PRECISIONS, Tolerance

PAGE = (ROOT / "docs" / "RIVALS.md").read_text(encoding="utf-8")
TOLERANCES = {n: v for n, v in vars(tolerances).items() if isinstance(v, Tolerance)}


@pytest.mark.parametrize("name", TOLERANCES)
def test_coarser_precisions_have_larger_tolerances(name):
    widths = [getattr(TOLERANCES[name], precision) for precision in PRECISIONS]
    assert widths[0] > 0
    assert widths == sorted(widths)


@pytest.mark.parametrize("component", SPECIFICATION.components)
def test_tolerance_is_above_the_noise(component):
    for clause_id, measures in findings_of(component).noise.items():
        assert list(measures) == list(PRECISIONS)
        for precision, measure in measures.items():
            assert measure.ratio * NOISE_MARGIN <= 1, (clause_id, precision)


def test_the_page_shows_the_noise():
    kept = page.calibration_in(PAGE)
    today: dict[str, list[str]] = {}
    for component in SPECIFICATION.components:
        noise = findings_of(component).noise
        today |= {name: page.noise_cells(noise[name]) for name in noise}
    assert list(kept) == list(today)
    for clause_id, cells in today.items():
        assert all(map(page.alike, kept[clause_id][2:], cells)), clause_id
