"""A model that says how likely a review is positive, from the ids of its words.

C14: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Masking".
Axes: B batch, T tokens, E embedding dims, U units.
"""

import functools

import tensorflow as tf

from reference.recurrent import gru_parts
from reference.trainable import Trainable
from reference.weights import Part, dense_parts, embedding_parts, under

PAD_ID = 0


def loss(labels, probabilities) -> tf.Tensor:
    """Return the mean binary cross-entropy of labels [B] and probabilities [B, 1]."""
    labels = tf.reshape(tf.cast(labels, tf.float32), [-1, 1])  # [B, 1]
    return tf.reduce_mean(tf.keras.losses.binary_crossentropy(labels, probabilities))


def accuracy(labels, probabilities) -> tf.Tensor:
    """Return the share of labels [B] met by probabilities [B, 1] above a half."""
    labels = tf.reshape(tf.cast(labels, tf.float32), [-1, 1])  # [B, 1]
    return tf.reduce_mean(tf.keras.metrics.binary_accuracy(labels, probabilities))


def batches(texts, labels, preprocess, *, batch_size: int) -> tf.data.Dataset:
    """Return an endless stream of preprocessed texts and labels [B], in their order."""
    pairs = tf.data.Dataset.from_tensor_slices((texts, labels)).repeat()
    return pairs.batch(batch_size).map(lambda x, y: (preprocess(x), y)).prefetch(1)


class Classifier(Trainable):
    """A model that returns probabilities [B, 1], with its loss."""

    @functools.cached_property
    def seen_accuracy(self) -> tf.keras.metrics.Metric:
        """The accuracy of the batches so far; Keras does not know of it."""
        return tf.keras.metrics.BinaryAccuracy()

    def batch_loss(self, batch):
        """Return the mean cross-entropy of inputs and labels [B]."""
        inputs, labels = batch
        probabilities = self(inputs)  # [B, 1]
        self.seen_accuracy.update_state(labels[:, tf.newaxis], probabilities)
        return loss(labels, probabilities)


class SentimentModel(Classifier):
    """Return probabilities [B, 1] of ids [B, T]; the embedding masks the padding."""

    embedding_masks = True
    input_specs = (tf.TensorSpec([None, None], tf.int64),)

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int, **kwargs):
        super().__init__(**kwargs)
        self.embedding = tf.keras.layers.Embedding(
            vocabulary_size, embed_size, mask_zero=self.embedding_masks
        )
        self.gru_1 = tf.keras.layers.GRU(units, return_sequences=True)
        self.gru_2 = tf.keras.layers.GRU(units)
        self.dense = tf.keras.layers.Dense(1, activation="sigmoid")
        self(tf.zeros([1, 1], tf.int64))  # makes the layers' weights

    def parts(self) -> list[Part]:
        return [
            *under("embedding", embedding_parts(self.embedding)),
            *under("gru_1", gru_parts(self.gru_1.cell)),
            *under("gru_2", gru_parts(self.gru_2.cell)),
            *under("dense", dense_parts(self.dense)),
        ]

    def call(self, ids):  # [B, T]
        embedded = self.embedding(ids)  # [B, T, E]
        return self.dense(self.gru_2(self.gru_1(embedded)))  # [B, 1]


class ExplicitMaskSentimentModel(SentimentModel):
    """Return the same; the mask is computed from the ids and handed to each GRU."""

    embedding_masks = False

    def call(self, ids):  # [B, T]
        keep = tf.not_equal(ids, PAD_ID)  # [B, T]
        outputs = self.gru_1(self.embedding(ids), mask=keep)  # [B, T, U]
        return self.dense(self.gru_2(outputs, mask=keep))  # [B, 1]
