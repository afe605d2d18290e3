"""The probability that a text is positive, from a pretrained embedding of it.

Axes: B batch, T words, V words of the embedding, O buckets, E embedding dims, U units.
"""

import jax
import jax.numpy as jnp

from alternatives.jax.char_rnn import dense, init_dense
from alternatives.jax.sentiment import sigmoid_cross_entropy
from alternatives.jax.trainable import Trainable
from alternatives.jax.vocabulary import LookupTable
from alternatives.jax.weights import named
from alternatives.plain.arguments import check_rows, with_rank
from alternatives.plain.text_embedding import (
    load_embedding,
    rows_and_shares,
    save_embedding,
)

__all__ = ["PretrainedModel", "save_embedding"]


def logits(params, rows, shares):
    """Return logits [B, 1] of the words' rows [B, T] and their shares [B, T]."""
    vectors = params["embedding"]["embeddings"][rows]  # [B, T, E]
    embedded = (shares[..., jnp.newaxis] * vectors).sum(axis=1)  # [B, E]
    hidden = jax.nn.relu(dense(params["dense_1"], embedded))  # [B, U]
    return dense(params["dense_2"], hidden)


@jax.jit
def probabilities(params, rows, shares):
    """Return probabilities [B, 1]."""
    return jax.nn.sigmoid(logits(params, rows, shares))


def loss(params, batch):
    """Return the mean cross-entropy of the words' rows and shares, and labels [B]."""
    (rows, shares), labels = batch
    return sigmoid_cross_entropy(logits(params, rows, shares), labels)


def loss_of_frozen(params, batch):
    """Return the same; no gradient reaches the embedding, and Adam leaves it alone."""
    frozen = jax.lax.stop_gradient(params["embedding"])
    return loss(params | {"embedding": frozen}, batch)


class PretrainedModel(Trainable):
    """Return probabilities [B, 1] of texts [B]; the embedding learns if asked to."""

    def __init__(
        self,
        *,
        handle: str,
        units: int,
        trainable_embedding: bool = False,
        seed: int = 0,
    ):
        words, vectors = load_embedding(handle)
        self.table = LookupTable(words, n_oov_buckets=len(vectors) - len(words))
        self.batch_loss = loss if trainable_embedding else loss_of_frozen
        keys = jax.random.split(jax.random.key(seed))
        self.params = {
            "embedding": {"embeddings": jnp.asarray(vectors)},
            "dense_1": init_dense(keys[0], vectors.shape[1], units),
            "dense_2": init_dense(keys[1], units, 1),
        }

    def trainable_names(self) -> list[str]:
        """Return the names of the weights that training changes."""
        frozen = self.batch_loss is loss_of_frozen
        learning = {
            k: v for k, v in self.params.items() if not frozen or k != "embedding"
        }
        return list(named(learning))

    def __call__(self, texts):  # [B]
        return probabilities(self.params, *rows_and_shares(texts, self.table))

    def place(self, batch):
        """Return the rows and shares of the words, and the labels, on the device."""
        texts, labels = batch[0], with_rank("labels", batch[1], 1)
        check_rows(len(texts), labels=labels)
        return super().place((rows_and_shares(texts, self.table), labels))
