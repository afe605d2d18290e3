"""The tolerances, all of them, and where they come from.

A tolerance belongs to a kind of quantity, never to an implementation. Its unit is the
largest absolute difference; values larger than 1 are compared relative to themselves.
`spec_tests/calibration.py` measures, clause by clause, the rounding noise of right
implementations (the oracles with every product rounded, and summed in another order), and
`spec_tests/kill_matrix.py` how far the rivals exceed the tolerance; docs/RIVALS.md shows
both. `tests/test_tolerances.py` and `tests/test_rivals.py` assert the margins: the
tolerance is at least NOISE_MARGIN times the noise of every clause, and every rival
exceeds it RIVAL_MARGIN times in some clause.
"""

from dataclasses import dataclass

PROFILES = ("float32", "tf32", "bfloat16")
NOISE_MARGIN = 4
RIVAL_MARGIN = 10


@dataclass(frozen=True)
class Tolerance:
    """The largest difference that counts as rounding, for each arithmetic profile."""

    float32: float
    tf32: float
    bfloat16: float


PROBABILITY = Tolerance(float32=2e-6, tf32=2e-6, bfloat16=2e-6)  # no matrix products
RECURRENT = Tolerance(float32=5e-6, tf32=2.5e-3, bfloat16=2e-2)
ATTENTION = Tolerance(float32=1e-5, tf32=1e-2, bfloat16=8e-2)
TRANSFORMER = Tolerance(float32=5e-6, tf32=2.5e-3, bfloat16=3e-2)  # probabilities
LOSS = Tolerance(float32=1e-6, tf32=2e-3, bfloat16=1e-2)  # of a few training steps
POSITION = Tolerance(float32=4e-7, tf32=4e-7, bfloat16=4e-7)  # times 1 + position
