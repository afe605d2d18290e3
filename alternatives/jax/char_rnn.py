"""The char-RNN: at each step, a distribution over the next character.

Axes: B batch, T time steps, V vocabulary, U units.
"""

import jax
import jax.numpy as jnp

from alternatives.jax.recurrent import glorot_uniform, gru, init_gru, real
from alternatives.jax.trainable import Trainable, cross_entropy
from alternatives.jax.windows import endless_batches
from alternatives.plain.char_rnn import steps_per_epoch

__all__ = ["CharRNN", "batches", "steps_per_epoch"]


def batches(
    encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed
):  # [N]
    """Return endless pairs: one-hot inputs [B, T, V], integer targets [B, T]."""
    windows = endless_batches(
        encoded,
        window_length=n_steps + 1,
        shift=1,
        batch_size=batch_size,
        shuffle_buffer=shuffle_buffer,
        seed=seed,
    )
    return ((jax.nn.one_hot(x, vocabulary_size), jnp.asarray(y)) for x, y in windows)


def init_dense(key, input_size: int, units: int) -> dict:
    """Return a dense layer's first parameters."""
    kernel = glorot_uniform(key, [input_size, units])
    return {"kernel": kernel, "bias": jnp.zeros(units)}


def dense(params, inputs):
    """Return [..., U]: the inputs through a dense layer."""
    return inputs @ params["kernel"] + params["bias"]


def init(key, vocabulary_size: int, units: int) -> dict:
    """Return a char-RNN's first parameters."""
    keys = jax.random.split(key, 3)
    return {
        "gru_1": init_gru(keys[0], vocabulary_size, units),
        "gru_2": init_gru(keys[1], units, units),
        "dense": init_dense(keys[2], units, vocabulary_size),
    }


def read(params, inputs, states=(None, None)):
    """Return logits [B, T, V], and both layers' states after the last step."""
    hidden, state_1 = gru(params["gru_1"], inputs, states[0])
    hidden, state_2 = gru(params["gru_2"], hidden, states[1])
    return dense(params["dense"], hidden), (state_1, state_2)


@jax.jit
def probabilities(params, inputs):
    """Return probabilities [B, T, V]."""
    logits, _ = read(params, inputs)
    return jax.nn.softmax(logits)


def loss(params, batch):
    """Return the mean cross-entropy over all steps of all rows."""
    inputs, targets = batch
    logits, _ = read(params, inputs)
    return cross_entropy(logits, targets).mean()


class CharRNN(Trainable):
    """Return the probabilities [B, T, V] of the next character at each step."""

    batch_loss = staticmethod(loss)

    def __init__(self, *, vocabulary_size: int, units: int, seed: int = 0):
        self.params = init(jax.random.key(seed), vocabulary_size, units)

    def __call__(self, inputs):  # [B, T, V]
        return probabilities(self.params, real(inputs))
