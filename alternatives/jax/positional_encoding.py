"""Sinusoidal positional encoding.

Axes: B batch, T time steps, D embedding dims, P table rows.
"""

import jax.numpy as jnp

from alternatives.plain.positional_encoding import check_embeddings, sinusoid_table


class PositionalEncoding:
    """Add row t of the table to the embedding at time step t."""

    def __init__(self, *, max_steps: int, max_dims: int):
        self.max_steps, self.max_dims = max_steps, max_dims
        self.table = jnp.asarray(sinusoid_table(max_steps, max_dims), jnp.float32)

    def __call__(self, embeddings):  # [B, T, D]
        embeddings = jnp.asarray(embeddings, jnp.float32)
        check_embeddings(embeddings, self.max_steps, self.max_dims)
        _, steps, dims = embeddings.shape
        return embeddings + self.table[:steps, :dims]
