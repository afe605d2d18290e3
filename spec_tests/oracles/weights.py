"""Named weights: what every component with weights has in common."""

from collections.abc import Mapping

import numpy as np


class NamedWeights:
    """Owns one array for each name of `shapes`."""

    def __init__(self, shapes: Mapping[str, tuple[int, ...]]):
        rng = np.random.default_rng(0)
        self._weights = {
            name: rng.normal(0, 0.1, shape) for name, shape in shapes.items()
        }

    def named_weights(self) -> dict[str, np.ndarray]:
        """Return copies of the weights by name, in the canonical layout."""
        return {name: np.array(weight) for name, weight in self._weights.items()}

    def set_named_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Replace all weights; ValueError where a name or a shape is not its own."""
        if set(weights) != set(self._weights):
            odd = sorted(set(weights) ^ set(self._weights))
            raise ValueError(
                f"weights must have exactly the names of the layer, got {odd}"
            )
        for name, old in self._weights.items():
            if np.shape(weights[name]) != old.shape:
                raise ValueError(
                    f"weights: {name} must have shape {old.shape}, "
                    f"got {np.shape(weights[name])}"
                )
        self._weights = {name: np.array(weights[name]) for name in self._weights}


def prefixed(prefix: str, weights: Mapping[str, object]) -> dict:
    """Return the mapping with `prefix/` in front of every name."""
    return {f"{prefix}/{name}": value for name, value in weights.items()}


def below(prefix: str, weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return what stands under `prefix/`, without it."""
    start = f"{prefix}/"
    return {
        name.removeprefix(start): value
        for name, value in weights.items()
        if name.startswith(start)
    }
