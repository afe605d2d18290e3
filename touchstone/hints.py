"""Hints: what can be said of a wrong value where no rival gives the same.

Each hint is a form that a mistake often has, such as a constant factor or exchanged axes.
It is tried on the expected value and said only where the result is the value found.
"""

import itertools
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from touchstone.comparisons import Comparison, Plain

FEWEST = 4  # values: fewer agree by chance
MANY = 8  # values: of fewer it cannot be said that their errors go both ways
MOST = 3  # hints that are said
TOLERANCES = 10  # two roundings of one mistake differ by at most this many
SHAPE_TOLERANCE = 1e-5  # where shapes differ, the clause had no use for its own
LONGEST_AXIS = 64  # along which slices are compared one by one
# formats narrower than float32: bits of the significand behind the point
ROUNDINGS = {"bfloat16": 7, "float16 or TF32": 10}
WRAPS = {"8 bits": 2**8, "16 bits": 2**16}


def hints(comparison: Comparison) -> list[str]:
    """Return what is true of a wrong value, the most telling first."""
    try:
        return _true_of(comparison)
    except Exception:  # a value of the implementation's own kind, which may do anything
        return []


def _true_of(comparison: Comparison) -> list[str]:
    actual, expected = comparison.actual, comparison.expected
    if isinstance(actual, str | bytes) and type(actual) is type(expected):
        return list(itertools.islice(_of_texts(actual, expected), MOST))
    if not isinstance(expected, np.ndarray) and not _is_list(expected):
        return []
    actual, expected = np.asarray(actual), np.asarray(expected)
    if not actual.size or not expected.size:
        return []
    kinds = actual.dtype.kind, expected.dtype.kind
    if "f" in kinds and all(kind in "iuf" for kind in kinds):
        allowed = TOLERANCES * (comparison.tolerance or SHAPE_TOLERANCE)
        return _of_arrays(_Reals(actual, expected, allowed))
    if all(kind in "iub" for kind in kinds) or all(kind in "US" for kind in kinds):
        return _of_arrays(_Exact(actual, expected))
    return []


def sentence(found: list[str]) -> str:
    """Return the hints as they stand under a failure."""
    return "hint: " + "\n      ".join(found) if found else ""


class _Exact:
    """Two arrays that should be the same."""

    def __init__(self, actual: Plain, expected: Plain):
        self.actual, self.expected = actual, expected

    def same(self, ours: Plain, theirs: Plain) -> Plain:
        """Return where two arrays of one shape have the same values."""
        return np.asarray(ours == theirs)

    def own(self) -> Iterator[tuple[str, Plain]]:
        """Return forms that only such values take, and what they make of the expected."""
        expected = self.expected
        if expected.dtype.kind in "US":
            for said, change in _text_forms(expected.dtype.type()).items():
                texts = [change(text) for text in expected.ravel().tolist()]
                yield f"in each text {said}", np.array(texts).reshape(expected.shape)
            return
        if expected.dtype.kind not in "iu" or self.actual.dtype.kind not in "iu":
            return
        expected = expected.astype(np.int64)
        if self.actual.shape == expected.shape and expected.size:
            differences = self.actual.astype(np.int64) - expected
            step = int(differences.flat[0])
            size = f"{abs(step)} {'more' if step > 0 else 'less'} than the expected one"
            yield f"every value is {size}", expected + step
        for bits, modulus in WRAPS.items():
            yield f"every value is cut to {bits}", expected % modulus
            half = modulus // 2
            signed = (expected + half) % modulus - half
            yield f"every value is cut to {bits} with a sign", signed
        for name, places in ROUNDINGS.items():
            rounded = _rounded(expected, places).astype(np.int64)
            yield f"every value is rounded to {name}", rounded


