"""The sentiment models: a training step of 32 reviews of up to 64 tokens, 0-padded.

The ids are random, the lengths from 16 to 64. The chapter recorded 111 to 131 ms a
step, at lengths of its own.
"""

import numpy as np
import pytest

from benchmarks import costs, workload

CHAPTER = {
    "batch_size": 32,
    "n_steps": 64,
    "vocabulary_size": 11_000,
    "embed_size": 128,
    "units": 128,
}


def reviews(batch_size, n_steps, vocabulary_size) -> tuple[np.ndarray, np.ndarray]:
    """Return ids [B, T], padded with 0 after their lengths, and labels [B]."""
    rng = np.random.default_rng(1)
    lengths = rng.integers(max(1, n_steps // 4), n_steps + 1, [batch_size, 1])
    lengths[0] = n_steps
    ids = rng.integers(1, vocabulary_size, [batch_size, n_steps])
    return ids * (np.arange(n_steps) < lengths), rng.integers(0, 2, batch_size)


def train_step(
    implementation,
    *,
    name="SentimentModel",
    batch_size,
    n_steps,
    vocabulary_size,
    embed_size,
    units,
):
    """Return the workload of a training step; padded steps count as work."""
    built = dict(vocabulary_size=vocabulary_size, embed_size=embed_size, units=units)
    sizes = built | {"batch_size": batch_size, "n_steps": n_steps}
    model = getattr(implementation.sentiment, name)(**built)
    batch = reviews(batch_size, n_steps, vocabulary_size)
    cost = costs.sentiment(**sizes).training()
    return workload.training(model, batch, sizes=sizes, cost=cost)


@pytest.mark.benchmark(group="sentiment: a training step, masked by the embedding")
def test_train_step(clock):
    clock(train_step, **CHAPTER)


@pytest.mark.benchmark(group="sentiment: a training step, masked by hand")
def test_train_step_with_an_explicit_mask(clock):
    clock(train_step, name="ExplicitMaskSentimentModel", **CHAPTER)
