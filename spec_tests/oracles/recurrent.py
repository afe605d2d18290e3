"""Gated recurrent units, forwards and in both directions.

C14: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
K2: Keras 2 GRU with reset_after=True, as the chapter runs it.
Axes: B batch, T time steps, D inputs, U units.
"""

import numpy as np

from spec_tests.oracles.weights import NamedWeights, below, prefixed
from touchstone.arithmetic import product, real, sigmoid


def gru_shapes(input_size: int, units: int) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a GRU's twelve weights, by name."""
    kinds = {
        "kernel": (input_size, units),
        "recurrent_kernel": (units, units),
        "input_bias": (units,),
        "recurrent_bias": (units,),
    }
    return {f"{kind}_{gate}": shape for kind, shape in kinds.items() for gate in "zrh"}


class GRU(NamedWeights):
    """h' = z * h + (1 - z) * tanh(x W_h + b_h + r * (h U_h + c_h)). [C14, K2]"""

    def __init__(self, *, input_size: int, units: int):
        self.units = units
        super().__init__(gru_shapes(input_size, units))

    def __call__(self, inputs, initial_state=None, keep_mask=None):
        inputs = real(inputs)  # [B, T, D]
        state = self.first_state(initial_state, len(inputs))  # [B, U]
        outputs = []
        for t in range(inputs.shape[1]):
            new = self.step(inputs[:, t], state)  # [B, U]
            state = self.kept(
                new, state, None if keep_mask is None else keep_mask[:, t]
            )
            outputs.append(state)
        return np.stack(outputs, axis=1), state  # [B, T, U], [B, U]

    def first_state(self, initial_state, batch: int):
        return real(
            np.zeros([batch, self.units]) if initial_state is None else initial_state
        )

    def kept(self, new, old, keep):
        return new if keep is None else np.where(np.asarray(keep)[:, None], new, old)

    def step(self, x, h):
        z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
        r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
        candidate = np.tanh(self.input_part("h", x) + r * self.recurrent_part("h", h))
        return z * h + (1 - z) * candidate

    def input_part(self, gate: str, x):
        w = self._weights
        return product(x, w[f"kernel_{gate}"]) + real(w[f"input_bias_{gate}"])

    def recurrent_part(self, gate: str, h):
        w = self._weights
        return product(h, w[f"recurrent_kernel_{gate}"]) + real(
            w[f"recurrent_bias_{gate}"]
        )


class Bidirectional(NamedWeights):
    """One GRU reads forwards, one backwards; their outputs stand side by side."""

    layer = GRU

    def __init__(self, *, input_size: int, units: int):
        self.forward = self.layer(input_size=input_size, units=units)
        self.backward = self.layer(input_size=input_size, units=units)
        shapes = gru_shapes(input_size, units)
        super().__init__(prefixed("forward", shapes) | prefixed("backward", shapes))

    def __call__(self, inputs, keep_mask=None):
        self.forward.set_named_weights(below("forward", self._weights))
        self.backward.set_named_weights(below("backward", self._weights))
        reversed_mask = None if keep_mask is None else np.asarray(keep_mask)[:, ::-1]
        ahead, _ = self.forward(inputs, keep_mask=keep_mask)  # [B, T, U]
        back, _ = self.backward(np.asarray(inputs)[:, ::-1], keep_mask=reversed_mask)
        return self.joined(ahead, back)  # [B, T, 2U]

    def joined(self, ahead, back):
        return np.concatenate([ahead, back[:, ::-1]], axis=-1)


class BidirectionalModel(NamedWeights):
    """A GRU, and a bidirectional GRU on its outputs: [B, T, D] to [B, T, 2U]."""

    layer, both = GRU, Bidirectional

    def __init__(self, *, input_size: int, units: int):
        self.first = self.layer(input_size=input_size, units=units)
        self.second = self.both(input_size=units, units=units)
        shapes = gru_shapes(units, units)
        both = prefixed("forward", shapes) | prefixed("backward", shapes)
        super().__init__(
            prefixed("gru", gru_shapes(input_size, units))
            | prefixed("bidirectional", both)
        )

    def __call__(self, inputs):
        self.first.set_named_weights(below("gru", self._weights))
        self.second.set_named_weights(below("bidirectional", self._weights))
        return self.second(self.first(inputs)[0])
