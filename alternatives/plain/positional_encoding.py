"""The table of the sinusoidal positional encoding, and what it can be added to.

Axes: B batch, T time steps, D embedding dims, P table rows.
"""

import numpy as np


def sinusoid_table(max_steps: int, max_dims: int) -> np.ndarray:
    """Return [P, D]: sine in even columns, cosine in odd, D rounded up to even."""
    pairs = (max_dims + 1) // 2
    position = np.arange(max_steps)[:, np.newaxis]  # [P, 1]
    # in float64: float32 angles would be off at far positions
    angle = position / 10_000 ** (np.arange(pairs) / pairs)  # [P, D/2]
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(max_steps, -1)


def check_embeddings(embeddings, max_steps: int, max_dims: int) -> None:
    """Raise ValueError where embeddings [B, T, D] are longer or wider than the table."""
    _, steps, dims = embeddings.shape
    if steps > max_steps:
        raise ValueError(f"steps must be at most max_steps={max_steps}, got {steps}")
    if dims > max_dims:
        raise ValueError(f"dims must be at most max_dims={max_dims}, got {dims}")
