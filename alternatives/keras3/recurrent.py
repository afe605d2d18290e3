"""Gated recurrent units: keras.layers.GRU, whose reset comes after the product."""

import keras

from alternatives.keras3.weights import NamedWeights, gru_places, under


def real(values):
    """Return values as a float32 tensor."""
    return keras.ops.convert_to_tensor(values, dtype="float32")


def boolean(values):
    """Return a mask as a tensor; None stays None."""
    return None if values is None else keras.ops.convert_to_tensor(values, dtype="bool")


class GRU(NamedWeights):
    """Return the outputs [B, T, U] and the state [B, U] after the last kept step."""

    def __init__(self, *, input_size: int, units: int):
        self.layer = keras.layers.GRU(units, return_sequences=True, return_state=True)
        self.layer.build([None, None, input_size])

    def places(self):
        return gru_places(self.layer)

    def __call__(self, inputs, initial_state=None, keep_mask=None):  # [B, T, D]
        state = None if initial_state is None else real(initial_state)
        return self.layer(real(inputs), initial_state=state, mask=boolean(keep_mask))


class Bidirectional(NamedWeights):
    """Return [B, T, 2U]: a forward GRU's outputs, then a backward one's."""

    def __init__(self, *, input_size: int, units: int):
        layer = keras.layers.GRU(units, return_sequences=True)
        self.layer = keras.layers.Bidirectional(layer, merge_mode="concat")
        self.layer.build([None, None, input_size])

    def places(self):
        forward = under("forward", gru_places(self.layer.forward_layer))
        return forward | under("backward", gru_places(self.layer.backward_layer))

    def __call__(self, inputs, keep_mask=None):  # [B, T, D]
        return self.layer(real(inputs), mask=boolean(keep_mask))


class BidirectionalModel(NamedWeights):
    """Return [B, T, 2U]: a bidirectional GRU over the outputs of a GRU."""

    def __init__(self, *, input_size: int, units: int):
        self.gru = GRU(input_size=input_size, units=units)
        self.bidirectional = Bidirectional(input_size=units, units=units)

    def places(self):
        both = under("bidirectional", self.bidirectional.places())
        return under("gru", self.gru.places()) | both

    def __call__(self, inputs):  # [B, T, D]
        outputs, _ = self.gru(inputs)  # [B, T, U]
        return self.bidirectional(outputs)
