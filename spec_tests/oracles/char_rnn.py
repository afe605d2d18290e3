"""The char-RNN and its batches.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
Axes: B batch, T time steps, V vocabulary, U units.
"""

import numpy as np

from spec_tests.oracles import windows
from spec_tests.oracles.recurrent import GRU, gru_shapes
from spec_tests.oracles.training import Trainable, sparse_cross_entropy
from spec_tests.oracles.weights import NamedWeights, below, prefixed
from touchstone.arithmetic import product, real, softmax


def one_hot(ids, depth: int) -> np.ndarray:
    """Return [..., V]: a row of the unit matrix for each id."""
    return np.eye(depth, dtype=np.float32)[np.asarray(ids)]


class Batches:
    """Endless shuffled windows, the inputs one-hot."""

    def __call__(
        self, encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed
    ):
        pairs = self.pairs(
            encoded,
            window_length=n_steps + 1,
            shift=1,
            batch_size=batch_size,
            shuffle_buffer=shuffle_buffer,
            seed=seed,
        )
        return (self.encoded(x, y, vocabulary_size) for x, y in pairs)

    def pairs(self, encoded, **sizes):
        return windows.endless_batches(encoded, **sizes)

    def encoded(self, inputs, targets, vocabulary_size):
        return one_hot(inputs, vocabulary_size), targets


def steps_per_epoch(n_characters: int, batch_size: int) -> int:
    """Return how many batches of windows count as one reading of the text."""
    for name, value in (("n_characters", n_characters), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} must be positive, got {value}")
    return n_characters // batch_size


class CharRNN(Trainable, NamedWeights):
    """Two GRUs and a softmax at each step."""

    layer = GRU

    def __init__(self, *, vocabulary_size: int, units: int):
        self.sizes = dict(vocabulary_size=vocabulary_size, units=units)
        self.gru_1 = self.layer(input_size=vocabulary_size, units=units)
        self.gru_2 = self.layer(input_size=units, units=units)
        dense = {"kernel": (units, vocabulary_size), "bias": (vocabulary_size,)}
        super().__init__(
            prefixed("gru_1", gru_shapes(vocabulary_size, units))
            | prefixed("gru_2", gru_shapes(units, units))
            | prefixed("dense", dense)
        )

    def __call__(self, inputs):
        return self.read(inputs, (None, None))[0]

    def read(self, inputs, states):
        """Return probabilities [B, T, V] and the states after the last step."""
        self.gru_1._weights = below("gru_1", self._weights)
        self.gru_2._weights = below("gru_2", self._weights)
        hidden, first = self.gru_1(inputs, initial_state=states[0])
        hidden, second = self.gru_2(self.between(hidden), initial_state=states[1])
        return self.normalised(self.scores(hidden)), (first, second)

    def between(self, hidden):
        return hidden

    def scores(self, hidden):
        w = self._weights
        return product(hidden, w["dense/kernel"]) + real(w["dense/bias"])

    def normalised(self, scores):
        return softmax(scores)

    def loss(self, batch):
        inputs, targets = batch
        return self.cost(self(inputs), targets)

    def cost(self, probabilities, targets):
        return sparse_cross_entropy(probabilities, targets)


batches = Batches()
