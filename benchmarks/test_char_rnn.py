"""The char-RNN: a training step on a batch of 100 steps.

The ids are random. The chapter recorded 169 to 195 ms a step.
"""

import numpy as np
import pytest

from benchmarks import costs, workload

CHAPTER = {"batch_size": 32, "n_steps": 100, "vocabulary_size": 39, "units": 128}


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


@pytest.mark.benchmark(group="char_rnn: a training step")
def test_train_step(clock):
    clock(train_step, **CHAPTER)
