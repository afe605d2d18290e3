"""Levels that several components share, and the inputs that they stand for."""

from typing import Any

import numpy as np

from spec_tests import witnesses
from touchstone.conditions import Row

MASKS = ("none", "full", "right", "left", "holes", "one row", "one step")
MAGNITUDES = ("order one", "near zero", "huge scores", "huge where masked", "sums of 0")
HIDING_MAGNITUDES = MAGNITUDES[1:3]  # all weights alike, or one of them 1
MEMORY = ("rows", "columns", "strided", "read only")
HUGE = 1e6
WIDE, MANY = 5, 1000


def mask_of(form: str, batch: int, steps: int) -> np.ndarray | None:
    """Return [B, T]: which steps count, or None for no mask.

    full: all; right: padding at the end, of other lengths in each row; left: the same at
    the beginning; holes: padding anywhere; one row: the last row of the batch is padding
    alone, the others as in "right"; one step: one step of each row counts, another one in
    each; no step: none.
    """
    rows, places = np.arange(batch)[:, np.newaxis], np.arange(steps)
    kept = places < np.maximum(1, steps - 1 - 2 * rows)
    if form == "none":
        return None
    if form == "full":
        return np.ones([batch, steps], bool)
    if form == "right":
        return kept
    if form == "left":
        return kept[:, ::-1].copy()
    if form == "holes":
        return (places * (rows + 2) + rows) % 3 != 1
    if form == "one row":
        return kept & (rows < batch - 1)
    if form == "one step":
        return places == (rows + steps // 2) % steps
    if form == "no step":
        return np.zeros([batch, steps], bool)
    raise ValueError(f"form must be one of {', '.join(MASKS)}, got {form!r}")


def real_of(magnitude: str, seed: int, *shape: int) -> np.ndarray:
    """Return float32 values of a magnitude; large ones are whole numbers."""
    values = witnesses.normal(seed, *shape)
    if magnitude == "near zero":
        return values * np.float32(1e-3)
    if magnitude == "saturating":
        return np.round(values * 20)
    if magnitude == "sums of 0":
        return with_sums_of_0(values)
    if magnitude == "huge":
        return np.round(values * 2) * np.float32(2**17)
    if magnitude == "huge scores":
        return np.round(values * 2)
    return values


def with_sums_of_0(values: np.ndarray) -> np.ndarray:
    """Return [B, T, D] with zeros at every third step, and sums of 0 at every other one."""
    values[:, 1::3] = 0
    values[:, 2::3] -= values[:, 2::3].mean(axis=-1, keepdims=True)
    return values


def laid_out(memory: str, value: np.ndarray) -> np.ndarray:
    """Return the same values, laid out in memory as a level of MEMORY says."""
    if memory == "rows":
        return value
    if memory == "columns":
        return np.asfortranarray(value)
    if memory == "strided":
        return np.repeat(value, 2, axis=-1)[..., ::2]
    if memory == "read only":
        value = value.copy()
        value.setflags(write=False)
        return value
    raise ValueError(f"memory must be one of {', '.join(MEMORY)}, got {memory!r}")


def attention_arguments(row: Row, dims: int) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of an attention layer: query, value, perhaps key, and masks.

    The row has `steps` (T, S), `batch`, `key`, `query_mask`, `value_mask`, `magnitude`,
    `memory`.
    """
    (steps, value_steps), batch = row["steps"], row["batch"]
    query, value, key = (
        real_of(row["magnitude"], seed, batch, n, dims)
        for seed, n in ((1, steps), (2, value_steps), (3, value_steps))
    )
    if row["magnitude"] == "huge scores":
        query = selecting(1, batch, steps, dims)
        value[0], key[0] = -1 - np.abs(value[0]), -1 - np.abs(key[0])
    elif dims > WIDE:  # or rounding grows with the scores
        query *= np.float32((WIDE / dims) ** 0.5)
    if value_steps > MANY:  # or the rounding of the sum shows
        value *= np.float32(0.25)
    query_mask = mask_of(row["query_mask"], batch, steps)
    value_mask = mask_of(row["value_mask"], batch, value_steps)
    if row["magnitude"] == "huge where masked" and value_mask is not None:
        value[~value_mask] = key[~value_mask] = HUGE
    masks = {"query_mask": query_mask, "value_mask": value_mask}
    given = [query, value] if row["key"] == "the value" else [query, value, key]
    given = [laid_out(row["memory"], x) for x in given]
    return given, {name: mask for name, mask in masks.items() if mask is not None}


def of_seeing_queries(outputs: np.ndarray, row: Row) -> np.ndarray:
    """Return outputs [B, T, D] with zeros where a query sees no value."""
    (steps, value_steps), batch = row["steps"], row["batch"]
    seen = np.ones([batch, steps, value_steps], bool)
    if row["causal"]:
        seen &= np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]
    value_mask = mask_of(row["value_mask"], batch, value_steps)
    if value_mask is not None:
        seen &= value_mask[:, np.newaxis]
    if outputs.shape[:2] != (batch, steps):
        return outputs
    zero = np.zeros((), outputs.dtype)
    return np.where(seen.any(axis=-1)[..., np.newaxis], outputs, zero)


def permutation(seed: int, dims: int) -> np.ndarray:
    """Return a float32 matrix [D, D] that exchanges columns, and products keep exact."""
    order = np.random.default_rng(seed).permutation(dims)
    return np.eye(dims, dtype=np.float32)[order]


def selecting(seed: int, *shape: int) -> np.ndarray:
    """Return float32 vectors that have one component of 2^18 or -2^18, all others 0.

    Their products with whole numbers are exact, and lie far from one another.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.integers(shape[-1], size=shape[:-1])[..., np.newaxis]
    signs = rng.choice(np.array([-(2**18), 2**18]), size=chosen.shape)
    return np.where(np.arange(shape[-1]) == chosen, signs, 0).astype(np.float32)
