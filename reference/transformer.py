"""The chapter's very simplified transformer: attention alone, layer upon layer.

V17: Vaswani et al. 2017, "Attention Is All You Need".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, the transformer's outline:
    no skip connections, no layer normalisation, no dense nets, one head.
Axes: B batch, S encoder steps, T decoder steps, D embedding dims, V vocabulary.
"""

import numpy as np
import tensorflow as tf

from reference.arguments import (
    check_at_least_one,
    check_largest,
    check_rows,
    check_shape,
    whole_numbers,
)
from reference.attention import Attention
from reference.positional_encoding import PositionalEncoding
from reference.trainable import Trainable
from reference.weights import Part, dense_parts, embedding_parts, under

IDS = tf.TensorSpec([None, None], tf.int32)


class Transformer(Trainable):
    """Return [B, T, V]: the probabilities of the next id at every decoder step."""

    input_specs = IDS, IDS

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
        sizes = dict(vocabulary_size=vocabulary_size, embed_size=embed_size)
        check_at_least_one(**sizes, max_steps=max_steps, n_layers=n_layers)
        self.vocabulary_size, self.max_steps = vocabulary_size, max_steps
        self.embedding = tf.keras.layers.Embedding(vocabulary_size, embed_size)
        self.encoding = PositionalEncoding(max_steps=max_steps, max_dims=embed_size)
        layers = range(1, n_layers + 1)
        self.encoders = [Attention(use_scale=True) for _ in layers]
        self.decoders = [
            (Attention(use_scale=True, causal=True), Attention(use_scale=True))
            for _ in layers
        ]
        self.dense = tf.keras.layers.Dense(vocabulary_size)
        self.embedding.build(None)
        self.dense.build((None, None, embed_size))

    def parts(self) -> list[Part]:
        parts = under("embedding", embedding_parts(self.embedding))
        for i, attention in enumerate(self.encoders, start=1):
            parts += under(f"encoder_{i}", attention.parts())
        for i, (of_itself, of_encoder) in enumerate(self.decoders, start=1):
            parts += under(f"decoder_{i}/self", of_itself.parts())
            parts += under(f"decoder_{i}/cross", of_encoder.parts())
        return parts + under("dense", dense_parts(self.dense))

    def call(self, encoder_inputs, decoder_inputs=None):  # [B, S], [B, T]
        return tf.nn.softmax(self.logits(encoder_inputs, decoder_inputs))

    def logits(self, encoder_inputs, decoder_inputs):
        encoded = self.encoding(self.embedding(encoder_inputs))  # [B, S, D]
        decoded = self.encoding(self.embedding(decoder_inputs))  # [B, T, D]
        for attention in self.encoders:
            encoded = attention(encoded, encoded)
        for of_itself, of_encoder in self.decoders:
            decoded = of_encoder(of_itself(decoded, decoded), encoded)
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
        self.check_ids("targets", targets)
        check_shape("targets", np.shape(targets), np.shape(inputs[1]))
        return super().place((tuple(inputs), targets))

    def check(self, encoder_inputs, decoder_inputs) -> None:
        """Raise ValueError where the ids of a side, or their batches, are wrong."""
        self.check_ids("encoder_inputs", encoder_inputs)
        self.check_ids("decoder_inputs", decoder_inputs)
        check_rows(len(encoder_inputs), decoder_inputs=decoder_inputs)

    def check_ids(self, name: str, ids) -> None:
        """Raise ValueError for a wrong rank, too many steps or a wrong id."""
        ids = whole_numbers(name, ids, rank=2, largest=self.vocabulary_size - 1)
        check_largest(name, {"max_steps": self.max_steps}, ids.shape[1:])
