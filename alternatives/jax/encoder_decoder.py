"""An encoder-decoder: two LSTMs over one embedding.

Axes: B batch, S encoder steps, T decoder steps, L longest length, V vocabulary,
E embedding dims, U units.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from alternatives.jax.char_rnn import dense, init_dense
from alternatives.jax.loop import loop
from alternatives.jax.recurrent import glorot_uniform, near_orthogonal
from alternatives.jax.sentiment import init_embedding
from alternatives.jax.trainable import Trainable, cross_entropy
from alternatives.plain.arguments import (
    as_targets,
    check_positive,
    translation,
    whole_numbers,
)
from alternatives.plain.encoder_decoder import teacher_inputs

__all__ = ["EncoderDecoder", "teacher_inputs"]


def init_lstm(key, input_size: int, units: int) -> dict:
    """Return an LSTM's first parameters, its forget gate's bias at 1."""
    keys = jax.random.split(key)
    return {
        "kernel_ifco": glorot_uniform(keys[0], [input_size, 4 * units]),
        "recurrent_kernel_ifco": near_orthogonal(keys[1], [units, 4 * units]),
        "bias_ifco": jnp.zeros([4, units]).at[1].set(1).reshape(-1),
    }


def init(key, vocabulary_size: int, embed_size: int, units: int) -> dict:
    """Return the model's first parameters."""
    keys = jax.random.split(key, 4)
    return {
        "embedding": init_embedding(keys[0], vocabulary_size, embed_size),
        "encoder": init_lstm(keys[1], embed_size, units),
        "decoder": init_lstm(keys[2], embed_size, units),
        "dense": init_dense(keys[3], units, vocabulary_size),
    }


def lstm_cell(state, kept, read):
    """Return the hidden and the cell state [B, U] after a step."""
    i, f, c, o = jnp.split(read + kept, 4, axis=-1)
    cell = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(c)
    return jax.nn.sigmoid(o) * jnp.tanh(cell), cell


def lstm(params, inputs, state=None):
    """Return outputs [B, T, U] and the state, hidden and cell, after the last step."""
    weights = params["recurrent_kernel_ifco"], params["bias_ifco"]
    if state is None:
        state = (jnp.zeros([len(inputs), len(weights[0])]),) * 2
    reads = (inputs @ params["kernel_ifco"]).swapaxes(0, 1)  # [T, B, 4U]
    outputs, state = loop(lstm_cell, weights, 1.0, state, reads)
    return outputs.swapaxes(0, 1), state


def encoded(params, ids):
    """Return the encoder's state after ids [B, S]."""
    return lstm(params["encoder"], params["embedding"]["embeddings"][ids])[1]


def decoded(params, ids, state):
    """Return logits [B, T, V] after each of ids [B, T], and the decoder's state."""
    embedded = params["embedding"]["embeddings"][ids]  # [B, T, E]
    hidden, state = lstm(params["decoder"], embedded, state)  # [B, T, U]
    return dense(params["dense"], hidden), state


@jax.jit
def probabilities(params, encoder_inputs, decoder_inputs):
    """Return probabilities [B, T, V] after each decoder input."""
    logits, _ = decoded(params, decoder_inputs, encoded(params, encoder_inputs))
    return jax.nn.softmax(logits)


@functools.partial(jax.jit, static_argnames="n_steps")
def greedy(params, encoder_inputs, start_id, *, n_steps: int):
    """Return ids [B, N]: each the likeliest after the start and those before."""

    def step(carried, _):
        last, state = carried  # [B]
        logits, state = decoded(params, last[:, jnp.newaxis], state)  # [B, T=1, V]
        last = logits[:, 0].argmax(axis=-1)
        return (last, state), last

    first = jnp.full(len(encoder_inputs), start_id), encoded(params, encoder_inputs)
    _, chosen = lax.scan(step, first, length=n_steps)
    return chosen.T


def loss(params, batch):
    """Return the mean cross-entropy of the steps before each sequence's end."""
    (encoder_inputs, decoder_inputs, lengths), targets = batch
    logits, _ = decoded(params, decoder_inputs, encoded(params, encoder_inputs))
    inside = jnp.arange(targets.shape[1]) < lengths[:, jnp.newaxis]  # [B, T]
    return cross_entropy(logits, targets).mean(where=inside)


class EncoderDecoder(Trainable):
    """Return probabilities [B, L, V] of the ids that follow the decoder's inputs."""

    batch_loss = staticmethod(loss)

    def __init__(
        self, *, vocabulary_size: int, embed_size: int, units: int, seed: int = 0
    ):
        sizes = vocabulary_size, embed_size, units
        self.params = init(jax.random.key(seed), *sizes)
        self.vocabulary_size = vocabulary_size

    def __call__(self, encoder_inputs, decoder_inputs, sequence_lengths):
        placed = self.checked(encoder_inputs, decoder_inputs, sequence_lengths)
        encoder_inputs, decoder_inputs, lengths = placed
        longest = lengths.max(initial=0)
        return probabilities(self.params, encoder_inputs, decoder_inputs[:, :longest])

    def greedy_decode(self, encoder_inputs, *, start_id: int = 0, n_steps: int):
        """Return ids [B, n_steps]: each the likeliest after those before it."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        start = self.ids("start_id", start_id, rank=0)
        check_positive(n_steps=n_steps)
        return greedy(self.params, encoder_inputs, start, n_steps=n_steps)

    def place(self, batch):
        """Return the inputs, lengths and targets, checked, on the device."""
        inputs, targets = batch
        inputs = self.checked(*inputs)
        size = self.vocabulary_size
        targets = as_targets(targets, inputs[1], vocabulary_size=size)
        return super().place((inputs, targets))

    def ids(self, name: str, values, rank: int = 2) -> np.ndarray:
        return whole_numbers(name, values, rank=rank, largest=self.vocabulary_size - 1)

    def checked(self, encoder_inputs, decoder_inputs, sequence_lengths):
        """Return the arguments as arrays; ValueError where one is wrong."""
        inputs = encoder_inputs, decoder_inputs, sequence_lengths
        return translation(*inputs, vocabulary_size=self.vocabulary_size)
