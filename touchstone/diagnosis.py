"""Diagnosis: which rivals fail a clause in the same way as an implementation does.

A rival fails in the same way where the same comparison of the clause disagrees and the
compared values are the same, or where the same kind of exception comes out of it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

import numpy as np

from touchstone.clauses import Clause
from touchstone.comparisons import Comparison, Mismatch, Plain
from touchstone.rivals import Rival

# A rival's output is the one found where they differ by at most this share of the error,
# and by this many tolerances: two roundings of one mistake.
DECISIVE = 0.05
TOLERANCES = 10
MOST = 5  # rivals that are named in full
# what rivals raise; any other exception says itself what is wrong
RAISED = (Mismatch, ValueError, TypeError, OSError)


def resemblances(
    clause: Clause, found: BaseException, rivals: Iterable[Rival]
) -> list[Rival]:
    """Return the rivals that fail the clause in the same way, nearest first.

    Where the failure is that of one row, rivals are run on that row alone.
    """
    near = []
    repeat = getattr(found, "touchstone_repeat", None)
    for rival in rivals:
        if repeat is None:
            other = clause.failure(rival)
        else:
            other = repeat(getattr(rival, clause.component))
        distance = _distance(found, other)
        if distance is not None:
            near.append((rival, distance))
    return [rival for rival, _ in sorted(near, key=lambda pair: pair[1])]


def _distance(found: BaseException, other: BaseException | None) -> float | None:
    """Return the largest difference of two failures, None where they are not alike."""
    if not isinstance(found, Mismatch) or not isinstance(other, Mismatch):
        return 0.0 if type(found) is type(other) else None
    if found.position != other.position:
        return None
    ours, theirs = found.comparison.actual, other.comparison.actual
    try:
        if _real(ours) and _real(theirs):
            return _apart(found.comparison, theirs)
        return 0.0 if _same(ours, theirs) else None
    except Exception:  # values of a form that no rival has
        return None


def _real(value: Any) -> TypeGuard[Plain]:
    return isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.floating)


def _apart(found: Comparison, theirs: Plain) -> float | None:
    """Return the largest difference of two wrong arrays, if the error is far larger.

    What is not a number, or is not finite, must be so in both.
    """
    ours, expected = found.actual, found.expected
    finite = np.isfinite(theirs)
    if ours.shape != theirs.shape or not _same(ours[~finite], theirs[~finite]):
        return None
    apart = _largest(ours[finite] - theirs[finite])
    if np.shape(expected) != ours.shape:
        return apart if apart <= 1e-5 else None
    wrong = _largest((theirs - np.asarray(expected))[finite])
    nearest = DECISIVE * wrong if finite.all() else np.inf
    if found.tolerance:
        nearest = min(nearest, TOLERANCES * found.tolerance)
    return apart if apart <= nearest else None


def is_same(ours: Any, theirs: Any) -> bool:
    """Say whether two values found by one comparison are the same, up to rounding."""
    try:
        if _real(ours) and _real(theirs):
            return ours.shape == theirs.shape and np.allclose(
                ours, theirs, rtol=1e-4, atol=1e-5, equal_nan=True
            )
        return _same(ours, theirs)
    except Exception:  # values that cannot be compared
        return False


def _largest(differences: Plain) -> float:
    return float(np.max(np.abs(differences), initial=0))


def _same(ours: Any, theirs: Any) -> bool:
    """Say whether two values are equal, whatever holds them."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(
            _same(value, theirs[name]) for name, value in ours.items()
        )
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if isinstance(ours, np.ndarray) or isinstance(theirs, np.ndarray):
        real = _real(np.asarray(ours))
        return np.array_equal(ours, theirs, equal_nan=real)
    return bool(ours == theirs)


def sentence(rivals: Sequence[Rival], begin: str = "looks like") -> str:
    """Return what a port's author reads: the mistakes that the output equals."""
    if not rivals:
        return ""
    named = [f"{rival.mistake} [{rival.name}]" for rival in rivals[:MOST]]
    if more := [rival.name for rival in rivals[MOST:]]:
        named.append(f"{len(more)} more that fail alike: {', '.join(more)}")
    return f"{begin}: " + f"\n{'or: ':>{len(begin) + 2}}".join(named)
