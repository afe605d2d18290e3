"""Diagnosis: which rival a failing implementation equals."""

import numpy as np

from spec_tests.clauses import Clause
from spec_tests.compare import Disagreement
from spec_tests.rivals import Rival, rivals_of

DECISIVE = 0.05  # of the distance to the specified value: nearer, and it is the rival


def resemblances(clause: Clause, found: Disagreement) -> list[tuple[Rival, float]]:
    """Return the rivals that fail the clause with the same output, nearest first.

    With each comes its distance: the largest difference from the found output.
    """
    near = []
    for rival in rivals_of(clause.component):
        other = clause.disagreement(rival)
        if other is None or other.position != found.position or found.position < 0:
            continue
        distance = _distance(found, other)
        if distance is not None:
            near.append((rival, distance))
    return sorted(near, key=lambda pair: pair[1])


def _distance(found: Disagreement, other: Disagreement) -> float | None:
    """Return the largest difference of two wrong outputs, None where they differ."""
    ours, theirs = found.comparison.actual, other.comparison.actual
    if not isinstance(ours, np.ndarray):
        return 0.0 if type(ours) is type(theirs) and _same(ours, theirs) else None
    if not isinstance(theirs, np.ndarray) or ours.shape != theirs.shape:
        return None
    if not np.issubdtype(ours.dtype, np.floating):
        return 0.0 if np.array_equal(ours, theirs) else None
    expected = found.comparison.expected
    if np.shape(expected) != ours.shape:
        return 0.0 if np.allclose(ours, theirs, atol=1e-5) else None
    apart = float(np.max(np.abs(ours - theirs), initial=0))
    wrong = float(np.max(np.abs(ours - np.asarray(expected)), initial=0))
    return apart if apart <= DECISIVE * wrong else None


def _same(ours, theirs) -> bool:
    return bool(np.all(ours == theirs))


def sentence(pairs: list[tuple[Rival, float]]) -> str:
    """Return what a port's author reads: the mistake that the output equals."""
    named = [
        f"{rival.mistake} [{rival.name}] (largest difference {distance:.1g})"
        for rival, distance in pairs
    ]
    return "looks like: " + "\n        or: ".join(named)
