"""Choosing the next class: probabilities at a temperature, and draws.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Generating Fake
Shakespearean Text".
Axes: B batch, V classes, N draws.
"""

import tensorflow as tf


def apply_temperature(probabilities, temperature: float) -> tf.Tensor:
    """Return [..., V]: softmax(log p / temperature), where p is 0 still 0."""
    if not temperature > 0:  # NaN is not
        raise ValueError(f"temperature must be positive, got {temperature}")
    log_p = tf.math.log(tf.convert_to_tensor(probabilities))  # [..., V]
    # the difference is divided, so that log p / temperature cannot overflow to NaN
    below_best = log_p - tf.reduce_max(log_p, axis=-1, keepdims=True)  # [..., V]
    temperature = max(temperature, 1e-30)  # nearer 0, a float32 is 0
    rescaled = tf.where(tf.math.is_inf(log_p), log_p, below_best / temperature)
    return tf.nn.softmax(rescaled)


def categorical(logits, n_samples: int, seed: int) -> tf.Tensor:
    """Return [B, N] classes drawn with probabilities softmax(logits [B, V]).

    Sets TensorFlow's global seed, as G19 does: its stream is the captured one.
    """
    logits = tf.convert_to_tensor(logits)
    if logits.shape.rank != 2:
        raise ValueError(f"logits must be [B, V], got shape {logits.shape}")
    if n_samples < 1:
        raise ValueError(f"n_samples must be positive, got {n_samples}")
    if not tf.reduce_all(tf.math.is_finite(tf.reduce_logsumexp(logits, axis=-1))):
        raise ValueError(f"logits must give each row a distribution, got {logits}")
    tf.random.set_seed(seed)
    return tf.random.categorical(logits, n_samples)
