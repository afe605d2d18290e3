"""Times the workloads of workloads/transformer.py."""

import pytest

from benchmarks.workloads import transformer


@pytest.mark.benchmark(group="transformer: a training step")
def test_train_step(clock):
    clock(transformer.train_step, **transformer.SIZES)
