"""Witnesses: the inputs and weights that clauses put to an implementation.

They are chosen so that mistakes show: nothing is symmetric, constant or zero, gates stay
off their flat ends, sizes are distinct primes. `tests/spec/test_witnesses.py` asserts it.
"""

import numpy as np


def normal(seed: int, *shape: int, scale: float = 1.0) -> np.ndarray:
    """Return float32 values drawn from a normal distribution."""
    return np.random.default_rng(seed).normal(0, scale, shape).astype(np.float32)


def weights(seed: int, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Return float32 weights of the shapes: matrices of gain 1, biases around 0.4."""
    rng = np.random.default_rng(seed)
    drawn = {}
    for name, shape in shapes.items():
        scale = 0.4 if len(shape) < 2 else shape[-2] ** -0.5
        drawn[name] = rng.normal(0, scale, shape).astype(np.float32)
    return drawn


def keep_mask(*lengths: int, steps: int) -> np.ndarray:
    """Return [B, T]: True at the first `length` steps of each row."""
    return np.arange(steps) < np.array(lengths)[:, np.newaxis]
