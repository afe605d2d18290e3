"""The stateful char-RNN: each batch is read from where the one before it ended.

torch.nn.GRU has no dropout on states, and its dropout between layers draws a mask anew
for every step; so with a rate above 0, training reads step by step.
"""

import numpy as np
import torch

from alternatives.plain.arguments import check_positive, check_rates
from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.char_rnn import CharRNN, Network, one_hot


def batches(encoded, *, n_steps, batch_size, vocabulary_size):
    """Return one epoch: one-hot inputs [B, T, V], integer targets [B, T]."""
    check_positive(n_steps=n_steps, batch_size=batch_size)
    encoded = torch.as_tensor(np.asarray(encoded), device=DEVICE)
    parts = torch.tensor_split(encoded, batch_size)  # the longer ones first
    n_batches = (len(parts[-1]) - 1) // n_steps
    if n_batches < 1:
        raise ValueError(
            f"encoded must have {n_steps + 1} characters for each of {batch_size} "
            f"rows, got {len(encoded)}"
        )
    rows = torch.stack([part[: n_batches * n_steps + 1] for part in parts])
    windows = rows.unfold(1, n_steps + 1, n_steps).unbind(1)  # [B, T + 1] each
    return ((one_hot(w[:, :-1], vocabulary_size), w[:, 1:]) for w in windows)


class StatefulCharRNN(Network):
    """Return [B, T, V] as the char-RNN does, reading on from the call before."""

    state_1: torch.Tensor
    state_2: torch.Tensor

    def __init__(
        self, *, vocabulary_size, units, batch_size, dropout, recurrent_dropout
    ):
        check_rates(dropout=dropout, recurrent_dropout=recurrent_dropout)
        super().__init__(vocabulary_size=vocabulary_size, units=units)
        self.dropout, self.recurrent_dropout = dropout, recurrent_dropout
        zeros = torch.zeros(1, batch_size, units, device=DEVICE)
        self.register_buffer("state_1", zeros)
        self.register_buffer("state_2", zeros.clone())

    def reset_states(self) -> None:
        """Begin again: the next call reads from zero states."""
        self.state_1 = torch.zeros_like(self.state_1)
        self.state_2 = torch.zeros_like(self.state_2)

    def stateless_copy(self) -> CharRNN:
        """Return a model with the same weights that takes batches of any size."""
        copy = CharRNN(**self.sizes)
        copy.set_named_weights(self.named_weights())
        return copy

    def forward(self, inputs, training: bool = False):  # [B, T, V]
        return self.scores(tensor(inputs), training).softmax(dim=-1)

    def scores(self, inputs, training):
        read = torch.nn.GRU.__call__
        if training and (self.dropout or self.recurrent_dropout):
            read = self.read_with_dropout
        hidden, state_1 = read(self.gru_1, inputs, self.state_1)  # [B, T, U]
        hidden, state_2 = read(self.gru_2, hidden, self.state_2)  # [B, T, U]
        self.state_1, self.state_2 = state_1.detach(), state_2.detach()
        return self.dense(hidden)

    def read_with_dropout(self, gru, inputs, state):
        """Return what gru(inputs, state) does, reading through one mask a gate."""
        batch, _, size = inputs.shape
        masks = mask(self.dropout, 3, batch, 1, size)
        state_masks = mask(self.recurrent_dropout, 3, batch, gru.hidden_size)
        kernels = gru.weight_ih_l0.unflatten(0, [3, -1])  # [3, U, D], of r, z, n
        recurrent_kernels = gru.weight_hh_l0.unflatten(0, [3, -1]).mT.contiguous()
        bias = gru.bias_ih_l0.unflatten(0, [3, 1, 1, -1])  # [3, B=1, T=1, U]
        recurrent_bias = gru.bias_hh_l0.unflatten(0, [3, 1, -1])  # [3, B=1, U]
        read = (inputs * masks) @ kernels.mT[:, None] + bias  # [3, B, T, U]
        h, outputs = state[0], []
        for x in read.permute(2, 0, 1, 3):  # [3, B, U], of each step
            kept = torch.baddbmm(recurrent_bias, h * state_masks, recurrent_kernels)
            r, z = torch.sigmoid(x[:2] + kept[:2])
            h = torch.lerp(torch.tanh(x[2] + r * kept[2]), h, z)
            outputs.append(h)
        return torch.stack(outputs, dim=1), h[None]


def mask(rate: float, *shape: int) -> torch.Tensor:
    """Return zeros at the rate, and elsewhere what keeps the expectation."""
    return (torch.rand(shape, device=DEVICE) >= rate) / (1 - rate)
