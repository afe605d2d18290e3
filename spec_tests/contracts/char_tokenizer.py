"""Characters to integers and back.

The captured values hold for the real text and for its stand-in; the clauses use the
stand-in. A text is read in lower case as Unicode's full mapping gives it, which makes two
characters of "İ"; its size counts the characters before. Ids are whole numbers.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
K2: Keras 2's Tokenizer(char_level=True), the tokenizer of G19.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from touchstone.conditions import Row


class CharTokenizer(Protocol):
    """The distinct characters of a text, numbered."""

    @property
    def max_id(self) -> int:
        """The number of distinct characters."""

    @property
    def dataset_size(self) -> int:
        """The number of characters of the text."""

    @property
    def char_index(self) -> Mapping[str, int]:
        """The id of each character."""

    def texts_to_sequences(self, texts: Iterable[str], /) -> Iterable[Sequence[int]]:
        """Return the ids of each text."""

    def sequences_to_texts(
        self, sequences: Iterable[Iterable[int]], /
    ) -> Iterable[str]:
        """Return the text of each sequence of ids."""


class MakesCharTokenizer(Protocol):
    def __call__(self, text: str, /) -> CharTokenizer:
        """Number the characters of the text."""


class Contract(Protocol):
    @property
    def CharTokenizer(self) -> MakesCharTokenizer: ...


# Rows of the conditions: the characters of the fitted text, how often they occur and how
# many more there are, and what is encoded and decoded.
AXES = {
    "letters": (
        "ASCII",
        "accents",
        "combining marks",
        "emoji",
        "longer in lower case",
        "changed by folding",
    ),
    "white_space": ("none", "spaces", "tabs", "CR and CRLF", "NUL", "separators"),
    "case": ("small", "capital", "both"),
    "ties": ("none", "two", "three", "all"),
    "more_characters": (0, 300),  # ids beyond 8 bits
    "texts": ("one", "none", "three", "one empty", "long"),
    "texts_in": ("list", "tuple", "iterator"),
    "ids_in": ("list", "tuple", "iterator", "int32", "int64"),
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {}
