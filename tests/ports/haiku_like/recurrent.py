"""Haiku's hk.GRU: gates z, r, a side by side, one bias, the reset before the product.

h' = (1 - z) h + z a: its z is one minus ours, so the weights of z change their sign.
"""

import numpy as np

from tests.ports import recurrent
from tests.ports.recurrent import sigmoid


class GRU(recurrent.GRU):
    def take(self, given):
        signs = {"z": -1, "r": 1, "h": 1}

        def side_by_side(kind):
            gates = [sign * given[f"{kind}_{gate}"] for gate, sign in signs.items()]
            return np.concatenate(gates, axis=-1)

        self.w_i, self.w_h = side_by_side("kernel"), side_by_side("recurrent_kernel")
        self.b = side_by_side("input_bias") + side_by_side("recurrent_bias")

    def step(self, x, h):
        gates_x, a_x = np.split(x @ self.w_i, [2 * self.units], axis=-1)
        w_z_r, w_a = np.split(self.w_h, [2 * self.units], axis=-1)
        b_z_r, b_a = np.split(self.b, [2 * self.units])
        z, r = np.split(sigmoid(gates_x + h @ w_z_r + b_z_r), 2, axis=-1)
        a = np.tanh(a_x + (r * h) @ w_a + b_a)
        return (1 - z) * h + z * a


Bidirectional, BidirectionalModel = recurrent.both_ways(GRU)
