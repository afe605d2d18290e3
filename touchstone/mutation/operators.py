"""The operators that make systematic rivals: what is done to a value, by name."""

import functools
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

FACTOR = 1.01

Operators = dict[str, Callable[[Any], Any]]


def operators(value: object) -> Operators:
    """Return the operators for a value, by name."""
    if isinstance(value, bool | np.bool_):
        return {"negated": lambda v: not v}
    if isinstance(value, int | np.integer):
        return {"plus one": lambda v: v + 1, "minus one": lambda v: v - 1}
    if isinstance(value, float | np.floating):
        return {f"times {FACTOR}": lambda v: v * FACTOR}
    if isinstance(value, str | bytes):
        return {"without its last character": lambda v: v[:-1]}
    if isinstance(value, list):
        return {"reversed": lambda v: v[::-1], "shifted": lambda v: v[-1:] + v[:-1]}
    return _of_array(value) if isinstance(value, np.ndarray) else {}


def _of_array(value: NDArray[Any]) -> Operators:
    named: Operators = {}
    for axis in range(value.ndim):
        named[f"reversed along axis {axis}"] = functools.partial(np.flip, axis=axis)
        shift = functools.partial(np.roll, shift=1, axis=axis)
        named[f"shifted along axis {axis}"] = shift
    for one, other in itertools.combinations(range(value.ndim), 2):
        if value.shape[one] == value.shape[other]:
            exchange = functools.partial(np.swapaxes, axis1=one, axis2=other)
            named[f"axes {one} and {other} exchanged"] = exchange
    if value.dtype == bool:
        named |= {"inverted": np.logical_not, "all kept": np.ones_like}
    elif np.issubdtype(value.dtype, np.integer):
        named |= {"plus one": lambda v: v + 1, "minus one": lambda v: v - 1}
    elif np.issubdtype(value.dtype, np.floating):
        named |= {f"times {FACTOR}": lambda v: v * FACTOR, "negated": np.negative}
    return named


def changing(value: object) -> list[str]:
    """Return the names of the operators that change the value."""
    found = operators(value)
    return [name for name in found if not _same(found[name](value), value)]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and np.array_equal(one, other)
    if isinstance(one, list):
        return all(map(_same, one, other))
    return type(one) is type(other) and bool(np.all(one == other))


def weight_operators(weights: Mapping[str, Any]) -> Operators:
    """Return the operators on named weights: each alone, and each pair exchanged."""
    named: Operators = {}
    arrays = {name: np.asarray(value) for name, value in weights.items()}
    for name, value in arrays.items():
        for operator in changing(value):
            changed = _one_changed(name, operators(value)[operator])
            named[f"{name} {operator}"] = changed
        if value.ndim < 2:
            named[f"{name} dropped"] = _one_changed(name, np.zeros_like)
    for first in arrays:
        for second in arrays:
            if first < second and arrays[first].shape == arrays[second].shape:
                named[f"{first} and {second} exchanged"] = _exchanged(first, second)
    return named


def _one_changed(name: str, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda weights: {**weights, name: change(np.asarray(weights[name]))}


def _exchanged(first: str, second: str) -> Callable[[Any], Any]:
    return lambda w: {**w, first: w[second], second: w[first]}
