"""A stack of Keras layers, the first of TensorFlow Hub."""

import tensorflow as tf
import tensorflow_hub as hub

from benchmarks.chapter.model import Model
from reference.pretrained_embedding import save_embedding

__all__ = ["PretrainedModel", "save_embedding"]

layers = tf.keras.layers


class PretrainedModel(Model):
    loss = "binary_crossentropy"

    def __init__(self, *, handle, units):
        stack = [
            hub.KerasLayer(handle, dtype=tf.string, input_shape=[]),
            layers.Dense(units, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
        super().__init__(tf.keras.Sequential(stack))

    def place(self, batch):
        texts, labels = batch
        return tf.constant(texts, tf.string), tf.constant(labels)
