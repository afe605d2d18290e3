"""Dot-product attention with a learned scale, on scaled_dot_product_attention.

PyTorch's own scale of 1 / sqrt(D) is replaced by 1; the learned scale multiplies the
query. A boolean mask is True where a value is seen, as Keras's is.
"""

import torch
from torch.nn.functional import scaled_dot_product_attention

from alternatives.plain.arguments import check_attention
from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.weights import NamedWeights


def optional(mask) -> torch.Tensor | None:
    """Return a mask as a boolean tensor; None stays None."""
    return None if mask is None else tensor(mask, torch.bool)


def attend(query, value, key, query_mask=None, value_mask=None, causal=False):
    """Return [B, ..., T, D]: averages of the values, for checked tensors.

    Between the batch and the steps there may be an axis of heads.
    """
    heads = [1] * (query.ndim - 3)
    seen = None
    if value_mask is not None:
        seen = value_mask.reshape(len(value_mask), *heads, 1, -1)  # [B, H=1, T=1, S]
    if causal:
        past = torch.ones(query.shape[-2], key.shape[-2], device=DEVICE).tril().bool()
        seen = past if seen is None else seen & past  # [B, H=1, T, S]
    outputs = scaled_dot_product_attention(query, key, value, seen, scale=1.0)
    if query_mask is None:
        return outputs
    return outputs * query_mask.reshape(len(query_mask), *heads, -1, 1)


class Attention(NamedWeights):
    """Return [B, T, D]: averages of the values, zero in the rows of masked queries."""

    def __init__(self, *, use_scale: bool = False, causal: bool = False):
        super().__init__()
        self.causal = causal
        scale = torch.nn.Parameter(torch.ones((), device=DEVICE)) if use_scale else None
        self.register_parameter("scale", scale)

    def places(self):
        return {} if self.scale is None else {"scale": self.scale.detach()}

    def scaled(self, query):
        return query if self.scale is None else query * self.scale

    def forward(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = tensor(query), tensor(value)  # [B, T, D], [B, S, D]
        key = value if key is None else tensor(key)  # [B, S, D]
        masks = optional(query_mask), optional(value_mask)
        check_attention(query, value, key, *masks)
        return attend(self.scaled(query), value, key, *masks, self.causal)
