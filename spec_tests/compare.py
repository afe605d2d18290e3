"""The comparisons that clauses make: `agrees`, `equals`, `refuses`.

Each keeps what it compared, so that a failure can show its error budget and be compared
with the rivals' outputs, and so that the rounding noise of a clause can be measured.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from spec_tests.tolerances import Tolerance

PROFILE: ContextVar[str] = ContextVar("profile", default="float32")


@dataclass(frozen=True)
class Comparison:
    """One comparison of a clause; `budget` is the error in units of the tolerance."""

    actual: Any
    expected: Any
    budget: float
    tolerance: float


RECORD: ContextVar[list[Comparison] | None] = ContextVar("record", default=None)


@contextmanager
def recording() -> Iterator[list[Comparison]]:
    """Keep the comparisons made inside the block in the list that it is given."""
    comparisons: list[Comparison] = []
    token = RECORD.set(comparisons)
    try:
        yield comparisons
    finally:
        RECORD.reset(token)


class Disagreement(AssertionError):
    """The implementation's value is not the specified one.

    `comparison` is what was compared, `position` its place among the clause's comparisons.
    """

    def __init__(self, message: str, comparison: Comparison, position: int):
        super().__init__(message)
        self.comparison, self.position = comparison, position


def array(value) -> np.ndarray:
    """Return an implementation's tensor as an array, whatever device it lies on."""
    for step in "detach", "cpu":  # PyTorch's, called without importing it
        value = getattr(value, step, lambda value=value: value)()
    return np.asarray(value)


def agrees(
    actual, expected, tolerance: Tolerance, *, scale=1.0, what: str = "the output"
) -> None:
    """Assert that real values agree within the tolerance of the profile in force.

    `scale`, broadcast over the values, is the factor by which rounding is known to grow.
    """
    actual, expected = array(actual), np.asarray(expected)
    if actual.shape != expected.shape:
        message = f"{what} has shape {actual.shape}, specified is {expected.shape}"
        _disagree(message, actual, expected)
    if not np.issubdtype(actual.dtype, np.floating):
        message = f"{what} has dtype {actual.dtype}, specified are real numbers"
        _disagree(message, actual, expected)
    allowed = getattr(tolerance, PROFILE.get()) * scale
    allowed = allowed * np.maximum(1, np.abs(expected))
    error = np.abs(actual.astype(np.float64) - expected)
    budget = np.where(np.isnan(error), np.inf, error / allowed)
    worst = np.unravel_index(np.argmax(budget), budget.shape) if budget.size else ()
    largest = float(budget[worst]) if budget.size else 0.0
    limit = float(np.broadcast_to(allowed, budget.shape)[worst]) if budget.size else 0.0
    if largest > 1:
        where = f"[{', '.join(map(str, worst))}]"
        wrong = int(np.sum(budget > 1))
        message = (
            f"{what}{where if worst else ''} is {actual[worst]:.7g}, "
            f"specified is {expected[worst]:.7g}\n"
            f"difference {error[worst]:.3g}, tolerance {limit:.3g} "
            f"({PROFILE.get()}), error budget {largest:.3g}x; "
            f"{wrong} of {budget.size} values differ"
        )
        _disagree(message, actual, expected, largest, limit)
    _keep(Comparison(actual, expected, largest, limit))


def equals(actual, expected, *, what: str = "the output") -> None:
    """Assert that integers, text, shapes or nested lists of them are the same."""
    if isinstance(expected, np.ndarray):
        actual = array(actual)
        if actual.shape != expected.shape:
            message = f"{what} has shape {actual.shape}, specified is {expected.shape}"
            _disagree(message, actual, expected)
        different = actual != expected
        if different.any():
            first = tuple(int(i) for i in np.argwhere(different)[0])
            message = (
                f"{what}{list(first)} is {actual[first]}, "
                f"specified is {expected[first]}; "
                f"{int(different.sum())} of {different.size} values differ"
            )
            _disagree(message, actual, expected)
    elif actual != expected:
        message = f"{what} is {_short(actual)}, specified is {_short(expected)}"
        _disagree(message, actual, expected)
    _keep(Comparison(actual, expected, 0.0, 0.0))


def holds(condition: bool, claim: str, actual) -> None:
    """Assert a condition on the implementation's value; the claim is the failure."""
    if not condition:
        _disagree(f"{claim} does not hold, got {_short(actual)}", actual, claim)
    _keep(Comparison(actual, claim, 0.0, 0.0))


def is_absence(error: BaseException) -> bool:
    """Say whether an exception means that there is nothing to check, or cannot be."""
    named = type(error).__name__ == "Unrepresentable"
    return named or isinstance(error, NotImplementedError)


def refuses(call: Callable[[], Any], argument: str, value) -> None:
    """Assert a ValueError whose message names the argument and shows the value."""
    wanted = "specified is a ValueError that names the argument and the value"
    given = f"{argument}={value!r}"
    try:
        call()
    except ValueError as error:
        for part in argument, str(value):
            if part not in str(error):
                message = f"the ValueError for {given} lacks {part!r}: {error}"
                _disagree(message, [given, "lacks", part], wanted, cause=error)
    except Exception as error:
        if is_absence(error):
            raise
        kind = type(error).__name__
        message = f"{given} raises {kind}: {error}\n{wanted}"
        _disagree(message, [given, "raises", kind], wanted, cause=error)
    else:
        _disagree(f"{given} is accepted, {wanted}", [given, "accepted"], wanted)


def _keep(comparison: Comparison) -> None:
    record = RECORD.get()
    if record is not None:
        record.append(comparison)


def _disagree(
    message, actual, expected, budget=float("inf"), tolerance=0.0, cause=None
) -> None:
    position = len(RECORD.get() or [])
    comparison = Comparison(actual, expected, budget, tolerance)
    raise Disagreement(message, comparison, position) from cause


def _short(value, most: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"
