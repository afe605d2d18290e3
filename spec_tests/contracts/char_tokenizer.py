"""Characters to integers and back.

The captured values hold for the real text and for its stand-in; the clauses use the
stand-in. Left open: characters whose lower case is not a single character.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
K2: Keras 2's Tokenizer(char_level=True), the tokenizer of G19.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol


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
