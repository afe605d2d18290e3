"""The stateful char-RNN: each batch is read from where the one before it ended.

The text is split into B parts of lengths as equal as possible, the longer ones first.
Row i of each batch continues in part i where row i of the batch before stopped.

Axes: N characters, B batch, T time steps (n_steps), V vocabulary, U units
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Stateful RNN".
G16: Gal and Ghahramani 2016, "A Theoretically Grounded Application of Dropout in
    Recurrent Neural Networks".
S14: Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting": the values that are kept are scaled in training.
H63: Hoeffding 1963, "Probability Inequalities for Sums of Bounded Random Variables".
"""

from collections.abc import Iterable
from typing import Annotated, Any, Protocol

from spec_tests.contracts import Trainable
from spec_tests.contracts.char_rnn import CharRNN
from touchstone.contracts import Array


class StatefulCharRNN(Trainable, Protocol):
    """A char-RNN that continues from the state that the last call or step left.

    Its weights and its loss are those of `char_rnn.CharRNN`.
    """

    def __call__(
        self, inputs: Annotated[Array, "B T V"], /, *, training: bool = False
    ) -> Annotated[Array, "B T V"]:
        """Return the probabilities of the next character after each step."""

    def reset_states(self) -> None:
        """Begin again from the zero state."""

    def stateless_copy(self) -> CharRNN:
        """Return the implementation's own `char_rnn.CharRNN` with the same weights."""

    def place(
        self,
        batch: tuple[Annotated[Array, "B T V"], Annotated[Array, "B T", "int"]],
        /,
    ) -> Any:
        """Put inputs and targets on the device, in the form that `train_step` takes."""


class MakesStatefulCharRNN(Protocol):
    def __call__(
        self,
        *,
        vocabulary_size: int,
        units: int,
        batch_size: int,
        dropout: float,
        recurrent_dropout: float,
    ) -> StatefulCharRNN:
        """Make a model for batches of batch_size rows.

        In training, dropout is the share of each layer's inputs that is dropped, and
        recurrent_dropout the share of its states where its recurrent kernels read them;
        independently for each row, gate and entry.
        """


class Contract(Protocol):
    def batches(
        self,
        encoded: Annotated[Array, "N", "int"],
        /,
        *,
        n_steps: int,
        batch_size: int,
        vocabulary_size: int,
    ) -> Iterable[tuple[Annotated[Array, "B T V"], Annotated[Array, "B T", "int"]]]:
        """Return one epoch of pairs: one-hot inputs and the ids that follow them."""

    @property
    def StatefulCharRNN(self) -> MakesStatefulCharRNN: ...
