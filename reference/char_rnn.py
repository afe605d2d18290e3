"""The char-RNN: at each step, a distribution over the next character.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Building and Training the
Char-RNN Model".
Axes: B batch, T time steps, N characters drawn, V vocabulary, U units.
"""

import tensorflow as tf

from reference.arguments import check_positive
from reference.recurrent import gru_parts
from reference.sampling import drawn_class
from reference.trainable import Trainable
from reference.weights import Part, dense_parts, under
from reference.windows import endless_batches


def batches(
    encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed
) -> tf.data.Dataset:
    """Return an endless stream: one-hot inputs [B, T, V], integer targets [B, T]."""
    sizes = dict(window_length=n_steps + 1, shift=1, batch_size=batch_size)
    pairs = endless_batches(encoded, **sizes, shuffle_buffer=shuffle_buffer, seed=seed)
    return pairs.map(lambda x, y: (tf.one_hot(x, vocabulary_size), y)).prefetch(1)


def steps_per_epoch(n_characters: int, batch_size: int) -> int:
    """Return how many batches of windows count as one reading of the text."""
    check_positive(n_characters=n_characters, batch_size=batch_size)
    return n_characters // batch_size


class Network(Trainable):
    """Return [B, T, V]: two recurrent layers, and a softmax at each step."""

    def __init__(self, gru_1, gru_2, *, vocabulary_size, units, **kwargs):
        super().__init__(**kwargs)
        self.input_specs = (tf.TensorSpec([None, None, vocabulary_size]),)
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

    @tf.function(
        input_signature=[
            tf.TensorSpec([None], tf.int32),
            tf.TensorSpec([], tf.int32),
            tf.TensorSpec([], tf.int32),
            tf.TensorSpec([], tf.float64),
            tf.TensorSpec([], tf.int64),
        ]
    )
    def continued(self, ids, length, n_chars, temperature, seed):  # [T]
        """Return [N] classes, each drawn after all before it; -1 where none can be.

        The length of the text is not always that of its ids: "İ" is two in lower case.
        """
        states = (tf.zeros([1, self.gru_1.units]),) * 2
        for character in ids:
            states = self.after(character, states)
        new = tf.TensorArray(tf.int32, n_chars)
        for i in tf.range(n_chars):
            probabilities = self.dense(states[1])[0]  # [V]
            chosen = drawn_class(probabilities, temperature, seed, length + i)
            new = new.write(i, chosen)
            states = self.after(chosen, states)
        return new.stack()

    def after(self, character, states):
        """Return both layers' states [1, U] after one more character."""
        one_hot = tf.one_hot([character], self.dense.units)  # [1, V]
        state_1, _ = self.gru_1.cell(one_hot, states[0])
        state_2, _ = self.gru_2.cell(state_1, states[1])
        return state_1, state_2
