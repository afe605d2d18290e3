"""Times the workloads of workloads/pretrained_embedding.py."""

import pytest

from benchmarks.workloads import pretrained_embedding


@pytest.mark.benchmark(group="pretrained_embedding: a training step")
def test_train_step(clock):
    clock(pretrained_embedding.train_step, **pretrained_embedding.SIZES)
