"""A model that says how likely a review is positive, from the ids of its words."""

import torch
from torch.nn.functional import binary_cross_entropy

from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.recurrent import GRU
from alternatives.pytorch.trainable import Trainable
from alternatives.pytorch.weights import NamedWeights, under

PAD_ID = 0


def loss(labels, probabilities) -> torch.Tensor:
    """Return the mean binary cross-entropy of labels [B] and probabilities [B, 1]."""
    return binary_cross_entropy(tensor(probabilities)[:, 0], tensor(labels))


def accuracy(labels, probabilities) -> torch.Tensor:
    """Return the share of labels [B] met by probabilities [B, 1] above a half."""
    positive = tensor(probabilities)[:, 0] > 0.5
    return (positive == (tensor(labels) == 1)).float().mean()


class Classifier(Trainable, NamedWeights):
    """A model that returns probabilities [B, 1], with its loss."""

    def batch_loss(self, batch):
        """Return the mean cross-entropy of inputs and labels [B]."""
        inputs, labels = batch
        return loss(labels, self(inputs))


class SentimentModel(Classifier):
    """Return probabilities [B, 1] of ids [B, T]; padding leaves the state as it is."""

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        super().__init__()
        self.embedding = torch.nn.Embedding(vocabulary_size, embed_size, device=DEVICE)
        self.gru_1 = GRU(input_size=embed_size, units=units)
        self.gru_2 = GRU(input_size=units, units=units)
        self.dense = torch.nn.Linear(units, 1, device=DEVICE)

    def places(self):
        return {
            "embedding/embeddings": self.embedding.weight,
            **under("gru_1", self.gru_1.places()),
            **under("gru_2", self.gru_2.places()),
            "dense/kernel": self.dense.weight.T,
            "dense/bias": self.dense.bias,
        }

    def forward(self, ids):  # [B, T]
        ids = tensor(ids, torch.long)
        keep = ids != PAD_ID  # [B, T]
        outputs, _ = self.gru_1(self.embedding(ids), keep_mask=keep)  # [B, T, U]
        _, state = self.gru_2(outputs, keep_mask=keep)  # [B, U]
        return torch.sigmoid(self.dense(state))  # [B, 1]


class ExplicitMaskSentimentModel(SentimentModel):
    """The same: PyTorch's layers pass no masks on, so that every mask is explicit."""
