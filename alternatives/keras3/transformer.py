"""The chapter's very simplified transformer: attention alone, layer upon layer.

Axes: B batch, S encoder steps, T decoder steps, D embedding dims, V vocabulary.
"""

import keras
from keras import ops

from alternatives.keras3.attention import attention_layer, scale_places
from alternatives.keras3.positional_encoding import PositionalEncoding
from alternatives.keras3.trainable import Trainable, compiled, placed
from alternatives.keras3.weights import dense_places, embedding_places, under
from alternatives.plain.arguments import as_targets, check_positive, two_sides


class Transformer(Trainable):
    """Return [B, T, V]: the probabilities of the next id at every decoder step."""

    def __init__(
        self,
        *,
        vocabulary_size: int = 10_000,
        embed_size: int = 512,
        max_steps: int = 500,
        n_layers: int = 6,
    ):
        sizes = dict(vocabulary_size=vocabulary_size, embed_size=embed_size)
        check_positive(**sizes, max_steps=max_steps, n_layers=n_layers)
        self.limits = dict(vocabulary_size=vocabulary_size, max_steps=max_steps)
        self.embedding = keras.layers.Embedding(vocabulary_size, embed_size)
        self.encoding = PositionalEncoding(max_steps=max_steps, max_dims=embed_size)
        layers = range(1, n_layers + 1)
        self.encoder = {f"encoder_{i}": attention_layer(use_scale=True) for i in layers}
        self.decoder = {
            f"decoder_{i}/{kind}": attention_layer(use_scale=True)
            for i in layers
            for kind in ("self", "cross")
        }
        self.dense = keras.layers.Dense(vocabulary_size)
        inputs = [keras.Input([None], dtype="int32") for _ in range(2)]
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.model = compiled(keras.Model(inputs, self.logits(*inputs)), loss)

    def logits(self, encoder_inputs, decoder_inputs):  # [B, S], [B, T]
        encoded = self.encoding(self.embedding(encoder_inputs))  # [B, S, D]
        decoded = self.encoding(self.embedding(decoder_inputs))  # [B, T, D]
        for attention in self.encoder.values():
            encoded = attention([encoded, encoded])
        for name, attention in self.decoder.items():
            if name.endswith("self"):
                decoded = attention([decoded, decoded], use_causal_mask=True)
            else:
                decoded = attention([decoded, encoded])
        return self.dense(decoded)  # [B, T, V]

    def places(self):
        places = under("embedding", embedding_places(self.embedding))
        for name, attention in (self.encoder | self.decoder).items():
            places |= under(name, scale_places(attention))
        return places | under("dense", dense_places(self.dense))

    def __call__(self, encoder_inputs, decoder_inputs):  # [B, S], [B, T]
        inputs = two_sides(encoder_inputs, decoder_inputs, **self.limits)
        return ops.softmax(self.model.predict_on_batch(list(inputs)))

    def place(self, batch):
        """Return the batch's ids on the device, checked."""
        inputs, targets = batch
        inputs = two_sides(*inputs, **self.limits)
        targets = as_targets(targets, inputs[1], **self.limits)
        return list(placed(*inputs)), *placed(targets)
