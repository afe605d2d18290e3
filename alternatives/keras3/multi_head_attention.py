"""Multi-head attention with the learned-scale attention in its middle.

keras.layers.MultiHeadAttention is not used: it scales the scores by 1 / sqrt(D / H).
"""

import keras
from keras import ops

from alternatives.keras3.attention import attention_layer, scale_places
from alternatives.keras3.recurrent import boolean, real
from alternatives.keras3.weights import NamedWeights
from alternatives.plain.arguments import check_attention, check_heads


class MultiHeadAttention(NamedWeights):
    """Return [B, T, D]: every head attends with its own slice of the projections."""

    def __init__(
        self, *, dims: int, n_heads: int, causal: bool = False, use_scale: bool = False
    ):
        check_heads(dims=dims, n_heads=n_heads)
        self.dims, self.n_heads, self.causal = dims, n_heads, causal
        self.attention = attention_layer(use_scale=use_scale)
        self.projections = {
            name: keras.layers.Dense(dims, use_bias=False)
            for name in ("query", "value", "key", "output")
        }
        for projection in self.projections.values():
            projection.build([None, None, dims])

    def places(self):
        kernels = {
            f"{name}_kernel": (projection.kernel, ...)
            for name, projection in self.projections.items()
        }
        return kernels | scale_places(self.attention)

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = real(query), real(value)  # [B, T, D], [B, S, D]
        key = value if key is None else real(key)  # [B, S, D]
        masks = [boolean(query_mask), boolean(value_mask)]
        check_attention(query, value, key, *masks, dims=self.dims)
        parts = {"query": query, "value": value, "key": key}
        heads = self.attention(
            [self.split(self.projections[name](x)) for name, x in parts.items()],
            mask=[self.repeated(mask) for mask in masks],
            use_causal_mask=self.causal,
        )  # [B * H, T, D/H]
        return self.projections["output"](self.joined(heads))

    def split(self, projected):  # [B, T, D]
        """Return [B * H, T, D/H]: each head is a row of the batch."""
        batch, steps, _ = projected.shape
        slices = ops.reshape(projected, [batch, steps, self.n_heads, -1])
        return ops.reshape(
            ops.swapaxes(slices, 1, 2), [batch * self.n_heads, steps, -1]
        )

    def repeated(self, mask):  # [B, S]
        """Return [B * H, S]: each row's mask for all its heads."""
        return None if mask is None else ops.repeat(mask, self.n_heads, axis=0)

    def joined(self, heads):  # [B * H, T, D/H]
        """Return [B, T, D]: the heads side by side."""
        rows, steps, _ = heads.shape
        slices = ops.reshape(heads, [rows // self.n_heads, self.n_heads, steps, -1])
        return ops.reshape(ops.swapaxes(slices, 1, 2), [-1, steps, self.dims])
