"""Time of the chapter's window batches: starts shuffled, and nested windows shuffled.

Both give the same batches, seed for seed (`tests/test_windows_equal_nested.py`). The
size is the chapter's: 1,003,854 ids, windows of 101 shifted by 1, a buffer of 10,000,
batches of 32.
"""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from reference import corpora, windows
from reference.char_tokenizer import CharTokenizer

CHAPTER = {"window_length": 101, "shift": 1, "batch_size": 32, "shuffle_buffer": 10_000}


@pytest.fixture(scope="module")
def ids():
    """Return the ids of the stand-in's training split, from 0."""
    text = corpora.stand_in()
    [sequence] = CharTokenizer(text).texts_to_sequences([corpora.training_split(text)])
    return np.array(sequence) - 1


def gathered(ids):
    return windows.endless_batches(ids, **CHAPTER, seed=42)


def nested(ids):
    """Return the same batches, each window a dataset of its own."""
    tf.random.set_seed(42)
    length = CHAPTER["window_length"]
    steps = tf.data.Dataset.from_tensor_slices(ids).repeat()
    inner = steps.window(length, shift=CHAPTER["shift"], drop_remainder=True)
    rows = inner.flat_map(lambda steps: steps.batch(length))
    rows = rows.shuffle(CHAPTER["shuffle_buffer"]).batch(CHAPTER["batch_size"])
    return rows.map(lambda rows: (rows[:, :-1], rows[:, 1:])).prefetch(1)


N_BATCHES = 300


def check_and_describe(benchmark, batches, ids):
    inputs, targets = next(batches)
    assert inputs.shape == targets.shape == (32, 100)
    assert np.array_equal(inputs[:, 1:], targets[:, :-1])
    window_bytes = N_BATCHES * (inputs.numpy().nbytes + targets.numpy().nbytes)
    benchmark.extra_info.update(
        CHAPTER, n_ids=len(ids), n_batches=N_BATCHES, bytes=window_bytes, device="cpu"
    )


def taken(batches):
    """Take 300 batches; each is there in full when it is handed over."""
    for _ in itertools.islice(batches, N_BATCHES):
        pass
    return batches


@pytest.mark.benchmark(group="windows: the first 300 batches, the buffer filled")
@pytest.mark.parametrize("make", [gathered, nested])
def test_first_batches(benchmark, make, ids):
    batches = benchmark.pedantic(
        lambda: taken(iter(make(ids))), rounds=5, warmup_rounds=1
    )
    check_and_describe(benchmark, batches, ids)


@pytest.mark.benchmark(group="windows: 300 batches more")
@pytest.mark.parametrize("make", [gathered, nested])
def test_more_batches(benchmark, make, ids):
    batches = iter(make(ids))
    next(batches)  # fills the buffer, outside the timed region
    benchmark.pedantic(lambda: taken(batches), rounds=7, warmup_rounds=1)
    check_and_describe(benchmark, batches, ids)
