"""Calibration: the rounding noise of right implementations, clause by clause.

The noise of a clause is the largest error that the oracle makes when it rounds as an
implementation does, in units of the tolerance: above 1 the clause would fail.
"""

import functools
from collections.abc import Iterable
from contextvars import copy_context
from typing import Any

from touchstone.arithmetic import arithmetic
from touchstone.clauses import Clause
from touchstone.comparisons import PRECISION, Comparison
from touchstone.mutation.kill_matrix import Measure
from touchstone.specification import Specification

ROUNDINGS = {
    "float32": ("float32", "reordered"),
    "tf32": ("tf32",),
    "bfloat16": ("bfloat16",),
}


class Rounding:
    """The oracles of a specification, as an implementation that rounds in every call."""

    def __init__(self, specification: Specification, name: str):
        self._specification, self._name = specification, name

    def __getattr__(self, component: str) -> "_Rounded":
        return _Rounded(self._specification.oracle(component), self._name)

    def declares(self, attribute: str, default: object = None) -> object:
        return default


class _Rounded:
    """An object whose calls, and those of what they return, round."""

    def __init__(self, inner: Any, name: str):
        self._inner, self._name = inner, name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._inner, attribute)
        return _Rounded(value, self._name) if callable(value) else value

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        with arithmetic(self._name):
            value = self._inner(*arguments, **options)
        is_layer = callable(value) or hasattr(value, "named_weights")
        return _Rounded(value, self._name) if is_layer else value


@functools.cache
def noise(
    specification: Specification, clause: Clause, precision: str
) -> Measure | None:
    """Return the largest error of a rounding oracle; None without real comparisons."""
    found: list[Comparison] = []
    for name in ROUNDINGS[precision]:
        found += _comparisons(clause, Rounding(specification, name), precision)
    measures = (Measure.of(comparison) for comparison in found if comparison.tolerance)
    return max(measures, key=lambda measure: measure.ratio, default=None)


def _comparisons(
    clause: Clause, implementation: Rounding, precision: str
) -> Iterable[Comparison]:
    """Return the comparisons of a clause that passes; raise what it raises."""
    context = copy_context()
    context.run(PRECISION.set, precision)
    return context.run(clause.check, implementation)
