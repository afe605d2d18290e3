"""Dot-product attention with a learned scale.

jax.nn.dot_product_attention is not used: JAX 0.4.30 does not have it.
Axes: B batch, T query steps, S value steps, D dims; "..." may hold an axis of heads.
"""

import functools

import jax
import jax.numpy as jnp

from alternatives.jax.recurrent import optional, real
from alternatives.jax.weights import NamedWeights
from alternatives.plain.arguments import check_attention


def scaled(params, query):
    """Return the query times the learned scale, if there is one."""
    return query * params["scale"] if "scale" in params else query


@functools.partial(jax.jit, static_argnames="causal")
def attend(query, value, key, query_mask=None, value_mask=None, *, causal=False):
    """Return [B, ..., T, D]: averages of the values, zero in rows of masked queries."""
    heads = (1,) * (query.ndim - 3)
    scores = query @ key.swapaxes(-1, -2)  # [B, ..., T, S]
    seen = jnp.ones(scores.shape[-2:], bool)  # [T, S]
    if causal:
        seen = jnp.tril(seen)
    if value_mask is not None:
        seen = seen & value_mask.reshape(len(value_mask), *heads, 1, -1)
    # a large number rather than infinity: where nothing is seen there is a gradient
    weights = jax.nn.softmax(jnp.where(seen, scores, -1e30), axis=-1)
    outputs = weights @ value  # [B, ..., T, D]
    if query_mask is None:
        return outputs
    return jnp.where(query_mask.reshape(len(query_mask), *heads, -1, 1), outputs, 0)


class Attention(NamedWeights):
    """Return [B, T, D]: averages of the values, zero in the rows of masked queries."""

    def __init__(self, *, use_scale: bool = False, causal: bool = False):
        self.causal = causal
        self.params = {"scale": jnp.ones([])} if use_scale else {}

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = real(query), real(value)  # [B, T, D], [B, S, D]
        key = value if key is None else real(key)  # [B, S, D]
        masks = optional(query_mask, bool), optional(value_mask, bool)
        check_attention(query, value, key, *masks)
        return attend(
            scaled(self.params, query), value, key, *masks, causal=self.causal
        )
