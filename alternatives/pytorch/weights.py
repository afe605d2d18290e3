"""Named weights: the canonical layout, whatever parameters a module keeps them in.

A module says in `places()` where its weights lie: a name, and a view of a parameter in
the canonical layout (PyTorch's kernels are transposed, its gates stacked in rows).
"""

from collections.abc import Mapping

import numpy as np
import torch

from alternatives.plain.arguments import check_weights


class NamedWeights(torch.nn.Module):
    """Gives a module its named weights."""

    def places(self) -> dict[str, torch.Tensor]:
        """Return, by name, the views through which the weights are read and written."""
        raise NotImplementedError

    @torch.no_grad()
    def named_weights(self) -> dict[str, np.ndarray]:
        """Return the weights by name, in the canonical layout."""
        return {name: view.cpu().numpy().copy() for name, view in self.places().items()}

    @torch.no_grad()
    def set_named_weights(self, weights: Mapping[str, np.ndarray]) -> None:
        """Replace all weights; ValueError where a name or a shape is not the module's."""
        places = self.places()
        check_weights(weights, places)
        for name, view in places.items():
            view.copy_(torch.as_tensor(np.asarray(weights[name])))


def under(prefix: str, places: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the places with `prefix/` in front of every name."""
    return {f"{prefix}/{name}": view for name, view in places.items()}
