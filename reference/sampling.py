"""Choosing the next class: probabilities at a temperature, and draws.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Generating Fake
Shakespearean Text".
Axes: B batch, V classes, N draws.
"""

import tensorflow as tf

from reference.arguments import check_positive
from reference.seeds import operation_seeds

TEMPERATURES = 1e-300, 1e300  # a smaller one is 0 to a processor, a larger one infinite
NONE = -1  # no class can be drawn


def apply_temperature(probabilities, temperature: float) -> tf.Tensor:
    """Return [..., V]: softmax(log p / temperature), where p is 0 still 0."""
    check_positive(temperature=temperature)
    log_p = tf.math.log(tf.convert_to_tensor(probabilities))  # [..., V]
    # the difference is divided, so that log p / temperature cannot overflow to NaN
    below_best = log_p - tf.reduce_max(log_p, axis=-1, keepdims=True)  # [..., V]
    temperature = max(temperature, 1e-30)  # nearer 0, a float32 is 0
    rescaled = tf.where(tf.math.is_inf(log_p), log_p, below_best / temperature)
    return tf.nn.softmax(rescaled)


def categorical(logits, n_samples: int, seed: int) -> tf.Tensor:
    """Return [B, N] classes drawn with probabilities softmax(logits [B, V]).

    They are those of `tf.random.categorical` after `tf.random.set_seed(seed)`. [G19]
    """
    logits = tf.convert_to_tensor(logits)
    if logits.shape.rank != 2:
        raise ValueError(f"logits must be [B, V], got shape {logits.shape}")
    check_positive(n_samples=n_samples)
    if not tf.reduce_all(tf.math.is_finite(tf.reduce_logsumexp(logits, axis=-1))):
        raise ValueError(f"logits must give each row a distribution, got {logits}")
    first, second = operation_seeds(seed)

    @tf.function  # a new graph draws from the stream's start, as set_seed lets it
    def draw(logits):
        return tf.raw_ops.Multinomial(
            logits=logits, num_samples=n_samples, seed=first, seed2=second
        )

    return draw.get_concrete_function(logits)(logits)


def drawn_class(probabilities, temperature, seed, place) -> tf.Tensor:
    """Return a class drawn of probabilities [V]; the seed and the place decide.

    The best class gets 0, so that no temperature takes every class to -infinity. Where a
    probability is not finite, the class is NONE.
    """
    log_p = tf.cast(tf.math.log(probabilities), tf.float64)  # [V]
    temperature = tf.clip_by_value(tf.cast(temperature, tf.float64), *TEMPERATURES)
    rescaled = (log_p - tf.reduce_max(log_p)) / temperature  # [V]
    key = tf.stack([tf.cast(seed, tf.int64), tf.cast(place, tf.int64)])
    logits = rescaled[tf.newaxis]
    chosen = tf.random.stateless_categorical(logits, 1, key, tf.int32)[0, 0]
    is_finite = tf.reduce_all(tf.math.is_finite(probabilities))
    return tf.where(is_finite, chosen, NONE)
