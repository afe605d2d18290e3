"""Gated recurrent units: one loop over the steps.

Axes: B batch, T time steps, D inputs, U units.
"""

import functools

import jax
import jax.numpy as jnp

from alternatives.jax.loop import loop
from alternatives.jax.weights import NamedWeights

glorot_uniform = jax.nn.initializers.glorot_uniform()
# columns of norm 1 on average, as orthogonal ones have, without their decomposition
near_orthogonal = jax.nn.initializers.lecun_normal()


@functools.partial(jax.jit, static_argnums=(1, 2))
def init_gru(key, input_size: int, units: int) -> dict:
    """Return a GRU's first parameters."""
    keys = jax.random.split(key)
    return {
        "kernel_zrh": glorot_uniform(keys[0], [input_size, 3 * units]),
        "recurrent_kernel_zrh": near_orthogonal(keys[1], [units, 3 * units]),
        "input_bias_zrh": jnp.zeros(3 * units),
        "recurrent_bias_zrh": jnp.zeros(3 * units),
    }


def gru_cell(states, kept, read):
    """Return the state [B, U] after a step that keeps [B, 3U] and reads [B, 3U]."""
    (state,) = states
    read_z, read_r, read_h = jnp.split(read, 3, axis=-1)
    kept_z, kept_r, kept_h = jnp.split(kept, 3, axis=-1)
    z, r = jax.nn.sigmoid(read_z + kept_z), jax.nn.sigmoid(read_r + kept_r)
    candidate = jnp.tanh(read_h + r * kept_h)  # the reset comes after the product
    return (z * state + (1 - z) * candidate,)


@functools.partial(jax.jit, static_argnames="reverse")
def gru(params, inputs, state=None, keep=None, *, reverse=False):
    """Return outputs [B, T, U] and the state [B, U]; a masked step repeats it."""
    if state is None:
        state = jnp.zeros([len(inputs), params["recurrent_kernel_zrh"].shape[0]])
    read = inputs @ params["kernel_zrh"] + params["input_bias_zrh"]  # [B, T, 3U]
    if keep is not None:  # at a masked step, z = 1 and the candidate is a number
        units = state.shape[-1]
        masked = jnp.repeat(jnp.array([jnp.inf, 0, 0]), units)  # [3U]
        read = jnp.where(keep[..., jnp.newaxis], read, masked)
    reads = read.swapaxes(0, 1)[::-1] if reverse else read.swapaxes(0, 1)  # [T, B, 3U]
    weights = params["recurrent_kernel_zrh"], params["recurrent_bias_zrh"]
    outputs, (state,) = loop(gru_cell, weights, 1.0, (state,), reads)
    if reverse:
        outputs = outputs[::-1]
    return outputs.swapaxes(0, 1), state  # [B, T, U], [B, U]


def bidirectional(params, inputs, keep=None):
    """Return [B, T, 2U]: a forward GRU's outputs, then a backward one's."""
    forward, _ = gru(params["forward"], inputs, keep=keep)
    backward, _ = gru(params["backward"], inputs, keep=keep, reverse=True)
    return jnp.concatenate([forward, backward], axis=-1)


def real(values) -> jax.Array:
    """Return values as float32."""
    return jnp.asarray(values, jnp.float32)


def optional(values, dtype) -> jax.Array | None:
    """Return values as an array; None stays None."""
    return None if values is None else jnp.asarray(values, dtype)


class GRU(NamedWeights):
    """Return the outputs [B, T, U] and the state [B, U] after the last kept step."""

    def __init__(self, *, input_size: int, units: int, seed: int = 0):
        self.params = init_gru(jax.random.key(seed), input_size, units)

    def __call__(self, inputs, initial_state=None, keep_mask=None):
        state, keep = optional(initial_state, jnp.float32), optional(keep_mask, bool)
        return gru(self.params, real(inputs), state, keep)


class Bidirectional(NamedWeights):
    """Return [B, T, 2U]: both directions' outputs side by side."""

    def __init__(self, *, input_size: int, units: int, seed: int = 0):
        keys = jax.random.split(jax.random.key(seed))
        self.params = {
            "forward": init_gru(keys[0], input_size, units),
            "backward": init_gru(keys[1], input_size, units),
        }

    def __call__(self, inputs, keep_mask=None):
        return bidirectional(self.params, real(inputs), optional(keep_mask, bool))


class BidirectionalModel(NamedWeights):
    """Return [B, T, 2U]: a bidirectional GRU over the outputs of a GRU."""

    def __init__(self, *, input_size: int, units: int, seed: int = 0):
        keys = jax.random.split(jax.random.key(seed), 3)
        self.params = {
            "gru": init_gru(keys[0], input_size, units),
            "bidirectional": {
                "forward": init_gru(keys[1], units, units),
                "backward": init_gru(keys[2], units, units),
            },
        }

    def __call__(self, inputs):
        outputs, _ = gru(self.params["gru"], real(inputs))  # [B, T, U]
        return bidirectional(self.params["bidirectional"], outputs)
