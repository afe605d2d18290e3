"""The seeds that TensorFlow derives from a global one, without setting it.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16 sets the global seed and then
draws; what it draws depends on two seeds of the operation.
"""

import random

LARGEST = 2**31 - 1


def operation_seeds(seed: int) -> tuple[int, int]:
    """Return the seeds of the first random operation after `tf.random.set_seed(seed)`."""
    return seed % LARGEST, random.Random(seed).randint(0, LARGEST)
