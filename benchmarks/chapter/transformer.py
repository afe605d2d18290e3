"""The simplified transformer as a functional model of Keras's attention layers."""

import tensorflow as tf

from benchmarks.chapter.model import Model
from reference.positional_encoding import PositionalEncoding

layers = tf.keras.layers


class Transformer(Model):
    def __init__(self, *, vocabulary_size, embed_size, max_steps, n_layers):
        inputs = [layers.Input([None], dtype=tf.int32) for _ in range(2)]
        embed = layers.Embedding(vocabulary_size, embed_size)
        encode = PositionalEncoding(max_steps=max_steps, max_dims=embed_size)
        read, written = (encode(embed(ids)) for ids in inputs)
        for _ in range(n_layers):
            read = layers.Attention(use_scale=True)([read, read])
        for _ in range(n_layers):
            own = layers.Attention(use_scale=True)
            written = own([written, written], use_causal_mask=True)
            written = layers.Attention(use_scale=True)([written, read])
        dense = layers.Dense(vocabulary_size, activation="softmax")
        outputs = layers.TimeDistributed(dense)(written)
        super().__init__(tf.keras.Model(inputs, outputs))
