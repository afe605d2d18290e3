"""Choosing the next class: probabilities at a temperature, and draws."""

import keras
from keras import ops

from alternatives.keras3.recurrent import real
from alternatives.plain.arguments import check_draws, check_temperature


def apply_temperature(probabilities, temperature: float):
    """Return [..., V]: log-probabilities divided by the temperature, normalised."""
    check_temperature(temperature)
    probabilities = real(probabilities)  # [..., V]
    best = ops.max(probabilities, axis=-1, keepdims=True)  # [..., V=1]
    logits = ops.log(probabilities / best) / max(temperature, 1e-30)
    return ops.softmax(ops.where(probabilities > 0, logits, -float("inf")))


def categorical(logits, n_samples: int, seed: int):
    """Return [B, N] classes drawn with probabilities softmax(logits [B, V])."""
    logits = real(logits)
    check_draws(logits, n_samples)
    return keras.random.categorical(logits, n_samples, seed=seed)
