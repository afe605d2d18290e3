"""Named weights: the canonical layout of a pytree of parameters.

Parameters are nested dictionaries of arrays. What a layer's gates have of a kind stands
side by side in one array, for one product; its key ends with the gates' letters, in
order: `kernel_zrh` [D, 3U] is kernel_z, kernel_r and kernel_h, [D, U] each.
"""

from collections.abc import Mapping

import jax.numpy as jnp
import numpy as np

from alternatives.plain.arguments import check_weights

GATES = ("zrh", "ifco")


def names(key: str) -> list[str]:
    """Return the names of what stands side by side below a key."""
    kind, _, gates = key.rpartition("_")
    return [f"{kind}_{gate}" for gate in gates] if gates in GATES else [key]


def named(params: Mapping, prefix: str = "") -> dict[str, np.ndarray]:
    """Return the arrays of parameters by name."""
    found: dict[str, np.ndarray] = {}
    for key, value in params.items():
        if isinstance(value, Mapping):
            found |= named(value, f"{prefix}{key}/")
            continue
        own = names(key)
        whole = np.array(value)
        parts = [whole] if len(own) == 1 else np.split(whole, len(own), axis=-1)
        found |= {prefix + name: part for name, part in zip(own, parts, strict=True)}
    return found


def filled(params: Mapping, weights: Mapping, prefix: str = "") -> dict:
    """Return parameters of the same structure with the named weights in them."""
    new = {}
    for key, old in params.items():
        if isinstance(old, Mapping):
            new[key] = filled(old, weights, f"{prefix}{key}/")
            continue
        parts = [np.asarray(weights[prefix + name], np.float32) for name in names(key)]
        # a copy: on CPU, jnp.asarray may share the caller's memory
        new[key] = jnp.array(np.concatenate(parts, -1) if len(parts) > 1 else parts[0])
    return new


class NamedWeights:
    """Gives an object its named weights: those of its `params`."""

    params: dict

    def named_weights(self) -> dict[str, np.ndarray]:
        """Return the weights by name, in the canonical layout."""
        return named(self.params)

    def set_named_weights(self, weights: Mapping) -> None:
        """Replace all weights; ValueError where a name or a shape is not its own."""
        check_weights(weights, self.named_weights())
        self.params = filled(self.params, weights)
