"""Seeded draws and shuffles leave TensorFlow's own random state as it was."""

import itertools

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from reference import char_rnn, sampling, windows  # noqa: E402
from reference.seeds import operation_seeds  # noqa: E402

IDS = np.arange(60) % 7
SIZES = dict(batch_size=3, shuffle_buffer=10, seed=5)
LOGITS = np.log([[0.1, 0.2, 0.7]])
CALLS = {
    "windows": lambda: windows.batches(IDS, window_length=6, shift=2, **SIZES),
    "endless windows": lambda: windows.endless_batches(
        IDS, window_length=6, shift=2, **SIZES
    ),
    "char_rnn": lambda: char_rnn.batches(IDS, n_steps=5, vocabulary_size=7, **SIZES),
    "sampling": lambda: [sampling.categorical(LOGITS, 9, seed=5)],
}


def drawn() -> list[float]:
    """Return what comes next of the global stream, and of an operation's own seed."""
    return [float(tf.random.uniform([])), float(tf.random.uniform([], seed=3))]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_global_stream_goes_on(call):
    tf.random.set_seed(1)
    expected = [drawn() for _ in range(3)]
    tf.random.set_seed(1)
    found = [drawn()]
    list(itertools.islice(call(), 2))
    found.append(drawn())
    list(itertools.islice(call(), 2))
    found.append(drawn())
    assert found == expected


@pytest.mark.parametrize("seed", [0, 1, 42, -3, 2**31 - 1, 2**32 - 1, 2**70])
def test_seeds_are_those_of_a_set_seed(seed):
    tf.random.set_seed(seed)
    theirs = tf.random.categorical(LOGITS, 50).numpy()
    np.testing.assert_array_equal(sampling.categorical(LOGITS, 50, seed), theirs)
    assert all(0 <= part < 2**31 for part in operation_seeds(seed))
