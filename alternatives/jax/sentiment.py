"""The probability that a review is positive, from the ids of its words.

Axes: B batch, T tokens, E embedding dims, V vocabulary, U units.
"""

import jax
import jax.numpy as jnp

from alternatives.jax.char_rnn import dense, init_dense
from alternatives.jax.recurrent import gru, init_gru, real
from alternatives.jax.trainable import Trainable
from alternatives.plain.arguments import check_rows, whole_numbers, with_rank

PAD_ID = 0


def loss(labels, probabilities) -> jax.Array:
    """Return the mean binary cross-entropy of labels [B] and probabilities [B, 1]."""
    labels, p = real(labels)[:, jnp.newaxis], real(probabilities)
    return -(labels * jnp.log(p) + (1 - labels) * jnp.log1p(-p)).mean()


def accuracy(labels, probabilities) -> jax.Array:
    """Return the share of labels [B] met by probabilities [B, 1] above a half."""
    positive = jnp.asarray(probabilities)[:, 0] > 0.5
    return (positive == (jnp.asarray(labels) == 1)).mean()


def init_embedding(key, vocabulary_size: int, embed_size: int) -> dict:
    """Return an embedding's first parameters, distributed as Keras's."""
    shape = [vocabulary_size, embed_size]
    return {"embeddings": jax.random.uniform(key, shape, minval=-0.05, maxval=0.05)}


def init(key, vocabulary_size: int, embed_size: int, units: int) -> dict:
    """Return a sentiment model's first parameters."""
    keys = jax.random.split(key, 4)
    return {
        "embedding": init_embedding(keys[0], vocabulary_size, embed_size),
        "gru_1": init_gru(keys[1], embed_size, units),
        "gru_2": init_gru(keys[2], units, units),
        "dense": init_dense(keys[3], units, 1),
    }


def logits(params, ids, keep):
    """Return logits [B, 1] of ids [B, T], read where keep [B, T] is True."""
    embedded = params["embedding"]["embeddings"][ids]  # [B, T, E]
    outputs, _ = gru(params["gru_1"], embedded, keep=keep)  # [B, T, U]
    _, state = gru(params["gru_2"], outputs, keep=keep)  # [B, U]
    return dense(params["dense"], state)


@jax.jit
def probabilities(params, ids):
    """Return probabilities [B, 1] of ids [B, T]."""
    return jax.nn.sigmoid(logits(params, ids, ids != PAD_ID))


def sigmoid_cross_entropy(logits, labels):
    """Return the mean of -log p of the labels [B], of logits [B, 1]."""
    towards = jnp.where(labels == 1, logits[:, 0], -logits[:, 0])
    return -jax.nn.log_sigmoid(towards).mean()


def batch_loss(params, batch):
    """Return the mean cross-entropy of ids [B, T] and labels [B]."""
    ids, labels = batch
    return sigmoid_cross_entropy(logits(params, ids, ids != PAD_ID), labels)


class SentimentModel(Trainable):
    """Return probabilities [B, 1] of ids [B, T]; no layer reads the padding."""

    batch_loss = staticmethod(batch_loss)

    def __init__(
        self, *, vocabulary_size: int, embed_size: int, units: int, seed: int = 0
    ):
        sizes = vocabulary_size, embed_size, units
        self.params = init(jax.random.key(seed), *sizes)
        self.vocabulary_size = vocabulary_size

    def ids(self, values):
        return whole_numbers("ids", values, rank=2, largest=self.vocabulary_size - 1)

    def __call__(self, ids):  # [B, T]
        return probabilities(self.params, self.ids(ids))

    def place(self, batch):
        """Return ids [B, T] and labels [B], checked, on the device."""
        ids, labels = self.ids(batch[0]), with_rank("labels", batch[1], 1)
        check_rows(len(ids), labels=labels)
        return jnp.asarray(ids), jnp.asarray(labels)


# Where there are no layers there is no mask that they could pass on: both are explicit.
ExplicitMaskSentimentModel = SentimentModel
