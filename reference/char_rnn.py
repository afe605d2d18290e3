"""The char-RNN: at each step, a distribution over the next character.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Building and Training the
Char-RNN Model".
Axes: B batch, T time steps, V vocabulary, U units.
"""

import tensorflow as tf

from reference.recurrent import gru_parts
from reference.trainable import Trainable
from reference.weights import NamedWeights, Part, under
from reference.windows import endless_batches


def batches(
    encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed
) -> tf.data.Dataset:
    """Return an endless stream: one-hot inputs [B, T, V], integer targets [B, T]."""
    return endless_batches(
        encoded,
        window_length=n_steps + 1,
        shift=1,
        batch_size=batch_size,
        shuffle_buffer=shuffle_buffer,
        seed=seed,
        encode=lambda ids: tf.one_hot(ids, vocabulary_size),
    )


def steps_per_epoch(n_characters: int, batch_size: int) -> int:
    """Return how many batches of windows count as one reading of the text."""
    for name, value in (("n_characters", n_characters), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} must be positive, got {value}")
    return n_characters // batch_size


def dense_parts(layer) -> list[Part]:
    """Return where a built dense layer keeps its named weights."""
    return [Part(layer.kernel, (("kernel",),)), Part(layer.bias, (("bias",),))]


class Network(NamedWeights, Trainable, tf.keras.Model):
    """Return [B, T, V]: two recurrent layers, and a softmax at each step."""

    def __init__(self, gru_1, gru_2, *, vocabulary_size, units, **kwargs):
        super().__init__(**kwargs)
        self.gru_1, self.gru_2 = gru_1, gru_2
        self.dense = tf.keras.layers.Dense(vocabulary_size, activation="softmax")
        self.gru_1.build((None, None, vocabulary_size))
        self.gru_2.build((None, None, units))
        self.dense.build((None, None, units))

    def parts(self) -> list[Part]:
        return [
            *under("gru_1", gru_parts(self.gru_1.cell)),
            *under("gru_2", gru_parts(self.gru_2.cell)),
            *under("dense", dense_parts(self.dense)),
        ]

    def call(self, inputs, training=False):  # [B, T, V]
        hidden = self.gru_1(inputs, training=training)  # [B, T, U]
        hidden = self.gru_2(hidden, training=training)  # [B, T, U]
        return self.dense(hidden)  # [B, T, V]

    def batch_loss(self, batch):
        """Return the mean cross-entropy over all steps of all rows."""
        inputs, targets = batch
        probabilities = self(inputs, training=True)
        losses = tf.keras.losses.sparse_categorical_crossentropy(targets, probabilities)
        return tf.reduce_mean(losses)  # of [B, T]


class CharRNN(Network):
    """Return [B, T, V]: what follows each character, given all up to it."""

    def __init__(self, *, vocabulary_size: int, units: int, **kwargs):
        layers = [tf.keras.layers.GRU(units, return_sequences=True) for _ in range(2)]
        super().__init__(
            *layers, vocabulary_size=vocabulary_size, units=units, **kwargs
        )
