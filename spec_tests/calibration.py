"""Calibration: the rounding noise of right implementations, clause by clause.

The noise of a clause is the largest error budget that the oracle uses when it rounds as
an implementation does; the excess of a rival is the budget with which it fails a clause.
Both are in units of the tolerance, so that 1 is the line between a pass and a failure.
"""

import functools
from collections.abc import Callable
from contextvars import copy_context

from spec_tests.clauses import Clause, Implementation, clauses_of
from spec_tests.compare import PROFILE
from spec_tests.oracles.arithmetic import arithmetic
from spec_tests.rivals import rivals_of

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


def noise(clause: Clause, profile: str) -> float | None:
    """Return the largest budget of a rounding oracle; None without real comparisons."""
    budgets = []
    for name in ROUNDINGS[profile]:
        comparisons = _at(profile, functools.partial(clause.put_to, Rounding(name)))
        budgets += [c.budget for c in comparisons if c.tolerance]
    return max(budgets, default=None)


def excesses(component: str, profile: str) -> dict[str, list[float]]:
    """Return, by rival, the budgets with which it fails clauses in real values.

    A rival that fails in shapes, integers or errors alone is left out.
    """
    found: dict[str, list[float]] = {}
    for rival in rivals_of(component):
        for clause in clauses_of(component):
            failure = _at(profile, functools.partial(clause.disagreement, rival))
            if failure is not None and failure.comparison.tolerance:
                found.setdefault(rival.name, []).append(failure.comparison.budget)
    return found


def _at(profile: str, call: Callable):
    """Return what the call returns with the tolerances of the profile."""
    context = copy_context()
    context.run(PROFILE.set, profile)
    return context.run(call)
