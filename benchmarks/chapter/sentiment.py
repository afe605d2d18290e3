"""The sentiment models: masked by the embedding, and by a mask handed on."""

import tensorflow as tf

from benchmarks.chapter.model import Model

layers = tf.keras.layers


class SentimentModel(Model):
    loss = "binary_crossentropy"

    def __init__(self, *, vocabulary_size, embed_size, units):
        stack = [
            layers.Embedding(
                vocabulary_size, embed_size, mask_zero=True, input_shape=[None]
            ),
            layers.GRU(units, return_sequences=True),
            layers.GRU(units),
            layers.Dense(1, activation="sigmoid"),
        ]
        super().__init__(tf.keras.Sequential(stack))


class ExplicitMaskSentimentModel(Model):
    loss = "binary_crossentropy"

    def __init__(self, *, vocabulary_size, embed_size, units):
        ids = layers.Input([None])
        keep = layers.Lambda(lambda ids: tf.not_equal(ids, 0))(ids)
        hidden = layers.Embedding(vocabulary_size, embed_size)(ids)
        hidden = layers.GRU(units, return_sequences=True)(hidden, mask=keep)
        hidden = layers.GRU(units)(hidden, mask=keep)
        positive = layers.Dense(1, activation="sigmoid")(hidden)
        super().__init__(tf.keras.Model(ids, positive))
