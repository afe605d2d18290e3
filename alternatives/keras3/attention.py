"""Dot-product attention with a learned scale: keras.layers.Attention."""

import keras

from alternatives.keras3.recurrent import boolean, real
from alternatives.keras3.weights import NamedWeights
from alternatives.plain.arguments import check_attention


def attention_layer(*, use_scale: bool) -> keras.layers.Attention:
    """Return the layer with its weight made, whatever widths it will read."""
    layer = keras.layers.Attention(use_scale=use_scale)
    layer.build([(None, None, 1), (None, None, 1)])
    return layer


def scale_places(layer):
    """Return where a keras.layers.Attention keeps its named weights."""
    return {"scale": (layer.scale, ...)} if layer.use_scale else {}


class Attention(NamedWeights):
    """Return [B, T, D]: averages of the values, zero in the rows of masked queries."""

    def __init__(self, *, use_scale: bool = False, causal: bool = False):
        self.causal = causal
        self.layer = attention_layer(use_scale=use_scale)

    def places(self):
        return scale_places(self.layer)

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = real(query), real(value)  # [B, T, D], [B, S, D]
        key = value if key is None else real(key)  # [B, S, D]
        masks = [boolean(query_mask), boolean(value_mask)]
        check_attention(query, value, key, *masks)
        inputs = [query, value, key]
        return self.layer(inputs, mask=masks, use_causal_mask=self.causal)
