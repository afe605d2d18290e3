"""What the encoder-decoder is trained on: noise, and sequences to say backwards.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16: its pairs are random, so
that nothing can be learned and the loss stays near ln 100 = 4.60517.
Axes: B batch, T steps.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from reference.encoder_decoder import EncoderDecoder, teacher_inputs
from reference.training.task import Task

VOCABULARY_SIZE, EMBED_SIZE, UNITS, BATCH_SIZE = 100, 10, 512, 32
N_PAIRS, ENCODER_STEPS, DECODER_STEPS = 1_000, 10, 15

REVERSAL_UNITS, REVERSAL_BATCH_SIZE, SHORTEST, LONGEST = 256, 64, 2, 5
REVERSAL_STEPS_PER_EPOCH, N_HELD_OUT = 250, 1_000


def random_pairs(n_pairs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return encoder inputs and targets, each at random. [G19]"""
    rng = np.random.default_rng(seed)
    encoder_inputs = rng.integers(VOCABULARY_SIZE, size=[n_pairs, ENCODER_STEPS])
    return encoder_inputs, rng.integers(VOCABULARY_SIZE, size=[n_pairs, DECODER_STEPS])


def batch_of(encoder_inputs, targets, lengths):
    """Return a batch of the encoder-decoder, its decoder taught by the targets."""
    return (encoder_inputs, teacher_inputs(targets), lengths), targets


def shuffled_batches(step: int, seed: int) -> Iterator:
    """Yield the batches of the pairs from a step on, in a new order each epoch."""
    encoder_inputs, targets = random_pairs(N_PAIRS, seed)
    starts = range(0, N_PAIRS, BATCH_SIZE)
    while True:
        epoch, place = divmod(step, len(starts))
        order = np.random.default_rng([seed, epoch]).permutation(N_PAIRS)
        rows = order[starts[place] : starts[place] + BATCH_SIZE]
        lengths = np.full(len(rows), DECODER_STEPS)
        yield batch_of(encoder_inputs[rows], targets[rows], lengths)
        step += 1


def reversal_batch(n_rows: int, seed) -> tuple:
    """Return a batch of SHORTEST to LONGEST ids, padded with 0, and their reverse."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(SHORTEST, LONGEST + 1, n_rows)
    inside = np.arange(LONGEST) < lengths[:, np.newaxis]  # [B, T]
    ids = rng.integers(1, VOCABULARY_SIZE, [n_rows, LONGEST]) * inside
    backwards = (lengths[:, np.newaxis] - 1 - np.arange(LONGEST)) % LONGEST
    targets = np.take_along_axis(ids, backwards, axis=1) * inside
    return batch_of(ids, targets, lengths)


def greedy_accuracy(model: EncoderDecoder, batch) -> dict[str, float]:
    """Return the loss, and the shares of ids and of whole sequences decoded rightly."""
    (encoder_inputs, _, lengths), targets = batch
    said = np.asarray(model.greedy_decode(encoder_inputs, n_steps=targets.shape[1]))
    inside = np.arange(targets.shape[1]) < lengths[:, np.newaxis]  # [B, T]
    return {
        "held_out_loss": float(model.batch_loss(model.place(batch))),
        "greedy_id_accuracy": float(np.mean((said == targets)[inside])),
        "greedy_sequence_accuracy": float(
            np.mean(((said == targets) | ~inside).all(1))
        ),
        "held_out_sequences": len(targets),
    }


def about(task: str, units: int) -> dict:
    """Return what rebuilds the model."""
    sizes = {
        "vocabulary_size": VOCABULARY_SIZE,
        "embed_size": EMBED_SIZE,
        "units": units,
    }
    return {"model": "encoder-decoder", "task": task, **sizes}


def built(about: dict) -> EncoderDecoder:
    """Return a fresh model of the sizes."""
    sizes = "vocabulary_size", "embed_size", "units"
    return EncoderDecoder(**{name: about[name] for name in sizes})


def translation_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    """Return the chapter's task: two epochs of 1,000 random pairs. It reads no data."""
    sizes = about("translation", UNITS)
    return Task(
        model=built(sizes),
        steps_per_epoch=steps_per_epoch or -(-N_PAIRS // BATCH_SIZE),
        batches=lambda step: shuffled_batches(step, seed),
        about=sizes,
    )


def reversal_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    """Return a task that can be learned: new sequences at every step, to reverse."""
    sizes = about("translation-reversal", REVERSAL_UNITS)
    model = built(sizes)

    def batches(step: int):
        while True:
            step += 1  # 0 is the held-out batch
            yield reversal_batch(REVERSAL_BATCH_SIZE, [seed, step])

    return Task(
        model=model,
        steps_per_epoch=steps_per_epoch or REVERSAL_STEPS_PER_EPOCH,
        batches=batches,
        about=sizes,
        evaluate=lambda: greedy_accuracy(model, reversal_batch(N_HELD_OUT, [seed, 0])),
    )
