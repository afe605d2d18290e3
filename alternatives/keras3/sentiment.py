"""The probability that a review is positive, from the ids of its words.

Axes: B batch, T tokens, E embedding dims, U units.
"""

import keras
from keras import ops

from alternatives.keras3.recurrent import real
from alternatives.keras3.trainable import Trainable, compiled, placed
from alternatives.keras3.weights import (
    dense_places,
    embedding_places,
    gru_places,
    under,
)
from alternatives.plain.arguments import check_rows, whole_numbers, with_rank

PAD_ID = 0


def column(labels):
    """Return labels [B] as [B, 1], beside the probabilities."""
    return ops.expand_dims(real(labels), axis=-1)


def loss(labels, probabilities):
    """Return the mean binary cross-entropy of labels [B] and probabilities [B, 1]."""
    losses = keras.losses.binary_crossentropy(column(labels), real(probabilities))
    return ops.mean(losses)


def accuracy(labels, probabilities):
    """Return the share of labels [B] met by probabilities [B, 1] above a half."""
    met = keras.metrics.binary_accuracy(column(labels), real(probabilities))
    return ops.mean(met)


def classifier(inputs, logits) -> keras.Model:
    """Return the model of one logit, compiled."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return compiled(keras.Model(inputs, logits), loss)


class SentimentModel(Trainable):
    """Return probabilities [B, 1] of ids [B, T]; the embedding masks the padding."""

    embedding_masks = True

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        self.vocabulary_size = vocabulary_size
        self.embedding = keras.layers.Embedding(
            vocabulary_size, embed_size, mask_zero=self.embedding_masks
        )
        self.gru_1 = keras.layers.GRU(units, return_sequences=True)
        self.gru_2 = keras.layers.GRU(units)
        self.dense = keras.layers.Dense(1)
        ids = keras.Input([None], dtype="int32")
        self.model = classifier(ids, self.logits(ids))

    def logits(self, ids):  # [B, T]
        embedded = self.embedding(ids)  # [B, T, E], and its mask
        return self.dense(self.gru_2(self.gru_1(embedded)))  # [B, 1]

    def places(self):
        return {
            **under("embedding", embedding_places(self.embedding)),
            **under("gru_1", gru_places(self.gru_1)),
            **under("gru_2", gru_places(self.gru_2)),
            **under("dense", dense_places(self.dense)),
        }

    def ids(self, values):
        return whole_numbers("ids", values, rank=2, largest=self.vocabulary_size - 1)

    def __call__(self, ids):  # [B, T]
        return ops.sigmoid(self.model.predict_on_batch(self.ids(ids)))

    def place(self, batch):
        """Return ids [B, T] and labels [B, 1], checked, on the device."""
        ids, labels = self.ids(batch[0]), with_rank("labels", batch[1], 1)
        check_rows(len(ids), labels=labels)
        return *placed(ids), column(labels)


class ExplicitMaskSentimentModel(SentimentModel):
    """Return the same; the mask is computed from the ids and handed to each GRU."""

    embedding_masks = False

    def logits(self, ids):  # [B, T]
        keep = ops.not_equal(ids, PAD_ID)  # [B, T]
        outputs = self.gru_1(self.embedding(ids), mask=keep)  # [B, T, U]
        return self.dense(self.gru_2(outputs, mask=keep))  # [B, 1]
