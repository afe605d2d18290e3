"""The simplified transformer: a training step of 8 pairs of 64 random ids.

Its widths are the chapter's, which trains it on nothing; the batch is ours.
"""

import numpy as np

from benchmarks import costs, workload

SIZES = {
    "batch_size": 8,
    "encoder_steps": 64,
    "decoder_steps": 64,
    "vocabulary_size": 10_000,
    "embed_size": 512,
    "n_layers": 6,
}


def train_step(
    implementation,
    *,
    batch_size,
    encoder_steps,
    decoder_steps,
    vocabulary_size,
    embed_size,
    n_layers,
    max_steps=500,
):
    """Return the workload of a training step."""
    built = dict(
        vocabulary_size=vocabulary_size, embed_size=embed_size, n_layers=n_layers
    )
    sizes = built | dict(
        batch_size=batch_size, encoder_steps=encoder_steps, decoder_steps=decoder_steps
    )
    model = implementation.transformer.Transformer(**built, max_steps=max_steps)
    rng = np.random.default_rng(1)
    encoder_inputs = rng.integers(vocabulary_size, size=[batch_size, encoder_steps])
    ids = rng.integers(vocabulary_size, size=[batch_size, decoder_steps + 1])
    batch = (encoder_inputs, ids[:, :-1]), ids[:, 1:]
    cost = costs.transformer(**sizes).training()
    return workload.training(model, batch, sizes=sizes, cost=cost)
