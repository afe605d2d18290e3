"""Windows: the clauses of contracts/windows.py."""

import functools
import itertools

import numpy as np

from spec_tests import laws
from spec_tests.contracts import windows as contract
from spec_tests.oracles import windows as oracle
from touchstone import array, captured, equals, guard, holds, probe, refuses, stream
from touchstone.conditions import Conditions

CHAPTER = {"window_length": 5, "shift": 2, "batch_size": 3, "shuffle_buffer": 10}
IN_ORDER = {"window_length": 4, "shift": 3, "batch_size": 2, "shuffle_buffer": 1}
PAIRS = {
    "window_length": 2,
    "shift": 1,
    "batch_size": 11,
}  # windows [k, k + 1] of a range
IDS = np.array([31, 41, 59, 26, 53, 58, 97, 93, 23, 84, 62, 64])


@probe
def batches(implementation):
    make = implementation.windows.batches
    return lambda sequence, seed=42, most=1000, **sizes: [
        tuple(map(array, pair))
        for pair in itertools.islice(make(sequence, seed=seed, **sizes), most)
    ]


@probe
def endless(implementation):
    make = implementation.windows.endless_batches
    return lambda sequence, most, seed=42, **sizes: [
        tuple(map(array, pair))
        for pair in itertools.islice(make(sequence, seed=seed, **sizes), most)
    ]


def joined(pairs) -> np.ndarray:
    """Return whole windows: the inputs, and the last step of the targets."""
    return np.concatenate([np.column_stack([x, y[:, -1:]]) for x, y in pairs])


def order(pairs) -> list[int]:
    """Return the first step of each window, which on a range is its place."""
    return np.concatenate([inputs[:, 0] for inputs, _ in pairs]).tolist()


def overtakes_by_less(found: list[int], buffer: int) -> bool:
    return all(window < place + buffer for place, window in enumerate(found))


@captured
def test_chapter_windows(batches):
    """WIN-01. The windows of 5 of 0..14, shifted by 2, are the chapter's six. [G19]"""
    found = [
        [one.tolist(), next_one.tolist()]
        for inputs, targets in batches(np.arange(15), **CHAPTER)
        for one, next_one in zip(inputs, targets, strict=True)
    ]
    expected = [
        [[k, k + 1, k + 2, k + 3], [k + 1, k + 2, k + 3, k + 4]]
        for k in (0, 2, 4, 6, 8, 10)
    ]
    equals(sorted(found), expected, what="the sorted pairs of inputs and targets")


def test_shapes(batches):
    """WIN-02. Batches hold batch_size windows, and the last one what is left. [G19]"""
    shapes = [x.shape + y.shape for x, y in batches(np.arange(24), **CHAPTER)]
    equals(shapes, [(3, 4, 3, 4)] * 3 + [(1, 4, 1, 4)], what="the shapes")


def test_integers(batches):
    """WIN-03. The ids stay integers. [G19]"""
    [(inputs, targets)] = batches(IDS, **IN_ORDER | {"batch_size": 3})
    for part in inputs, targets:
        holds(
            np.issubdtype(part.dtype, np.integer), "an integer dtype", str(part.dtype)
        )


def test_inputs_by_hand(batches):
    """WIN-04. The inputs are each window but for its last step. [G19]"""
    (inputs, _), _ = batches(IDS, **IN_ORDER)
    equals(inputs, np.array([[31, 41, 59], [26, 53, 58]]), what="the inputs")


def test_targets_by_hand(batches):
    """WIN-05. The targets are each window but for its first step. [G19]"""
    (_, targets), _ = batches(IDS, **IN_ORDER)
    equals(targets, np.array([[41, 59, 26], [53, 58, 97]]), what="the targets")


def test_incomplete_windows_are_dropped(batches):
    """WIN-06. A window that would reach over the end is dropped. [G19]"""
    found = joined(batches(IDS, **IN_ORDER)).tolist()
    expected = [[31, 41, 59, 26], [26, 53, 58, 97], [97, 93, 23, 84]]
    equals(found, expected, what="the windows")


def test_whole_sequence_is_one_window(batches):
    """WIN-07. A window as long as the sequence is the sequence. [G19, derived]"""
    found = joined(batches(IDS[:4], **IN_ORDER)).tolist()
    equals(found, [[31, 41, 59, 26]], what="the windows")


