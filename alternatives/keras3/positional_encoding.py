"""Sinusoidal positional encoding, as a Keras layer."""

import keras
import numpy as np


def sinusoid_table(max_steps: int, max_dims: int) -> np.ndarray:
    """Return [P, D]: sine in even columns, cosine in odd, D rounded up to even."""
    pairs = (max_dims + 1) // 2
    position = np.arange(max_steps)[:, np.newaxis]  # [P, 1]
    # in NumPy's float64: float32 angles would be off at far positions
    angle = position / 10_000 ** (np.arange(pairs) / pairs)  # [P, D/2]
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(max_steps, -1)


class PositionalEncoding(keras.layers.Layer):
    """Add row t of the table to the embedding at time step t."""

    def __init__(self, *, max_steps: int, max_dims: int, **kwargs):
        super().__init__(**kwargs)
        self.max_steps, self.max_dims = max_steps, max_dims
        self.table = sinusoid_table(max_steps, max_dims).astype(np.float32)

    def call(self, embeddings):  # [B, T, D]
        _, steps, dims = embeddings.shape
        if steps > self.max_steps:
            raise ValueError(
                f"steps must be at most max_steps={self.max_steps}, got {steps}"
            )
        if dims > self.max_dims:
            raise ValueError(
                f"dims must be at most max_dims={self.max_dims}, got {dims}"
            )
        return keras.ops.add(embeddings, self.table[:steps, :dims])

    def compute_output_shape(self, input_shape):
        return input_shape
