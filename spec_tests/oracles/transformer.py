"""The chapter's simplified transformer: attention alone, layer upon layer.

V17: Vaswani et al. 2017, "Attention Is All You Need".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, the very simplified
    transformer: no skip connections, no layer normalisation, no dense nets, one head.
Axes: B batch, S encoder steps, T decoder steps, D embedding dims, V vocabulary.
"""

import numpy as np

from spec_tests.oracles import attention, positional_encoding
from spec_tests.oracles.training import Trainable, sparse_cross_entropy
from spec_tests.oracles.weights import NamedWeights
from touchstone.arithmetic import product, real, softmax


def transformer_shapes(
    vocabulary_size: int, embed_size: int, n_layers: int
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a transformer's weights, by name."""
    layers = range(1, n_layers + 1)
    return {
        "embedding/embeddings": (vocabulary_size, embed_size),
        **{f"encoder_{i}/scale": () for i in layers},
        **{
            f"decoder_{i}/{kind}/scale": ()
            for i in layers
            for kind in ("self", "cross")
        },
        "dense/kernel": (embed_size, vocabulary_size),
        "dense/bias": (vocabulary_size,),
    }


class Transformer(Trainable, NamedWeights):
    """Probabilities of the next id at every decoder step. [G19]"""

    attention = attention.Attention
    encoding = positional_encoding.PositionalEncoding

    def __init__(
        self,
        *,
        vocabulary_size: int = 10_000,
        embed_size: int = 512,
        max_steps: int = 500,
        n_layers: int = 6,
    ):
        self.vocabulary_size, self.max_steps = vocabulary_size, max_steps
        self.embed_size, self.n_layers = embed_size, n_layers
        shapes = transformer_shapes(vocabulary_size, embed_size, n_layers)
        self._weights = {
            name: np.zeros(shape) if shape else np.ones(())
            for name, shape in shapes.items()
        }

    def __call__(self, encoder_inputs, decoder_inputs):
        ids = np.asarray(encoder_inputs), np.asarray(decoder_inputs)  # [B, S], [B, T]
        self.check(*ids)
        encoded = self.encode(self.embedded(ids[0], "encoder"))  # [B, S, D]
        decoded = self.decode(self.embedded(ids[1], "decoder"), encoded)  # [B, T, D]
        return self.probabilities(decoded)  # [B, T, V]

    def check(self, encoder_inputs, decoder_inputs) -> None:
        """Raise ValueError where ids, numbers of steps, ranks or batches are wrong."""
        for name, ids in (
            ("encoder_inputs", encoder_inputs),
            ("decoder_inputs", decoder_inputs),
        ):
            self.check_rank(name, ids)
            self.check_steps(name, ids)
            self.check_ids(name, ids)
        if len(encoder_inputs) != len(decoder_inputs):
            raise ValueError(
                f"decoder_inputs must have the batch of the encoder_inputs, "
                f"{len(encoder_inputs)}, got {len(decoder_inputs)}"
            )

    def check_rank(self, name: str, ids) -> None:
        if ids.ndim != 2:
            raise ValueError(f"{name} must have 2 axes, got shape {ids.shape}")

    def check_steps(self, name: str, ids) -> None:
        if ids.shape[1] > self.max_steps:
            raise ValueError(
                f"{name} must have at most max_steps={self.max_steps} steps, "
                f"got {ids.shape[1]}"
            )

    def check_ids(self, name: str, ids) -> None:
        wrong = ids[(ids < 0) | (ids >= self.vocabulary_size)]
        if wrong.size:
            raise ValueError(
                f"{name} must be ids from 0 to {self.vocabulary_size - 1}, "
                f"got {wrong[0]}"
            )

    def embedded(self, ids, side: str):
        """Return [B, T, D]: embeddings of the ids, with their positions added."""
        return self.encoded(real(self._weights["embedding/embeddings"])[ids], side)

    def encoded(self, embeddings, side: str):
        sizes = {"max_steps": embeddings.shape[1], "max_dims": self.embed_size}
        return self.encoding(**sizes)(embeddings)

    def encode(self, z):
        for i in range(1, self.n_layers + 1):
            z = self.attend(f"encoder_{i}", z, z)
        return z

    def decode(self, z, encoded):
        for i in range(1, self.n_layers + 1):
            z = self.attend(f"decoder_{i}/self", z, z, causal=True)
            z = self.attend(f"decoder_{i}/cross", z, encoded)
        return z

    def attend(self, name: str, query, value, causal: bool = False):
        layer = self.attention(use_scale=True, causal=causal)
        layer.set_named_weights({"scale": self.scale(name)})
        return layer(query, value)

    def scale(self, name: str):
        return self._weights[f"{name}/scale"]

    def probabilities(self, z):
        kernel, bias = self._weights["dense/kernel"], self._weights["dense/bias"]
        return softmax(product(z, kernel) + real(bias))

    def loss(self, batch):
        """Return the mean cross-entropy over all decoder steps of all rows."""
        inputs, targets = batch
        return sparse_cross_entropy(self(*inputs), targets)
