"""The words that are kept, and the ids that they and all others get, as tensors."""

import torch

from alternatives.plain import vocabulary
from alternatives.plain.vocabulary import count, truncate, word_to_id
from alternatives.pytorch import tensor

__all__ = ["LookupTable", "count", "truncate", "word_to_id"]


class LookupTable(vocabulary.LookupTable):
    """Map tokens [B, T] to ids: the words' places, then hashed buckets."""

    def __call__(self, tokens) -> torch.Tensor:
        """Return ids [B, T]."""
        return tensor(super().__call__(tokens), torch.long)