def test_shift_may_exceed_the_window(batches):
    """WIN-08. A shift beyond the window leaves steps out between windows. [G19]"""
    found = joined(batches(IDS, **IN_ORDER | {"window_length": 3, "shift": 5})).tolist()
    equals(found, [[31, 41, 59], [58, 97, 93]], what="the windows")


def test_each_window_once(batches):
    """WIN-09. However they shuffle, each window comes out once. [G19]"""
    found = order(batches(np.arange(102), shuffle_buffer=13, **PAIRS))
    equals(sorted(found), list(range(101)), what="the sorted windows")


def test_buffer_of_one_keeps_the_order(batches):
    """WIN-10. A buffer of 1 keeps the order. [G19]"""
    found = order(batches(np.arange(102), shuffle_buffer=1, **PAIRS))
    equals(found, list(range(101)), what="the windows")


def test_buffer_bounds_the_order(batches):
    """WIN-11. Window j comes out from among the first j + shuffle_buffer. [G19]"""
    found = order(batches(np.arange(102), shuffle_buffer=5, **PAIRS))
    holds(overtakes_by_less(found, 5), "window j, from 0, is below j + 5", found)


def test_buffer_is_drawn_from_evenly(batches):
    """WIN-12. Each window in the buffer is equally likely to be the next. [G19]"""
    found = order(batches(np.arange(2003), shuffle_buffer=3, **PAIRS))
    buffer = [0, 1, 2]
    ages: list[int] = []
    for window in found[:2000]:
        holds(window in buffer, f"window {len(ages)} is one of {buffer}", window)
        ages.append(buffer.index(window))
        buffer = [other for other in buffer if other != window] + [len(ages) + 2]
    shares = np.bincount(ages, minlength=3) / 2000
    # [H63] further off with a probability of at most 3 * 2 * exp(-2 * 2000 * 0.08^2)
    holds(np.abs(shares - 1 / 3).max() < 0.08, "shares within 0.08 of 1/3", shares)


def test_same_seed_same_order(batches):
    """WIN-13. The same seed gives the same order. [G19]"""
    sizes = dict(shuffle_buffer=50, **PAIRS)
    one, other = (order(batches(np.arange(102), seed=3, **sizes)) for _ in range(2))
    equals(one, other, what="the windows")


def test_other_seed_other_order(batches):
    """WIN-14. Another seed gives another order. [G19]"""
    sizes = dict(shuffle_buffer=50, **PAIRS)
    one, other = (order(batches(np.arange(102), seed=seed, **sizes)) for seed in (3, 4))
    holds(one != other, "another seed, another order", other)  # equal by 50^-51


def test_endless_windows_cross_the_seam(endless):
    """WIN-15. Endless windows go on over the end into the start. [G19]"""
    found = joined(endless(IDS[:7], 3, **IN_ORDER)).tolist()
    expected = [
        [31, 41, 59, 26],
        [26, 53, 58, 97],
        [97, 31, 41, 59],  # the shift goes on over the seam too
        [59, 26, 53, 58],
        [58, 97, 31, 41],
        [41, 59, 26, 53],
    ]
    equals(found, expected, what="the windows")


def test_endless_batches_are_whole(endless):
    """WIN-16. Endless batches are all of batch_size, pass after pass. [G19, derived]"""
    shapes = [x.shape + y.shape for x, y in endless(IDS, 29, **CHAPTER)]
    equals(shapes, [(3, 4, 3, 4)] * 29, what="the shapes")


def test_endless_pairs_are_shifted(endless):
    """WIN-17. Endless targets are the inputs, one step later. [G19]"""
    [(inputs, targets)] = endless(IDS, 1, **IN_ORDER)
    expected = [[[31, 41, 59], [26, 53, 58]], [[41, 59, 26], [53, 58, 97]]]
    equals([inputs.tolist(), targets.tolist()], expected, what="inputs and targets")


