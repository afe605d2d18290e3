"""Choosing the next class: probabilities at a temperature, and draws.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
Axes: B batch, V classes, N draws.
"""

import numpy as np

from touchstone.arithmetic import real, softmax


class Temperature:
    """p^(1 / temperature), normalised: the temperature divides log-probabilities."""

    def __call__(self, probabilities, temperature):
        self.check(temperature)
        p = real(probabilities)  # [..., V]
        with np.errstate(divide="ignore", over="ignore"):
            return self.normalised(self.rescaled(self.log(p), temperature))

    def check(self, temperature) -> None:
        if not temperature > 0:
            raise ValueError(f"temperature must be positive, got {temperature}")

    def log(self, p):
        return np.log(p)

    def rescaled(self, log_p, temperature):
        return (log_p - log_p.max(axis=-1, keepdims=True)) / real(temperature)

    def normalised(self, logits):
        return softmax(logits)


class Categorical:
    """Classes where uniform numbers fall among the cumulative probabilities."""

    def __call__(self, logits, n_samples, seed):
        self.check(n_samples)
        self.check_logits(logits)
        p = self.probabilities(np.asarray(logits, np.float64))  # [B, V]
        uniform = self.uniform(self.generator(seed), (len(p), n_samples))  # [B, N]
        return np.stack([self.row(p[b], uniform[b]) for b in range(len(p))])  # [B, N]

    def check(self, n_samples) -> None:
        if n_samples < 1:
            raise ValueError(f"n_samples must be positive, got {n_samples}")

    def check_logits(self, logits) -> None:
        if not np.isfinite(np.max(logits, axis=-1)).all():
            raise ValueError(
                f"logits must be finite, or minus infinity in some classes, got {logits}"
            )

    def probabilities(self, logits):
        return softmax(logits)

    def generator(self, seed):
        return np.random.default_rng(seed)

    def uniform(self, generator, shape):
        return generator.random(shape)

    def row(self, p, uniform):
        return np.searchsorted(np.cumsum(p)[:-1], uniform, side="right")


apply_temperature = Temperature()
categorical = Categorical()
