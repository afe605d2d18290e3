"""Calibration: the rounding noise of right implementations, clause by clause.

The noise of a clause is the largest error budget that the oracle uses when it rounds as
an implementation does. A budget is in units of the tolerance: 1 is the line between a
pass and a failure. `kill_matrix` holds the budgets with which rivals fail.
"""

import functools
from collections.abc import Callable
from contextvars import copy_context

from spec_tests.clauses import Clause, Implementation
from spec_tests.compare import PROFILE, Comparison
from spec_tests.kill_matrix import Measure, quiet
from spec_tests.oracles.arithmetic import arithmetic

ROUNDINGS = {
    "float32": ("float32", "reordered"),
    "tf32": ("tf32",),
    "bfloat16": ("bfloat16",),
}


class Rounding:
    """The oracles, as an implementation that rounds in every call."""

    def __init__(self, name: str):
        self._name = name
        self._oracles = Implementation("spec_tests.oracles")

    def __getattr__(self, component: str):
        return _Rounded(getattr(self._oracles, component), self._name)

    def declares(self, attribute: str, default=None):
        return default


class _Rounded:
    """An object whose calls, and those of what they return, round."""

    def __init__(self, inner, name: str):
        self._inner, self._name = inner, name

    def __getattr__(self, attribute: str):
        value = getattr(self._inner, attribute)
        return _Rounded(value, self._name) if callable(value) else value

    def __call__(self, *arguments, **options):
        with arithmetic(self._name):
            value = self._inner(*arguments, **options)
        is_layer = callable(value) or hasattr(value, "named_weights")
        return _Rounded(value, self._name) if is_layer else value


@functools.cache
def noise(clause: Clause, profile: str) -> Measure | None:
    """Return what a rounding oracle uses at most; None without real comparisons."""
    comparisons: list[Comparison] = []
    for name in ROUNDINGS[profile]:
        put = functools.partial(clause.put_to, Rounding(name))
        comparisons += [c for c in _at(profile, put) if c.tolerance]
    return max(map(Measure.of, comparisons), key=lambda m: m.budget, default=None)


def _at(profile: str, call: Callable):
    """Return what the call returns with the tolerances of the profile."""
    context = copy_context()
    context.run(PROFILE.set, profile)
    with quiet():
        return context.run(call)
