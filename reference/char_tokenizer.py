"""Characters to integers and back.

K2: Keras 2's Tokenizer(char_level=True), the chapter's tokenizer.
"""

from collections import Counter
from collections.abc import Iterable

from reference.arguments import check_not_empty


class CharTokenizer:
    """Number the lower-case characters of a text from 1, the most frequent first."""

    def __init__(self, text: str):
        check_not_empty(text=text)
        self.dataset_size = len(text)
        # most_common is stable: equal counts keep the order of first appearance
        ranked = Counter(text.lower()).most_common()
        self.char_index = {char: i for i, (char, _) in enumerate(ranked, start=1)}
        self.max_id = len(self.char_index)
        self._chars = [char for char, _ in ranked]

    def texts_to_sequences(self, texts: Iterable[str]) -> list[list[int]]:
        """Return the ids of each text's characters."""
        return [self._ids(text.lower()) for text in texts]

    def _ids(self, text: str) -> list[int]:
        try:
            return list(map(self.char_index.__getitem__, text))
        except KeyError as error:
            [char] = error.args
            raise ValueError(
                f"texts must hold the {self.max_id} characters seen, got {char!r}"
            ) from None

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """Return each sequence's characters with a space between them."""
        return [" ".join(map(self._char, ids)) for ids in sequences]

    def _char(self, i: int) -> str:
        if not 1 <= i <= self.max_id or i != int(i):
            raise ValueError(
                f"sequences must hold ids from 1 to {self.max_id}, got {i}"
            )
        return self._chars[int(i) - 1]
