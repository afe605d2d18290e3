"""Times the workloads of workloads/encoder_decoder.py."""

import pytest

from benchmarks.workloads import encoder_decoder


@pytest.mark.benchmark(group="encoder_decoder: a training step")
def test_train_step(clock):
    clock(encoder_decoder.train_step, **encoder_decoder.SIZES)
