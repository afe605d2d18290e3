"""Times the workloads of workloads/stateful_char_rnn.py."""

import pytest

from benchmarks.workloads import stateful_char_rnn


@pytest.mark.benchmark(group="stateful_char_rnn: a training step")
def test_train_step(clock):
    clock(stateful_char_rnn.train_step, **stateful_char_rnn.SIZES)


@pytest.mark.benchmark(group="stateful_char_rnn: an epoch of batches")
def test_pipeline(clock):
    clock(stateful_char_rnn.pipeline, **stateful_char_rnn.SIZES)
