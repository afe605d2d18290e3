"""The probability that a review is positive, from the ids of its words.

Id 0 is padding: no layer reads it, wherever it stands. Labels are 1 (positive) and 0.

Axes: B batch, T words, V vocabulary, E embedding dims, U units
C14: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
K14: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization".
K2: Keras 2's embedding mask, GRU, binary cross-entropy and accuracy, and Adam.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
"""

from typing import Annotated, Any, Protocol

from spec_tests.contracts import Trainable
from touchstone.contracts import Array


class SentimentModel(Trainable, Protocol):
    """An embedding, two GRUs, and one sigmoid unit on the last state of the second.

    Its weights: `embedding/embeddings` [V, E], those of a GRU of the component
    `recurrent` under `gru_1/` and `gru_2/`, `dense/kernel` [U, 1] and `dense/bias` [1].
    Training changes all of them, on the component's `loss`.
    """

    def __call__(
        self, ids: Annotated[Array, "B T", "int"], /
    ) -> Annotated[Array, "B 1"]:
        """Return the probability that each review is positive."""

    def place(
        self,
        batch: tuple[Annotated[Array, "B T", "int"], Annotated[Array, "B", "int"]],
        /,
    ) -> Any:
        """Put ids and labels on the device, in the form that `train_step` takes."""


class MakesSentimentModel(Protocol):
    def __call__(
        self, *, vocabulary_size: int, embed_size: int, units: int
    ) -> SentimentModel:
        """Make a model with fresh weights."""


class Contract(Protocol):
    @property
    def SentimentModel(self) -> MakesSentimentModel:
        """Its embedding makes the mask of the padding and passes it on."""

    @property
    def ExplicitMaskSentimentModel(self) -> MakesSentimentModel:
        """It computes the mask of the padding from the ids and hands it to each GRU."""

    def loss(
        self,
        labels: Annotated[Array, "B", "int"],
        probabilities: Annotated[Array, "B 1"],
        /,
    ) -> Annotated[Array, ""]:
        """Return the mean binary cross-entropy."""

    def accuracy(
        self,
        labels: Annotated[Array, "B", "int"],
        probabilities: Annotated[Array, "B 1"],
        /,
    ) -> Annotated[Array, ""]:
        """Return the share of the labels that are predicted."""
