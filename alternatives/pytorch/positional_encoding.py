"""Sinusoidal positional encoding."""

import torch

from alternatives.pytorch import DEVICE, tensor


class PositionalEncoding(torch.nn.Module):
    """Add row t of the table to the embedding at time step t."""

    def __init__(self, *, max_steps: int, max_dims: int):
        super().__init__()
        self.max_steps, self.max_dims = max_steps, max_dims
        pairs = (max_dims + 1) // 2
        position = torch.arange(max_steps, dtype=torch.float64)[:, None]  # [P, 1]
        exponent = torch.arange(pairs, dtype=torch.float64) / pairs
        angle = position / 10_000**exponent  # [P, D/2]
        table = torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)  # [P, D]
        self.register_buffer("table", table.float().to(DEVICE))

    def forward(self, embeddings):  # [B, T, D]
        embeddings = tensor(embeddings)
        _, steps, dims = embeddings.shape
        if steps > self.max_steps:
            raise ValueError(
                f"steps must be at most max_steps={self.max_steps}, got {steps}"
            )
        if dims > self.max_dims:
            raise ValueError(
                f"dims must be at most max_dims={self.max_dims}, got {dims}"
            )
        return embeddings + self.table[:steps, :dims]
