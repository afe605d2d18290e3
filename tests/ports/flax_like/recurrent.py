"""Flax Linen's GRUCell: ir, iz and in have a bias, of hr, hz and hn hn alone.

The two biases of r and of z only ever stand as a sum: they are folded when they are
used, and given back as they came.
"""

import numpy as np

from tests.ports import recurrent
from tests.ports.recurrent import sigmoid


class GRU(recurrent.GRU):
    def take(self, given):
        self.dense = {}
        for ours, theirs in ("r", "r"), ("z", "z"), ("h", "n"):
            bias, second = given[f"input_bias_{ours}"], given[f"recurrent_bias_{ours}"]
            folded = (bias, second) if theirs == "n" else (bias + second, 0)
            self.dense[f"i{theirs}"] = given[f"kernel_{ours}"], folded[0]
            self.dense[f"h{theirs}"] = given[f"recurrent_kernel_{ours}"], folded[1]

    def apply(self, name, x):
        kernel, bias = self.dense[name]
        return x @ kernel + bias

    def step(self, x, h):
        r = sigmoid(self.apply("ir", x) + self.apply("hr", h))
        z = sigmoid(self.apply("iz", x) + self.apply("hz", h))
        n = np.tanh(self.apply("in", x) + r * self.apply("hn", h))
        return (1 - z) * n + z * h


Bidirectional, BidirectionalModel = recurrent.both_ways(GRU)
