"""Movie reviews as word ids, and the way back to words.

A word index gives each word its rank, 1 for the most frequent. The id of a word is its
rank plus 3. The ids 0, 1 and 2 are `<pad>`, `<sos>` and `<unk>`; no word has the id 3.
Ids are whole numbers.

Axes: N ids
K2: Keras 2's IMDB loader and word index.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Protocol

from touchstone.conditions import Row
from touchstone.contracts import Array


class Contract(Protocol):
    def id_to_word(self, *, word_index: Mapping[str, int]) -> Mapping[int, str]:
        """Return the word of each id."""

    def decode(
        self, *, ids: Annotated[Array, "N", "int"], word_index: Mapping[str, int]
    ) -> str:
        """Return the words of the ids, with spaces between them."""


# Rows of the conditions: the word index and the ids decoded with it.
AXES = {
    "words": (7, 1, 300),
    "order": ("by rank", "reversed", "mixed"),
    "ranks": ("all", "gaps"),
    "written": ("ASCII", "accents", "emoji", "spaces", "special tokens", "empty"),
    "ids": ("words", "all", "specials", "last", "one", "none", "long"),
    "ids_in": ("list", "tuple", "int32", "int64", "scalars"),
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {}
