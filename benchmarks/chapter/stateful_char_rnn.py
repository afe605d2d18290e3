"""The stateful char-RNN, and batches zipped from a dataset for each row."""

import numpy as np
import tensorflow as tf

from benchmarks.chapter.model import Model

layers = tf.keras.layers


class StatefulCharRNN(Model):
    def __init__(
        self, *, vocabulary_size, units, batch_size, dropout, recurrent_dropout
    ):
        options = {
            "return_sequences": True,
            "stateful": True,
            "dropout": dropout,
            "recurrent_dropout": recurrent_dropout,
        }
        shape = [batch_size, None, vocabulary_size]
        stack = [
            layers.GRU(units, batch_input_shape=shape, **options),
            layers.GRU(units, **options),
            layers.TimeDistributed(layers.Dense(vocabulary_size, activation="softmax")),
        ]
        super().__init__(tf.keras.Sequential(stack))


def batches(encoded, *, n_steps, batch_size, vocabulary_size):
    def rows(part):
        steps = tf.data.Dataset.from_tensor_slices(part)
        nested = steps.window(n_steps + 1, shift=n_steps, drop_remainder=True)
        return nested.flat_map(lambda window: window.batch(n_steps + 1))

    parts = np.array_split(encoded, batch_size)
    zipped = tf.data.Dataset.zip(tuple(map(rows, parts)))
    stacked = zipped.map(lambda *rows: tf.stack(rows))
    pairs = stacked.map(lambda rows: (rows[:, :-1], rows[:, 1:]))
    return pairs.map(lambda x, y: (tf.one_hot(x, vocabulary_size), y)).prefetch(1)
