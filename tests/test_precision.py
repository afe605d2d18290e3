"""`--precision` widens the tolerances for rounded products, and for nothing else."""

import functools

import pytest

from spec_tests.calibration import Rounding
from spec_tests.clauses import all_clauses, clauses_of, components
from spec_tests.compare import PROFILE
from spec_tests.rivals import rivals_of
from spec_tests.tolerances import PROFILES
from tests.running import ROOT, run_spec, write

CLAUSES = all_clauses()
# clauses of a few matrix products each, one after another
OF_PRODUCTS = ["REC-06", "ATT-02", "MHA-06", "CHR-12", "ED-05", "SEN-07", "TRF-06"]
COARSE = [name for name in PROFILES if name != "float32"]


@pytest.fixture
def at(monkeypatch):
    """Return a function that puts the tolerances of a precision in force."""
    token = PROFILE.set("float32")
    yield PROFILE.set
    PROFILE.reset(token)


@pytest.mark.parametrize("precision", COARSE)
@pytest.mark.parametrize("clause_id", OF_PRODUCTS)
def test_rounded_products_pass_at_their_precision_alone(at, clause_id, precision):
    clause = CLAUSES[clause_id]
    at(precision)
    assert not clause.rejects(Rounding(precision))
    at("float32")
    assert clause.rejects(Rounding(precision))
    assert not clause.rejects(Rounding("float32"))


@pytest.mark.parametrize("precision", COARSE)
@pytest.mark.parametrize("component", components())
def test_rivals_are_rejected_at_every_precision(at, component, precision):
    at(precision)
    clauses = [c for c in clauses_of(component) if c.level != "stream"]
    accepted = [
        rival.name
        for rival in rivals_of(component)
        if not any(clause.rejects(rival) for clause in clauses)
    ]
    assert accepted == HIDDEN.get((component, precision), [])
