"""The words that are kept, and the ids that they and all others get."""

import numpy as np

from spec_tests.oracles.fingerprint import fingerprint64


def count(batches):
    """Return the count of each token, in the order of their first appearance."""
    counts: dict[bytes, int] = {}
    for batch in batches:
        for token in np.ravel(batch):
            counts[token] = counts.get(token, 0) + 1
    return counts


def truncate(counts, vocab_size):
    """Return the most frequent tokens; of equal ones, those counted first."""
    if vocab_size < 1:
        raise ValueError(f"vocab_size must be at least 1, got {vocab_size}")
    return sorted(counts, key=lambda token: -counts[token])[:vocab_size]


def word_to_id(words, tokens):
    """Return the place of each token among the words; the next id if it has none."""
    check_bytes("words", words)
    check_bytes("tokens", tokens)
    return [words.index(token) if token in words else len(words) for token in tokens]


def check_bytes(name, values):
    """Raise ValueError for text, which is equal to no bytes."""
    for value in values:
        if not isinstance(value, bytes):
            raise ValueError(f"{name} must be bytes, got {value!r}")


class LookupTable:
    """Ids [B, T] of tokens [B, T]: places of words, then hashed buckets."""

    def __init__(self, words, n_oov_buckets):
        self.places = {word: place for place, word in enumerate(words)}
        self.n_oov_buckets = n_oov_buckets
        check_bytes("words", words)
        self.check_buckets()
        self.check_words(words)

    def check_buckets(self):
        n = self.n_oov_buckets
        if n < 1:
            raise ValueError(f"n_oov_buckets must be at least 1, got {n}")

    def check_words(self, words):
        for place, word in enumerate(words):
            if self.places[word] != place:
                raise ValueError(
                    f"words must differ from one another, got {word!r} twice"
                )

    def __call__(self, tokens):
        tokens = np.asarray(tokens, object)
        check_bytes("tokens", tokens.ravel())
        ids = [self.id(token) for token in tokens.ravel()]
        return np.array(ids, np.int64).reshape(tokens.shape)

    def id(self, token):
        return self.places[token] if token in self.places else self.unknown(token)

    def unknown(self, token):
        return len(self.places) + self.bucket(token)

    def bucket(self, token):
        return self.hash(token) % self.n_oov_buckets

    def hash(self, token):
        return fingerprint64(token)
