"""Sinusoidal positional encoding.

V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.5.
"""

import numpy as np

from touchstone.arithmetic import real


class PositionalEncoding:
    """Adds to step p the sines and cosines of p / 10000^(2i/D), in pairs."""

    def __init__(self, *, max_steps: int, max_dims: int):
        self.max_steps, self.max_dims = max_steps, max_dims
        self.table = self.sinusoids()  # [P, D]

    def sinusoids(self):
        dims = self.even(self.max_dims)
        position = np.arange(self.max_steps)  # [P]
        table = np.empty([self.max_steps, dims])
        for pair in range(dims // 2):
            angle = self.angle(position, pair, dims)  # [P]
            table[:, 2 * pair] = np.sin(angle)
            table[:, 2 * pair + 1] = np.cos(angle)
        return table

    def even(self, dims: int) -> int:
        return dims + dims % 2

    def angle(self, position, pair: int, dims: int):
        return real(position) / real(10_000) ** real(2 * pair / dims)

    def __call__(self, embeddings):
        embeddings = real(embeddings)  # [B, T, D]
        steps, dims = embeddings.shape[1:]
        self.check(steps, dims)
        return embeddings + real(self.table[:steps, :dims])

    def check(self, steps: int, dims: int) -> None:
        if steps > self.max_steps:
            limit = f"max_steps={self.max_steps}"
            raise ValueError(f"embeddings must have at most {limit} steps, got {steps}")
        if dims > self.max_dims:
            limit = f"max_dims={self.max_dims}"
            raise ValueError(f"embeddings must have at most {limit} dims, got {dims}")
