"""Batches of shuffled windows: NumPy prepares them, on the host."""

from alternatives.plain.windows import batches, endless_batches

__all__ = ["batches", "endless_batches"]
