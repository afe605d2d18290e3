"""How each component is called: one module of Protocols a component.

The form of these modules is described in `touchstone.contracts`.
"""

from typing import Annotated, Any, Protocol

from touchstone.contracts import Array, NamedWeights


class Trainable(NamedWeights, Protocol):
    """A model with named weights that can take training steps."""

    def place(self, batch: Any, /) -> Any:
        """Put a batch on the device; return it in the form that `train_step` takes."""

    def train_step(self, batch: Any, /) -> Annotated[Array, ""]:
        """Take one step of Adam on a placed batch; return the loss before the step.

        Adam has Keras's defaults: learning rate 0.001, betas 0.9 and 0.999. Where it adds
        its epsilon is left open: gradients are zero, or so large that it does not show.
        """
