"""The probability that a text is positive, from a pretrained embedding of it.

E19: TensorFlow Hub's exporter of text embeddings, the form of the NNLM modules.
Axes: B batch, V words, O buckets of other words, E embedding dims, U units.
"""

import unicodedata
from pathlib import Path

import numpy as np

from spec_tests.oracles.sentiment import loss
from spec_tests.oracles.training import Trainable
from spec_tests.oracles.vocabulary import LookupTable
from spec_tests.oracles.weights import NamedWeights
from touchstone.arithmetic import product, real, sigmoid


def save_embedding(directory, words, vectors):
    """Return the handle of a text embedding saved in the directory."""
    if len(vectors) <= len(words):
        raise ValueError(
            f"vectors must have more than {len(words)} rows, got {len(vectors)}"
        )
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokens.txt").write_bytes(b"".join(word + b"\n" for word in words))
    np.save(folder / "vectors.npy", np.asarray(vectors, np.float32), allow_pickle=False)
    return str(folder)


def load_embedding(handle):
    """Return the words and the vectors of a saved text embedding."""
    try:
        words = (Path(handle) / "tokens.txt").read_bytes().split(b"\n")[:-1]
        return words, np.load(Path(handle) / "vectors.npy", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"handle must name a loadable text embedding, got {handle}"
        ) from error


class TextEmbedding:
    """The sum of the vectors of a text's words, over the root of their number."""

    table = LookupTable

    def __init__(self, words, n_oov_buckets: int):
        self.lookup = self.table(words, n_oov_buckets)

    def __call__(self, texts, vectors):
        rows = [self.ids(self.words(self.plain(text))) for text in texts]
        vectors = real(vectors)
        return np.stack([self.combined(vectors[row]) for row in rows])  # [B, E]

    def plain(self, text: bytes) -> bytes:
        kept = [c for c in text.decode() if not unicodedata.category(c).startswith("P")]
        return "".join(kept).encode()

    def words(self, text: bytes) -> list[bytes]:
        return text.split(b" ")  # two spaces have an empty word between them

    def ids(self, words):
        return self.lookup(np.array(words, object))

    def combined(self, vectors):
        return vectors.sum(axis=0) / np.sqrt(len(vectors))


class PretrainedModel(Trainable, NamedWeights):
    """A layer of rectified units on the embedding of the text, and one sigmoid unit."""

    text_embedding = TextEmbedding
    cost = staticmethod(loss)

    def __init__(self, *, handle: str, units: int, trainable_embedding: bool = False):
        words, vectors = self.load(handle)
        self.embedding = self.text_embedding(words, len(vectors) - len(words))
        self.frozen = self.left_alone(trainable_embedding)
        super().__init__(
            {
                "embedding/embeddings": vectors.shape,
                "dense_1/kernel": (vectors.shape[1], units),
                "dense_1/bias": (units,),
                "dense_2/kernel": (units, 1),
                "dense_2/bias": (1,),
            }
        )
        self._weights["embedding/embeddings"] = self.first(vectors)

    def load(self, handle):
        return load_embedding(handle)

    def first(self, vectors):
        return vectors

    def left_alone(self, trainable_embedding: bool) -> tuple[str, ...]:
        return () if trainable_embedding else ("embedding/embeddings",)

    def trainable_names(self) -> list[str]:
        """Return the names of the weights that training changes."""
        return [name for name in self._weights if name not in self.frozen]

    def __call__(self, texts):
        w = self._weights
        embedded = self.embedding(texts, w["embedding/embeddings"])  # [B, E]
        hidden = product(embedded, w["dense_1/kernel"]) + real(w["dense_1/bias"])
        return self.answer(self.rectified(hidden))

    def rectified(self, hidden):
        return np.maximum(hidden, 0)  # [B, U]

    def answer(self, hidden):
        w = self._weights
        return sigmoid(product(hidden, w["dense_2/kernel"]) + real(w["dense_2/bias"]))

    def loss(self, batch):
        texts, labels = batch
        return self.cost(labels, self(texts))
