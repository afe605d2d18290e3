"""The model on a pretrained embedding: a training step of 32 texts of 64 words.

The embedding has the form of the chapter's module and 10,000 words of its 50 dims; it
is frozen. The chapter recorded 150 to 156 ms a step, with whole reviews as texts.
"""

import tempfile

import numpy as np

from benchmarks import costs, workload

SIZES = {"batch_size": 32, "n_words": 64, "embed_size": 50, "units": 128}
VOCABULARY_SIZE, N_BUCKETS = 10_000, 1_000


def train_step(implementation, *, batch_size, n_words, embed_size, units):
    """Return the workload of a training step."""
    sizes = dict(
        batch_size=batch_size, n_words=n_words, embed_size=embed_size, units=units
    )
    component = implementation.pretrained_embedding
    rng = np.random.default_rng(1)
    words = [b"word%d" % i for i in range(VOCABULARY_SIZE)]
    vectors = rng.standard_normal([VOCABULARY_SIZE + N_BUCKETS, embed_size])
    with tempfile.TemporaryDirectory() as folder:
        handle = component.save_embedding(folder, words, vectors.astype(np.float32))
        model = component.PretrainedModel(handle=handle, units=units)
    chosen = rng.integers(0, VOCABULARY_SIZE, [batch_size, n_words])
    texts = np.array([b" ".join(words[i] for i in row) for row in chosen], object)
    batch = texts, rng.integers(0, 2, batch_size)
    cost = costs.pretrained(**sizes).training()
    return workload.training(model, batch, sizes=sizes, cost=cost)
