"""A simplified transformer: embeddings, attentions and a softmax.

Both inputs share one embedding, to which the positional encoding is added. The encoder
is n_layers self-attentions. The decoder is n_layers pairs of a causal self-attention and
an attention on the encoder's output. A dense softmax follows at every step. There are no
skip connections, no layer normalisation, no dense layers in between and no heads.

Axes: B batch, S encoder steps, T decoder steps, V vocabulary, D dims (embed_size)
V17: Vaswani et al. 2017, "Attention Is All You Need".
K14: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization".
K2: Keras 2's Attention and Adam, with its defaults.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, the simplified transformer.
"""

from typing import Annotated, Any, Protocol

from spec_tests.contracts import Trainable
from touchstone.contracts import Array


class Transformer(Trainable, Protocol):
    """An encoder and a decoder made of attentions.

    Its weights: `embedding/embeddings` [V, D], `dense/kernel` [D, V], `dense/bias` [V],
    and for i from 1 to n_layers `encoder_i/scale` [], `decoder_i/self/scale` [] and
    `decoder_i/cross/scale` []. Its loss is the mean cross-entropy.
    """

    def __call__(
        self,
        encoder_inputs: Annotated[Array, "B S", "int"],
        decoder_inputs: Annotated[Array, "B T", "int"],
        /,
    ) -> Annotated[Array, "B T V"]:
        """Return the probabilities of the next id after each of the decoder's inputs."""

    def place(
        self,
        batch: tuple[
            tuple[Annotated[Array, "B S", "int"], Annotated[Array, "B T", "int"]],
            Annotated[Array, "B T", "int"],
        ],
        /,
    ) -> Any:
        """Put ((encoder_inputs, decoder_inputs), targets) on the device.

        The result has the form that `train_step` takes.
        """


class MakesTransformer(Protocol):
    def __call__(
        self,
        *,
        vocabulary_size: int = 10_000,
        embed_size: int = 512,
        max_steps: int = 500,
        n_layers: int = 6,
    ) -> Transformer:
        """Make a model with fresh weights, for S and T up to max_steps."""


class Contract(Protocol):
    @property
    def Transformer(self) -> MakesTransformer: ...