class _Reals(_Exact):
    """Two arrays that should agree within a tolerance."""

    def __init__(self, actual: Plain, expected: Plain, allowed: float):
        super().__init__(actual.astype(np.float64), expected.astype(np.float64))
        self.allowed = allowed

    def same(self, ours: Plain, theirs: Plain) -> Plain:
        with np.errstate(all="ignore"):
            near = np.abs(ours - theirs) <= self.allowed * np.maximum(1, np.abs(theirs))
        both_nan = np.isnan(ours) & np.isnan(theirs)
        return np.asarray(near | (ours == theirs) | both_nan)

    def own(self) -> Iterator[tuple[str, Plain]]:
        actual, expected = self.actual, self.expected
        if actual.shape != expected.shape or not np.isfinite(actual).all():
            return
        if np.ptp(actual) == 0:
            value = actual.flat[0]
            yield f"every value is {value:.7g}", np.full_like(expected, value)
            return
        yield "every value has the opposite sign", -expected
        largest = np.unravel_index(np.argmax(np.abs(expected)), expected.shape)
        factor = actual[largest] / expected[largest] if expected[largest] else np.nan
        if np.isfinite(factor):
            about = f"every value is {factor:.4g} times the expected one"
            yield about, factor * expected
        offset = float(np.median(actual - expected))
        size = f"{abs(offset):.4g} {'more' if offset > 0 else 'less'}"
        yield f"every value is {size} than the expected one", expected + offset
        low, high = actual.min(), actual.max()
        within = np.clip(expected, low, high)
        yield f"values are cut off at {low:.4g} and {high:.4g}", within

    def roundings(self) -> Iterator[str]:
        """Say that the errors have the size of a format's rounding, or smaller ones."""
        actual, expected = self.actual, self.expected
        if actual.shape != expected.shape or not np.isfinite(actual).all():
            return
        scale = np.max(np.abs(expected))
        largest = float(np.max(np.abs(actual - expected)))
        for name, bits in ROUNDINGS.items():
            rounded = _rounded(actual, bits)
            if np.array_equal(rounded, actual) and largest < 0.1 * scale:
                yield f"every value is a {name} number"
                return
        errors = actual - expected
        is_one_sided = abs(errors.mean()) > np.abs(errors).mean() / 2
        if actual.size < MANY or is_one_sided:  # rounding errs to both sides
            return
        for name, bits in reversed(ROUNDINGS.items()):
            if largest <= 4 * scale * 2.0 ** -(bits + 1):
                yield (
                    f"the errors go both ways and are at most {largest / scale:.1g} of "
                    f"the largest value, as from rounding to {name}"
                )
                return


def _of_arrays(pair: _Exact) -> list[str]:
    found = [
        said for said, candidate in _forms(pair) if _explains(pair, candidate)
    ] + list(_in_part(pair))
    if isinstance(pair, _Reals) and pair.actual.size >= FEWEST:
        found += pair.roundings()
    return found[:MOST]


def _explains(pair: _Exact, candidate: Plain) -> bool:
    """Say whether a form gives the value found, and is not the expected one itself."""
    actual, expected = pair.actual, pair.expected
    if candidate.shape != actual.shape or candidate.size < FEWEST:
        return False
    if not pair.same(actual, candidate).all():
        return False
    if expected.shape != candidate.shape:
        return True
    return len(np.unique(expected)) > 1 and not pair.same(expected, candidate).all()


def _forms(pair: _Exact) -> Iterator[tuple[str, Plain]]:
    """Return forms of mistakes, and what each makes of the expected value."""
    actual, expected = pair.actual, pair.expected
    yield from pair.own()
    axes = range(expected.ndim)
    for i, j in itertools.combinations(axes, 2):
        exchanged = np.swapaxes(expected, i, j)
        yield f"axes {i} and {j} are exchanged", exchanged
        if actual.size == expected.size and actual.shape != exchanged.shape:
            said = f"axes {i} and {j} are reshaped where they should be exchanged"
            yield said, exchanged.reshape(actual.shape)
    if expected.ndim > 2:
        for order in itertools.permutations(axes):
            if sum(a != b for a, b in zip(order, axes, strict=True)) > 2:
                yield f"the axes are in the order {order}", expected.transpose(order)
    if actual.size == expected.size and actual.shape != expected.shape:
        yield f"the shape is {actual.shape}", expected.reshape(actual.shape)
    for axis in axes:
        yield from _along(pair, axis)
    if expected.ndim == actual.ndim:
        yield from _shorter(pair)


def _along(pair: _Exact, axis: int) -> Iterator[tuple[str, Plain]]:
    """Return the forms that move slices along one axis."""
    actual, expected = pair.actual, pair.expected
    size = expected.shape[axis]
    where = f"axis {axis}"
    yield f"the values are reversed along {where}", np.flip(expected, axis)
    if actual.shape != expected.shape or size < 2:
        return
    ours, theirs = np.moveaxis(actual, axis, 0), np.moveaxis(expected, axis, 0)
    for step, word in (1, "late"), (-1, "early"):
        moved = np.roll(theirs, step, 0)
        yield f"the values turn by {step} along {where}", np.moveaxis(moved, 0, axis)
        free = 0 if step > 0 else size - 1
        moved[free] = ours[free]  # whatever stands where nothing was moved to
        if size > 2:
            yield (
                f"the values are one {word} along {where}",
                np.moveaxis(moved, 0, axis),
            )
    first = np.repeat(theirs[:1], size, 0)
    yield f"all slices along {where} are the first", np.moveaxis(first, 0, axis)
    last = np.repeat(theirs[-1:], size, 0)
    yield f"all slices along {where} are the last", np.moveaxis(last, 0, axis)
    if 2 < size <= LONGEST_AXIS:
        order = []
        for ours_i in ours:
            same = [j for j in range(size) if pair.same(ours_i, theirs[j]).all()]
            if len(same) != 1:
                return
            order += same
        said = f"the slices along {where} are in the order {order}"
        yield said, np.moveaxis(theirs[order], 0, axis)


