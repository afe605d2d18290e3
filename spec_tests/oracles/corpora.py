"""The Shakespeare text, its download, and a stand-in that needs none.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Creating the Training
Dataset".
"""

import hashlib
import os
import urllib.error
import urllib.request
import uuid
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
    url = (
        "https://raw.githubusercontent.com/karpathy/char-rnn/"
        "master/data/tinyshakespeare/input.txt"
    )

    def shakespeare(self, data_dir=None) -> str:
        """Return the real text: from the folder, else downloaded into it."""
        path = self.folder(data_dir) / self.name
        return Path(self.fetch(self.url, path, self.md5)).read_text("ascii")

    def folder(self, data_dir) -> Path:
        cache = Path.home() / ".cache" / "touchstone"
        return Path(data_dir or os.environ.get("CHAPTER_DATA") or cache)

    def fetch(self, url: str, path, md5: str) -> Path:
        """Return the path of a file that has the digest, downloaded where absent."""
        path = Path(path)
        if path.exists():
            self.check_kept(path, md5)
            return path
        content = self.download(url, path)
        self.check_download(url, content, md5)
        self.write(path, content)
        return path

    def digest(self, content: bytes) -> str:
        return hashlib.md5(content).hexdigest()

    def check_kept(self, path: Path, md5: str) -> None:
        found = self.digest(path.read_bytes())
        if found != md5:
            raise ValueError(
                f"the file at path {path} must have md5 {md5}, got {found}; "
                "move it away to download it again"
            )

    def check_download(self, url: str, content: bytes, md5: str) -> None:
        found = self.digest(content)
        if found != md5:
            raise ValueError(f"the download of {url} must have md5 {md5}, got {found}")

    def download(self, url: str, path: Path) -> bytes:
        try:
            with urllib.request.urlopen(url, timeout=60) as source:
                return source.read()
        except urllib.error.URLError as error:
            raise OSError(
                f"{url} cannot be downloaded ({error.reason}): connect to the network, "
                f"or put the file at {path} yourself"
            ) from error

    def write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        partial.write_bytes(content)
        os.replace(partial, path)

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
fetch = Corpora().fetch
stand_in = Corpora().stand_in
training_split = Corpora().training_split
