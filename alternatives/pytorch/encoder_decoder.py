"""An encoder-decoder: two torch.nn.LSTM over one embedding.

PyTorch's gates stand in the order i, f, g, o, in rows, as Keras's do in columns. It
adds two biases where Keras has one: the second is kept at zero and not trained, as Adam
would move the sum of two trained biases twice as far.
"""

import numpy as np
import torch

from alternatives.plain import encoder_decoder
from alternatives.plain.arguments import (
    as_targets,
    check_positive,
    translation,
    whole_numbers,
)
from alternatives.pytorch import DEVICE, host, tensor
from alternatives.pytorch.trainable import Trainable
from alternatives.pytorch.weights import NamedWeights, under

GATES = "ifco"  # torch.nn.LSTM's order, its g here called c
NO_TARGET = -100  # at steps past a sequence's end
KINDS = {
    "kernel": "weight_ih_l0",
    "recurrent_kernel": "weight_hh_l0",
    "bias": "bias_ih_l0",
}


def teacher_inputs(targets) -> np.ndarray:
    """Return the decoder's inputs [B, T]: 0, then the targets but the last."""
    return encoder_decoder.teacher_inputs(host(targets))


def on_device(encoder_inputs, decoder_inputs, lengths) -> tuple[torch.Tensor, ...]:
    """Return ids on the device, [B, S] and [B, L], L the longest length."""
    cut = decoder_inputs[:, : lengths.max(initial=0)]
    return tensor(encoder_inputs, torch.int64), tensor(cut, torch.int64)


def lstm(input_size: int, units: int) -> torch.nn.LSTM:
    """Return an LSTM with one bias that is trained, its forget gate's at 1."""
    layer = torch.nn.LSTM(input_size, units, batch_first=True, device=DEVICE)
    layer.bias_hh_l0.requires_grad_(False).zero_()
    bias = lstm_places(layer)
    for gate in GATES:
        bias[f"bias_{gate}"].fill_(gate == "f")
    return layer


def lstm_places(layer: torch.nn.LSTM) -> dict[str, torch.Tensor]:
    """Return where a torch.nn.LSTM keeps its named weights."""
    return {
        f"{kind}_{gate}": rows.detach().T if rows.ndim == 2 else rows.detach()
        for kind, parameter in KINDS.items()
        for gate, rows in zip(GATES, getattr(layer, parameter).chunk(4), strict=True)
    }


class EncoderDecoder(Trainable, NamedWeights):
    """Return probabilities [B, L, V] of the ids that follow the decoder's inputs."""

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        super().__init__()
        self.vocabulary_size = vocabulary_size
        self.embedding = torch.nn.Embedding(vocabulary_size, embed_size, device=DEVICE)
        torch.nn.init.uniform_(self.embedding.weight, -0.05, 0.05)  # Keras's start
        self.encoder = lstm(embed_size, units)
        self.decoder = lstm(embed_size, units)
        self.dense = torch.nn.Linear(units, vocabulary_size, device=DEVICE)
        torch.nn.init.zeros_(self.dense.bias)

    def places(self):
        return {
            "embedding/embeddings": self.embedding.weight.detach(),
            **under("encoder", lstm_places(self.encoder)),
            **under("decoder", lstm_places(self.decoder)),
            "dense/kernel": self.dense.weight.detach().T,
            "dense/bias": self.dense.bias.detach(),
        }

    def forward(self, encoder_inputs, decoder_inputs, sequence_lengths):
        inputs = self.checked(encoder_inputs, decoder_inputs, sequence_lengths)
        return self.logits(*on_device(*inputs)).softmax(dim=-1)  # [B, L, V]

    def logits(self, encoder_inputs, decoder_inputs):  # [B, S], [B, L]
        """Return [B, L, V] of ids on the device, cut at the longest length."""
        if not decoder_inputs.numel():  # torch.nn.LSTM reads no empty sequence
            return self.dense.weight.new_zeros(
                *decoder_inputs.shape, self.vocabulary_size
            )
        _, state = self.encoder(self.embedding(encoder_inputs))
        hidden, _ = self.decoder(self.embedding(decoder_inputs), state)  # [B, L, U]
        return self.dense(hidden)

    @torch.no_grad()
    def greedy_decode(self, encoder_inputs, *, start_id: int = 0, n_steps: int):
        """Return ids [B, n_steps]: each the likeliest after those before it."""
        own = dict(largest=self.vocabulary_size - 1)
        ids = whole_numbers("encoder_inputs", host(encoder_inputs), rank=2, **own)
        start = whole_numbers("start_id", host(start_id), rank=0, **own)
        encoder_inputs, start = tensor(ids, torch.int64), tensor(start, torch.int64)
        last = start.expand(len(encoder_inputs), 1)  # [B, 1]
        check_positive(n_steps=n_steps)
        _, state = self.encoder(self.embedding(encoder_inputs))
        chosen = []
        for _ in range(n_steps):
            hidden, state = self.decoder(self.embedding(last), state)  # [B, 1, U]
            last = self.dense(hidden).argmax(dim=-1)  # [B, 1]
            chosen.append(last)
        return torch.cat(chosen, dim=1)

    def batch_loss(self, batch):
        """Return the mean cross-entropy of the steps before each sequence's end."""
        inputs, targets = batch
        logits = self.logits(*inputs).flatten(0, 1)  # [B * L, V]
        return torch.nn.functional.cross_entropy(
            logits, targets.flatten(), ignore_index=NO_TARGET
        )

    def place(self, batch):
        """Return ids on the device, cut at the longest length: no step waits for it."""
        inputs, targets = batch
        encoder_inputs, decoder_inputs, lengths = self.checked(*inputs)
        own = dict(vocabulary_size=self.vocabulary_size)
        targets = as_targets(host(targets), decoder_inputs, **own)
        inside = np.arange(targets.shape[1]) < lengths[:, np.newaxis]  # [B, T]
        targets = np.where(inside, targets, NO_TARGET)[:, : lengths.max(initial=0)]
        placed = on_device(encoder_inputs, decoder_inputs, lengths)
        return placed, tensor(targets, torch.int64)

    def checked(self, encoder_inputs, decoder_inputs, sequence_lengths):
        """Return the arguments as arrays; ValueError where one is wrong."""
        inputs = map(host, (encoder_inputs, decoder_inputs, sequence_lengths))
        return translation(*inputs, vocabulary_size=self.vocabulary_size)
