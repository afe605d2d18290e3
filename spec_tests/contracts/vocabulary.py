"""The words that are kept, and the ids of these and all other words.

The id of a word is its place among the words, from 0. A lookup table gives any other
token the id len(words) + bucket, where the bucket is the 64-bit Farm fingerprint of the
token's bytes modulo n_oov_buckets. The buckets in the clauses are those of TensorFlow's
own fingerprint op; the lengths of the tokens reach every branch of the hash. Tokens and
words are bytes: `str` is refused, for it would silently be unknown. Left open: NUL bytes at
the end of a token in an array of fixed width, which NumPy does not keep.

Axes: B batch, T tokens
F14: Pike and Alakuijala 2014, FarmHash, Fingerprint64.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Protocol

from touchstone.conditions import Row
from touchstone.contracts import Array


class LookupTable(Protocol):
    """A table from tokens to ids."""

    def __call__(
        self, tokens: Annotated[Array, "B T", "bytes"], /
    ) -> Annotated[Array, "B T", "int"]:
        """Return the ids of the tokens."""


class MakesLookupTable(Protocol):
    def __call__(self, *, words: Sequence[bytes], n_oov_buckets: int) -> LookupTable:
        """Make a table of the words and of buckets for all other tokens."""


class Contract(Protocol):
    def count(
        self, *, batches: Iterable[Annotated[Array, "B T", "bytes"]]
    ) -> Mapping[bytes, int]:
        """Return how often each token occurs in the batches."""

    def truncate(
        self, *, counts: Mapping[bytes, int], vocab_size: int
    ) -> Iterable[bytes]:
        """Return the vocab_size most frequent words, the most frequent first."""

    def word_to_id(
        self, *, words: Sequence[bytes], tokens: Sequence[bytes]
    ) -> Iterable[int]:
        """Return the id of each token; a token that is no word gets len(words)."""

    @property
    def LookupTable(self) -> MakesLookupTable: ...


# Rows of the conditions: tables and the tokens looked up, batches counted, counts cut.
AXES = {
    "words": (4, 1, 300, 33_000),
    "n_oov_buckets": (1000, 1, 7, 100_000),
    "token_bytes": (
        "ASCII",
        "accents",
        "emoji",
        "not UTF-8",
        "NUL",
        "white space",
    ),
    "token_size": (4, 0, 8, 20, 40, 70, 128),
    "shape": ((2, 3), (1, 1), (3, 1), (1, 100), (3, 0)),  # (B, T)
    "tokens_in": ("objects", "fixed width"),
    "batches": (1, 0, 3),
    "batches_in": ("list", "iterator"),
    "ties": ("none", "two", "three", "all", "beyond 32 bits"),
    "vocab_size": ("all", "fewer", "more"),  # of the words counted
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {
    "NUL at the end of a token of fixed width": lambda row: (
        row["tokens_in"] == "fixed width" and row["token_bytes"] == "NUL"
    ),
}
