"""Conditional rivals: "mistake M where condition C holds", for named M and every C.

A condition is a pair of levels of two axes. Such a rival is counted if M gives a wrong
result in some row with C, either a row of the specification or one drawn at random. It is
rejected if a row of the specification with C is among them. Only M itself is run, row by
row.
"""

import functools
import warnings
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from touchstone.conditions import Row, random_rows
from touchstone.specification import Specification

DRAWN, SEED = 40, 1


@dataclass(frozen=True)
class Conditional:
    """How many rows a component has; its conditional rivals, and those rejected."""

    component: str
    n_rows: int = 0
    n_rivals: int = 0
    n_rejected: int = 0


@functools.cache
def conditional(specification: Specification, component: str) -> Conditional:
    """Run each named rival of a component on its rows and on some drawn at random."""
    conditions = specification.conditions_of(component)
    if conditions is None:
        return Conditional(component)
    rows = conditions.rows
    drawn = random_rows(conditions.axes, conditions.left_out, DRAWN, SEED)
    shown = rejected = 0
    for rival in specification.rivals_of(component):
        module = getattr(rival, component)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            covered = _conditions(conditions.failing(module, rows))
            every = covered | _conditions(conditions.failing(module, drawn))
        shown, rejected = shown + len(every), rejected + len(covered)
    return Conditional(component, len(rows), shown, rejected)


def _conditions(rows: list[Row]) -> set[Any]:
    """Return the pairs of levels in any of the rows."""
    return {pair for row in rows for pair in combinations(row.items(), 2)}
