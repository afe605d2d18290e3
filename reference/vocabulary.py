"""The words that are kept, and the ids that they and all others get.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
Axes: B batch, T tokens.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import tensorflow as tf

from reference.arguments import check_at_least_one


def count(batches: Iterable) -> Counter[bytes]:
    """Return how often each token stands in batches [B, T], padding included."""
    counts: Counter[bytes] = Counter()
    for batch in batches:
        counts.update(np.asarray(batch).ravel().tolist())
    return counts


def truncate(counts: Mapping[bytes, int], vocab_size: int) -> list[bytes]:
    """Return the most frequent tokens; of equal ones, those counted first."""
    check_at_least_one(vocab_size=vocab_size)
    return [word for word, _ in Counter(counts).most_common(vocab_size)]


def word_to_id(words: Sequence[bytes], tokens: Sequence[bytes]) -> list[int]:
    """Return the place of each token among the words; the next id if it has none."""
    ids = {word: place for place, word in enumerate(checked("words", words))}
    checked("tokens", tokens)
    return [ids.get(token, len(words)) for token in tokens]


def checked(name: str, values):
    """Return the values; ValueError for `str`, which equals no bytes."""
    if not tf.is_tensor(values):
        for value in np.asarray(values, object).ravel():
            if not isinstance(value, bytes):
                raise ValueError(f"{name} must be bytes, got {value!r}")
    return values


class LookupTable:
    """Map tokens [B, T] to ids: the words' places, then hashed buckets for all others.

    A bucket is the 64-bit Farm fingerprint of the token's bytes modulo their number.
    """

    def __init__(self, words: Sequence[bytes], n_oov_buckets: int):
        check_at_least_one(n_oov_buckets=n_oov_buckets)
        if len(set(words)) < len(words):
            twice = next(word for word, n in Counter(words).items() if n > 1)
            raise ValueError(f"words must differ from one another, got {twice!r} twice")
        checked("words", words)
        ids = tf.range(len(words), dtype=tf.int64)
        places = tf.lookup.KeyValueTensorInitializer(tf.constant(words), ids)
        self.table = tf.lookup.StaticVocabularyTable(places, n_oov_buckets)

    def __call__(self, tokens) -> tf.Tensor:
        """Return ids [B, T]."""
        return self.table.lookup(
            tf.convert_to_tensor(checked("tokens", tokens), tf.string)
        )
