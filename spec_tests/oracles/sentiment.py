"""The probability that a review is positive, from the ids of its words.

C14: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
Axes: B batch, T tokens, E embedding dims, U units.
"""

import numpy as np

from spec_tests.oracles.recurrent import GRU, gru_shapes
from spec_tests.oracles.training import Trainable, binary_cross_entropy
from spec_tests.oracles.weights import NamedWeights, below, prefixed
from touchstone.arithmetic import product, real, sigmoid


def loss(labels, probabilities):
    """Return the mean cross-entropy of labels [B] and probabilities [B, 1]."""
    return binary_cross_entropy(probabilities, np.reshape(labels, [-1, 1]))


def accuracy(labels, probabilities):
    """Return the share of labels [B] met by probabilities [B, 1] above a half."""
    return np.mean((real(probabilities)[:, 0] > 0.5) == (np.asarray(labels) == 1))


class SentimentModel(Trainable, NamedWeights):
    """Two GRUs over the embedded ids, their last state, and one sigmoid unit."""

    layer = GRU
    cost = staticmethod(loss)

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        self.gru_1 = self.layer(input_size=embed_size, units=units)
        self.gru_2 = self.layer(input_size=units, units=units)
        super().__init__(
            {"embedding/embeddings": (vocabulary_size, embed_size)}
            | prefixed("gru_1", gru_shapes(embed_size, units))
            | prefixed("gru_2", gru_shapes(units, units))
            | {"dense/kernel": (units, 1), "dense/bias": (1,)}
        )

    def __call__(self, ids):
        ids = np.asarray(ids)
        self.gru_1._weights = below("gru_1", self._weights)
        self.gru_2._weights = below("gru_2", self._weights)
        outputs = self.first(self.embedded(ids), self.keep(ids))  # [B, T, U]
        return self.answer(self.second(outputs, self.keep(ids)))

    def embedded(self, ids):
        return real(self._weights["embedding/embeddings"])[ids]  # [B, T, E]

    def keep(self, ids):
        return ids != 0  # [B, T]

    def first(self, embedded, keep):
        return self.gru_1(embedded, keep_mask=keep)[0]

    def second(self, outputs, keep):
        return self.gru_2(outputs, keep_mask=keep)[1]  # [B, U]

    def answer(self, state):
        w = self._weights
        return sigmoid(
            product(state, w["dense/kernel"]) + real(w["dense/bias"])
        )  # [B, 1]

    def loss(self, batch):
        ids, labels = batch
        return self.cost(labels, self(ids))


class ExplicitMaskSentimentModel(SentimentModel):
    """The same: that the mask is handed over makes no difference."""
