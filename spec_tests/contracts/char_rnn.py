"""The char-RNN: at each step, a distribution over the next character.

Characters are ids from 0.

Axes: N characters, B batch, T time steps (n_steps), V vocabulary, U units
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
K14: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization".
K2: Keras 2's Adam: learning rate 0.001, betas 0.9 and 0.999.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Protocol

from spec_tests.contracts import Trainable
from touchstone.contracts import Array


class CharRNN(Trainable, Protocol):
    """Two GRUs and a softmax at each step.

    Its weights: those of a GRU of the component `recurrent` under `gru_1/` and
    `gru_2/`, `dense/kernel` [U, V] and `dense/bias` [V]. Its loss is the mean
    cross-entropy over every step of every row.
    """

    def __call__(
        self, inputs: Annotated[Array, "B T V"], /
    ) -> Annotated[Array, "B T V"]:
        """Return the probabilities of the next character after each step."""

    def place(
        self,
        batch: tuple[Annotated[Array, "B T V"], Annotated[Array, "B T", "int"]],
        /,
    ) -> Any:
        """Put inputs and targets on the device, in the form that `train_step` takes."""


class MakesCharRNN(Protocol):
    def __call__(self, *, vocabulary_size: int, units: int) -> CharRNN:
        """Make a model with fresh weights."""


class Contract(Protocol):
    def batches(
        self,
        encoded: Annotated[Array, "N", "int"],
        /,
        *,
        n_steps: int,
        batch_size: int,
        vocabulary_size: int,
        shuffle_buffer: int,
        seed: int,
    ) -> Iterable[tuple[Annotated[Array, "B T V"], Annotated[Array, "B T", "int"]]]:
        """Return endless pairs of one-hot inputs and the ids that follow them.

        The windows are those of `windows.endless_batches`: n_steps + 1 characters long,
        each one character after the one before.
        """

    def steps_per_epoch(self, n_characters: int, batch_size: int, /) -> int:
        """Return the number of batches that count as one reading of the text."""

    @property
    def CharRNN(self) -> MakesCharRNN: ...
