"""One training step: Adam on the gradient of the model's own loss.

K14: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization".
K2: Keras 2's Adam and its defaults; its losses average over every prediction.
The gradient is taken by central differences, so that there is no derivation to get
wrong; it is always taken in float64, for rounding would drown it.
"""

import numpy as np

from touchstone.arithmetic import arithmetic, real

LEARNING_RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
STEP = 1e-5  # truncation about 1e-10, rounding about 1e-11, of gradients near 1


def sparse_cross_entropy(probabilities, targets):
    """Return the mean of -log p of the target class, over every position."""
    targets = np.asarray(targets)[..., np.newaxis]
    chosen = np.take_along_axis(real(probabilities), targets, axis=-1)
    return -np.log(chosen).mean()


def binary_cross_entropy(probabilities, targets):
    """Return the mean of -log p where the target is 1, and of -log(1 - p) elsewhere."""
    p, y = real(probabilities), real(targets)
    if p.shape != y.shape:
        raise ValueError(f"targets must have shape {p.shape}, got {y.shape}")
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


class Trainable:
    """Trains the arrays of `_weights` on `loss(batch)`, which the subclass gives.

    The loss depends on nothing but `_weights` and the batch, and changes neither.
    """

    _weights: dict[str, np.ndarray]
    frozen: tuple[str, ...] = ()  # the names of weights that training leaves alone

    def loss(self, batch):
        """Return the loss of the batch."""
        raise NotImplementedError

    def place(self, batch):
        """Return the batch where a step wants it: NumPy has no device."""
        return batch

    def train_step(self, batch) -> float:
        """Change the weights by one step; return the loss before it."""
        loss = self.loss(batch)
        self.descend(self.gradients(batch))
        return loss

    def gradients(self, batch) -> dict[str, np.ndarray]:
        """Return the derivatives of the loss by the weights that are trained."""
        self._weights = {k: np.array(w, np.float64) for k, w in self._weights.items()}
        with arithmetic("float64"):
            return {
                name: self.gradient(weight, batch)
                for name, weight in self._weights.items()
                if name not in self.frozen
            }

    def gradient(self, weight, batch):
        flat, slopes = weight.reshape(-1), np.empty(weight.size)
        for i, value in enumerate(flat.copy()):
            flat[i] = value + STEP
            above = self.loss(batch)
            flat[i] = value - STEP
            slopes[i] = (above - self.loss(batch)) / (2 * STEP)
            flat[i] = value
        return slopes.reshape(weight.shape)

    def descend(self, gradients) -> None:
        """Take Adam's step, and keep its two moments for the next one."""
        self._step = getattr(self, "_step", 0) + 1
        moments = self.__dict__.setdefault("_moments", {})
        for name, g in gradients.items():
            m, v = moments.get(name, (0.0, 0.0))
            m, v = BETA_1 * m + (1 - BETA_1) * g, BETA_2 * v + (1 - BETA_2) * g**2
            moments[name] = m, v
            self._weights[name] = self._weights[name] - self.rate() * self.direction(
                m, v
            )

    def rate(self) -> float:
        """Return the learning rate with the moments' bias corrected in it."""
        return (
            LEARNING_RATE * (1 - BETA_2**self._step) ** 0.5 / (1 - BETA_1**self._step)
        )

    def direction(self, m, v):
        return m / (np.sqrt(v) + EPSILON)
