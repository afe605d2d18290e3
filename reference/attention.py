"""Dot-product attention with a learned scale.

L15: Luong et al. 2015, "Effective Approaches to Attention-based Neural Machine
    Translation", section 3.1.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, attention mechanisms.
Axes: B batch, T query steps, S value steps, D dims.
"""

import tensorflow as tf

from reference.weights import NamedWeights, Part


def check_shapes(query, value, key, query_mask=None, value_mask=None) -> None:
    """Raise ValueError where shapes do not fit; an axis unknown when traced fits."""
    query, value, key = (tf.TensorShape(x.shape) for x in (query, value, key))
    for name, shape in (("query", query), ("value", value), ("key", key)):
        if shape.rank != 3:
            raise ValueError(f"{name} must have 3 axes, got shape {tuple(shape)}")
    for name, shape in (("value", value), ("key", key)):
        if not shape.is_compatible_with([query[0], None, query[2]]):
            raise ValueError(
                f"{name} must have the query's batch and dims, got shape {tuple(shape)}"
            )
    if not key.is_compatible_with(value):
        raise ValueError(f"key must have the value's steps, got shape {tuple(key)}")
    for name, mask, whole in (
        ("query_mask", query_mask, query),
        ("value_mask", value_mask, value),
    ):
        if mask is not None and not whole[:2].is_compatible_with(mask.shape):
            raise ValueError(
                f"{name} must have shape {tuple(whole[:2])}, got {tuple(mask.shape)}"
            )


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
        check_shapes(query, value, key, query_mask, value_mask)
        return self.layer(
            [query, value, key],
            mask=[query_mask, value_mask],
            use_causal_mask=self.causal,
        )
