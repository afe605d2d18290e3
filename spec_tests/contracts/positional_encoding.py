"""Sinusoidal positional encoding.

Axes: B batch, T time steps, D dims
V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Positional encodings".
"""

from collections.abc import Callable
from typing import Annotated, Protocol

from touchstone.conditions import Row
from touchstone.contracts import Array


class PositionalEncoding(Protocol):
    """A layer that adds a table of sines and cosines. It has no weights."""

    def __call__(
        self, embeddings: Annotated[Array, "B T D"], /
    ) -> Annotated[Array, "B T D"]:
        """Return the embeddings plus the first T rows and D columns of the table."""


class MakesPositionalEncoding(Protocol):
    def __call__(self, *, max_steps: int, max_dims: int) -> PositionalEncoding:
        """Make a layer for T up to max_steps and D up to max_dims.

        The table is that of width max_dims, also where D is smaller.
        """


class Contract(Protocol):
    @property
    def PositionalEncoding(self) -> MakesPositionalEncoding: ...


# Rows of the conditions: the layer's limits and the embeddings.
AXES = {
    "max_steps": (11, 1, 300, 5000),
    "max_dims": (6, 1, 2, 7, 64),
    "steps": ("max_steps", "one fewer", "one"),  # T
    "dims": ("max_dims", "one fewer", "half", "one"),  # D
    "batch": (1, 3, 2),
    "before": ("nothing", "one step", "all steps", "one dim"),  # the layer's last call
    "magnitude": ("zeros", "order one", "near zero", "large"),
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {
    "embeddings without steps or dims": lambda row: (
        (row["max_steps"] == 1 and row["steps"] == "one fewer")
        or (row["max_dims"] == 1 and row["dims"] in ("one fewer", "half"))
    ),
}
