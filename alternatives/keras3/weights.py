"""Named weights: the canonical layout, whatever variables a Keras layer keeps them in.

An object says in `places()` where its weights lie: by name, a variable and the part of
it. Keras's gates stand side by side along the last axis.
"""

from collections.abc import Mapping

import keras
import numpy as np

from alternatives.plain.arguments import check_weights

Places = dict[str, tuple[keras.Variable, object]]


class NamedWeights:
    """Gives an object its named weights."""

    def places(self) -> Places:
        """Return, by name, the variable and its part that hold a weight."""
        raise NotImplementedError

    def named_weights(self) -> dict[str, np.ndarray]:
        """Return the weights by name, in the canonical layout."""
        return {
            name: keras.ops.convert_to_numpy(variable.value)[part].copy()
            for name, (variable, part) in self.places().items()
        }

    def set_named_weights(self, weights: Mapping) -> None:
        """Replace all weights; ValueError where a name or a shape is not its own."""
        check_weights(weights, self.named_weights())
        wholes: dict[int, tuple[keras.Variable, np.ndarray]] = {}
        for name, (variable, part) in self.places().items():
            empty = np.empty(variable.shape, np.float32)
            _, whole = wholes.setdefault(id(variable), (variable, empty))
            whole[part] = weights[name]
        for variable, whole in wholes.values():
            variable.assign(whole)


def under(prefix: str, places: Places) -> Places:
    """Return the places with `prefix/` in front of every name."""
    return {f"{prefix}/{name}": place for name, place in places.items()}


def gates(variable, kind: str, letters: str, row=...) -> Places:
    """Return where the gates of a variable, or of one row of it, lie."""
    units = variable.shape[-1] // len(letters)
    rows = () if row is ... else (row,)
    return {
        f"{kind}_{gate}": (variable, (*rows, ..., slice(i * units, (i + 1) * units)))
        for i, gate in enumerate(letters)
    }


def gru_places(layer) -> Places:
    """Return where a keras.layers.GRU keeps its named weights."""
    return {
        **gates(layer.cell.kernel, "kernel", "zrh"),
        **gates(layer.cell.recurrent_kernel, "recurrent_kernel", "zrh"),
        **gates(layer.cell.bias, "input_bias", "zrh", row=0),
        **gates(layer.cell.bias, "recurrent_bias", "zrh", row=1),
    }


def lstm_places(layer) -> Places:
    """Return where a keras.layers.LSTM keeps its named weights."""
    return {
        **gates(layer.cell.kernel, "kernel", "ifco"),
        **gates(layer.cell.recurrent_kernel, "recurrent_kernel", "ifco"),
        **gates(layer.cell.bias, "bias", "ifco"),
    }


def dense_places(layer) -> Places:
    """Return where a keras.layers.Dense keeps its named weights."""
    return {"kernel": (layer.kernel, ...), "bias": (layer.bias, ...)}


def embedding_places(layer) -> Places:
    """Return where a keras.layers.Embedding keeps its named weights."""
    return {"embeddings": (layer.embeddings, ...)}
