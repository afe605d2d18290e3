"""The stateful char-RNN: each batch is read from where the one before it ended.

Axes: B batch, T time steps, V vocabulary, D inputs, U units.
"""

import functools

import jax
import jax.numpy as jnp

from alternatives.jax import char_rnn
from alternatives.jax.loop import loop
from alternatives.jax.recurrent import gru, real
from alternatives.jax.trainable import Trainable, cross_entropy, descend
from alternatives.plain import stateful_batches
from alternatives.plain.arguments import check_rates


def batches(encoded, *, n_steps, batch_size, vocabulary_size):  # [N]
    """Return one epoch: one-hot inputs [B, T, V], integer targets [B, T]."""
    sizes = dict(n_steps=n_steps, batch_size=batch_size)
    pairs = stateful_batches.consecutive(encoded, **sizes)
    return ((jax.nn.one_hot(x, vocabulary_size), jnp.asarray(y)) for x, y in pairs)


def mask(key, rate: float, shape):
    """Return factors: 0 at the rate, else what keeps the expectation."""
    return jax.random.bernoulli(key, 1 - rate, shape) / (1 - rate)


def cell(states, kept, read):
    """Return the state [B, U] after a step that keeps and reads [3, B, U]."""
    z, r = jax.nn.sigmoid(read[:2] + kept[:2])
    return (z * states[0] + (1 - z) * jnp.tanh(read[2] + r * kept[2]),)


def dropped_gru(params, inputs, state, key, dropout: float, recurrent_dropout: float):
    """Return what `gru` does, each gate reading through masks alike at all steps."""
    keys = jax.random.split(key)
    rows, _, depth = inputs.shape
    input_masks = mask(keys[0], dropout, [3, rows, 1, depth])
    state_masks = mask(keys[1], recurrent_dropout, [3, *state.shape])

    def gates(weights):
        return jnp.stack(jnp.split(weights, 3, axis=-1))

    kernels = gates(params["kernel_zrh"])  # [3, D, U]
    input_bias = gates(params["input_bias_zrh"])[:, jnp.newaxis, jnp.newaxis]
    weights = (
        gates(params["recurrent_kernel_zrh"]),  # [3, U, U]
        gates(params["recurrent_bias_zrh"])[:, jnp.newaxis],  # [3, B=1, U]
    )
    read = (inputs * input_masks) @ kernels[:, jnp.newaxis] + input_bias  # [3, B, T, U]

    reads = jnp.moveaxis(read, 2, 0)  # [T, 3, B, U]
    outputs, (state,) = loop(cell, weights, state_masks, (state,), reads)
    return outputs.swapaxes(0, 1), state


@functools.partial(jax.jit, static_argnames=("rates", "training"))
def read(params, inputs, states, key, *, rates, training):
    """Return logits [B, T, V], the states after the last step, and the next key."""
    key, *keys = jax.random.split(key, 3)
    hidden, after = inputs, []
    for layer, state, own in zip(("gru_1", "gru_2"), states, keys, strict=True):
        if training and any(rates):
            hidden, state = dropped_gru(params[layer], hidden, state, own, *rates)
        else:
            hidden, state = gru(params[layer], hidden, state)
        after.append(state)
    return char_rnn.dense(params["dense"], hidden), tuple(after), key


@functools.partial(jax.jit, static_argnames="rates")
def step(params, adam, states, key, batch, *, rates):
    """Return the loss, and what was given but for the batch, after one step of Adam."""
    inputs, targets = batch

    def loss(params):
        logits, *after = read(params, inputs, states, key, rates=rates, training=True)
        return cross_entropy(logits, targets).mean(), after

    (value, after), gradients = jax.value_and_grad(loss, has_aux=True)(params)
    return value, *descend(params, gradients, adam), *after


class StatefulCharRNN(Trainable):
    """Return [B, T, V] as the char-RNN does, reading on from the call before."""

    def __init__(
        self,
        *,
        vocabulary_size: int,
        units: int,
        batch_size: int,
        dropout: float,
        recurrent_dropout: float,
        seed: int = 0,
    ):
        check_rates(dropout=dropout, recurrent_dropout=recurrent_dropout)
        self.sizes = dict(vocabulary_size=vocabulary_size, units=units)
        self.rates, self.batch_size = (dropout, recurrent_dropout), batch_size
        own, self.key = jax.random.split(jax.random.key(seed))
        self.params = char_rnn.init(own, **self.sizes)
        self.reset_states()

    def reset_states(self) -> None:
        """Begin again: the next call reads from zero states."""
        self.states = (jnp.zeros([self.batch_size, self.sizes["units"]]),) * 2

    def __call__(self, inputs, training: bool = False):  # [B, T, V]
        options = dict(rates=self.rates, training=training)
        logits, self.states, self.key = read(
            self.params, real(inputs), self.states, self.key, **options
        )
        return jax.nn.softmax(logits)

    def train_step(self, batch) -> jax.Array:
        """Change parameters and states by one step; return the loss before it."""
        given = self.params, self.adam, self.states, self.key
        after = step(*given, batch, rates=self.rates)
        loss, self.params, self.adam, self.states, self.key = after
        return loss

    def stateless_copy(self) -> char_rnn.CharRNN:
        """Return a model with the same weights that takes batches of any size."""
        copy = char_rnn.CharRNN(**self.sizes)
        copy.params = self.params
        return copy
