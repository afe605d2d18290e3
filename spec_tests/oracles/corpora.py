"""The Shakespeare text, and a stand-in that needs no download.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Creating the Training
Dataset".
"""

import hashlib
from pathlib import Path

import numpy as np

# Lower-case characters of the real text, each with its own count: they fix every id.
# fmt: off
COUNTS = {
    " ": 169_892, "e": 100_652, "t": 74_024, "o": 71_279, "a": 63_326, "i": 57_369,
    "h": 54_378, "s": 54_219, "r": 53_758, "n": 53_608, "\n": 40_000, "l": 37_215,
    "d": 33_447, "u": 29_897, "m": 25_083, "y": 22_166, "w": 21_115, ",": 19_846,
    "c": 19_443, "f": 17_567, "g": 15_755, "b": 14_082, "p": 12_449, ":": 10_316,
    "k": 8_672, "v": 8_591, ".": 7_885, "'": 6_187, ";": 3_628, "?": 2_462, "!": 2_172,
    "-": 1_897, "j": 948, "q": 840, "x": 641, "z": 554, "3": 27, "&": 3, "$": 1,
}
# fmt: on
OPENING = (
    "First Citizen:\nBefore we proceed any further, hear me speak.\n\n"
    "All:\nSpeak, speak.\n\n"
    "First Citizen:\nYou are all resolved rather to die than to famish?\n"
)


class Corpora:
    """The functions of the component, in steps that a rival can take otherwise."""

    name = "shakespeare.txt"
    md5 = "6fb458f1232090904fb40fe944165e91"

    def shakespeare(self, data_dir) -> str:
        """Return the real text, from its file in the folder."""
        path = self.path(data_dir)
        content = path.read_bytes()
        self.check(path, content)
        return content.decode("ascii")

    def path(self, data_dir) -> Path:
        return Path(data_dir, self.name)

    def check(self, path: Path, content: bytes) -> None:
        found = hashlib.md5(content).hexdigest()
        if found != self.md5:
            raise ValueError(f"the file {path} must have md5 {self.md5}, got {found}")

    def stand_in(self) -> str:
        """Return a text with the real one's length, opening and character counts."""
        left = self.counts()
        for character in self.opening().lower():
            left[character] -= 1
        codes = np.repeat(
            np.array([ord(c) for c in left], np.uint8), list(left.values())
        )
        return self.opening() + self.shuffled(codes).tobytes().decode("ascii")

    def counts(self) -> dict[str, int]:
        return dict(COUNTS)

    def opening(self) -> str:
        return OPENING

    def shuffled(self, codes: np.ndarray) -> np.ndarray:
        return np.random.RandomState(42).permutation(codes)  # its stream is frozen

    def training_split(self, text):
        """Return the first 90 % of the text, rounded down."""
        if not len(text):
            raise ValueError(f"text must not be empty, got {text!r}")
        return text[: self.training_size(len(text))]

    def training_size(self, length: int) -> int:
        return length * 90 // 100


shakespeare = Corpora().shakespeare
stand_in = Corpora().stand_in
training_split = Corpora().training_split
