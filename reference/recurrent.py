"""Gated recurrent units, forwards and in both directions.

C14: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, bidirectional layers.
Axes: B batch, T time steps, D inputs, U units.
"""

import tensorflow as tf

from reference.model import Model
from reference.weights import NamedWeights, Part, under

GATES = "zrh"  # update, reset, candidate: Keras's order
LSTM_GATES = "ifco"  # input, forget, candidate, output: Keras's order


def gru_parts(cell) -> list[Part]:
    """Return where a built Keras GRU cell keeps its named weights."""

    def gates(kind):
        return tuple(f"{kind}_{gate}" for gate in GATES)

    return [
        Part(cell.kernel, (gates("kernel"),)),
        Part(cell.recurrent_kernel, (gates("recurrent_kernel"),)),
        Part(cell.bias, (gates("input_bias"), gates("recurrent_bias"))),
    ]


def lstm_parts(cell) -> list[Part]:
    """Return where a built Keras LSTM cell keeps its named weights."""
    variables = {
        "kernel": cell.kernel,
        "recurrent_kernel": cell.recurrent_kernel,
        "bias": cell.bias,
    }
    return [
        Part(variable, (tuple(f"{kind}_{gate}" for gate in LSTM_GATES),))
        for kind, variable in variables.items()
    ]


class GRU(NamedWeights, tf.keras.layers.Layer):
    """Return the outputs [B, T, U] and the state [B, U] after the last kept step."""

    def __init__(self, *, input_size: int, units: int, **kwargs):
        super().__init__(**kwargs)
        self.layer = tf.keras.layers.GRU(
            units, return_sequences=True, return_state=True
        )
        self.layer.build((None, None, input_size))

    def parts(self) -> list[Part]:
        return gru_parts(self.layer.cell)

    def call(self, inputs, initial_state=None, keep_mask=None):  # [B, T, D]
        if initial_state is not None:
            initial_state = tf.convert_to_tensor(initial_state, inputs.dtype)  # [B, U]
        return self.layer(inputs, mask=keep_mask, initial_state=initial_state)


class Bidirectional(NamedWeights, tf.keras.layers.Layer):
    """Return [B, T, 2U]: a forward GRU's outputs, then a backward one's at that step."""

    def __init__(self, *, input_size: int, units: int, **kwargs):
        super().__init__(**kwargs)
        gru = tf.keras.layers.GRU(units, return_sequences=True)
        self.layer = tf.keras.layers.Bidirectional(gru)
        self.layer.build((None, None, input_size))

    def parts(self) -> list[Part]:
        forward = gru_parts(self.layer.forward_layer.cell)
        backward = gru_parts(self.layer.backward_layer.cell)
        return under("forward", forward) + under("backward", backward)

    def call(self, inputs, keep_mask=None):  # [B, T, D]
        return self.layer(inputs, mask=keep_mask)


class BidirectionalModel(Model):
    """Return [B, T, 2U]: a bidirectional GRU over the outputs of a GRU. [G19]"""

    def __init__(self, *, input_size: int, units: int, **kwargs):
        super().__init__(**kwargs)
        self.input_specs = (tf.TensorSpec([None, None, input_size]),)
        self.gru = GRU(input_size=input_size, units=units)
        self.bidirectional = Bidirectional(input_size=units, units=units)

    def parts(self) -> list[Part]:
        both = under("bidirectional", self.bidirectional.parts())
        return under("gru", self.gru.parts()) + both

    def call(self, inputs):  # [B, T, D]
        outputs, _ = self.gru(inputs)  # [B, T, U]
        return self.bidirectional(outputs)
