"""The chapter's very simplified transformer: attention alone, layer upon layer.

torch.nn.Transformer is not used: it has what this one leaves out (skip connections,
layer normalisation, dense nets, projections) and lacks what it has (learned scales).
"""

import torch

from alternatives.plain.arguments import as_targets, check_positive, two_sides
from alternatives.pytorch import DEVICE, host, tensor
from alternatives.pytorch.attention import Attention
from alternatives.pytorch.positional_encoding import PositionalEncoding
from alternatives.pytorch.trainable import Trainable
from alternatives.pytorch.weights import NamedWeights, under


class Transformer(Trainable, NamedWeights):
    """Return [B, T, V]: the probabilities of the next id at every decoder step."""

    def __init__(
        self,
        *,
        vocabulary_size: int = 10_000,
        embed_size: int = 512,
        max_steps: int = 500,
        n_layers: int = 6,
    ):
        super().__init__()
        sizes = dict(vocabulary_size=vocabulary_size, embed_size=embed_size)
        check_positive(**sizes, max_steps=max_steps, n_layers=n_layers)
        self.limits = dict(vocabulary_size=vocabulary_size, max_steps=max_steps)
        self.embedding = torch.nn.Embedding(vocabulary_size, embed_size, device=DEVICE)
        torch.nn.init.uniform_(self.embedding.weight, -0.05, 0.05)  # Keras's start
        self.encoding = PositionalEncoding(max_steps=max_steps, max_dims=embed_size)
        self.encoder = torch.nn.ModuleList(
            Attention(use_scale=True) for _ in range(n_layers)
        )
        self.decoder = torch.nn.ModuleList(
            torch.nn.ModuleDict(
                {
                    "self": Attention(use_scale=True, causal=True),
                    "cross": Attention(use_scale=True),
                }
            )
            for _ in range(n_layers)
        )
        self.dense = torch.nn.Linear(embed_size, vocabulary_size, device=DEVICE)
        torch.nn.init.zeros_(self.dense.bias)

    def places(self):
        attentions = {f"encoder_{i}": a for i, a in enumerate(self.encoder, start=1)}
        for i, layer in enumerate(self.decoder, start=1):
            attentions |= {f"decoder_{i}/{kind}": a for kind, a in layer.items()}
        places = {"embedding/embeddings": self.embedding.weight.detach()}
        for name, attention in attentions.items():
            places |= under(name, attention.places())
        return places | {
            "dense/kernel": self.dense.weight.detach().T,
            "dense/bias": self.dense.bias.detach(),
        }

    def forward(self, encoder_inputs, decoder_inputs):  # [B, S], [B, T]
        ids = self.checked(encoder_inputs, decoder_inputs)
        return self.logits(*ids).softmax(dim=-1)

    def logits(self, encoder_inputs, decoder_inputs):
        encoded = self.encoding(self.embedding(encoder_inputs))  # [B, S, D]
        decoded = self.encoding(self.embedding(decoder_inputs))  # [B, T, D]
        for attention in self.encoder:
            encoded = attention(encoded, encoded)
        for layer in self.decoder:
            decoded = layer["self"](decoded, decoded)
            decoded = layer["cross"](decoded, encoded)
        return self.dense(decoded)  # [B, T, V]

    def place(self, batch):
        """Return the batch's ids as tensors on the device, checked."""
        inputs, targets = batch
        inputs = self.checked(*inputs)
        targets = as_targets(host(targets), inputs[1], **self.limits)
        return inputs, tensor(targets, torch.long)

    def batch_loss(self, batch):
        """Return the mean cross-entropy over all decoder steps of all rows."""
        inputs, targets = batch
        logits = self.logits(*inputs).flatten(0, 1)  # [B * T, V]
        return torch.nn.functional.cross_entropy(logits, targets.flatten())

    def checked(self, encoder_inputs, decoder_inputs):
        """Return the ids on the device; ValueError where a side or a batch is wrong."""
        ids = two_sides(host(encoder_inputs), host(decoder_inputs), **self.limits)
        return tuple(tensor(each, torch.long) for each in ids)
