"""Window batches: 300 of 32 windows of 101 ids, shifted by 1, from a buffer of 10,000.

The sequence has the length of the chapter's training split; its ids are random.
`tests/reference/test_windows_equal_nested.py` shows that they are those of
the chapter, seed for seed.
"""

import numpy as np

from benchmarks import costs, workload

SIZES = {"window_length": 101, "shift": 1, "batch_size": 32, "shuffle_buffer": 10_000}
N_IDS, N_BATCHES = 1_003_854, 300


def pipeline(implementation, **sizes):
    """Return the workload of 300 batches, the shuffle buffer filled."""
    ids = np.random.default_rng(1).integers(0, 39, N_IDS)
    batches = implementation.windows.endless_batches(ids, **sizes, seed=42)

    def check(inputs, targets):
        assert inputs.shape == (sizes["batch_size"], sizes["window_length"] - 1)
        assert np.array_equal(inputs[:, 1:], targets[:, :-1])

    cost = costs.window_batches(
        n_batches=N_BATCHES,
        batch_size=sizes["batch_size"],
        window_length=sizes["window_length"],
        itemsize=ids.itemsize,
    )
    return workload.stream(batches, N_BATCHES, check, sizes=sizes, cost=cost)
