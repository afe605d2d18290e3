"""Cutting raw reviews into tokens.

Texts and tokens are bytes. Patterns match characters, so the text is decoded, and a
byte that is no UTF-8 (half a letter at the cut, an older encoding) becomes a surrogate
that no pattern matches: it stays.
"""

import re

import numpy as np

BYTE = "\udc80-\udcff"  # where surrogateescape puts a byte that is no UTF-8


class Preprocessor:
    """Return tokens [B, T] of texts [B]."""

    def __call__(self, texts):
        return self.padded([self.tokens(text) for text in texts])

    def tokens(self, text: bytes) -> list[bytes]:
        plain = self.spaced(self.without_markup(self.opening(text)))
        return [self.encoded(token) for token in plain.split()]

    def opening(self, text: bytes) -> str:
        return text[:300].decode("utf-8", "surrogateescape")

    def without_markup(self, text: str) -> str:
        return re.sub(r"<br[ \t\n\f\r]*/?>", " ", text)

    def spaced(self, text: str) -> str:
        return re.sub(f"[^a-zA-Z'{BYTE}]", " ", text)

    def encoded(self, token: str) -> bytes:
        return token.encode("utf-8", "surrogateescape")

    def padded(self, rows):
        steps = max(map(len, rows), default=0)
        tokens = np.full([len(rows), steps], b"<pad>", object)  # [B, T]
        for row, words in zip(tokens, rows, strict=True):
            row[: len(words)] = words
        return tokens


def preprocess(texts):
    """Return tokens [B, T] of texts [B]."""
    return Preprocessor()(texts)
