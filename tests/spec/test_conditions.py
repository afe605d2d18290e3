"""Each axis of a contract has a clause, and no level is named in vain."""

import importlib
import inspect
import re

import pytest

from spec_tests import SPECIFICATION
from touchstone.conditions import HISTORY, is_left_out

COMPONENTS = [
    name
    for name in SPECIFICATION.components
    if hasattr(SPECIFICATION.contract(name), "AXES")
]


def held(component):
    """Return the axes that clauses hold, in their order."""
    clauses = [c for c in SPECIFICATION.clauses_of(component) if c.of_conditions]
    found = [
        re.findall(r'conditions\.hold\("(\w+)"\)', inspect.getsource(c.function))
        for c in clauses
    ]
    return [axis for axes in found for axis in axes]


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_axis_has_a_clause(component):
    axes = [*SPECIFICATION.contract(component).AXES, HISTORY]
    assert sorted(held(component)) == sorted(axes)


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_level_is_in_a_row(component):
    rows = importlib.import_module(f"spec_tests.test_{component}").ROWS.rows
    contract = SPECIFICATION.contract(component)
    for axis, levels in contract.AXES.items():
        assert {repr(level) for level in levels} == {repr(row[axis]) for row in rows}
    assert not any(is_left_out(row, contract.LEFT_OUT) for row in rows)
