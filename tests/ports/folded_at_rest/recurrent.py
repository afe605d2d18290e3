"""Flax Linen's GRUCell that keeps nothing but its own, folded parameters.

It says so where it is asked for the twelve weights that it was given.
"""

from tests.ports import recurrent
from tests.ports.flax_like.recurrent import GRU as FlaxGRU


class Unrepresentable(Exception):
    """The framework has no place for what is asked for."""


def named_weights(self):
    raise Unrepresentable("the two biases of r, and of z, are kept as their sum")


class GRU(FlaxGRU):
    named_weights = named_weights


Bidirectional, BidirectionalModel = recurrent.both_ways(GRU)
for layer in Bidirectional, BidirectionalModel:
    setattr(layer, "named_weights", named_weights)  # noqa: B010, of a class made above
