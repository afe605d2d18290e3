"""The sentiment models: a training step of 32 reviews of up to 64 tokens, 0-padded.

The ids are random, the lengths from 16 to 64. The chapter recorded 111 to 131 ms a
step, at lengths of its own. The batches are of texts of 60 words that are no words.
"""

import numpy as np

from benchmarks import costs, workload
from benchmarks.costs import Cost
from benchmarks.frame import NotProvided
from benchmarks.workload import Workload

SIZES = {
    "batch_size": 32,
    "n_steps": 64,
    "vocabulary_size": 11_000,
    "embed_size": 128,
    "units": 128,
}
N_OOV_BUCKETS, N_TEXTS, WORDS_OF_A_TEXT, N_BATCHES = 1_000, 1_024, 60, 20


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


def explicit_mask_step(implementation, **sizes):
    """Return the workload of a training step with the mask handed to each layer."""
    return train_step(implementation, name="ExplicitMaskSentimentModel", **sizes)


def plain_batches(texts, labels, preprocess, *, batch_size):
    """Yield preprocessed texts and labels [B] without end, as a port may do it."""
    while True:
        for i in range(0, len(texts), batch_size):
            rows = slice(i, i + batch_size)
            yield preprocess(texts[rows]), labels[rows]


def pipeline(implementation, *, batch_size, vocabulary_size):
    """Return the workload of batches of texts, cut into tokens and looked up."""
    words = [b"word%d" % i for i in range(vocabulary_size - N_OOV_BUCKETS)]
    table = implementation.vocabulary.LookupTable(words, N_OOV_BUCKETS)
    preprocess = implementation.reviews.preprocess
    rng = np.random.default_rng(1)
    chosen = rng.integers(0, len(words), [N_TEXTS, WORDS_OF_A_TEXT])
    texts = [b" ".join(words[i] for i in row) + b".<br />" for row in chosen]
    labels = rng.integers(0, 2, N_TEXTS)
    inputs = texts, labels, lambda rows: table(preprocess(rows))
    try:
        batches = implementation.sentiment.batches
    except NotProvided:  # the contract does not ask for it
        batches = plain_batches
    stream = iter(batches(*inputs, batch_size=batch_size))
    kept: list = []

    def run():
        for _ in range(N_BATCHES):
            pair = next(stream)
        int(pair[0][0, 0])  # waits for the device
        kept[:] = reversed(pair)

    def check():
        ids = workload.on_host(kept[-1])
        assert ids.shape[0] == batch_size
        assert 30 < ids.shape[1] < 50  # 300 bytes
        assert 0 <= ids.min() <= ids.max() < vocabulary_size

    n_bytes = sum(map(len, texts)) * N_BATCHES * batch_size // N_TEXTS
    sizes = dict(batch_size=batch_size, vocabulary_size=vocabulary_size)
    return Workload(run, check, sizes, Cost(0, n_bytes), ("batches", N_BATCHES), kept)
