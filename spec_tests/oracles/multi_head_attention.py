"""Multi-head attention with the learned-scale attention in its middle.

V17: Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Multi-Head Attention".
Axes: B batch, T query steps, S value steps, D dims, H heads.
"""

import numpy as np

from spec_tests.oracles import attention
from spec_tests.oracles.weights import NamedWeights
from touchstone.arithmetic import product, real

KERNELS = ("query_kernel", "value_kernel", "key_kernel", "output_kernel")


class MultiHeadAttention(NamedWeights):
    """Attention between slices of projections, side by side, projected once more."""

    attention = attention.Attention

    def __init__(
        self, *, dims: int, n_heads: int, causal: bool = False, use_scale: bool = False
    ):
        self.dims, self.n_heads = dims, n_heads
        self.check_sizes()
        super().__init__({name: (dims, dims) for name in KERNELS})
        self.inner = self.attention(use_scale=use_scale, causal=causal)
        self._weights |= self.inner.named_weights()

    def check_sizes(self) -> None:
        if self.n_heads < 1 or self.dims % self.n_heads:
            raise ValueError(
                f"n_heads must divide dims={self.dims}, got n_heads={self.n_heads}"
            )

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = real(query), real(value)  # [B, T, D], [B, S, D]
        key = self.inner.default_key(query, value) if key is None else real(key)
        self.check(query, value, key, query_mask, value_mask)
        self.inner.set_named_weights(
            {k: w for k, w in self._weights.items() if k not in KERNELS}
        )
        queries, values, keys = (
            self.split(self.projected(name, x))  # H arrays [B, T, D/H]
            for name, x in (("query", query), ("value", value), ("key", key))
        )
        heads = [
            self.inner(*parts, query_mask, value_mask)
            for parts in zip(queries, values, keys, strict=True)
        ]
        return self.output(self.joined(heads))  # [B, T, D]

    def check(self, query, value, key, query_mask, value_mask) -> None:
        for name, x in (("query", query), ("value", value), ("key", key)):
            if x.ndim != 3 or x.shape[2] != self.dims:
                raise ValueError(
                    f"{name} must have 3 axes, the last of dims={self.dims}, "
                    f"got shape {x.shape}"
                )
        self.inner.check(query, value, key, query_mask, value_mask)

    def projected(self, name: str, x):
        return product(x, self._weights[f"{name}_kernel"])

    def split(self, x):
        return np.split(x, self.n_heads, axis=-1)

    def joined(self, heads):
        return np.concatenate(heads, axis=-1)

    def output(self, joined):
        return product(joined, self._weights["output_kernel"])
