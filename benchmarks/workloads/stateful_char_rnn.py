"""The stateful char-RNN: a training step with dropout, and an epoch of its batches.

Each step reads on from the one before. The ids are random. The chapter recorded 288 to
322 ms a step.
"""

import numpy as np

from benchmarks import costs, workload
from benchmarks.workload import Workload

RATES = {"dropout": 0.2, "recurrent_dropout": 0.2}
SIZES = {"batch_size": 32, "n_steps": 100, "vocabulary_size": 39, "units": 128}
N_IDS = 1_003_854  # of the chapter's training text


def train_step(implementation, *, batch_size, n_steps, vocabulary_size, units):
    """Return the workload of a training step; masks cost no products."""
    built = dict(batch_size=batch_size, vocabulary_size=vocabulary_size, units=units)
    sizes = built | {"n_steps": n_steps}
    model = implementation.stateful_char_rnn.StatefulCharRNN(**built, **RATES)
    rng = np.random.default_rng(1)
    ids = rng.integers(0, vocabulary_size, [batch_size, n_steps + 1])
    batch = workload.one_hot(ids[:, :-1], vocabulary_size), ids[:, 1:]
    cost = costs.char_rnn(**sizes).training()
    return workload.training(model, batch, sizes=sizes | RATES, cost=cost)


def pipeline(implementation, *, batch_size, n_steps, vocabulary_size):
    """Return the workload of one epoch of batches, made anew each time."""
    sizes = dict(
        batch_size=batch_size, n_steps=n_steps, vocabulary_size=vocabulary_size
    )
    ids = np.random.default_rng(1).integers(0, vocabulary_size, N_IDS)
    n_batches = (N_IDS // batch_size - 1) // n_steps
    kept: list = []

    def run():
        batches = implementation.stateful_char_rnn.batches(ids, **sizes)
        for n_seen, pair in enumerate(batches, start=1):
            kept[:] = n_seen, *pair
        int(kept[-1][0, 0])  # waits for the device

    def check():
        n_seen, inputs, targets = map(workload.on_host, kept)
        assert n_seen == n_batches
        assert np.array_equal(inputs.argmax(-1)[:, 1:], targets[:, :-1])
        assert np.array_equal(
            targets[0], ids[(n_batches - 1) * n_steps + 1 :][:n_steps]
        )

    cost = costs.window_batches(
        n_batches=n_batches,
        batch_size=batch_size,
        window_length=n_steps + 1,
        itemsize=ids.itemsize,
        n_classes=vocabulary_size,
    )
    return Workload(run, check, sizes, cost, ("batches", n_batches), kept)
