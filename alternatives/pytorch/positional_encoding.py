"""Sinusoidal positional encoding."""

import torch

from alternatives.plain.positional_encoding import check_embeddings, sinusoid_table
from alternatives.pytorch import tensor


class PositionalEncoding(torch.nn.Module):
    """Add row t of the table to the embedding at time step t."""

    def __init__(self, *, max_steps: int, max_dims: int):
        super().__init__()
        self.max_steps, self.max_dims = max_steps, max_dims
        self.register_buffer("table", tensor(sinusoid_table(max_steps, max_dims)))

    def forward(self, embeddings):  # [B, T, D]
        embeddings = tensor(embeddings)
        check_embeddings(embeddings, self.max_steps, self.max_dims)
        _, steps, dims = embeddings.shape
        return embeddings + self.table[:steps, :dims]
