"""The reference's windows equal nested window datasets, batch by batch, bit by bit.

The chapter makes a dataset of each window and shuffles those. The reference shuffles
the windows' starts, which is the same work for the shuffle and far less for all else
(measured in `benchmarks/test_windows.py`).
"""

import itertools

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from reference import windows  # noqa: E402 (after the skip)

SIZES = [
    {"window_length": 5, "shift": 2, "batch_size": 3, "shuffle_buffer": 10},
    {"window_length": 2, "shift": 1, "batch_size": 7, "shuffle_buffer": 1},
    {"window_length": 11, "shift": 1, "batch_size": 4, "shuffle_buffer": 13},
    {"window_length": 3, "shift": 5, "batch_size": 2, "shuffle_buffer": 3},
    {"window_length": 53, "shift": 1, "batch_size": 2, "shuffle_buffer": 2},
]


def nested(ids, *, window_length, shift, batch_size, shuffle_buffer, seed, endless):
    """Return batches of shuffled windows, each window a dataset of its own."""
    tf.random.set_seed(seed)
    steps = tf.data.Dataset.from_tensor_slices(ids)
    steps = steps.repeat() if endless else steps
    inner = steps.window(window_length, shift=shift, drop_remainder=True)
    rows = inner.flat_map(lambda steps: steps.batch(window_length))
    rows = rows.shuffle(shuffle_buffer).batch(batch_size)
    return rows.map(lambda rows: (rows[:, :-1], rows[:, 1:]))


@pytest.mark.parametrize("endless", [False, True], ids=["finite", "endless"])
@pytest.mark.parametrize("seed", [0, 42])
@pytest.mark.parametrize(
    "sizes", SIZES, ids=lambda sizes: "-".join(map(str, sizes.values()))
)
def test_equals_nested_windows(sizes, seed, endless):
    ids = np.random.default_rng(1).integers(0, 39, 53)
    make = windows.endless_batches if endless else windows.batches
    # three passes of the endless text, and more of the long shifts
    most = 3 * len(ids) // sizes["batch_size"] if endless else None

    def rows(batches):
        pairs = itertools.islice(batches.as_numpy_iterator(), most)
        return [np.stack(pair) for pair in pairs]

    ours = rows(make(ids, seed=seed, **sizes))
    theirs = rows(nested(ids, seed=seed, endless=endless, **sizes))
    assert len(ours) == len(theirs) > 0
    assert all(map(np.array_equal, ours, theirs))
    assert ours[0].dtype == theirs[0].dtype
