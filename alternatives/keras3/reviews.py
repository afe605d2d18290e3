"""Cutting raw movie reviews into tokens: no framework here has tensors of text."""

from alternatives.plain.reviews import preprocess

__all__ = ["preprocess"]
