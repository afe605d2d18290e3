"""Characters to integers and back: no framework has a part in it."""

from alternatives.plain.char_tokenizer import CharTokenizer

__all__ = ["CharTokenizer"]
