"""Times the workloads of workloads/char_rnn.py."""

import pytest

from benchmarks.workloads import char_rnn


@pytest.mark.benchmark(group="char_rnn: a training step")
def test_train_step(clock):
    clock(char_rnn.train_step, **char_rnn.SIZES)


@pytest.mark.benchmark(group="char_rnn: 100 batches")
def test_pipeline(clock):
    clock(char_rnn.pipeline, **char_rnn.SIZES)
