"""Named weights: one array for each name, whatever variables a Keras layer keeps them in.

A layer lists its variables as `Part`s: a variable and the names that lie in it, side by
side along its last axis (a GRU's kernel holds those of its three gates), or one below the
other along its first (its bias has an input row and a recurrent row).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from reference.arguments import check_weights


def blocks(row: np.ndarray, n: int) -> list[np.ndarray]:
    """Return the n equal blocks of the last axis; a scalar is its own one block."""
    return [row] if n == 1 else np.split(row, n, axis=-1)


@dataclass(frozen=True)
class Part:
    """A variable, and the names of the equal blocks of its last axis, row by row."""

    variable: tf.Variable
    names: tuple[tuple[str, ...], ...]

    def read(self) -> dict[str, np.ndarray]:
        """Return the blocks by name."""
        whole = self.variable.numpy()
        rows = whole if len(self.names) > 1 else [whole]
        return {
            name: block
            for names, row in zip(self.names, rows, strict=True)
            for name, block in zip(names, blocks(row, len(names)), strict=True)
        }

    def write(self, weights: Mapping[str, np.ndarray]) -> None:
        """Assign the named blocks to the variable."""
        rows = [
            weights[names[0]]
            if len(names) == 1
            else np.concatenate([weights[n] for n in names], axis=-1)
            for names in self.names
        ]
        self.variable.assign(np.stack(rows) if len(rows) > 1 else rows[0])


class NamedWeights:
    """Gives a layer its named weights; the layer says where they lie in `parts()`."""

    def parts(self) -> list[Part]:
        """Return the parts of all weights."""
        raise NotImplementedError

    def named_weights(self) -> dict[str, np.ndarray]:
        """Return the weights by name, in the canonical layout."""
        return {name: w for part in self.parts() for name, w in part.read().items()}

    def set_named_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Replace all weights; ValueError where a name or a shape is not the layer's."""
        check_weights(weights, self.named_weights())
        for part in self.parts():
            part.write(weights)


def under(prefix: str, parts: list[Part]) -> list[Part]:
    """Return the parts with `prefix/` in front of every name."""
    return [
        Part(p.variable, tuple(tuple(f"{prefix}/{n}" for n in row) for row in p.names))
        for p in parts
    ]


def dense_parts(layer) -> list[Part]:
    """Return where a built dense layer keeps its named weights."""
    return [Part(layer.kernel, (("kernel",),)), Part(layer.bias, (("bias",),))]


def embedding_parts(layer) -> list[Part]:
    """Return where a built embedding layer keeps its named weights."""
    return [Part(layer.embeddings, (("embeddings",),))]
