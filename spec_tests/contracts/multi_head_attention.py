"""Multi-head attention around attention with a learned scale.

The heads use the attention of the component `attention`, and leave open what it leaves
open. Head h of H uses columns h D/H to (h + 1) D/H of each projection.

Axes: B batch, T query steps, S value steps, D dims, H heads (n_heads)
V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
K2: Keras 2's Attention, which G19 puts in the middle.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Multi-Head Attention".
"""

from typing import Annotated, Protocol

from spec_tests.conditions import HIDING_MAGNITUDES, MAGNITUDES, MASKS, MEMORY
from touchstone.contracts import Array, NamedWeights


class MultiHeadAttention(NamedWeights, Protocol):
    """A layer whose heads attend side by side.

    Its weights: `query_kernel`, `value_kernel`, `key_kernel` and `output_kernel`, each
    [D, D], applied as row times kernel; and `scale` [] with use_scale.
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
        """Return the projected outputs of all heads; the default key is the value."""


class MakesMultiHeadAttention(Protocol):
    def __call__(
        self, *, dims: int, n_heads: int, causal: bool = False, use_scale: bool = False
    ) -> MultiHeadAttention:
        """Make a layer for D = dims, which n_heads divides."""


class Contract(Protocol):
    @property
    def MultiHeadAttention(self) -> MakesMultiHeadAttention: ...


AXES = {
    "steps": ((5, 5), (5, 7), (7, 5), (1, 6), (6, 1), (1, 1), (40, 40)),  # T, S
    "batch": (3, 1, 2),
    "heads": (3, 1, 4),
    "head_dims": (4, 1, 5, 64),  # D / H
    "scale": (None, 0.7, -1.1),
    "causal": (False, True),
    "key": ("the value", "given"),
    "query_mask": MASKS,
    "value_mask": MASKS,
    "magnitude": MAGNITUDES,
    "memory": MEMORY,
}
HIDING = {
    "steps": ((1, 6), (6, 1), (1, 1)),
    "magnitude": HIDING_MAGNITUDES,
    "value_mask": ("one step",),
    "head_dims": (1,),
}
LEFT_OUT = {
    "how steps are aligned where a causal layer gets T unlike S": lambda row: (
        row["causal"] and row["steps"][0] != row["steps"][1]
    ),
}
