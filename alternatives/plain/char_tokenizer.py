"""Characters to integers and back."""

from collections import Counter


class CharTokenizer:
    """Number the lower-case characters of a text from 1, the most frequent first."""

    def __init__(self, text: str):
        if text == "":
            raise ValueError(f"text must not be empty, got {text!r}")
        counts = Counter(text.lower())
        # a stable sort keeps equal counts in the order of first appearance
        self.alphabet = sorted(counts, key=lambda char: -counts[char])
        self.char_index = {char: id for id, char in enumerate(self.alphabet, start=1)}
        self.max_id = len(self.alphabet)
        self.dataset_size = len(text)

    def texts_to_sequences(self, texts) -> list[list[int]]:
        """Return the ids of each text's characters."""
        folded = [text.lower() for text in texts]
        for unseen in (set(text) - set(self.alphabet) for text in folded):
            if unseen:
                raise ValueError(
                    f"texts must hold characters seen before, got {unseen}"
                )
        return [[self.char_index[char] for char in text] for text in folded]

    def sequences_to_texts(self, sequences) -> list[str]:
        """Return each sequence's characters with a space between them."""
        return [" ".join(self._character(id) for id in ids) for ids in sequences]

    def _character(self, id: int) -> str:
        if id < 1 or id > self.max_id or id != int(id):
            raise ValueError(f"sequences must hold ids of 1 to {self.max_id}, got {id}")
        return self.alphabet[int(id) - 1]
