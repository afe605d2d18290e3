"""Multi-head attention: learned-scale attention between slices of projections.

V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Multi-Head Attention".
Axes: B batch, T query steps, S value steps, D dims, H heads.
"""

import tensorflow as tf

from reference.arguments import check_attention
from reference.attention import Attention
from reference.weights import NamedWeights, Part

PROJECTIONS = ("query", "value", "key", "output")


class MultiHeadAttention(NamedWeights, tf.keras.layers.Layer):
    """Return [B, T, D]: every head attends with its own slice of the projections."""

    def __init__(
        self,
        *,
        dims: int,
        n_heads: int,
        causal: bool = False,
        use_scale: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if n_heads < 1 or dims % n_heads:
            raise ValueError(f"n_heads must divide dims={dims}, got n_heads={n_heads}")
        self.dims, self.n_heads = dims, n_heads
        self.attention = Attention(use_scale=use_scale, causal=causal)
        self.projections = {
            name: tf.keras.layers.Dense(dims, use_bias=False) for name in PROJECTIONS
        }
        for projection in self.projections.values():
            projection.build((None, None, dims))

    def parts(self) -> list[Part]:
        kernels = [
            Part(projection.kernel, ((f"{name}_kernel",),))
            for name, projection in self.projections.items()
        ]
        return kernels + self.attention.parts()

    def call(self, query, value, key=None, query_mask=None, value_mask=None):
        key = value if key is None else key  # [B, S, D]
        for name, x in (("query", query), ("value", value), ("key", key)):
            if len(x.shape) != 3 or x.shape[2] != self.dims:
                raise ValueError(
                    f"{name} must have 3 axes, the last of dims={self.dims}, "
                    f"got shape {tuple(x.shape)}"
                )
        check_attention(query, value, key, query_mask, value_mask)
        heads = self.attention.layer(
            [
                self.split(self.projections["query"](query)),  # [B, H, T, D/H]
                self.split(self.projections["value"](value)),  # [B, H, S, D/H]
                self.split(self.projections["key"](key)),  # [B, H, S, D/H]
            ],
            mask=[self.for_every_head(mask) for mask in (query_mask, value_mask)],
            use_causal_mask=self.attention.causal,
        )  # [B, H, T, D/H]
        side_by_side = tf.reshape(tf.transpose(heads, [0, 2, 1, 3]), tf.shape(query))
        return self.projections["output"](side_by_side)  # [B, T, D]

    def split(self, x):  # [B, T, D]
        batch, steps, _ = tf.unstack(tf.shape(x))
        slices = tf.reshape(x, [batch, steps, self.n_heads, -1])  # [B, T, H, D/H]
        return tf.transpose(slices, [0, 2, 1, 3])  # [B, H, T, D/H]

    def for_every_head(self, mask):  # [B, T]
        return None if mask is None else mask[:, tf.newaxis]  # [B, H=1, T]
