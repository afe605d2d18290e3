"""Dot-product attention with a learned scale.

L15: Luong et al. 2015, "Effective Approaches to Attention-based Neural Machine
    Translation", section 3.1.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, attention mechanisms.
Axes: B batch, T query steps, S value steps, D dims.
"""

import tensorflow as tf

from reference.arguments import check_attention
from reference.weights import NamedWeights, Part


class Attention(NamedWeights, tf.keras.layers.Layer):
    """Return [B, T, D]: averages of the values, zero in the rows of masked queries."""

    def __init__(self, *, use_scale: bool = False, causal: bool = False, **kwargs):
        super().__init__(**kwargs)
        self.causal = causal
        self.layer = tf.keras.layers.Attention(use_scale=use_scale)
        self.layer.build(None)

    def parts(self) -> list[Part]:
        scale = self.layer.scale
        return [] if scale is None else [Part(scale, (("scale",),))]

    def call(self, query, value, key=None, query_mask=None, value_mask=None):
        key = value if key is None else key  # [B, S, D]
        check_attention(query, value, key, query_mask, value_mask)
        return self.layer(
            [query, value, key],
            mask=[query_mask, value_mask],
            use_causal_mask=self.causal,
        )
