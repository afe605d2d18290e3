"""Dot-product attention with a learned scale.

Each query gets the average of the values, weighted by a softmax over its dot products
with the keys. Masks are True where a step counts.

Left open: how steps are aligned where a causal layer gets T unlike S; what a query gets
that sees no value.

Axes: B batch, T query steps, S value steps, D dims
L15: Luong et al. 2015, "Effective Approaches to Attention-based Neural Machine
    Translation", section 3.1, the dot score.
K2: Keras 2's Attention, the layer of G19.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, attention mechanisms.
"""

from typing import Annotated, Protocol

from spec_tests.conditions import HIDING_MAGNITUDES, MAGNITUDES, MASKS, MEMORY
from touchstone.contracts import Array, NamedWeights


class Attention(NamedWeights, Protocol):
    """A layer that averages values.

    Its weights: `scale` [] with use_scale, otherwise none.
    """

    def __call__(
        self,
        query: Annotated[Array, "B T D"],
        value: Annotated[Array, "B S D"],
        key: Annotated[Array, "B S D"] | None = None,
        /,
        *,
        query_mask: Annotated[Array, "B T", "bool"] | None = None,
        value_mask: Annotated[Array, "B S", "bool"] | None = None,
    ) -> Annotated[Array, "B T D"]:
        """Return an average of the values for each query; the default key is the value."""


class MakesAttention(Protocol):
    def __call__(self, *, use_scale: bool = False, causal: bool = False) -> Attention:
        """Make a layer; a causal one lets each query see its own step and those before."""


class Contract(Protocol):
    @property
    def Attention(self) -> MakesAttention: ...


AXES = {
    "steps": (
        (5, 5),
        (5, 7),
        (7, 5),
        (1, 6),
        (6, 1),
        (1, 1),
        (70, 70),
        (1, 70_000),
    ),  # T, S
    "batch": (2, 1, 5),
    "dims": (3, 1, 5, 96),
    "scale": (None, 0.7, -1.1, 0.0),
    "causal": (False, True),
    "key": ("the value", "given"),
    "query_mask": MASKS,
    "value_mask": MASKS,
    "magnitude": MAGNITUDES,
    "memory": MEMORY,
}
HIDING = {
    "steps": ((1, 6), (6, 1), (1, 1), (1, 70_000)),
    "magnitude": HIDING_MAGNITUDES,
    "value_mask": ("one step",),
    "dims": (1,),
    "scale": (0.0,),
}
LEFT_OUT = {
    "how steps are aligned where a causal layer gets T unlike S": lambda row: (
        row["causal"] and row["steps"][0] != row["steps"][1]
    ),
    "70,000 values at other than the plainest sizes, for the time they take": lambda row: (
        row["steps"] == (1, 70_000) and (row["batch"], row["dims"]) != (2, 3)
    ),
}
