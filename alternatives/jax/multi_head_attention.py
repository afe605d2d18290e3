"""Multi-head attention with the learned-scale attention in its middle.

Axes: B batch, T query steps, S value steps, D dims, H heads.
"""

import functools

import jax

from alternatives.jax.attention import Attention, attend, scaled
from alternatives.jax.recurrent import glorot_uniform, optional, real
from alternatives.jax.weights import NamedWeights
from alternatives.plain.arguments import check_attention, check_heads

KERNELS = ("query_kernel", "value_kernel", "key_kernel", "output_kernel")


def split(projected, n_heads: int):
    """Return [B, H, T, D/H]: the heads' contiguous slices of [B, T, D]."""
    batch, steps, _ = projected.shape
    return projected.reshape(batch, steps, n_heads, -1).swapaxes(1, 2)


@functools.partial(jax.jit, static_argnames=("n_heads", "causal"))
def multi_head(params, query, value, key, *masks, n_heads: int, causal: bool):
    """Return [B, T, D]: every head attends with its own slice of the projections."""
    heads = attend(
        scaled(params, split(query @ params["query_kernel"], n_heads)),
        split(value @ params["value_kernel"], n_heads),
        split(key @ params["key_kernel"], n_heads),
        *masks,
        causal=causal,
    )  # [B, H, T, D/H]
    return heads.swapaxes(1, 2).reshape(query.shape) @ params["output_kernel"]


class MultiHeadAttention(NamedWeights):
    """Return [B, T, D]: the heads' averages of the values, projected once more."""

    def __init__(
        self,
        *,
        dims: int,
        n_heads: int,
        causal: bool = False,
        use_scale: bool = False,
        seed: int = 0,
    ):
        check_heads(dims=dims, n_heads=n_heads)
        self.dims, self.n_heads, self.causal = dims, n_heads, causal
        keys = jax.random.split(jax.random.key(seed), len(KERNELS))
        self.params = Attention(use_scale=use_scale).params | {
            name: glorot_uniform(key, [dims, dims])
            for name, key in zip(KERNELS, keys, strict=True)
        }

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = real(query), real(value)  # [B, T, D], [B, S, D]
        key = value if key is None else real(key)  # [B, S, D]
        masks = optional(query_mask, bool), optional(value_mask, bool)
        check_attention(query, value, key, *masks, dims=self.dims)
        sizes = dict(n_heads=self.n_heads, causal=self.causal)
        return multi_head(self.params, query, value, key, *masks, **sizes)
