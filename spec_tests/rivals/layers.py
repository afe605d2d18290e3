"""Wrong GRUs inside a model, in one of its two layers or in both."""

from collections.abc import Callable

import numpy as np

from spec_tests.oracles.recurrent import GRU
from touchstone.arithmetic import product, real, sigmoid
from touchstone.rivals import Rival, rival

FIRST, SECOND, BOTH = (1,), (2,), (1, 2)


class GatesSwapped(GRU):
    def input_part(self, gate, x):
        return super().input_part({"z": "r", "r": "z"}.get(gate, gate), x)

    def recurrent_part(self, gate, h):
        return super().recurrent_part({"z": "r", "r": "z"}.get(gate, gate), h)


class ResetBefore(GRU):
    def step(self, x, h):
        z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
        r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
        candidate = np.tanh(self.input_part("h", x) + self.recurrent_part("h", r * h))
        return z * h + (1 - z) * candidate


class UpdateInverted(GRU):
    def step(self, x, h):
        z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
        r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
        candidate = np.tanh(self.input_part("h", x) + r * self.recurrent_part("h", h))
        return (1 - z) * h + z * candidate


class BiasRowsSwapped(GRU):
    def input_part(self, gate, x):
        return super().input_part(gate, x) + self.surplus(gate)

    def recurrent_part(self, gate, h):
        return super().recurrent_part(gate, h) - self.surplus(gate)

    def surplus(self, gate):
        w = self._weights
        return real(w[f"recurrent_bias_{gate}"]) - real(w[f"input_bias_{gate}"])


class RecurrentBiasDropped(GRU):
    def recurrent_part(self, gate, h):
        bias = self._weights[f"recurrent_bias_{gate}"]
        return super().recurrent_part(gate, h) - real(bias)


class RecurrentKernelTransposed(GRU):
    def recurrent_part(self, gate, h):
        kernel = self._weights[f"recurrent_kernel_{gate}"].T
        return product(h, kernel) + real(self._weights[f"recurrent_bias_{gate}"])


# By the rivals' names: the GRU, its mistake, and the layers that are wrong together.
LAYERS = {
    "first_layer_": ("the first GRU", FIRST),
    "second_layer_": ("the second GRU", SECOND),
    "": ("both GRUs", BOTH),
}
MISTAKES = {
    "gates_swapped": (
        GatesSwapped,
        "the update and reset gates of {} swapped",
        LAYERS,
    ),
    "reset_before_the_product": (
        ResetBefore,
        "the reset gate of {} applied to the state before the recurrent product",
        LAYERS,
    ),
    "update_gate_inverted": (
        UpdateInverted,
        "the update gate of {} inverted: 1 - z keeps the old state",
        [""],
    ),
    "bias_rows_swapped": (
        BiasRowsSwapped,
        "the input biases and the recurrent biases of {} swapped",
        [""],
    ),
    "recurrent_bias_dropped": (
        RecurrentBiasDropped,
        "the recurrent biases of {} left out",
        [""],
    ),
    "recurrent_kernel_transposed": (
        RecurrentKernelTransposed,
        "the recurrent kernels of {} transposed",
        [""],
    ),
}


def layer_rivals(module: str, models: Callable[..., dict]) -> dict[str, Rival]:
    """Return a component's rivals whose layers are wrong, by name.

    `models(mistaken, *layers)` returns the wrong attributes of the component.
    """
    found = {}
    for name, (mistaken, mistake, wheres) in MISTAKES.items():
        for prefix in wheres:
            words, layers = LAYERS[prefix]
            about = {"__doc__": mistake.format(words), "__module__": module}
            attributes = about | models(mistaken, *layers)
            found[prefix + name] = rival(type(prefix + name, (), attributes))
    return found


def with_wrong(model: type, mistaken: type, *layers: int) -> type:
    """Return the model with mistaken GRUs in the layers of these numbers."""

    def build(self, **sizes):
        model.__init__(self, **sizes)
        for number in layers:
            layer = getattr(self, f"gru_{number}")
            own = type(layer)
            # what a layer does to its inputs comes before the mistake
            bases = (mistaken,) if own is GRU else (own, mistaken)
            layer.__class__ = type("GRU", bases, {})

    return type(model.__name__, (model,), {"__init__": build})
