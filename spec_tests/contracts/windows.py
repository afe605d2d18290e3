"""Batches of shuffled windows over a sequence, as pairs of inputs and targets.

The shuffle buffer starts with the first shuffle_buffer windows. The next window out is
any one of the buffer, with equal probability, and the next window in takes its place.

Left open: which order a seed gives, except in the stream clause; the order of a second
iteration over the same batches.

Axes: N steps of the sequence, B batch, T window_length - 1
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
H63: Hoeffding 1963, "Probability Inequalities for Sums of Bounded Random Variables".
"""

from collections.abc import Iterable
from typing import Annotated, Protocol

from touchstone.contracts import Array


class Contract(Protocol):
    def batches(
        self,
        sequence: Annotated[Array, "N", "int"],
        /,
        *,
        window_length: int,
        shift: int,
        batch_size: int,
        shuffle_buffer: int,
        seed: int,
    ) -> Iterable[
        tuple[Annotated[Array, "B T", "int"], Annotated[Array, "B T", "int"]]
    ]:
        """Return pairs of inputs and targets, from windows of the sequence.

        A window begins at the first step, and again after each `shift` steps.
        """

    def endless_batches(
        self,
        sequence: Annotated[Array, "N", "int"],
        /,
        *,
        window_length: int,
        shift: int,
        batch_size: int,
        shuffle_buffer: int,
        seed: int,
    ) -> Iterable[
        tuple[Annotated[Array, "B T", "int"], Annotated[Array, "B T", "int"]]
    ]:
        """Return such pairs without end, from the sequence repeated forever."""
