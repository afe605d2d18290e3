"""The words that are kept, and their ids: no framework here has tensors of text."""

from alternatives.plain.vocabulary import LookupTable, count, truncate, word_to_id

__all__ = ["LookupTable", "count", "truncate", "word_to_id"]
