"""Sinusoidal positional encoding, as a Keras layer."""

import keras
import numpy as np

from alternatives.plain.positional_encoding import check_embeddings, sinusoid_table


class PositionalEncoding(keras.layers.Layer):
    """Add row t of the table to the embedding at time step t."""

    def __init__(self, *, max_steps: int, max_dims: int, **kwargs):
        super().__init__(**kwargs)
        self.max_steps, self.max_dims = max_steps, max_dims
        self.table = sinusoid_table(max_steps, max_dims).astype(np.float32)

    def call(self, embeddings):  # [B, T, D]
        check_embeddings(embeddings, self.max_steps, self.max_dims)
        _, steps, dims = embeddings.shape
        return keras.ops.add(embeddings, self.table[:steps, :dims])

    def compute_output_shape(self, input_shape):
        return input_shape
