"""The char-RNN: at each step, a distribution over the next character.

Axes: B batch, T time steps, V vocabulary, U units.
"""

import keras
from keras import ops

from alternatives.keras3.recurrent import real
from alternatives.keras3.trainable import Trainable, compiled
from alternatives.keras3.weights import dense_places, gru_places, under
from alternatives.keras3.windows import endless_batches
from alternatives.plain.char_rnn import steps_per_epoch

__all__ = ["CharRNN", "Network", "batches", "one_hot", "steps_per_epoch"]


def batches(
    encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed
):  # [N]
    """Return endless pairs: one-hot inputs [B, T, V], integer targets [B, T]."""
    windows = endless_batches(
        encoded,
        window_length=n_steps + 1,
        shift=1,
        batch_size=batch_size,
        shuffle_buffer=shuffle_buffer,
        seed=seed,
    )
    return (one_hot(x, y, vocabulary_size) for x, y in windows)


def one_hot(inputs, targets, depth: int):
    """Return the pair as tensors, the inputs [B, T, V] one-hot."""
    inputs = ops.one_hot(inputs, depth, dtype="float32")
    return inputs, ops.convert_to_tensor(targets)


class Network(Trainable):
    """Two recurrent layers, and scores of each character at each step."""

    def __init__(self, layers):
        self.gru_1, self.gru_2, self.dense = layers

    def places(self):
        return {
            **under("gru_1", gru_places(self.gru_1)),
            **under("gru_2", gru_places(self.gru_2)),
            **under("dense", dense_places(self.dense)),
        }

    def compiled(self, inputs, outputs) -> keras.Model:
        """Return the model that training compiles."""
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        return compiled(keras.Model(inputs, outputs), loss)


class CharRNN(Network):
    """Return the probabilities [B, T, V] of the next character at each step."""

    def __init__(self, *, vocabulary_size: int, units: int):
        options = dict(return_sequences=True, return_state=True)
        layers = [keras.layers.GRU(units, **options) for _ in range(2)]
        super().__init__([*layers, keras.layers.Dense(vocabulary_size)])
        inputs = keras.Input([None, vocabulary_size])  # [B, T, V]
        states = [keras.Input([units]), keras.Input([units])]  # [B, U] each
        self.model = self.compiled(inputs, self.read(inputs, [None, None])[0])
        self.reader = keras.Model([inputs, *states], self.read(inputs, states))
        self.sizes = dict(vocabulary_size=vocabulary_size, units=units)

    def read(self, inputs, states):
        """Return scores [B, T, V], and both layers' states after the last step."""
        hidden, state_1 = self.gru_1(inputs, initial_state=states[0])
        hidden, state_2 = self.gru_2(hidden, initial_state=states[1])
        return [self.dense(hidden), state_1, state_2]

    def __call__(self, inputs):  # [B, T, V]
        return ops.softmax(self.model.predict_on_batch(real(inputs)))
