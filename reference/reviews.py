"""Raw movie reviews: reading them, and cutting them into tokens.

M11: Maas et al. 2011, "Learning Word Vectors for Sentiment Analysis": the reviews.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
Axes: N reviews, B batch, T tokens.
"""

import os
from pathlib import Path

import numpy as np
import tensorflow as tf

SPLITS = ("train", "test")
PAD = b"<pad>"
N_BYTES = 300  # of a review; what follows is not read


def load(
    split: str, data_dir: str | Path | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the texts [N] as bytes and the labels [N], 1 for a positive review.

    TensorFlow Datasets reads them from data_dir, or from `tensorflow_datasets` in the
    folder that CHAPTER_DATA names; where neither is given, it downloads them.
    """
    import tensorflow_datasets as tfds  # loads for seconds; preprocessing goes without

    if split not in SPLITS:
        raise ValueError(f"split must be one of {SPLITS}, got {split!r}")
    if data_dir is None and "CHAPTER_DATA" in os.environ:
        data_dir = Path(os.environ["CHAPTER_DATA"]) / "tensorflow_datasets"
    if data_dir is not None and not (Path(data_dir) / "imdb_reviews").is_dir():
        raise ValueError(f"data_dir must hold imdb_reviews as prepared, got {data_dir}")
    options = dict(data_dir=data_dir, download=data_dir is None, as_supervised=True)
    try:
        dataset = tfds.load("imdb_reviews", split=split, **options)
        pairs = [(text, label) for text, label in dataset.as_numpy_iterator()]
    except Exception as error:
        where = "the download" if data_dir is None else data_dir
        raise OSError(f"no {split} reviews from {where}: {error}") from error
    texts, labels = zip(*pairs, strict=True)
    return np.array(texts, object), np.array(labels, np.int64)  # [N], [N]


def preprocess(texts) -> tf.Tensor:
    """Return tokens [B, T]: letters and quotes of each text's first 300 bytes."""
    texts = tf.strings.substr(tf.convert_to_tensor(texts, tf.string), 0, N_BYTES)
    texts = tf.strings.regex_replace(texts, r"<br\s*/?>", " ")
    # A byte that is no UTF-8, such as half a letter at the cut, matches no pattern;
    # an encoded surrogate, which is none either, would match this one.
    texts = tf.strings.regex_replace(texts, r"[^a-zA-Z'\x{D800}-\x{DFFF}]", " ")
    return tf.strings.split(texts).to_tensor(PAD)  # [B, T]
