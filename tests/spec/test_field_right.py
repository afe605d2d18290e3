"""Right implementations that differ in what a contract leaves open pass every clause."""

import importlib

import pytest

from spec_tests import SPECIFICATION
from touchstone.engine import check_clause
from touchstone.outcomes import Outcome
from touchstone.rivals import Rival

HOME = "tests.spec.field_right"


def alternatives(component):
    """Return a component's right alternatives, none where it has no file."""
    try:
        module = importlib.import_module(f"{HOME}.{component}")
    except ModuleNotFoundError:
        return []
    return [value for value in vars(module).values() if isinstance(value, Rival)]


FOUND = [(c, found) for c in SPECIFICATION.components for found in alternatives(c)]


def test_there_are_three_of_nearly_every_component():
    numbers = {c: len(alternatives(c)) for c in SPECIFICATION.components}
    assert numbers.pop("corpora") == 0
    assert min(numbers.values()) >= 3, numbers


@pytest.mark.parametrize(("component", "right"), FOUND, ids=repr)
def test_what_is_right_in_another_way_passes(component, right):
    assert right.module
    for clause in SPECIFICATION.clauses_of(component):
        if not clause.stream:
            result = check_clause(clause, right)
            assert result.outcome is Outcome.PASSED, f"{clause.id}: {result.message}"
