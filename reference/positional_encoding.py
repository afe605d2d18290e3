"""Sinusoidal positional encoding.

V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Positional encodings".
Axes: B batch, T time steps, D embedding dims, P table rows.
"""

import numpy as np
import tensorflow as tf

from reference.arguments import check_largest


def sinusoid_table(max_steps: int, max_dims: int) -> np.ndarray:
    """Return [P, D]: sine in even columns, cosine in odd, D rounded up to even."""
    pairs = (max_dims + 1) // 2
    position = np.arange(max_steps)[:, np.newaxis]  # [P, 1]
    wavelength = 10_000 ** (np.arange(pairs) / pairs)  # [D/2]
    angle = position / wavelength  # [P, D/2]
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(max_steps, -1)


class PositionalEncoding(tf.keras.layers.Layer):
    """Add row t of the table to the embedding at time step t."""

    def __init__(self, *, max_steps: int, max_dims: int, **kwargs):
        super().__init__(**kwargs)
        self.limits = dict(max_steps=max_steps, max_dims=max_dims)
        self.table = tf.constant(sinusoid_table(max_steps, max_dims), self.dtype)

    def call(self, embeddings):  # [B, T, D]
        check_largest("embeddings", self.limits, embeddings.shape[1:])
        steps, dims = tf.unstack(tf.shape(embeddings)[1:])
        return embeddings + self.table[:steps, :dims]
