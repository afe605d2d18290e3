"""The Shakespeare text, its download, and a stand-in that needs none.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Creating the Training
Dataset".
"""

import functools
import hashlib
import http.client
import os
import queue
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np

from reference.arguments import check_not_empty
from reference.files import open_file, remove_drafts, write_atomically

MOST_BYTES, MOST_SECONDS = 2**26, 300  # of a download; the text has 2**20
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


def fetch(url: str, path, md5: str) -> Path:
    """Return the path of a file with this digest, downloaded where there is none.

    Not by a library: pooch has no limit of size or of total time, reads no file:// and
    replaces a file whose digest is another one.
    """
    path = Path(path)
    if path.exists():
        check_digest(kept_digest(path), md5, f"path {path}", "; move it away and retry")
        return path
    try:
        content = download(url)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is an open response
        raise OSError(
            f"{url} cannot be downloaded ({error}): connect to the network and try "
            f"again, or put the file at {path} yourself"
        ) from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    check_digest(found, md5, f"the download of {url}")
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_drafts(path.parent, [path.name], older_than=3600)  # another may be writing
    write_atomically(path, lambda file: file.write(content))
    return path


def kept_digest(path: Path) -> str:
    """Return the digest of a file, whatever its size."""
    digest = hashlib.md5(usedforsecurity=False)
    with open_file(path) as file:
        for part in iter(functools.partial(file.read, 2**20), b""):
            digest.update(part)
    return digest.hexdigest()


def check_digest(found: str, md5: str, what: str, advice: str = "") -> None:
    if found != md5:
        raise ValueError(f"{what} must have md5 {md5}, got {found}{advice}")


def download(url: str) -> bytes:
    """Return what is at the address, OSError where it is too much or takes too long.

    A thread reads it: names, redirects and headers have no limit of time in total.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()
    deadline = time.monotonic() + MOST_SECONDS

    def read():
        try:
            answers.put((received(url, deadline), None))
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


def received(url: str, deadline: float) -> bytes:
    """Return what is at the address, read as it comes."""
    content = bytearray()
    with urllib.request.urlopen(url, timeout=60) as source:
        while part := source.read1(2**16):
            content += part
            if len(content) > MOST_BYTES:
                raise OSError(f"it has more than {MOST_BYTES:,} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError(f"it takes more than {MOST_SECONDS} seconds")
        if missing := getattr(source, "length", None):  # of an HTTP response
            raise OSError(f"it was cut short, {missing:,} bytes are missing")
    return bytes(content)


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