def _shorter(pair: _Exact) -> Iterator[tuple[str, Plain]]:
    """Return the forms that leave the ends of an axis out."""
    actual, expected = pair.actual, pair.expected
    differ = [a for a in range(actual.ndim) if actual.shape[a] != expected.shape[a]]
    if len(differ) != 1:
        return
    axis, ours = differ[0], actual.shape[differ[0]]
    missing = expected.shape[axis] - ours
    if missing > 0:
        indices = np.arange(expected.shape[axis])
        yield (
            f"the last {missing} along axis {axis} are missing",
            expected.take(indices[:ours], axis),
        )
        yield (
            f"the first {missing} along axis {axis} are missing",
            expected.take(indices[missing:], axis),
        )


def _in_part(pair: _Exact) -> Iterator[str]:
    """Say where values are right and where not, if that is a matter of one axis."""
    actual, expected = pair.actual, pair.expected
    if actual.shape != expected.shape or actual.size < FEWEST:
        return
    wrong = ~pair.same(actual, expected)
    if isinstance(pair, _Reals) and (np.isnan(actual) & wrong).any():
        n = int(np.isnan(actual).sum())
        rest = "; all others are right" if np.isnan(actual)[wrong].all() else ""
        yield f"{n} of {actual.size} values are NaN{rest}"
    for axis in range(actual.ndim):
        size = actual.shape[axis]
        others = tuple(a for a in range(actual.ndim) if a != axis)
        at = np.flatnonzero(wrong.any(axis=others))
        if size < 2 or len(at) == size or not len(at):
            continue
        first, last = int(at[0]), int(at[-1])
        is_run = last - first + 1 == len(at)
        if len(at) == 1:
            yield f"wrong only at index {first} of {size} along axis {axis}"
        elif is_run and last == size - 1:
            yield f"right before index {first} of {size} along axis {axis}, then wrong"
        elif is_run and not first:
            yield f"wrong before index {last + 1} of {size} along axis {axis}, then right"
        elif len(at) == size - 1:
            (right,) = set(range(size)) - set(at.tolist())
            yield f"right only at index {right} of {size} along axis {axis}"


def _of_texts(actual: Any, expected: Any) -> Iterator[str]:
    """Say how two texts differ."""
    if not actual:
        yield "it is empty"
        return
    for said, change in _text_forms(expected).items():
        if change(expected) == actual:
            yield said
    n = len(actual) - len(expected)
    if expected.startswith(actual):
        yield f"its last {-n} are missing"
    if expected.endswith(actual):
        yield f"its first {-n} are missing"
    if expected and actual.startswith(expected):
        yield f"{n} more follow at its end"


def _text_forms(like: Any) -> dict[str, Callable[[Any], Any]]:
    """Return forms that wrong texts take, for `str` or for `bytes`."""
    space: Any = b" " if isinstance(like, bytes) else " "
    forms: dict[str, Callable[[Any], Any]] = {
        "all is in lower case": lambda t: t.lower(),
        "all is in upper case": lambda t: t.upper(),
        "all is reversed": lambda t: t[::-1],
        "white space at the ends is missing": lambda t: t.strip(),
        "each run of white space is one space": lambda t: space.join(t.split()),
    }
    if isinstance(like, bytes):
        return forms
    for name, character in ("carriage returns", "\r"), ("tabs", "\t"), ("NULs", "\0"):
        forms[f"{name} are missing"] = partial(_without, character)
    for form in "NFC", "NFD", "NFKC", "NFKD":
        forms[f"all is normalised to {form}"] = partial(unicodedata.normalize, form)
    return forms | {
        "case is folded": str.casefold,
        "UTF-8 is read as Latin-1": lambda t: t.encode("utf-8", "replace").decode("l1"),
        "characters outside ASCII are missing": lambda t: t.encode(
            "ascii", "ignore"
        ).decode(),
    }


def _without(character: str, text: str) -> str:
    return text.replace(character, "")


def _rounded(values: Plain, bits: int) -> Plain:
    """Return values rounded to so many bits behind the point of their significands."""
    significand, exponent = np.frexp(np.asarray(values, np.float64))
    return np.ldexp(
        np.rint(significand * 2.0 ** (bits + 1)) / 2.0 ** (bits + 1), exponent
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value)
