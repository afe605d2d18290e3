"""Movie reviews that come as word ids, and their way back to words.

K2: Keras 2's IMDB loader: ids are ranks plus 3, every review starts with id 1.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
Axes: N reviews.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import tensorflow as tf

OFFSET = 3  # ids below the first word's rank plus 3 are free for the special tokens
SPECIAL = ("<pad>", "<sos>", "<unk>")
REVIEWS, WORD_INDEX = "imdb.npz", "imdb_word_index.json"
SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
MD5 = "bfafd718b763782e994055a2d397834f"

Split = tuple[np.ndarray, np.ndarray]


def load(data_dir: str | Path | None = None) -> tuple[Split, Split]:
    """Return ((ids [N], labels [N]) for training, the same for testing), by Keras.

    Keras downloads them once to its own folder; data_dir names another one to read.
    The file holds pickled lists, so its digest is checked before it is read.
    """
    read = tf.keras.datasets.imdb.load_data
    return by_keras(read, data_dir, REVIEWS, "sha256", SHA256)


def load_word_index(data_dir: str | Path | None = None) -> dict[str, int]:
    """Return the rank of each word, 1 for the most frequent, by Keras's word index."""
    read = tf.keras.datasets.imdb.get_word_index
    return by_keras(read, data_dir, WORD_INDEX, "md5", MD5)


def by_keras(read: Callable, data_dir, name: str, algorithm: str, digest: str):
    """Return what Keras reads from a checked file, or downloads where none is named."""
    path = local(data_dir, name, algorithm, digest)
    try:
        return read(path=str(path or name))
    except Exception as error:
        advice = (
            "connect to the network, or name a folder that has the file by data_dir"
        )
        raise OSError(f"Keras cannot read {name} ({error}): {advice}") from error


def local(data_dir, name: str, algorithm: str, digest: str) -> Path | None:
    """Return the checked file in data_dir, or in CHAPTER_DATA if it has one."""
    folder = data_dir or os.environ.get("CHAPTER_DATA")
    path = Path(folder or "", name).absolute()  # Keras puts a relative one in its own
    if not folder or not path.is_file():
        if data_dir:
            raise ValueError(f"data_dir must hold {name}, got {data_dir}")
        return None
    if hashlib.new(algorithm, path.read_bytes()).hexdigest() != digest:
        raise ValueError(f"data_dir must hold {name} undamaged, got {path}")
    return path


def id_to_word(word_index: Mapping[str, int]) -> dict[int, str]:
    """Return the word of each id: three special tokens, then the words by rank."""
    words = {rank + OFFSET: word for word, rank in word_index.items()}
    return words | dict(enumerate(SPECIAL))


def decode(ids: Iterable[int], word_index: Mapping[str, int]) -> str:
    """Return the words of the ids, with spaces between them."""
    words = id_to_word(word_index)
    ids = np.asarray(ids).tolist()  # numbers as they are: 1.9 is no id
    if strange := [id_ for id_ in ids if id_ not in words]:
        raise ValueError(f"ids must be those of words, got {strange[0]}")
    return " ".join(words[id_] for id_ in ids)
