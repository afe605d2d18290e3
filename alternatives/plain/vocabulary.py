"""The words that are kept, and the ids that they and all others get.

The bucket of an unknown word is its Farm fingerprint's, by the cityhash library: the
one that TensorFlow's lookup tables use, so that ids agree with theirs.
"""

from collections import Counter

import numpy as np
from farmhash import Fingerprint64  # of the distribution cityhash


def count(batches) -> Counter:
    """Return how often each token stands in batches [B, T], padding included."""
    counts: Counter = Counter()
    for batch in batches:
        counts.update(np.ravel(batch).tolist())
    return counts


def truncate(counts, vocab_size: int) -> list[bytes]:
    """Return the most frequent tokens; of equal ones, those counted first."""
    if vocab_size < 1:
        raise ValueError(f"vocab_size must be at least 1, got {vocab_size}")
    return [token for token, _ in Counter(counts).most_common(vocab_size)]


def word_to_id(words, tokens) -> list[int]:
    """Return the place of each token among the words; the next id if it has none."""
    check_bytes("words", words)
    check_bytes("tokens", tokens)
    places = {word: place for place, word in enumerate(words)}
    return [places.get(token, len(words)) for token in tokens]


def check_bytes(name: str, values) -> None:
    """Raise ValueError for text, which is equal to no bytes."""
    for value in values:
        if not isinstance(value, bytes):
            raise ValueError(f"{name} must be bytes, got {value!r}")


class LookupTable:
    """Map tokens [B, T] to ids: the words' places, then hashed buckets."""

    def __init__(self, words, n_oov_buckets: int):
        if n_oov_buckets < 1:
            raise ValueError(f"n_oov_buckets must be at least 1, got {n_oov_buckets}")
        self.n_oov_buckets = n_oov_buckets
        self.places: dict[bytes, int] = {}
        check_bytes("words", words)
        for word in words:
            if word in self.places:
                raise ValueError(
                    f"words must differ from one another, got {word!r} twice"
                )
            self.places[word] = len(self.places)

    def __call__(self, tokens) -> np.ndarray:
        """Return ids [B, T]."""
        tokens = np.asarray(tokens, object)
        check_bytes("tokens", tokens.ravel())
        ids = [self.id(token) for token in tokens.ravel()]
        return np.array(ids, np.int64).reshape(tokens.shape)

    def id(self, token: bytes) -> int:
        """Return the id of one token."""
        if token in self.places:
            return self.places[token]
        return len(self.places) + Fingerprint64(token) % self.n_oov_buckets
