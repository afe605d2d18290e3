"""One compiled step of Adam, in Keras's form.

Keras corrects the bias of both moments in the learning rate, so that epsilon is added
to the root of the uncorrected second moment.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp

from alternatives.jax.weights import NamedWeights

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7


class Adam(NamedTuple):
    """The optimizer's state: the steps taken, and the gradients' two moments."""

    steps: jax.Array
    first: dict
    second: dict


def start(params) -> Adam:
    """Return the state before the first step."""
    zeros = jax.tree.map(jnp.zeros_like, params)
    return Adam(jnp.zeros([], jnp.int32), zeros, zeros)


def descend(params, gradients, adam: Adam):
    """Return the parameters after one step, and the optimizer's state."""
    steps = adam.steps + 1
    rate = LEARNING_RATE * jnp.sqrt(1 - BETA_2**steps) / (1 - BETA_1**steps)
    first = jax.tree.map(
        lambda m, g: BETA_1 * m + (1 - BETA_1) * g, adam.first, gradients
    )
    second = jax.tree.map(
        lambda v, g: BETA_2 * v + (1 - BETA_2) * g**2, adam.second, gradients
    )
    params = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) + EPSILON), params, first, second
    )
    return params, Adam(steps, first, second)


@functools.partial(jax.jit, static_argnames="loss")
def step(params, adam: Adam, batch, *, loss):
    """Return the loss(params, batch), and the parameters and the state after a step."""
    value, gradients = jax.value_and_grad(loss)(params, batch)
    return value, *descend(params, gradients, adam)


def cross_entropy(logits, targets):
    """Return -log p of each target class [...], of logits [..., V]."""
    chosen = jnp.take_along_axis(logits, targets[..., jnp.newaxis], axis=-1)[..., 0]
    return jax.nn.logsumexp(logits, axis=-1) - chosen


class Trainable(NamedWeights):
    """Gives a model its training step; the model gives `batch_loss(params, batch)`."""

    batch_loss: staticmethod  # a pure function

    @functools.cached_property
    def adam(self) -> Adam:
        """The optimizer's state, made when it is first asked for."""
        return start(self.params)

    def place(self, batch):
        """Return the batch's arrays on the device."""
        return jax.tree.map(jnp.asarray, tuple(batch))

    def train_step(self, batch) -> jax.Array:
        """Change the parameters by one step of Adam; return the loss before it."""
        loss, self.params, self.adam = step(
            self.params, self.adam, batch, loss=self.batch_loss
        )
        return loss