def test_endless_buffer_reaches_over_the_seam(endless):
    """WIN-18. Endless windows shuffle in one buffer, unbroken at the seam. [G19]"""
    # ten windows a pass, and a buffer of 7: a window of the next pass comes early
    found = order(endless(np.arange(10), 40, shuffle_buffer=7, **PAIRS))
    passes = [found[i : i + 10] for i in range(0, 440, 10)]
    mixed = any(sorted(part) != list(range(10)) for part in passes)
    holds(mixed, "passes that mix", found)  # chance: below 1e-20


def test_endless_buffer_bounds_the_order(endless):
    """WIN-19. Endless window j comes out from among the first j + buffer. [G19]"""
    found = order(endless(np.arange(1000), 9, shuffle_buffer=5, **PAIRS))
    holds(overtakes_by_less(found, 5), "window j, from 0, is below j + 5", found)


def test_endless_same_seed_same_order(endless):
    """WIN-20. The same seed gives the same endless order. [G19]"""
    sizes = dict(shuffle_buffer=50, **PAIRS)
    one, other = (order(endless(np.arange(102), 9, seed=3, **sizes)) for _ in range(2))
    equals(one, other, what="the windows")


def test_endless_other_seed_other_order(endless):
    """WIN-21. Another seed gives another endless order. [G19]"""
    sizes = dict(shuffle_buffer=50, **PAIRS)
    one, other = (
        order(endless(np.arange(102), 9, seed=seed, **sizes)) for seed in (3, 4)
    )
    holds(one != other, "another seed, another order", other)  # equal by 50^-99


@guard
def test_refuses_a_window_longer_than_the_sequence(batches, endless):
    """WIN-22. A window longer than the sequence is refused, endless or not. [house]"""
    sizes = CHAPTER | {"window_length": 16}
    refuses(lambda: batches(np.arange(15), most=1, **sizes), "window_length", 16)
    refuses(lambda: endless(np.arange(15), most=1, **sizes), "window_length", 16)


@guard
def test_refuses_a_window_without_a_target(batches):
    """WIN-23. A window too short for an input and a target is refused. [house]"""
    sizes = CHAPTER | {"window_length": 1}
    refuses(lambda: batches(np.arange(15), most=1, **sizes), "window_length", 1)


@guard
def test_refuses_a_shift_of_zero(batches):
    """WIN-24. A shift below 1 is refused. [house]"""
    sizes = CHAPTER | {"shift": 0}
    refuses(lambda: batches(np.arange(15), most=1, **sizes), "shift", 0)


@guard
def test_refuses_a_batch_size_of_zero(batches):
    """WIN-25. A batch size below 1 is refused. [house]"""
    sizes = CHAPTER | {"batch_size": 0}
    refuses(lambda: batches(np.arange(15), most=1, **sizes), "batch_size", 0)


@guard
def test_refuses_a_buffer_of_zero(batches):
    """WIN-26. A shuffle buffer below 1 is refused. [house]"""
    sizes = CHAPTER | {"shuffle_buffer": 0}
    refuses(lambda: batches(np.arange(15), most=1, **sizes), "shuffle_buffer", 0)


@guard
def test_refuses_a_sequence_with_two_axes(batches):
    """WIN-27. A sequence of more than one axis is refused. [house]"""
    refuses(
        lambda: batches(np.ones([7, 3], int), most=1, **CHAPTER), "sequence", (7, 3)
    )


@stream("tensorflow")
def test_chapter_batches(batches):
    """WIN-28. Of 0..14, seed 42 gives the two batches that are printed. [G19]"""
    found = batches(np.arange(15), **CHAPTER)
    starts = [[6, 2, 4], [0, 8, 10]]
    expected = np.array(starts)[:, :, np.newaxis] + np.arange(4)  # [batches, B, L-1]
    equals(len(found), 2, what="the number of batches")
    for (inputs, targets), printed in zip(found, expected, strict=True):
        equals(inputs, printed, what="the inputs")
        equals(targets, printed + 1, what="the targets")


def test_leaves_the_sequence(implementation):
    """WIN-29. Making batches leaves the sequence as it was. [house]"""
    component = implementation.windows
    for make in component.batches, component.endless_batches:
        laws.leaves_arguments(
            lambda steps, make=make: [
                *itertools.islice(make(steps, seed=1, **IN_ORDER), 9)
            ],
            IDS,
        )


