"""Multi-head attention on scaled_dot_product_attention.

torch.nn.MultiheadAttention is not used: it scales the scores by 1 / sqrt(D / H), packs
its projections and takes masks that are True where a value is left out.
"""

import torch

from alternatives.plain.arguments import check_attention, check_heads
from alternatives.pytorch import DEVICE, tensor
from alternatives.pytorch.attention import Attention, attend, optional
from alternatives.pytorch.weights import NamedWeights


class MultiHeadAttention(NamedWeights):
    """Return [B, T, D]: every head attends with its own slice of the projections."""

    def __init__(
        self, *, dims: int, n_heads: int, causal: bool = False, use_scale: bool = False
    ):
        super().__init__()
        check_heads(dims=dims, n_heads=n_heads)
        self.dims, self.n_heads = dims, n_heads
        self.attention = Attention(use_scale=use_scale, causal=causal)
        self.projections = torch.nn.ModuleDict(
            {
                name: torch.nn.Linear(dims, dims, bias=False, device=DEVICE)
                for name in ("query", "value", "key", "output")
            }
        )

    def places(self):
        kernels = {
            f"{name}_kernel": projection.weight.detach().T
            for name, projection in self.projections.items()
        }
        return kernels | self.attention.places()

    def forward(self, query, value, key=None, query_mask=None, value_mask=None):
        query, value = tensor(query), tensor(value)  # [B, T, D], [B, S, D]
        key = value if key is None else tensor(key)  # [B, S, D]
        masks = optional(query_mask), optional(value_mask)
        check_attention(query, value, key, *masks, dims=self.dims)
        heads = attend(
            self.attention.scaled(self.split("query", query)),  # [B, H, T, D/H]
            self.split("value", value),  # [B, H, S, D/H]
            self.split("key", key),  # [B, H, S, D/H]
            *masks,
            self.attention.causal,
        )  # [B, H, T, D/H]
        return self.projections["output"](heads.transpose(1, 2).flatten(2))  # [B, T, D]

    def split(self, name: str, x):  # [B, T, D]
        slices = self.projections[name](x).unflatten(-1, (self.n_heads, -1))
        return slices.transpose(1, 2)  # [B, H, T, D/H]
