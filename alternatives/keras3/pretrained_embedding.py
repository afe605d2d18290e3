"""The probability that a text is positive, from a pretrained embedding of it.

Axes: B batch, T words, V words of the embedding, O buckets, E embedding dims, U units.
"""

import keras
from keras import ops

from alternatives.keras3.sentiment import classifier, column
from alternatives.keras3.trainable import Trainable, placed
from alternatives.keras3.vocabulary import LookupTable
from alternatives.keras3.weights import dense_places, embedding_places, under
from alternatives.plain.arguments import check_rows, with_rank
from alternatives.plain.text_embedding import (
    load_embedding,
    rows_and_shares,
    save_embedding,
)

__all__ = ["PretrainedModel", "save_embedding"]


class PretrainedModel(Trainable):
    """Return probabilities [B, 1] of texts [B]; the embedding learns if asked to."""

    def __init__(self, *, handle: str, units: int, trainable_embedding: bool = False):
        words, vectors = load_embedding(handle)
        self.table = LookupTable(words, n_oov_buckets=len(vectors) - len(words))
        self.embedding = keras.layers.Embedding(
            *vectors.shape, trainable=trainable_embedding
        )
        self.dense_1 = keras.layers.Dense(units, activation="relu")
        self.dense_2 = keras.layers.Dense(1)
        rows = keras.Input([None], dtype="int32")  # [B, T]
        shares = keras.Input([None])  # [B, T]
        read = self.embedding(rows) * ops.expand_dims(shares, axis=-1)  # [B, T, E]
        logits = self.dense_2(self.dense_1(ops.sum(read, axis=1)))  # [B, 1]
        self.model = classifier([rows, shares], logits)
        self.embedding.set_weights([vectors])

    def places(self):
        return {
            **under("embedding", embedding_places(self.embedding)),
            **under("dense_1", dense_places(self.dense_1)),
            **under("dense_2", dense_places(self.dense_2)),
        }

    def trainable_names(self) -> list[str]:
        """Return the names of the weights that training changes."""
        learning = {id(variable) for variable in self.model.trainable_variables}
        return [name for name, (v, _) in self.places().items() if id(v) in learning]

    def __call__(self, texts):  # [B]
        inputs = list(rows_and_shares(texts, self.table))
        return ops.sigmoid(self.model.predict_on_batch(inputs))

    def place(self, batch):
        """Return the rows and shares of the words, and the labels, on the device."""
        texts, labels = batch[0], with_rank("labels", batch[1], 1)
        check_rows(len(texts), labels=labels)
        return list(placed(*rows_and_shares(texts, self.table))), column(labels)
