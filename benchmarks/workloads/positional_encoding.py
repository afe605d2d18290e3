"""Positional encoding: one call on 32 sequences of 200 steps of 512 dims."""

import numpy as np

from benchmarks import costs, workload

SIZES = {"batch_size": 32, "n_steps": 200, "dims": 512}


def call(implementation, *, batch_size, n_steps, dims):
    """Return the workload of adding the table."""
    sizes = dict(batch_size=batch_size, n_steps=n_steps, dims=dims)
    layer = implementation.positional_encoding.PositionalEncoding(
        max_steps=n_steps, max_dims=dims
    )
    inputs = np.random.default_rng(1).standard_normal([batch_size, n_steps, dims])
    cost = costs.positional_encoding(**sizes)
    return workload.forward(layer, inputs.astype(np.float32), sizes=sizes, cost=cost)
