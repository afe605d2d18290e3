"""One training step for every module that has a loss."""

import functools
from collections.abc import Callable, Iterator

import torch

from alternatives.pytorch import DEVICE


class Trainable:
    """Gives a module its training step; the module gives `batch_loss`."""

    parameters: Callable[[], Iterator[torch.nn.Parameter]]

    def batch_loss(self, batch) -> torch.Tensor:
        """Return the mean loss of a batch, computed in training mode."""
        raise NotImplementedError

    @functools.cached_property
    def adam(self) -> torch.optim.Adam:
        """The optimizer, with Keras's epsilon."""
        return torch.optim.Adam(self.parameters(), lr=1e-3, eps=1e-7)

    def place(self, batch):
        """Return the batch's arrays as tensors on the device."""
        return tuple(torch.as_tensor(part, device=DEVICE) for part in batch)

    def train_step(self, batch) -> torch.Tensor:
        """Change the weights by one step of Adam; return the loss before it."""
        self.adam.zero_grad(set_to_none=True)
        loss = self.batch_loss(batch)
        loss.backward()
        self.adam.step()
        return loss.detach()
