"""Batches of shuffled windows over a sequence, as pairs of inputs and targets.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Chopping the Sequential
Dataset into Multiple Windows": it nests a dataset in a dataset for each window and
shuffles those. To shuffle their starts is the same order from the same seed.
Axes: B batch, L window length, N sequence.
"""

import numpy as np
import tensorflow as tf

from reference.arguments import check_fit, check_positive
from reference.seeds import operation_seeds

AT_ONCE = 16  # batches: each alone costs more in waking up threads than in work


def batches(
    sequence, *, window_length, shift, batch_size, shuffle_buffer, seed
) -> tf.data.Dataset:
    """Return (inputs [B, L-1], targets [B, L-1]) of every whole window, once."""
    sizes = dict(shift=shift, batch_size=batch_size, shuffle_buffer=shuffle_buffer)
    sequence = checked(sequence, window_length, **sizes)
    starts = tf.data.Dataset.range(0, len(sequence) - window_length + 1, shift)
    starts = shuffled(starts, shuffle_buffer, seed)
    return gathered(sequence, starts, window_length, batch_size)


def endless_batches(
    sequence, *, window_length, shift, batch_size, shuffle_buffer, seed
) -> tf.data.Dataset:
    """Return batches without end: the sequence repeats, and windows cross the seam."""
    sizes = dict(shift=shift, batch_size=batch_size, shuffle_buffer=shuffle_buffer)
    sequence = checked(sequence, window_length, **sizes)
    starts = tf.data.Dataset.range(0, tf.int64.max, shift)
    starts = shuffled(starts, shuffle_buffer, seed)
    return gathered(sequence, starts, window_length, batch_size)


def checked(sequence, window_length: int, **sizes: int) -> np.ndarray:
    """Return the sequence as an array, or raise ValueError for what cannot be."""
    sequence = np.asarray(sequence)
    check_fit(sequence, window_length)
    check_positive(**sizes)
    return sequence


def shuffled(starts: tf.data.Dataset, buffer_size: int, seed: int) -> tf.data.Dataset:
    """Return what `starts.shuffle` does after `tf.random.set_seed(seed)`. [G19]"""
    first, second = operation_seeds(seed)
    variant = tf.raw_ops.ShuffleDatasetV3(
        input_dataset=tf.data.experimental.to_variant(starts),
        buffer_size=buffer_size,
        seed=first,
        seed2=second,
        seed_generator=tf.raw_ops.DummySeedGenerator(),
        output_types=[tf.int64],
        output_shapes=[[]],
    )
    return tf.data.experimental.from_variant(variant, starts.element_spec)


def gathered(sequence, starts, window_length, batch_size) -> tf.data.Dataset:
    """Return the windows at the starts, gathered many at a time."""
    period = len(sequence)
    wrapped = tf.concat([sequence, sequence[: window_length - 1]], axis=0)  # [N + L-1]
    steps = np.arange(window_length)

    def pair(starts):  # [B]
        windows = tf.gather(wrapped, starts[:, tf.newaxis] % period + steps)  # [B, L]
        return windows[:, :-1], windows[:, 1:]  # [B, L-1], [B, L-1]

    options = tf.data.Options()
    options.autotune.enabled = False  # it times every start, and has nothing to tune
    pairs = starts.batch(AT_ONCE * batch_size).map(pair).prefetch(2)
    return pairs.rebatch(batch_size).with_options(options)
