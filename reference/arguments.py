"""Checks of arguments: ValueError with the argument, the rule and the value.

Axes: B batch, T query steps, S value steps, D dims, N sequence.
"""

from collections.abc import Mapping

import numpy as np


def check_positive(**values: float) -> None:
    """Raise ValueError where a value is not above 0."""
    for name, value in values.items():
        if not value > 0:  # NaN is not
            raise ValueError(f"{name} must be positive, got {value}")


def check_at_least_one(**sizes: int) -> None:
    """Raise ValueError where a size is below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")


def check_at_most(largest: float, **values: float) -> None:
    """Raise ValueError where a value is above the largest."""
    for name, value in values.items():
        if value > largest:
            raise ValueError(f"{name} must be at most {largest}, got {value}")


def check_rates(**rates: float) -> None:
    """Raise ValueError where a share to leave out is not from 0 to below 1."""
    for name, rate in rates.items():
        if not 0 <= rate < 1:
            raise ValueError(f"{name} must be at least 0 and below 1, got {rate}")


def check_seed(seed: int) -> None:
    """Raise ValueError where the seed has more than 64 bits."""
    if not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed must be an integer of 64 bits, got {seed}")


def check_not_empty(**sequences) -> None:
    """Raise ValueError where a sequence has no element."""
    for name, sequence in sequences.items():
        if not len(sequence):
            raise ValueError(f"{name} must not be empty, got {sequence!r}")


def check_fit(sequence: np.ndarray, window_length: int) -> None:
    """Raise ValueError unless windows of two or more steps fit the sequence [N]."""
    if sequence.ndim != 1:
        raise ValueError(f"sequence must have one axis, got shape {sequence.shape}")
    if not 2 <= window_length <= len(sequence):
        raise ValueError(
            "window_length must be from 2 to the sequence's length "
            f"{len(sequence)}, got {window_length}"
        )


def with_rank(name: str, values, rank: int) -> np.ndarray:
    """Return values as an array; ValueError where it has not that many axes."""
    values = np.asarray(values)
    if values.ndim != rank:
        raise ValueError(f"{name} must have {rank} axes, got shape {values.shape}")
    return values


def whole_numbers(name: str, values, *, rank: int, largest: int) -> np.ndarray:
    """Return values as int32; ValueError for another rank, or one not up to the largest."""
    values = with_rank(name, values, rank)
    outside = values[~((values >= 0) & (values <= largest))]  # NaN, too
    if outside.size:
        raise ValueError(f"{name} must be from 0 to {largest}, got {outside[0]}")
    return values.astype(np.int32)


def check_rows(n_rows: int, **arrays) -> None:
    """Raise ValueError where an array has another number of rows."""
    for name, array in arrays.items():
        if len(array) != n_rows:
            raise ValueError(f"{name} must have {n_rows} rows, got {len(array)}")


def fits(found, wanted) -> bool:
    """Return whether two shapes agree; None, an axis unknown when traced, fits all."""
    found, wanted = tuple(found), tuple(wanted)
    pairs = zip(found, wanted, strict=False)
    return len(found) == len(wanted) and all(None in p or p[0] == p[1] for p in pairs)


def check_shape(name: str, found, wanted) -> None:
    """Raise ValueError where a shape is not the wanted one."""
    if not fits(found, wanted):
        raise ValueError(f"{name} must have shape {tuple(wanted)}, got {tuple(found)}")


def check_largest(name: str, limits: Mapping[str, int], sizes) -> None:
    """Raise ValueError where a size is above its limit; None, unknown, is not."""
    for (limit_name, limit), size in zip(limits.items(), sizes, strict=True):
        if size is not None and size > limit:
            raise ValueError(f"{name} must not exceed {limit_name}={limit}, got {size}")


def check_attention(query, value, key, query_mask, value_mask) -> None:
    """Raise ValueError unless query [B, T, D], value and key [B, S, D] fit, and masks."""
    shapes = {"query": query.shape, "value": value.shape, "key": key.shape}
    for name, shape in shapes.items():
        if len(shape) != 3:
            raise ValueError(f"{name} must have 3 axes, got shape {tuple(shape)}")
    batch, steps, dims = tuple(query.shape)
    for name in "value", "key":
        if not fits(shapes[name], [batch, None, dims]):
            raise ValueError(
                f"{name} must have the query's batch and dims, "
                f"got shape {tuple(shapes[name])}"
            )
    if not fits(key.shape, value.shape):
        raise ValueError(
            f"key must have the value's steps, got shape {tuple(key.shape)}"
        )
    if query_mask is not None:
        check_shape("query_mask", query_mask.shape, (batch, steps))
    if value_mask is not None:
        check_shape("value_mask", value_mask.shape, value.shape[:2])


def check_weights(weights, own) -> None:
    """Raise ValueError where a name or a shape is not that of the own weights."""
    if odd := sorted(set(weights) ^ set(own)):
        raise ValueError(f"weights must have exactly the layer's names, got {odd}")
    for name, old in own.items():
        check_shape(f"weights: {name}", np.shape(weights[name]), old.shape)
