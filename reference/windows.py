"""Batches of shuffled windows over a sequence, as pairs of inputs and targets.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Chopping the Sequential
Dataset into Multiple Windows".
Axes: B batch, L window length, N sequence.
"""

import numpy as np
import tensorflow as tf


def batches(
    sequence, *, window_length, shift, batch_size, shuffle_buffer, seed
) -> tf.data.Dataset:
    """Return (inputs [B, L-1], targets [B, L-1]) of every whole window, once."""
    sequence = checked(sequence, window_length, shift, batch_size, shuffle_buffer)
    starts = tf.data.Dataset.range(0, len(sequence) - window_length + 1, shift)
    return gathered(sequence, starts, window_length, batch_size, shuffle_buffer, seed)


def endless_batches(
    sequence,
    *,
    window_length,
    shift,
    batch_size,
    shuffle_buffer,
    seed,
    encode=tf.identity,
) -> tf.data.Dataset:
    """Return batches without end: the sequence repeats, and windows cross the seam.

    The inputs are what `encode` makes of them.
    """
    sequence = checked(sequence, window_length, shift, batch_size, shuffle_buffer)
    starts = tf.data.Dataset.range(0, tf.int64.max, shift)
    return gathered(
        sequence, starts, window_length, batch_size, shuffle_buffer, seed, encode
    )


def gathered(
    sequence,
    starts,
    window_length,
    batch_size,
    shuffle_buffer,
    seed,
    encode=tf.identity,
):
    """Return the windows at the shuffled starts, gathered many at a time.

    G19 nests a dataset in a dataset for each window and shuffles the windows. Shuffling
    their starts is the same order from the same seed, for a buffer of integers. Sets
    TensorFlow's global seed, as G19 does: its stream is the captured one.
    """
    tf.random.set_seed(seed)
    period = len(sequence)
    wrapped = tf.concat([sequence, sequence[: window_length - 1]], axis=0)  # [N + L-1]
    steps = np.arange(window_length)

    def pair(starts):  # [B]
        windows = tf.gather(wrapped, starts[:, tf.newaxis] % period + steps)  # [B, L]
        return encode(windows[:, :-1]), windows[:, 1:]  # [B, L-1], [B, L-1]

    # 16 batches at a time: each alone costs more in waking up threads than in work
    starts = starts.shuffle(shuffle_buffer).batch(16 * batch_size)
    options = tf.data.Options()
    options.autotune.enabled = False  # it times every start, and has nothing to tune
    pairs = starts.map(pair).prefetch(2).rebatch(batch_size)
    return pairs.with_options(options)


def checked(sequence, window_length, shift, batch_size, shuffle_buffer) -> np.ndarray:
    """Return the sequence as an array, or raise ValueError for what cannot be."""
    sequence = np.asarray(sequence)
    if sequence.ndim != 1:
        raise ValueError(f"sequence must have one axis, got shape {sequence.shape}")
    if not 2 <= window_length <= len(sequence):
        raise ValueError(
            "window_length must be from 2 to the sequence's length "
            f"{len(sequence)}, got {window_length}"
        )
    sizes = {"shift": shift, "batch_size": batch_size, "shuffle_buffer": shuffle_buffer}
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be positive, got {size}")
    return sequence
