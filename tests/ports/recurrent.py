"""What the three ports share: the given weights, a loop over steps, two directions."""

from typing import Any

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def shapes(input_size: int, units: int) -> dict[str, tuple[int, ...]]:
    kinds = {
        "kernel": (input_size, units),
        "recurrent_kernel": (units, units),
        "input_bias": (units,),
        "recurrent_bias": (units,),
    }
    return {f"{kind}_{gate}": shape for kind, shape in kinds.items() for gate in "zrh"}


class Weights:
    """Named weights, copied in and out."""

    def __init__(self, own: dict[str, tuple[int, ...]]):
        self.own = own
        self.set_named_weights({name: np.zeros(shape) for name, shape in own.items()})

    def named_weights(self):
        return {name: value.copy() for name, value in self.given.items()}

    def set_named_weights(self, weights):
        if odd := sorted(set(weights) ^ set(self.own)):
            raise ValueError(f"weights must have the names of the layer, got {odd}")
        for name, shape in self.own.items():
            if np.shape(weights[name]) != shape:
                got = np.shape(weights[name])
                raise ValueError(f"weights: {name} must have shape {shape}, got {got}")
        self.given = {name: np.array(weights[name]) for name in self.own}
        self.take(self.given)

    def take(self, given) -> None:
        """Bring the weights into the form in which they are used."""


class GRU(Weights):
    """Reads step by step; `step(x, h)` is the framework's."""

    def __init__(self, *, input_size: int, units: int):
        self.units = units
        super().__init__(shapes(input_size, units))

    def step(self, x, h):
        raise NotImplementedError

    def __call__(self, inputs, initial_state=None, keep_mask=None):
        state = initial_state
        if state is None:
            state = np.zeros([len(inputs), self.units], np.float32)
        outputs = []
        for t in range(inputs.shape[1]):
            new = self.step(inputs[:, t], state)
            state = (
                new
                if keep_mask is None
                else np.where(keep_mask[:, t, None], new, state)
            )
            outputs.append(state)
        return np.stack(outputs, axis=1), state


def both_ways(gru: type[GRU]) -> tuple[type, type]:
    """Return the bidirectional layer and the model that are made of a GRU."""

    class Bidirectional(Weights):
        def __init__(self, *, input_size, units):
            sizes = {"input_size": input_size, "units": units}
            self.parts = {name: gru(**sizes) for name in ("forward", "backward")}
            super().__init__(joined(self.parts))

        def take(self, given):
            hand_out(self.parts, given)

        def __call__(self, inputs, keep_mask=None):
            back = None if keep_mask is None else keep_mask[:, ::-1]
            ahead, _ = self.parts["forward"](inputs, keep_mask=keep_mask)
            behind, _ = self.parts["backward"](inputs[:, ::-1], keep_mask=back)
            return np.concatenate([ahead, behind[:, ::-1]], axis=-1)

    class BidirectionalModel(Weights):
        def __init__(self, *, input_size, units):
            self.parts: dict[str, Any] = {
                "gru": gru(input_size=input_size, units=units),
                "bidirectional": Bidirectional(input_size=units, units=units),
            }
            super().__init__(joined(self.parts))

        def take(self, given):
            hand_out(self.parts, given)

        def __call__(self, inputs):
            return self.parts["bidirectional"](self.parts["gru"](inputs)[0])

    return Bidirectional, BidirectionalModel


def joined(parts):
    return {
        f"{k}/{name}": s for k, part in parts.items() for name, s in part.own.items()
    }


def hand_out(parts, given):
    for k, part in parts.items():
        start = f"{k}/"
        own = {
            n.removeprefix(start): v for n, v in given.items() if n.startswith(start)
        }
        part.set_named_weights(own)
