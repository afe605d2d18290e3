"""A loop over the steps whose weights get their gradient in one product.

JAX's own gradient of a scan adds up a product at each step, and turns the kernel there.
Here the kernel is turned once, and the product is taken once, of all steps.
Axes: B batch, T time steps, U units, K what the gates keep.
"""

import functools

import jax
from jax import lax


def keep(weights, masks, output):
    """Return [B, K], what the gates keep of the output [B, U] before."""
    kernel, bias = weights
    return (output * masks) @ kernel + bias


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def loop(cell, weights, masks, state, reads):
    """Return the outputs [T, B, U], and the state after the last step.

    A state is a tuple that begins with the output [B, U]. At each step the state after
    is `cell(state, kept, read)`, with what weights, a kernel [U, K] and a bias [K], keep
    of the output before. The masks [..., B, U] have no gradient; a kernel for each of
    them, [..., U, K], gives [..., B, K].
    """
    return forward(cell, weights, masks, state, reads)[0]


def forward(cell, weights, masks, state, reads):
    """Return what `loop` does, and what its gradient needs."""

    def step(state, read):
        kept = keep(weights, masks, state[0])
        after = cell(state, kept, read)
        return after, (after[0], (state, kept, read))

    last, (outputs, seen) = lax.scan(step, state, reads)
    return (outputs, last), (weights, masks, seen)


def backward(cell, residuals, gradients):
    """Return the gradients of the weights, the masks (none), the state and the reads."""
    weights, masks, seen = residuals
    turned = weights[0].swapaxes(-1, -2)  # [K, U]

    def step(after, now):
        gradient, (state, kept, read) = now
        after = after[0] + gradient, *after[1:]
        _, through_cell = jax.vjp(cell, state, kept, read)
        before, kept, read = through_cell(after)
        _, through_masks = jax.vjp(lambda output: output * masks, state[0])
        (own,) = through_masks(kept @ turned)  # [B, U]
        return (before[0] + own, *before[1:]), (kept, read)

    outputs, last = gradients
    first, (kept, reads) = lax.scan(step, last, (outputs, seen), reverse=True)
    every = jax.vmap(keep, (None, None, 0))
    _, through_weights = jax.vjp(lambda w: every(w, masks, seen[0][0]), weights)
    return *through_weights(kept), None, first, reads


loop.defvjp(forward, backward)
