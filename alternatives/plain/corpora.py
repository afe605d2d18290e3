"""The Shakespeare text, its download, and a stand-in that needs none."""

import hashlib
import http.client
import os
import queue
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np

MOST_BYTES, MOST_SECONDS = 2**26, 300  # of a download; the text has 2**20
NAME = "shakespeare.txt"
MD5 = "6fb458f1232090904fb40fe944165e91"
URL = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/"
    "master/data/tinyshakespeare/input.txt"
)
OPENING = (
    "First Citizen:\nBefore we proceed any further, hear me speak.\n\n"
    "All:\nSpeak, speak.\n\n"
    "First Citizen:\nYou are all resolved rather to die than to famish?\n"
)
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
    folder = data_dir or os.environ.get("CHAPTER_DATA") or "~/.cache/touchstone"
    return fetch(URL, Path(folder).expanduser() / NAME, MD5).read_text("ascii")


def fetch(url: str, path, md5: str) -> Path:
    """Return the path of a file with this digest, downloaded where there is none."""
    path = Path(path)
    if path.exists():
        if not path.is_file():  # reading a named pipe waits for ever
            raise ValueError(f"path must be a file, got {path}")
        found = _md5(path.read_bytes())
        if found != md5:
            raise ValueError(
                f"path {path} must hold a file of md5 {md5}, got {found}; "
                "move it away to download it again"
            )
        return path
    content = _download(url, path)
    if _md5(content) != md5:
        raise ValueError(f"the file at {url} must have md5 {md5}, got {_md5(content)}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=path.name, dir=path.parent) as beside:
        whole = Path(beside, path.name)
        whole.write_bytes(content)
        os.replace(whole, path)
    return path


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _download(url: str, path: Path) -> bytes:
    try:
        return _in_time(url)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise OSError(
            f"{url} cannot be downloaded ({error}): connect to the network and try "
            f"again, or put the file at {path} yourself"
        ) from error


def _in_time(url: str) -> bytes:
    """Read in a thread: names, redirects and headers have no limit of total time."""
    answers: queue.SimpleQueue = queue.SimpleQueue()
    deadline = time.monotonic() + MOST_SECONDS

    def read():
        try:
            answers.put((_received(url, deadline), None))
        except Exception as error:
            answers.put((b"", error))

    threading.Thread(target=read, daemon=True).start()
    try:
        content, error = answers.get(timeout=MOST_SECONDS)
    except queue.Empty:
        raise TimeoutError(f"it takes more than {MOST_SECONDS} seconds") from None
    if error is not None:
        raise error
    return content


def _received(url: str, deadline: float) -> bytes:
    content = bytearray()
    with urllib.request.urlopen(url, timeout=60) as source:
        while part := source.read1(2**16):
            content += part
            if len(content) > MOST_BYTES:
                raise OSError(f"it has more than {MOST_BYTES:,} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError(f"it takes more than {MOST_SECONDS} seconds")
        if missing := getattr(source, "length", None):
            raise OSError(f"it was cut short, {missing:,} bytes are missing")
    return bytes(content)


def stand_in() -> str:
    """Return a made text with the real one's length, opening and character counts."""
    left = {c: n - OPENING.lower().count(c) for c, n in COUNTS.items()}
    text = np.frombuffer("".join(c * n for c, n in left.items()).encode(), np.uint8)
    # RandomState's stream is frozen: the text is the same on every NumPy.
    shuffled = np.random.RandomState(42).permutation(text)
    return OPENING + shuffled.tobytes().decode()


def training_split(text):
    """Return the first 90 % of the text, rounded down."""
    if len(text) == 0:
        raise ValueError(f"text must not be empty, got {text!r}")
    return text[: len(text) * 90 // 100]