def test_keeps_its_batches(implementation):
    """WIN-30. A batch is not changed by those after it. [house]"""
    component = implementation.windows
    for make in component.batches, component.endless_batches:
        found = iter(make(IDS, seed=1, **IN_ORDER | {"batch_size": 1}))
        taken = functools.partial(next, found)
        laws.keeps_results(taken, taken)


# Conditions: each row cuts a sequence. A buffer of 1 keeps the order; of a larger one the
# rows compare what chance leaves alone.

LARGEST = {
    "below 16": 15,
    "beyond 8 bits": 2**15 - 1,
    "beyond 16 bits": 2**24 + 1,  # the first whole number that float32 lacks
}


def sizes_of(row):
    length = row["window_length"]
    shifts = {"window_length": length, "beyond it": length + 2}
    return {
        "window_length": length,
        "shift": shifts.get(row["shift"], row["shift"]),
        "batch_size": row["batch_size"],
        "shuffle_buffer": row["shuffle_buffer"],
    }


def sequence_of(row):
    length = row["window_length"]
    steps = {"window_length": length, "one more": length + 1}
    n_steps = steps.get(row["n_steps"], row["n_steps"])
    largest = LARGEST[row["ids"]]
    ids = [0, largest, 1, largest - 1, *range(largest - 7, largest), 2, 5, 3]
    return np.resize(np.array(ids, row["dtype"]), n_steps)


def cut(sequence, row):
    """Return windows that a right implementation may return, far enough for a row."""
    sizes = sizes_of(row)
    sequence = np.resize(sequence, 14 * len(sequence)) if row["endless"] else sequence
    starts = range(0, len(sequence) - sizes["window_length"] + 1, sizes["shift"])
    return {tuple(sequence[s : s + sizes["window_length"]].tolist()) for s in starts}


def make(module, row):
    return module


def call(module, row):
    sequence, seed = sequence_of(row), row["seed"]
    made = module.endless_batches if row["endless"] else module.batches
    pairs = made(sequence, seed=seed, **sizes_of(row))
    most = (2 if row["batch_size"] > 99 else 5) if row["endless"] else 1000
    pairs = [tuple(map(array, p)) for p in itertools.islice(pairs, most)]
    windows = [tuple(window) for window in joined(pairs).tolist()]
    found = {
        "shapes": [x.shape + y.shape for x, y in pairs],
        "integers": all(part.dtype.kind in "iu" for p in pairs for part in p),
        "targets follow": all((x[:, 1:] == y[:, :-1]).all() for x, y in pairs),
        "whole windows": set(windows) <= cut(sequence, row),
    }
    if row["shuffle_buffer"] == 1:
        return found | {"windows": windows}
    return found if row["endless"] else found | {"sorted windows": sorted(windows)}


ROWS = Conditions(contract, oracle, make=make, call=call)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.windows)


def test_rows_endless(conditions):
    """WIN-31. Windows are right endless or not, whatever the sizes. [G19]"""
    conditions.hold("endless")


def test_rows_n_steps(conditions):
    """WIN-32. Windows are right at every length of the sequence. [G19]"""
    conditions.hold("n_steps")


def test_rows_window_length(conditions):
    """WIN-33. Windows are right at every window_length. [G19]"""
    conditions.hold("window_length")


def test_rows_shift(conditions):
    """WIN-34. Windows are right at every shift, below and beyond the window. [G19]"""
    conditions.hold("shift")


def test_rows_batch_size(conditions):
    """WIN-35. Windows are right at every batch size. [G19]"""
    conditions.hold("batch_size")


def test_rows_shuffle_buffer(conditions):
    """WIN-36. Windows are right at every size of the shuffle buffer. [G19]"""
    conditions.hold("shuffle_buffer")


def test_rows_seed(conditions):
    """WIN-37. Windows are right at every seed. [G19]"""
    conditions.hold("seed")


def test_rows_ids(conditions):
    """WIN-38. Windows are right at ids beyond 8 and 16 bits. [house]"""
    conditions.hold("ids")


def test_rows_dtype(conditions):
    """WIN-39. Windows are right at every dtype of integers. [house]"""
    conditions.hold("dtype")


def test_rows_history(conditions):
    """WIN-40. Windows are right whatever was cut before. [house]"""
    conditions.hold("history")
