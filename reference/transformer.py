"""The chapter's very simplified transformer: attention alone, layer upon layer.

V17: Vaswani et al. 2017, "Attention Is All You Need".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, the transformer's outline:
    no skip connections, no layer normalisation, no dense nets, one head.
Axes: B batch, S encoder steps, T decoder steps, D embedding dims, V vocabulary.
"""

import numpy as np
import tensorflow as tf

from reference.attention import Attention
from reference.positional_encoding import PositionalEncoding
from reference.trainable import Trainable
from reference.weights import NamedWeights, Part, under


def check_ids(name: str, ids, vocabulary_size: int, max_steps: int) -> None:
    """Raise ValueError where ids have a wrong rank, too many steps or a wrong value."""
    ids = np.asarray(ids)
    if ids.ndim != 2:
        raise ValueError(f"{name} must have 2 axes, got shape {ids.shape}")
    if ids.shape[1] > max_steps:
        raise ValueError(
            f"{name} must have at most max_steps={max_steps} steps, got {ids.shape[1]}"
        )
    wrong = ids[(ids < 0) | (ids >= vocabulary_size)]
    if wrong.size:
        raise ValueError(
            f"{name} must be ids from 0 to {vocabulary_size - 1}, got {wrong[0]}"
        )


class Transformer(Trainable, NamedWeights, tf.keras.Model):
    """Return [B, T, V]: the probabilities of the next id at every decoder step."""

    def __init__(
        self,
        *,
        vocabulary_size: int = 10_000,
        embed_size: int = 512,
        max_steps: int = 500,
        n_layers: int = 6,
        **kwargs,
    ):
        super().__init__(**kwargs)
        for name, size in (
            ("vocabulary_size", vocabulary_size),
            ("embed_size", embed_size),
            ("max_steps", max_steps),
            ("n_layers", n_layers),
        ):
            if size < 1:
                raise ValueError(f"{name} must be at least 1, got {size}")
        self.limits = vocabulary_size, max_steps
        self.embedding = tf.keras.layers.Embedding(vocabulary_size, embed_size)
        self.encoding = PositionalEncoding(max_steps=max_steps, max_dims=embed_size)
        self.attentions = {}  # in the order in which they are applied
        for i in range(1, n_layers + 1):
            self.attentions[f"encoder_{i}"] = Attention(use_scale=True)
        for i in range(1, n_layers + 1):
            self.attentions[f"decoder_{i}/self"] = Attention(
                use_scale=True, causal=True
            )
            self.attentions[f"decoder_{i}/cross"] = Attention(use_scale=True)
        self.dense = tf.keras.layers.Dense(vocabulary_size)
        self.embedding.build(None)
        self.dense.build((None, None, embed_size))

    def parts(self) -> list[Part]:
        return [
            Part(self.embedding.embeddings, (("embedding/embeddings",),)),
            *(p for name, a in self.attentions.items() for p in under(name, a.parts())),
            Part(self.dense.kernel, (("dense/kernel",),)),
            Part(self.dense.bias, (("dense/bias",),)),
        ]

    def call(self, encoder_inputs, decoder_inputs):  # [B, S], [B, T]
        if tf.executing_eagerly():  # a compiled step was checked by `place`
            self.check(encoder_inputs, decoder_inputs)
        return tf.nn.softmax(self.logits(encoder_inputs, decoder_inputs))

    def logits(self, encoder_inputs, decoder_inputs):
        encoded = self.encoding(self.embedding(encoder_inputs))  # [B, S, D]
        decoded = self.encoding(self.embedding(decoder_inputs))  # [B, T, D]
        for name, attention in self.attentions.items():
            if name.startswith("encoder"):
                encoded = attention(encoded, encoded)
            elif name.endswith("self"):
                decoded = attention(decoded, decoded)
            else:
                decoded = attention(decoded, encoded)
        return self.dense(decoded)  # [B, T, V]

    def batch_loss(self, batch):
        """Return the mean cross-entropy over all decoder steps of all rows."""
        inputs, targets = batch
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(
            targets, self.logits(*inputs)
        )
        return tf.reduce_mean(losses)  # of [B, T]

    def place(self, batch):
        """Return the batch's ids as tensors on the device, checked."""
        inputs, targets = batch
        self.check(*inputs)
        check_ids("targets", targets, *self.limits)
        if np.shape(targets) != np.shape(inputs[1]):
            raise ValueError(
                f"targets must have the shape of the decoder_inputs, "
                f"{np.shape(inputs[1])}, got {np.shape(targets)}"
            )
        return super().place((tuple(inputs), targets))

    def check(self, encoder_inputs, decoder_inputs) -> None:
        """Raise ValueError where the ids of a side, or their batches, are wrong."""
        check_ids("encoder_inputs", encoder_inputs, *self.limits)
        check_ids("decoder_inputs", decoder_inputs, *self.limits)
        batches = len(encoder_inputs), len(decoder_inputs)
        if batches[0] != batches[1]:
            raise ValueError(
                f"decoder_inputs must have a row for each of the {batches[0]} rows "
                f"of encoder_inputs, got {batches[1]}"
            )
