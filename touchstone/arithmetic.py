"""The arithmetic of the oracles: float64, unless rounding itself is being measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

ARITHMETICS = ("float64", "float32", "reordered", "tf32", "bfloat16")
_ARITHMETIC: ContextVar[str] = ContextVar("arithmetic", default="float64")
_MANTISSA_BITS = {"tf32": 10, "bfloat16": 7}


@contextmanager
def arithmetic(name: str) -> Iterator[None]:
    """Round as `name` says inside the block; "reordered" is float32 summed backwards."""
    token = _ARITHMETIC.set(name)
    try:
        yield
    finally:
        _ARITHMETIC.reset(token)


def real(values) -> np.ndarray:
    """Return values as an array of the working dtype."""
    exact = _ARITHMETIC.get() == "float64"
    return np.asarray(values, np.float64 if exact else np.float32)


def product(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the matrix product [..., M, N] of [..., M, K] and [..., K, N]."""
    left, right = real(left), real(right)
    name = _ARITHMETIC.get()
    if name == "reordered":
        return left[..., ::-1] @ right[..., ::-1, :]
    if name in _MANTISSA_BITS:
        bits = _MANTISSA_BITS[name]
        return rounded(left, bits) @ rounded(right, bits)
    return left @ right


def rounded(values: np.ndarray, mantissa_bits: int) -> np.ndarray:
    """Return float32 values rounded to fewer mantissa bits, ties away from zero."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    dropped = 23 - mantissa_bits
    half = np.uint32(1 << (dropped - 1))
    return ((bits + half) >> dropped << dropped).view(np.float32)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)), without overflow."""
    return (1 + np.tanh(x / 2)) / 2


def softmax(x: np.ndarray) -> np.ndarray:
    """Return the exponentials of the last axis, divided by their sum."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
