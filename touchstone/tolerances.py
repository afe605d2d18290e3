"""What a tolerance is, and the precisions for which it has a value.

A tolerance belongs to a kind of quantity, never to an implementation. Its unit is the
largest absolute difference; values larger than 1 are compared relative to themselves.
A specification keeps its tolerances in one file; `touchstone.mutation` measures how far
they are from rounding noise and from the rivals.
"""

from dataclasses import dataclass

PRECISIONS = ("float32", "tf32", "bfloat16")
NOISE_MARGIN = 4  # a tolerance is at least this many times a clause's rounding noise
RIVAL_MARGIN = 10  # a rival exceeds the tolerance this many times in some clause


@dataclass(frozen=True)
class Tolerance:
    """The largest difference that counts as rounding, for each precision."""

    float32: float
    tf32: float
    bfloat16: float
