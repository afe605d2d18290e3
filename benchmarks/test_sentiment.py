"""Times the workloads of workloads/sentiment.py."""

import pytest

from benchmarks.workloads import sentiment


@pytest.mark.benchmark(group="sentiment: a training step, masked by the embedding")
def test_train_step(clock):
    clock(sentiment.train_step, **sentiment.SIZES)


@pytest.mark.benchmark(group="sentiment: a training step, masked by hand")
def test_train_step_with_an_explicit_mask(clock):
    clock(sentiment.explicit_mask_step, **sentiment.SIZES)


@pytest.mark.benchmark(group="sentiment: 20 batches of texts")
def test_pipeline(clock):
    clock(sentiment.pipeline, **sentiment.SIZES)
