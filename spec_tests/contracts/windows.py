"""Batches of shuffled windows over a sequence, as pairs of inputs and targets.

The shuffle buffer starts with the first shuffle_buffer windows. The next window out is
any one of the buffer, with equal probability, and the next window in takes its place.

Left open: which order a seed gives, except in the stream clause; the order of a second
iteration over the same batches; ids beyond 32 bits.

Axes: N steps of the sequence, B batch, T window_length - 1
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
H63: Hoeffding 1963, "Probability Inequalities for Sums of Bounded Random Variables".
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Protocol

from touchstone.conditions import Row
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


# Rows of the conditions: the sequence, how it is cut, and whether it repeats.
IDS = ("below 16", "beyond 8 bits", "beyond 16 bits")
HELD = {  # by dtype, the ids that it can hold
    "int64": IDS,
    "int32": IDS,
    "int16": IDS[:2],
    "uint8": IDS[:1],
}
AXES = {
    "endless": (False, True),
    "n_steps": (29, "window_length", "one more", 150),  # N
    "window_length": (4, 2, 3, 11),
    "shift": (1, 2, "window_length", "beyond it"),
    "batch_size": (3, 1, 2, 300),
    "shuffle_buffer": (1, 2, 7, 300),
    "seed": (42, 0, 2**31 - 1),
    "ids": IDS,
    "dtype": ("int64", "int32", "int16", "uint8"),
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {
    "ids that the dtype cannot hold": lambda row: row["ids"] not in HELD[row["dtype"]],
}
