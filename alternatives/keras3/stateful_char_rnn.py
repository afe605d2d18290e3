"""The stateful char-RNN: each batch is read from where the one before it ended.

Axes: B batch, T time steps, V vocabulary, U units.
"""

import keras
from keras import ops

from alternatives.keras3.char_rnn import CharRNN, Network, one_hot
from alternatives.keras3.recurrent import real
from alternatives.keras3.weights import dense_places, gru_places, under
from alternatives.plain import stateful_batches
from alternatives.plain.arguments import check_rates


def batches(encoded, *, n_steps, batch_size, vocabulary_size):  # [N]
    """Return one epoch: one-hot inputs [B, T, V], integer targets [B, T]."""
    sizes = dict(n_steps=n_steps, batch_size=batch_size)
    pairs = stateful_batches.consecutive(encoded, **sizes)
    return (one_hot(x, y, vocabulary_size) for x, y in pairs)


class StatefulGRU(keras.layers.Layer):
    """Return [B, T, U] as a GRU does, from the state that the call before left.

    GRU(stateful=True) is not used: Keras does not list its state among the variables of
    the model, and what is compiled for JAX leaves it as it was.
    """

    def __init__(self, units: int, *, batch_size: int, **rates):
        super().__init__()
        self.gru = keras.layers.GRU(
            units,
            return_sequences=True,
            return_state=True,
            implementation=1,  # masks of its own for each gate, as Keras 2's
            use_cudnn=False,  # which reads one mask for all gates
            **rates,
        )
        self.state = self.add_weight(
            shape=[batch_size, units], initializer="zeros", trainable=False
        )

    def call(self, inputs, training=False):  # [B, T, D]
        state = ops.copy(self.state)  # PyTorch differentiates by what is assigned to
        outputs, state = self.gru(inputs, initial_state=state, training=training)
        self.state.assign(state)
        return outputs

    def compute_output_shape(self, input_shape):
        return (*input_shape[:2], self.gru.units)


class StatefulCharRNN(Network):
    """Return [B, T, V] as the char-RNN does, reading on from the call before."""

    def __init__(
        self,
        *,
        vocabulary_size: int,
        units: int,
        batch_size: int,
        dropout: float,
        recurrent_dropout: float,
    ):
        rates = dict(dropout=dropout, recurrent_dropout=recurrent_dropout)
        check_rates(**rates)
        layers = [StatefulGRU(units, batch_size=batch_size, **rates) for _ in "12"]
        super().__init__([*layers, keras.layers.Dense(vocabulary_size)])
        inputs = keras.Input(batch_shape=[batch_size, None, vocabulary_size])
        hidden = self.gru_2(self.gru_1(inputs))  # [B, T, U]
        self.model = self.compiled(inputs, self.dense(hidden))
        self.sizes = dict(vocabulary_size=vocabulary_size, units=units)

    def places(self):
        return {
            **under("gru_1", gru_places(self.gru_1.gru)),
            **under("gru_2", gru_places(self.gru_2.gru)),
            **under("dense", dense_places(self.dense)),
        }

    def reset_states(self) -> None:
        """Begin again: the next call reads from zero states."""
        for layer in self.gru_1, self.gru_2:
            layer.state.assign(ops.zeros(layer.state.shape))

    def __call__(self, inputs, training: bool = False):  # [B, T, V]
        inputs = real(inputs)
        if training:
            return ops.softmax(self.model(inputs, training=True))
        return ops.softmax(self.model.predict_on_batch(inputs))

    def stateless_copy(self) -> CharRNN:
        """Return a model with the same weights that takes batches of any size."""
        copy = CharRNN(**self.sizes)
        copy.set_named_weights(self.named_weights())
        return copy
