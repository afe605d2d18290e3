"""The probability that a text is positive, from a pretrained embedding of the text.

The embedding has the form of the NNLM modules. Punctuation (Unicode's category P) is
removed and the text is split at every single space; the vectors of the words are summed
and divided by the square root of their number. The first V vectors belong to the known
words. Any other word, including the empty one, gets one of the O vectors after them: the
one at its 64-bit Farm fingerprint modulo O.

A handle names a saved embedding, and keeps working when its directory is moved. What the
directory contains is up to the implementation: with TensorFlow, a TF-Hub module.

Axes: B batch, V known words, O vectors for other words, E embedding dims, U units
E19: TensorFlow Hub's exporter of text embeddings, the form of the NNLM modules.
F14: Pike and Alakuijala 2014, FarmHash, Fingerprint64.
K14: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Reusing Pretrained
    Embeddings".
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Protocol

from spec_tests.contracts import Trainable
from touchstone.contracts import Array


class PretrainedModel(Trainable, Protocol):
    """One layer of rectified linear units on the embedding, then one sigmoid unit.

    Its weights: `embedding/embeddings` [V + O, E], `dense_1/kernel` [E, U],
    `dense_1/bias` [U], `dense_2/kernel` [U, 1] and `dense_2/bias` [1]. Its loss is the
    mean binary cross-entropy.
    """

    def __call__(
        self, texts: Annotated[Array, "B", "bytes"], /
    ) -> Annotated[Array, "B 1"]:
        """Return the probability that each text is positive."""

    def trainable_names(self) -> Iterable[str]:
        """Return the names of the weights that training changes."""

    def place(
        self,
        batch: tuple[Annotated[Array, "B", "bytes"], Annotated[Array, "B", "int"]],
        /,
    ) -> Any:
        """Put texts and labels on the device, in the form that `train_step` takes."""


class MakesPretrainedModel(Protocol):
    def __call__(
        self, *, handle: str, units: int, trainable_embedding: bool = False
    ) -> PretrainedModel:
        """Make a model on the saved embedding that the handle names."""


class Contract(Protocol):
    def save_embedding(
        self,
        *,
        directory: str,
        words: Sequence[bytes],
        vectors: Annotated[Array, "V+O E"],
    ) -> str:
        """Save an embedding in the directory, and return its handle."""

    @property
    def PretrainedModel(self) -> MakesPretrainedModel: ...
