"""The arithmetic of the oracles: float64, unless rounding itself is being measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

Plain = np.ndarray[Any, Any]
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


def real(values: Any) -> Plain:
    """Return values as an array of the working dtype."""
    exact = _ARITHMETIC.get() == "float64"
    return np.asarray(values, np.float64 if exact else np.float32)


def product(left: Plain, right: Plain) -> Plain:
    """Return the matrix product [..., M, N] of [..., M, K] and [..., K, N]."""
    left, right = real(left), real(right)
    name = _ARITHMETIC.get()
    if name == "reordered":
        left, right = left[..., ::-1], right[..., ::-1, :]
    elif name in _MANTISSA_BITS:
        bits = _MANTISSA_BITS[name]
        left, right = rounded(left, bits), rounded(right, bits)
    result: Plain = left @ right
    return result


def rounded(values: Plain, mantissa_bits: int) -> Plain:
    """Return float32 values rounded to fewer mantissa bits, ties away from zero."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    dropped = 23 - mantissa_bits
    half = np.uint32(1 << (dropped - 1))
    kept: Plain = (bits + half) >> dropped << dropped
    return kept.view(np.float32)


def sigmoid(x: Plain) -> Plain:
    """Return 1 / (1 + exp(-x)), without overflow."""
    values: Plain = (1 + np.tanh(x / 2)) / 2
    return values


def softmax(x: Plain) -> Plain:
    """Return the exponentials of the last axis, divided by their sum."""
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    shares: Plain = powers / powers.sum(axis=-1, keepdims=True)
    return shares
