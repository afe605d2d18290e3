"""Windows, each a dataset of its own inside the dataset of all."""

import tensorflow as tf


def endless_batches(
    sequence, *, window_length, shift, batch_size, shuffle_buffer, seed
):
    tf.random.set_seed(seed)
    steps = tf.data.Dataset.from_tensor_slices(sequence).repeat()
    nested = steps.window(window_length, shift=shift, drop_remainder=True)
    rows = nested.flat_map(lambda window: window.batch(window_length))
    rows = rows.shuffle(shuffle_buffer).batch(batch_size)
    return rows.map(lambda rows: (rows[:, :-1], rows[:, 1:])).prefetch(1)
