"""Characters to integers and back.

K2: Keras 2's Tokenizer(char_level=True), the chapter's tokenizer.
"""

from collections import Counter


class CharTokenizer:
    """Numbers the lower-case characters from 1, the most frequent first. [K2]"""

    first_id = 1
    separator = " "

    def __init__(self, text: str):
        self.check_text(text)
        folded = self.folded(text)
        self.char_index = self.index(folded)
        self.max_id = len(self.char_index)
        self.dataset_size = self.size(text)
        self.characters = {number: char for char, number in self.char_index.items()}

    def check_text(self, text: str) -> None:
        if not text:
            raise ValueError(f"text must not be empty, got {text!r}")

    def folded(self, text: str) -> str:
        return text.lower()

    def size(self, text: str) -> int:
        return len(text)

    def index(self, text: str) -> dict[str, int]:
        ranked = self.ranked(Counter(text))
        return {char: number for number, char in enumerate(ranked, self.first_id)}

    def ranked(self, counts: Counter) -> list[str]:
        """Return the most frequent first; of equal ones, the one that came first."""
        return sorted(counts, key=lambda char: -counts[char])

    def texts_to_sequences(self, texts):
        return [self.encoded(self.folded(text)) for text in texts]

    def encoded(self, text: str) -> list[int]:
        if unseen := set(text) - set(self.char_index):
            return self.unseen(text, min(unseen))
        return [self.char_index[char] for char in text]

    def unseen(self, text: str, char: str) -> list[int]:
        raise ValueError(f"texts must hold characters seen before, got {char!r}")

    def sequences_to_texts(self, sequences):
        return [self.separator.join(map(self.decoded, ids)) for ids in sequences]

    def decoded(self, number: int) -> str:
        if number not in self.characters:
            return self.unknown(number)
        return self.characters[number]

    def unknown(self, number: int) -> str:
        raise ValueError(f"sequences must hold ids of 1 to {self.max_id}, got {number}")
