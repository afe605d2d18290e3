"""The encoder-decoder: a training step of 32 pairs of 10 and 15 random ids.

The chapter recorded 5 to 6 ms a pair: 160 to 192 ms a step.
"""

import numpy as np

from benchmarks import costs, workload

SIZES = {
    "batch_size": 32,
    "encoder_steps": 10,
    "decoder_steps": 15,
    "vocabulary_size": 100,
    "embed_size": 10,
    "units": 512,
}


def train_step(
    implementation,
    *,
    batch_size,
    encoder_steps,
    decoder_steps,
    vocabulary_size,
    embed_size,
    units,
):
    """Return the workload of a training step."""
    built = dict(vocabulary_size=vocabulary_size, embed_size=embed_size, units=units)
    sizes = built | dict(
        batch_size=batch_size, encoder_steps=encoder_steps, decoder_steps=decoder_steps
    )
    component = implementation.encoder_decoder
    model = component.EncoderDecoder(**built)
    rng = np.random.default_rng(1)
    encoder_inputs = rng.integers(vocabulary_size, size=[batch_size, encoder_steps])
    targets = rng.integers(vocabulary_size, size=[batch_size, decoder_steps])
    decoder_inputs = workload.on_host(component.teacher_inputs(targets))
    lengths = np.full(batch_size, decoder_steps)
    batch = (encoder_inputs, decoder_inputs, lengths), targets
    cost = costs.encoder_decoder(**sizes).training()
    return workload.training(model, batch, sizes=sizes, cost=cost)
