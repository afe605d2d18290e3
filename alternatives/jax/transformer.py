"""The chapter's very simplified transformer: attention alone, layer upon layer.

Axes: B batch, S encoder steps, T decoder steps, D embedding dims, V vocabulary.
"""

import jax
import jax.numpy as jnp

from alternatives.jax.attention import attend, scaled
from alternatives.jax.char_rnn import dense, init_dense
from alternatives.jax.positional_encoding import sinusoid_table
from alternatives.jax.sentiment import init_embedding
from alternatives.jax.trainable import Trainable, cross_entropy
from alternatives.plain.arguments import as_targets, check_positive, two_sides


def init(key, vocabulary_size: int, embed_size: int, n_layers: int) -> dict:
    """Return the model's first parameters."""
    keys = jax.random.split(key)
    one = {"scale": jnp.ones([])}
    layers = range(1, n_layers + 1)
    return {
        "embedding": init_embedding(keys[0], vocabulary_size, embed_size),
        **{f"encoder_{i}": one for i in layers},
        **{f"decoder_{i}": {"self": one, "cross": one} for i in layers},
        "dense": init_dense(keys[1], embed_size, vocabulary_size),
    }


def attention(params, query, value, *, causal: bool = False):
    """Return [B, T, D]: the query's averages of the values."""
    return attend(scaled(params, query), value, value, causal=causal)


def logits(params, encoder_inputs, decoder_inputs):
    """Return logits [B, T, V] of ids [B, S] and [B, T]."""
    embeddings = params["embedding"]["embeddings"]  # [V, D]
    n_layers = sum(name.startswith("encoder_") for name in params)

    def embedded(ids):
        steps, dims = ids.shape[1], embeddings.shape[1]
        table = sinusoid_table(steps, dims)[:, :dims]  # of this size it is a constant
        return embeddings[ids] + jnp.asarray(table, jnp.float32)

    encoded, decoded = embedded(encoder_inputs), embedded(decoder_inputs)
    for i in range(1, n_layers + 1):
        encoded = attention(params[f"encoder_{i}"], encoded, encoded)  # [B, S, D]
    for i in range(1, n_layers + 1):
        layer = params[f"decoder_{i}"]
        decoded = attention(layer["self"], decoded, decoded, causal=True)  # [B, T, D]
        decoded = attention(layer["cross"], decoded, encoded)
    return dense(params["dense"], decoded)


@jax.jit
def probabilities(params, encoder_inputs, decoder_inputs):
    """Return probabilities [B, T, V]."""
    return jax.nn.softmax(logits(params, encoder_inputs, decoder_inputs))


def loss(params, batch):
    """Return the mean cross-entropy over all decoder steps of all rows."""
    inputs, targets = batch
    return cross_entropy(logits(params, *inputs), targets).mean()


class Transformer(Trainable):
    """Return [B, T, V]: the probabilities of the next id at every decoder step."""

    batch_loss = staticmethod(loss)

    def __init__(
        self,
        *,
        vocabulary_size: int = 10_000,
        embed_size: int = 512,
        max_steps: int = 500,
        n_layers: int = 6,
        seed: int = 0,
    ):
        sizes = dict(vocabulary_size=vocabulary_size, embed_size=embed_size)
        check_positive(**sizes, max_steps=max_steps, n_layers=n_layers)
        self.params = init(jax.random.key(seed), **sizes, n_layers=n_layers)
        self.limits = dict(vocabulary_size=vocabulary_size, max_steps=max_steps)

    def __call__(self, encoder_inputs, decoder_inputs):  # [B, S], [B, T]
        inputs = two_sides(encoder_inputs, decoder_inputs, **self.limits)
        return probabilities(self.params, *inputs)

    def place(self, batch):
        """Return the batch's ids on the device, checked."""
        inputs, targets = batch
        inputs = two_sides(*inputs, **self.limits)
        targets = as_targets(targets, inputs[1], **self.limits)
        return super().place((inputs, targets))
