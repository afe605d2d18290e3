"""A pretrained embedding of texts, in two files: `tokens.txt` and `vectors.npy`.

It is that of a TF-Hub text module: punctuation taken out, split at single spaces, the
words' vectors summed and divided by the root of their number, other words in hashed
buckets. Here are its files and its words; the vectors are the model's.
"""

import unicodedata
from pathlib import Path

import numpy as np

TOKENS, VECTORS = "tokens.txt", "vectors.npy"


def save_embedding(directory, words, vectors) -> str:
    """Return the handle of a text embedding saved in the directory.

    The vectors [V + O, E] are those of the words, then those of the buckets.
    """
    if len(vectors) <= len(words):
        raise ValueError(
            f"vectors must have more than {len(words)} rows, got {len(vectors)}"
        )
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / TOKENS).write_bytes(b"".join(word + b"\n" for word in words))
    np.save(folder / VECTORS, np.asarray(vectors, np.float32), allow_pickle=False)
    return str(folder)


def load_embedding(handle) -> tuple[list[bytes], np.ndarray]:
    """Return the words and the vectors of a saved text embedding."""
    try:
        words = (Path(handle) / TOKENS).read_bytes().split(b"\n")[:-1]
        return words, np.load(Path(handle) / VECTORS, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(
            f"handle must name a loadable text embedding, got {handle}: {error}"
        ) from error


def without_punctuation(text: bytes) -> bytes:
    """Return the text without characters of Unicode's category P."""
    characters = text.decode("utf-8", "surrogateescape")
    kept = [c for c in characters if not unicodedata.category(c).startswith("P")]
    return "".join(kept).encode("utf-8", "surrogateescape")


def rows_and_shares(texts, table) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows [B, T] of the texts' words, and the share [B, T] that each has.

    Past a text's last word the shares are 0. T is a power of two, so that a compiler
    meets few shapes.
    """
    words = [without_punctuation(text).split(b" ") for text in texts]
    longest = max(map(len, words), default=1)
    steps = 1 << (longest - 1).bit_length()
    rows = np.zeros([len(words), steps], np.int32)
    shares = np.zeros([len(words), steps], np.float32)
    for i, own in enumerate(words):
        rows[i, : len(own)] = table(np.array(own, object))
        shares[i, : len(own)] = len(own) ** -0.5
    return rows, shares
