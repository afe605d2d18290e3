"""Gated recurrent units.

A keep_mask is True where a step counts. Left open: the outputs at masked steps.

Axes: B batch, T time steps, D inputs (input_size), U units
C14: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
K2: Keras 2's GRU with reset_after=True, the layer of G19.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
"""

from typing import Annotated, Protocol

from spec_tests.conditions import MASKS, MEMORY
from touchstone.contracts import Array, NamedWeights


class GRU(NamedWeights, Protocol):
    """A layer of gated recurrent units.

    Its weights: `kernel_g` [D, U], `recurrent_kernel_g` [U, U], `input_bias_g` [U] and
    `recurrent_bias_g` [U] for each gate g: z (update), r (reset) and h (candidate).
    """

    def __call__(
        self,
        inputs: Annotated[Array, "B T D"],
        /,
        *,
        initial_state: Annotated[Array, "B U"] | None = None,
        keep_mask: Annotated[Array, "B T", "bool"] | None = None,
    ) -> tuple[Annotated[Array, "B T U"], Annotated[Array, "B U"]]:
        """Return the outputs of all steps and the state after the last."""


class MakesGRU(Protocol):
    def __call__(self, *, input_size: int, units: int) -> GRU:
        """Make a layer with fresh weights."""


class Bidirectional(NamedWeights, Protocol):
    """Two GRUs, one reading forwards and one backwards.

    Its weights: those of a GRU, under `forward/` and under `backward/`.
    """

    def __call__(
        self,
        inputs: Annotated[Array, "B T D"],
        /,
        *,
        keep_mask: Annotated[Array, "B T", "bool"] | None = None,
    ) -> Annotated[Array, "B T 2U"]:
        """Return the outputs of both GRUs side by side, at every step."""


class MakesBidirectional(Protocol):
    def __call__(self, *, input_size: int, units: int) -> Bidirectional:
        """Make a layer with fresh weights."""


class BidirectionalModel(NamedWeights, Protocol):
    """A GRU, and a Bidirectional with the same number of units on its outputs.

    Its weights: those of the GRU under `gru/`, of the other under `bidirectional/`.
    """

    def __call__(
        self, inputs: Annotated[Array, "B T D"], /
    ) -> Annotated[Array, "B T 2U"]:
        """Return the outputs of the second layer, at every step."""


class MakesBidirectionalModel(Protocol):
    def __call__(self, *, input_size: int, units: int) -> BidirectionalModel:
        """Make a model with fresh weights."""


class Contract(Protocol):
    @property
    def GRU(self) -> MakesGRU: ...

    @property
    def Bidirectional(self) -> MakesBidirectional: ...

    @property
    def BidirectionalModel(self) -> MakesBidirectionalModel: ...


AXES = {
    "layer": ("GRU", "Bidirectional", "BidirectionalModel"),
    "steps": (7, 1, 2, 70),
    "batch": (2, 1, 3),
    "input_size": (3, 1, 4),
    "units": (5, 1, 3),
    "keep_mask": (*MASKS, "no step"),
    "initial_state": ("none", "zeros", "given", "large"),
    "weights": ("drawn", "no biases"),
    "magnitude": ("order one", "near zero", "saturating", "huge", "sums of 0"),
    "masked_inputs": ("like the others", "huge", "not a number"),
    "memory": MEMORY,
}
HIDING = {"steps": (1, 2), "magnitude": ("huge",)}
LEFT_OUT = {
    "a layer that reads in two directions takes no initial state": lambda row: (
        row["layer"] != "GRU" and row["initial_state"] != "none"
    ),
    "a model takes no mask": lambda row: (
        row["layer"] == "BidirectionalModel" and row["keep_mask"] != "none"
    ),
}
