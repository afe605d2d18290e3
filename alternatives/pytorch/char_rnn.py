"""The char-RNN: two torch.nn.GRUs and a softmax at each step."""

import torch
from torch.nn import functional

from alternatives.plain.char_rnn import steps_per_epoch
from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.recurrent import gru_places
from alternatives.pytorch.trainable import Trainable
from alternatives.pytorch.weights import NamedWeights, under
from alternatives.pytorch.windows import endless_batches

__all__ = ["CharRNN", "Network", "batches", "one_hot", "steps_per_epoch"]


def one_hot(ids, depth: int) -> torch.Tensor:
    """Return [..., V]: float32 rows of the unit matrix."""
    ids = torch.as_tensor(ids, dtype=torch.long, device=DEVICE)
    return functional.one_hot(ids, depth).float()


def batches(encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed):
    """Return an endless stream: one-hot inputs [B, T, V], integer targets [B, T]."""
    windows = endless_batches(
        encoded,
        window_length=n_steps + 1,
        shift=1,
        batch_size=batch_size,
        shuffle_buffer=shuffle_buffer,
        seed=seed,
    )
    return ((one_hot(x, vocabulary_size), y) for x, y in windows)


class Network(Trainable, NamedWeights):
    """Two recurrent modules, and scores for each character at each step."""

    def __init__(self, *, vocabulary_size: int, units: int):
        super().__init__()
        self.sizes = dict(vocabulary_size=vocabulary_size, units=units)
        options = dict(batch_first=True, device=DEVICE)
        self.gru_1 = torch.nn.GRU(vocabulary_size, units, **options)
        self.gru_2 = torch.nn.GRU(units, units, **options)
        self.dense = torch.nn.Linear(units, vocabulary_size, device=DEVICE)

    def places(self):
        return {
            **under("gru_1", gru_places(self.gru_1)),
            **under("gru_2", gru_places(self.gru_2)),
            "dense/kernel": self.dense.weight.detach().T,
            "dense/bias": self.dense.bias.detach(),
        }

    def scores(self, inputs, training: bool) -> torch.Tensor:
        """Return [B, T, V]: what the softmax is taken of."""
        raise NotImplementedError

    def batch_loss(self, batch):
        """Return the mean cross-entropy over all steps of all rows."""
        inputs, targets = batch
        scores = self.scores(inputs.float(), training=True)  # [B, T, V]
        return functional.cross_entropy(scores.flatten(0, 1), targets.flatten().long())


class CharRNN(Network):
    """Return [B, T, V]: what follows each character, given all up to it."""

    def forward(self, inputs):  # [B, T, V]
        return self.scores(tensor(inputs), training=False).softmax(dim=-1)

    def scores(self, inputs, training):
        return self.read(inputs)[0]

    def read(self, inputs, state_1=None, state_2=None):
        """Return scores [B, T, V] and the states [1, B, U] after the last step."""
        hidden, state_1 = self.gru_1(inputs, state_1)  # [B, T, U]
        hidden, state_2 = self.gru_2(hidden, state_2)  # [B, T, U]
        return self.dense(hidden), state_1, state_2
