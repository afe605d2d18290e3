"""Multi-head attention: one call on 8 sequences of 128 steps, 8 heads of 64 dims."""

import numpy as np

from benchmarks import costs, workload

SIZES = {"batch_size": 8, "n_steps": 128, "dims": 512, "n_heads": 8}


def call(implementation, *, batch_size, n_steps, dims, n_heads):
    """Return the workload of self-attention."""
    sizes = dict(batch_size=batch_size, n_steps=n_steps, dims=dims, n_heads=n_heads)
    layer = implementation.multi_head_attention.MultiHeadAttention(
        dims=dims, n_heads=n_heads
    )
    rng = np.random.default_rng(1)
    inputs = rng.standard_normal([batch_size, n_steps, dims]).astype(np.float32)
    cost = costs.multi_head_attention(**sizes).forward()
    return workload.forward(lambda x: layer(x, x), inputs, sizes=sizes, cost=cost)
