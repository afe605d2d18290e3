"""A model that judges a text by a pretrained embedding of it, loaded from TF-Hub.

E19: TensorFlow Hub's exporter of text embeddings, the form of the NNLM modules.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Reusing Pretrained
Embeddings".
Axes: B batch, V words, O buckets of other words, E embedding dims, U units.
"""

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from reference.sentiment import Classifier
from reference.weights import Part, dense_parts, under

NNLM = "https://tfhub.dev/google/tf2-preview/nnlm-en-dim50/1"  # 50 dims


class TextEmbedding(tf.train.Checkpoint):
    """Return [B, E]: the sum of a text's word vectors over the root of their number."""

    def __init__(self, tokens_file: str, vectors):
        super().__init__()
        n_oov_buckets = len(vectors) - len(Path(tokens_file).read_bytes().splitlines())
        self.tokens = tf.saved_model.Asset(tokens_file)
        whole, number = (
            tf.lookup.TextFileIndex.WHOLE_LINE,
            tf.lookup.TextFileIndex.LINE_NUMBER,
        )
        places = tf.lookup.TextFileInitializer(
            self.tokens, tf.string, whole, tf.int64, number
        )
        self.table = tf.lookup.StaticVocabularyTable(places, n_oov_buckets)
        self.embeddings = tf.Variable(vectors, dtype=tf.float32)  # [V + O, E]
        self.variables = self.trainable_variables = [self.embeddings]  # for TF-Hub

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, texts):  # [B]
        texts = tf.strings.regex_replace(texts, r"\pP", "")
        words = tf.strings.split(
            texts, " "
        )  # a text of no words has one, the empty one
        vectors = tf.gather(self.embeddings, self.table.lookup(words))  # [B, None, E]
        n_words = tf.cast(words.row_lengths(), tf.float32)  # [B]
        return (
            tf.reduce_sum(vectors, axis=1) / tf.sqrt(n_words)[:, tf.newaxis]
        )  # [B, E]


def save_embedding(directory, words: Sequence[bytes], vectors) -> str:
    """Return the handle of a text embedding saved in the directory.

    The vectors [V + O, E] are those of the words, then those of the buckets that hold
    all other words, by the same fingerprint as the vocabulary's lookup table.
    """
    if len(vectors) <= len(words):
        raise ValueError(
            f"vectors must have more than {len(words)} rows, got {len(vectors)}"
        )
    with tempfile.TemporaryDirectory() as folder:
        tokens = Path(folder) / "tokens.txt"
        tokens.write_bytes(b"".join(word + b"\n" for word in words))
        tf.saved_model.save(TextEmbedding(str(tokens), vectors), str(directory))
    return str(directory)


class PretrainedModel(Classifier):
    """Return probabilities [B, 1] of texts [B]; the embedding learns if asked to."""

    input_specs = (tf.TensorSpec([None], tf.string),)

    def __init__(self, *, handle: str, units: int, trainable_embedding: bool = False):
        super().__init__()
        self.embedding = load_embedding(handle, trainable_embedding)
        self.dense_1 = tf.keras.layers.Dense(units, activation="relu")
        self.dense_2 = tf.keras.layers.Dense(1, activation="sigmoid")
        self(tf.constant([""]))  # makes the layers' weights

    def parts(self) -> list[Part]:
        (embeddings,) = self.embedding.weights
        return [
            Part(embeddings, (("embedding/embeddings",),)),
            *under("dense_1", dense_parts(self.dense_1)),
            *under("dense_2", dense_parts(self.dense_2)),
        ]

    def trainable_names(self) -> list[str]:
        """Return the names of the weights that training changes."""
        learning = {id(variable) for variable in self.trainable_variables}
        return [
            n for p in self.parts() if id(p.variable) in learning for n in p.names[0]
        ]

    def call(self, texts):  # [B]
        embedded = self.embedding(tf.convert_to_tensor(texts, tf.string))  # [B, E]
        return self.dense_2(self.dense_1(embedded))  # [B, 1]


def load_embedding(handle: str, trainable: bool) -> tf.keras.layers.Layer:
    """Return TF-Hub's layer of the handle; TFHUB_CACHE_DIR names where it is kept."""
    with warnings.catch_warnings():  # that it reads versions in an old way
        warnings.filterwarnings("ignore", "pkg_resources", UserWarning)
        import tensorflow_hub as hub  # not needed where only the embedding is

    try:
        return hub.KerasLayer(handle, dtype=tf.string, trainable=trainable)
    except Exception as error:  # of the network, an archive, or a saved model
        raise ValueError(
            f"handle must name a loadable text embedding, got {handle}: {error}"
        ) from error
