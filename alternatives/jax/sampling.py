"""Choosing the next class: probabilities at a temperature, and draws."""

import jax
import jax.numpy as jnp

from alternatives.jax.recurrent import real
from alternatives.plain.arguments import check_draws, check_temperature


def tempered(probabilities, temperature):
    """Return the logits [..., V] of probabilities at a temperature."""
    best = probabilities.max(axis=-1, keepdims=True)  # [..., V=1]
    scores = jnp.log(probabilities / best) / jnp.maximum(temperature, 1e-30)
    return jnp.where(probabilities > 0, scores, -jnp.inf)  # at any temperature


def apply_temperature(probabilities, temperature: float) -> jax.Array:
    """Return [..., V]: log-probabilities divided by the temperature, normalised."""
    check_temperature(temperature)
    return jax.nn.softmax(tempered(real(probabilities), temperature), axis=-1)


def categorical(logits, n_samples: int, seed: int) -> jax.Array:
    """Return [B, N] classes drawn with probabilities softmax(logits [B, V])."""
    logits = real(logits)
    check_draws(logits, n_samples)
    return jax.random.categorical(
        jax.random.key(seed),
        logits[:, jnp.newaxis],  # [B, N=1, V]
        shape=(len(logits), n_samples),
    )
