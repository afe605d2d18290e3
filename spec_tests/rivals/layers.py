"""Wrong GRUs inside a model, in one of its two layers or in both."""

import numpy as np

from spec_tests.oracles.arithmetic import sigmoid
from spec_tests.oracles.recurrent import GRU

BOTH = (1, 2)


class GatesSwapped(GRU):
    """Takes the update gate's weights for the reset gate's, and the other way round."""

    def input_part(self, gate, x):
        return super().input_part({"z": "r", "r": "z"}.get(gate, gate), x)

    def recurrent_part(self, gate, h):
        return super().recurrent_part({"z": "r", "r": "z"}.get(gate, gate), h)


class ResetBefore(GRU):
    """Applies the reset gate to the state before the recurrent product."""

    def step(self, x, h):
        z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
        r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
        candidate = np.tanh(self.input_part("h", x) + self.recurrent_part("h", r * h))
        return z * h + (1 - z) * candidate


def with_wrong(model: type, mistaken: type, *layers: int) -> type:
    """Return the model with mistaken GRUs in the layers of these numbers."""

    def build(self, **sizes):
        model.__init__(self, **sizes)
        for number in layers:
            layer = getattr(self, f"gru_{number}")
            layer.__class__ = type("GRU", (mistaken, type(layer)), {})

    return type(model.__name__, (model,), {"__init__": build})
