"""Movie reviews that come as word ids: no framework has a part in it."""

from alternatives.plain.indexed_reviews import decode, id_to_word

__all__ = ["decode", "id_to_word"]
