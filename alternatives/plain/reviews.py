"""Cutting raw movie reviews into tokens.

Tokens are NumPy arrays of bytes: few frameworks have tensors of text.
"""

import re

import numpy as np

N_BYTES = 300
MARKUP = re.compile(r"<br[ \t\n\f\r]*/?>")
# A byte that is no UTF-8 becomes a surrogate here and stays, as it does in TensorFlow,
# whose patterns match characters alone: the chapter's 53,893 tokens need it.
OTHER = re.compile("[^a-zA-Z'\udc80-\udcff]")


def preprocess(texts) -> np.ndarray:
    """Return tokens [B, T]: letters and quotes of each text's first 300 bytes."""
    rows = [tokens(text) for text in texts]
    steps = max(map(len, rows), default=0)
    padded = [row + [b"<pad>"] * (steps - len(row)) for row in rows]
    return np.array(padded, object).reshape(len(rows), steps)  # [B, T]


def tokens(text: bytes) -> list[bytes]:
    """Return the tokens of one text."""
    opening = text[:N_BYTES].decode("utf-8", "surrogateescape")
    words = OTHER.sub(" ", MARKUP.sub(" ", opening)).split()
    return [word.encode("utf-8", "surrogateescape") for word in words]
