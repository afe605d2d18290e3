"""The Shakespeare text, its download, and a stand-in that needs none.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Creating the Training
Dataset".
"""

import os
from pathlib import Path

import numpy as np

from reference.arguments import check_not_empty
from reference.download import fetch

FILE = "shakespeare.txt"
URL = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/"
    "master/data/tinyshakespeare/input.txt"
)
MD5 = "6fb458f1232090904fb40fe944165e91"
OPENING = (
    "First Citizen:\nBefore we proceed any further, hear me speak.\n\n"
    "All:\nSpeak, speak.\n\n"
    "First Citizen:\nYou are all resolved rather to die than to famish?\n"
)  # the 148 characters that G19 prints
# The real text's lower-case characters. No two counts are equal, so they fix every id.
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


def shakespeare(data_dir=None) -> str:
    """Return the text in data_dir, else in $CHAPTER_DATA, else in the user's cache."""
    cache = Path.home() / ".cache" / "touchstone"
    folder = Path(data_dir or os.environ.get("CHAPTER_DATA") or cache)
    return fetch(URL, folder / FILE, MD5).read_text("ascii")


def stand_in() -> str:
    """Return a made text with the real one's length, opening and character counts."""
    left = COUNTS | {c: COUNTS[c] - OPENING.lower().count(c) for c in OPENING.lower()}
    codes = np.repeat([ord(c) for c in left], list(left.values())).astype(np.uint8)
    # RandomState's stream is frozen: the text is the same on every NumPy.
    shuffled = np.random.RandomState(42).permutation(codes)
    return OPENING + shuffled.tobytes().decode("ascii")


def training_split(text):
    """Return the first 90 % of the text, rounded down."""
    check_not_empty(text=text)
    return text[: len(text) * 90 // 100]
