"""Cutting raw movie reviews into tokens: PyTorch has no tensors of text."""

from alternatives.plain.reviews import preprocess

__all__ = ["preprocess"]
