"""Dot-product attention with Keras's learned scale.

L15: Luong et al. 2015, "Effective Approaches to Attention-based Neural Machine
    Translation", section 3.1, the dot score.
K2: Keras 2's Attention layer, as the chapter runs it.
Axes: B batch, T query steps, S value steps, D dims.
"""

import numpy as np

from spec_tests.oracles.weights import NamedWeights
from touchstone.arithmetic import product, real, softmax

NEVER = -1e9  # the score of what is not seen: its exponential is 0


class Attention(NamedWeights):
    """Each query's average of the values, weighted by softmax(scale * query . key)."""

    def __init__(self, *, use_scale: bool = False, causal: bool = False):
        self.use_scale, self.causal = use_scale, causal
        super().__init__({"scale": ()} if use_scale else {})
        self._weights = {name: np.ones(()) for name in self._weights}

    def __call__(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = real(query), real(value)  # [B, T, D], [B, S, D]
        key = self.default_key(query, value) if key is None else real(key)  # [B, S, D]
        self.check(query, value, key, query_mask, value_mask)
        seen = self.seen(len(query), query.shape[1], value.shape[1], value_mask)
        weights = self.weights(self.scores(query, key), seen)  # [B, T, S]
        return self.kept(product(weights, value), query_mask)  # [B, T, D]

    def default_key(self, query, value):
        return value

    def check(self, query, value, key, query_mask, value_mask) -> None:
        """Raise ValueError where a shape does not fit the others."""
        for name, x in (("query", query), ("value", value), ("key", key)):
            if x.ndim != 3:
                raise ValueError(f"{name} must have 3 axes, got shape {x.shape}")
        batch, steps, dims = query.shape
        for name, x in (("value", value), ("key", key)):
            if len(x) != batch or x.shape[2] != dims:
                raise ValueError(
                    f"{name} must have the query's batch and dims, got shape {x.shape}"
                )
        if key.shape[1] != value.shape[1]:
            raise ValueError(f"key must have the value's steps, got shape {key.shape}")
        for name, mask, shape in (
            ("query_mask", query_mask, (batch, steps)),
            ("value_mask", value_mask, value.shape[:2]),
        ):
            if mask is not None and np.shape(mask) != shape:
                raise ValueError(
                    f"{name} must have shape {shape}, got {np.shape(mask)}"
                )

    def scores(self, query, key):
        return self.scaled(product(query, key.swapaxes(1, 2)))  # [B, T, S]

    def scaled(self, scores):
        return scores * real(self._weights["scale"]) if self.use_scale else scores

    def seen(self, batch: int, steps: int, value_steps: int, value_mask):
        """Return [B, T, S]: which values each query may see."""
        seen = np.ones([batch, steps, value_steps], bool)
        if self.causal:
            seen &= self.past(steps, value_steps)
        if value_mask is not None:
            seen &= self.unmasked(np.asarray(value_mask))[:, np.newaxis]
        return seen

    def past(self, steps: int, value_steps: int):
        return np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]  # [T, S]

    def unmasked(self, value_mask):
        return value_mask

    def weights(self, scores, seen):
        return softmax(np.where(seen, scores, scores.dtype.type(NEVER)))

    def kept(self, outputs, query_mask):
        """Return the outputs, zero in the rows of masked queries."""
        if query_mask is None:
            return outputs
        return np.where(np.asarray(query_mask)[..., np.newaxis], outputs, 0)
