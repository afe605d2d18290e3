"""Choosing the next class: probabilities at a temperature, and random draws.

The logit of a class with probability 0 is minus infinity. Left open: which draws a seed
gives, except in the stream clauses.

Axes: B batch, V classes
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
H63: Hoeffding 1963, "Probability Inequalities for Sums of Bounded Random Variables".
"""

from typing import Annotated, Protocol

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
