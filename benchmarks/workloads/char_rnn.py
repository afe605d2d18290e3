"""The char-RNN: a training step on a batch of 100 steps, and the batches it reads.

The ids are random. The chapter recorded 169 to 195 ms a step.
"""

import numpy as np

from benchmarks import costs, workload

SIZES = {"batch_size": 32, "n_steps": 100, "vocabulary_size": 39, "units": 128}
N_IDS, N_BATCHES, SHUFFLE_BUFFER = 1_003_854, 100, 10_000  # the chapter's training text


def train_step(implementation, *, batch_size, n_steps, vocabulary_size, units):
    """Return the workload of a training step."""
    built = dict(vocabulary_size=vocabulary_size, units=units)
    sizes = built | {"batch_size": batch_size, "n_steps": n_steps}
    model = implementation.char_rnn.CharRNN(**built)
    rng = np.random.default_rng(1)
    ids = rng.integers(0, vocabulary_size, [batch_size, n_steps + 1])
    batch = workload.one_hot(ids[:, :-1], vocabulary_size), ids[:, 1:]
    cost = costs.char_rnn(**sizes).training()
    return workload.training(model, batch, sizes=sizes, cost=cost)


def pipeline(implementation, *, batch_size, n_steps, vocabulary_size):
    """Return the workload of 100 one-hot batches, the shuffle buffer filled."""
    sizes = dict(
        batch_size=batch_size, n_steps=n_steps, vocabulary_size=vocabulary_size
    )
    ids = np.random.default_rng(1).integers(0, vocabulary_size, N_IDS)
    batches = implementation.char_rnn.batches(
        ids, **sizes, shuffle_buffer=SHUFFLE_BUFFER, seed=42
    )

    def check(inputs, targets):
        assert inputs.shape == (batch_size, n_steps, vocabulary_size)
        assert np.array_equal(inputs.argmax(-1)[:, 1:], targets[:, :-1])

    cost = costs.window_batches(
        n_batches=N_BATCHES,
        batch_size=batch_size,
        window_length=n_steps + 1,
        itemsize=ids.itemsize,
        n_classes=vocabulary_size,
    )
    return workload.stream(batches, N_BATCHES, check, sizes=sizes, cost=cost)
