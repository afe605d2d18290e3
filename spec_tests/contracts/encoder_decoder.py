"""An encoder-decoder: ids in, the probabilities of the ids that follow out.

One embedding serves two LSTMs. The encoder reads all S ids, treating 0 like any other.
The decoder starts from the encoder's last hidden and cell state, and reads the ids that
it is given, not those that it predicts.

Left open: what is returned in a row between its own length and the longest, L. (The
decoder of G19 reads on there; others give zeros or a uniform softmax.) Steps past a
row's own length are no part of the loss. (In G19 all lengths are equal, so its loss is
the mean over all steps.)

Axes: B batch, S encoder steps, T decoder steps, L the longest of the lengths,
    V vocabulary, E embedding dims, U units
H97: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory".
G00: Gers, Schmidhuber and Cummins 2000, "Learning to Forget": the forget gate.
J15: Jozefowicz et al. 2015, "An Empirical Exploration of Recurrent Network
    Architectures": a forget bias of 1, Keras's unit_forget_bias.
S14: Sutskever, Vinyals and Le 2014, "Sequence to Sequence Learning with Neural
    Networks".
K2: Keras 2's LSTM, Adam and cross-entropy.
A23: TensorFlow Addons 0.23's BasicDecoder with its TrainingSampler.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
"""

from typing import Annotated, Any, Protocol

from spec_tests.contracts import Trainable
from touchstone.contracts import Array


class EncoderDecoder(Trainable, Protocol):
    """Two LSTMs, the second continuing from the state of the first.

    Its weights: `embedding/embeddings` [V, E], `dense/kernel` [U, V], `dense/bias` [V],
    and under both `encoder/` and `decoder/`: `kernel_g` [E, U],
    `recurrent_kernel_g` [U, U] and `bias_g` [U] for each gate g: i (input), f (forget),
    c (candidate) and o (output). Its loss is the mean cross-entropy over the steps within
    each row's length.
    """

    def __call__(
        self,
        encoder_inputs: Annotated[Array, "B S", "int"],
        decoder_inputs: Annotated[Array, "B T", "int"],
        sequence_lengths: Annotated[Array, "B", "int"],
        /,
    ) -> Annotated[Array, "B L V"]:
        """Return the probabilities of the next id after each of the decoder's inputs.

        sequence_lengths says how many of the decoder's inputs count in each row, 0 to T.
        """

    def greedy_decode(
        self,
        encoder_inputs: Annotated[Array, "B S", "int"],
        /,
        *,
        start_id: int = 0,
        n_steps: int,
    ) -> Annotated[Array, "B n_steps", "int"]:
        """Return n_steps ids, each the most probable after start_id and those before."""

    def place(
        self,
        batch: tuple[
            tuple[
                Annotated[Array, "B S", "int"],
                Annotated[Array, "B T", "int"],
                Annotated[Array, "B", "int"],
            ],
            Annotated[Array, "B T", "int"],
        ],
        /,
    ) -> Any:
        """Put ((encoder_inputs, decoder_inputs, sequence_lengths), targets) on the device.

        The result has the form that `train_step` takes.
        """


class MakesEncoderDecoder(Protocol):
    def __call__(
        self, *, vocabulary_size: int, embed_size: int, units: int
    ) -> EncoderDecoder:
        """Make a model with fresh weights."""


class Contract(Protocol):
    @property
    def EncoderDecoder(self) -> MakesEncoderDecoder: ...

    def teacher_inputs(
        self, targets: Annotated[Array, "B T", "int"], /
    ) -> Annotated[Array, "B T", "int"]:
        """Return the decoder's inputs in training: the targets, one step later."""
