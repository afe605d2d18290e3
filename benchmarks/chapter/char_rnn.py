"""The char-RNN as a stack of Keras layers, and its one-hot batches."""

import tensorflow as tf

from benchmarks.chapter.model import Model
from benchmarks.chapter.windows import endless_batches

layers = tf.keras.layers


class CharRNN(Model):
    def __init__(self, *, vocabulary_size, units):
        stack = [
            layers.GRU(
                units, return_sequences=True, input_shape=[None, vocabulary_size]
            ),
            layers.GRU(units, return_sequences=True),
            layers.TimeDistributed(layers.Dense(vocabulary_size, activation="softmax")),
        ]
        super().__init__(tf.keras.Sequential(stack))


def batches(encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed):
    pairs = endless_batches(
        encoded,
        window_length=n_steps + 1,
        shift=1,
        batch_size=batch_size,
        shuffle_buffer=shuffle_buffer,
        seed=seed,
    )
    return pairs.map(lambda x, y: (tf.one_hot(x, vocabulary_size), y)).prefetch(1)
