"""Consecutive windows of a sequence, in rows that each read a part of it."""

from collections.abc import Iterator

import numpy as np

from alternatives.plain.arguments import check_positive


def consecutive(encoded, *, n_steps: int, batch_size: int) -> Iterator:
    """Return pairs (inputs [B, T], targets [B, T]); row i reads on in part i.

    The sequence is split into B parts as equal as can be, the longer ones first.
    """
    check_positive(n_steps=n_steps, batch_size=batch_size)
    encoded = np.asarray(encoded)  # [N]
    parts = np.array_split(encoded, batch_size)
    n_batches = (len(parts[-1]) - 1) // n_steps  # the last part is a shortest one
    if n_batches < 1:
        raise ValueError(
            f"encoded must have at least {batch_size} windows of {n_steps + 1}, "
            f"got {len(encoded)} characters"
        )
    rows = np.stack([part[: n_batches * n_steps + 1] for part in parts])
    windows = (rows[:, i * n_steps :][:, : n_steps + 1] for i in range(n_batches))
    return ((window[:, :-1], window[:, 1:]) for window in windows)
