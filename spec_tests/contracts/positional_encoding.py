"""Sinusoidal positional encoding.

Axes: B batch, T time steps, D dims
V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Positional encodings".
"""

from typing import Annotated, Protocol

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
