"""Choosing the next class: probabilities at a temperature, and random draws.

The logit of a class with probability 0 is minus infinity. Left open: which draws a seed
gives, except in the stream clauses. A row of logits that are all minus infinity, or of
which one is NaN or infinite, is no distribution: it is refused.

Axes: B batch, V classes
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
H63: Hoeffding 1963, "Probability Inequalities for Sums of Bounded Random Variables".
"""

from collections.abc import Callable
from typing import Annotated, Protocol

from touchstone.conditions import Row
from touchstone.contracts import Array


class Contract(Protocol):
    def apply_temperature(
        self, probabilities: Annotated[Array, "... V"], temperature: float, /
    ) -> Annotated[Array, "... V"]:
        """Return the probabilities at the temperature."""

    def categorical(
        self, logits: Annotated[Array, "B V"], /, *, n_samples: int, seed: int
    ) -> Annotated[Array, "B n_samples", "int"]:
        """Return classes drawn with the probabilities of the logits."""


# Rows of the conditions: probabilities rescaled, and draws from their logarithms.
AXES = {
    "batch": ((2,), (), (1,), (3, 2), (40,)),  # the axes before V
    "classes": (4, 1, 2, 128),  # V
    "spread": ("halves", "uniform", "far apart", "close"),
    "impossible": ("none", "first", "last", "all but one"),
    "temperature": (1.0, 0.5, 2.0, 0.01, 0.3, 1.5, 30.0, 0.004, 1e-6),
    "shift": (0, 300, -5000, "other in each row"),  # of the logits
    "n_samples": (1000, 1, 10_000),
    "seed": (42, 0, 2**31 - 1),
    "dtype": ("float32", "float64"),
}
HIDING = {"classes": (1,), "impossible": ("all but one",)}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {
    "no class is possible": lambda row: (
        row["classes"] == 1 and row["impossible"] != "none"
    ),
}
