"""The comparisons that clauses make: `agrees`, `equals`, `holds`, `refuses`.

Each compares a plain copy of what the implementation returned, and keeps it: a clause
that compared nothing has not passed, a failure can be compared with the rivals' outputs,
and the rounding noise of a clause can be measured.

What counts as equal. Real values are float16, float32 or float64 of the expected shape;
nothing is broadcast, and NaN differs from every number. Integers, truth values and text
have the expected shape and kind, at any width. Masked arrays and arrays of objects are
never equal to anything. Plain values (numbers, text, lists, tuples, mappings) have the
expected type, a NumPy scalar counting as the number that it holds.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from touchstone.texts import message_of, one_line
from touchstone.tolerances import Tolerance

Plain = np.ndarray[Any, Any]  # a plain copy, ours
PRECISION: ContextVar[str] = ContextVar("precision", default="float32")
REAL = (np.float16, np.float32, np.float64)
KINDS = {"b": "truth values", "i": "integers", "u": "integers", "f": "real numbers"}
LONGEST_VALUE = 200
# from NumPy 2 on, repr(np.float32(2.5)) is otherwise "np.float32(2.5)"
_AS_NUMBERS: dict[str, Any] = (
    {"legacy": "1.25"} if int(np.__version__.partition(".")[0]) > 1 else {}
)


@dataclass(frozen=True)
class Comparison:
    """One comparison of a clause; `ratio` is the error in units of the tolerance."""

    actual: Any
    expected: Any
    ratio: float
    tolerance: float


_RECORD: ContextVar[list[Comparison] | None] = ContextVar("record", default=None)


@contextmanager
def recording() -> Iterator[list[Comparison]]:
    """Keep the comparisons made inside the block in the list that it is given."""
    comparisons: list[Comparison] = []
    token = _RECORD.set(comparisons)
    try:
        yield comparisons
    finally:
        _RECORD.reset(token)


# Called with a comparison's position, its two values and the tolerance at each value,
# before they are compared; where it returns true, they are not compared.
Watch = Callable[[int, Any, Any, Any], bool]
WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)


def _is_passed_over(actual: Any, expected: Any, allowed: Any = None) -> bool:
    watch, position = WATCH.get(), len(_RECORD.get() or [])
    if watch is None or not watch(position, actual, expected, allowed):
        return False
    keep(Comparison(actual, expected, 0.0, 0.0))
    return True


class Mismatch(AssertionError):
    """The implementation's value is not the expected one.

    `comparison` is what was compared, `position` its place among the clause's comparisons.
    """

    def __init__(self, message: str, comparison: Comparison, position: int):
        super().__init__(message)
        self.comparison, self.position = comparison, position


def array(value: Any) -> Plain:
    """Return an implementation's tensor as an array of ours, whatever device it is on."""
    if isinstance(value, np.ma.MaskedArray):
        masked: Plain = value.copy()
        return masked  # stays what it is: no comparison accepts it
    for step in "detach", "cpu":  # PyTorch's, called without importing it
        value = getattr(value, step, lambda value=value: value)()
    return np.array(value)


def agrees(
    actual: Any,
    expected: Any,
    tolerance: Tolerance,
    *,
    scale: Any = 1.0,
    what: str = "output",
) -> None:
    """Assert that real values agree within the tolerance of the precision in force.

    `scale`, broadcast over the values, is the factor by which rounding is known to grow.
    """
    expected = np.asarray(expected)
    allowed = getattr(tolerance, PRECISION.get()) * scale
    if _is_passed_over(actual, expected, allowed):
        return
    actual = _array_like(actual, expected, what)
    if actual.dtype.type not in REAL:
        message = f"{what}: got dtype {actual.dtype}, expected real numbers"
        _mismatch(message, actual, expected)
    allowed = np.broadcast_to(allowed * np.maximum(1, np.abs(expected)), actual.shape)
    error = np.abs(actual.astype(np.float64) - expected)
    ratio = np.where(np.isnan(error), np.inf, error / allowed)
    if not ratio.size:
        return keep(Comparison(actual, expected, 0.0, 0.0))
    worst = np.unravel_index(np.argmax(ratio), ratio.shape)
    largest, limit = float(ratio[worst]), float(allowed[worst])
    if largest > 1:
        message = (
            f"{what}{_place(worst)}: got {actual[worst]:.7g}, "
            f"expected {expected[worst]:.7g}\n"
            f"the difference {error[worst]:.3g} is {_times(largest)} the tolerance "
            f"{limit:.3g} ({PRECISION.get()}); "
            f"{int(np.sum(ratio > 1))} of {ratio.size} values differ"
        )
        _mismatch(message, actual, expected, largest, limit)
    keep(Comparison(actual, expected, largest, limit))


def equals(actual: Any, expected: Any, *, what: str = "output") -> None:
    """Assert that integers, text, shapes or nested lists of them are the same."""
    if _is_passed_over(actual, expected):
        return
    if isinstance(expected, np.ndarray):
        actual = _array_like(actual, expected, what)
        ours, theirs = (KINDS.get(a.dtype.kind, "text") for a in (actual, expected))
        if ours != theirs:
            message = f"{what}: got dtype {actual.dtype} ({ours}), expected {theirs}"
            _mismatch(message, actual, expected)
        different = np.asarray(actual != expected)
        if different.any():
            first = tuple(int(i) for i in np.argwhere(different)[0])
            message = (
                f"{what}{_place(first)}: got {_short(actual[first])}, "
                f"expected {_short(expected[first])}; "
                f"{int(different.sum())} of {different.size} values differ"
            )
            _mismatch(message, actual, expected)
    elif not _same_plain(actual, expected):
        message = f"{what}: got {_short(actual)}, expected {_short(expected)}"
        _mismatch(message, actual, expected)
    keep(Comparison(actual, expected, 0.0, 0.0))


def holds(condition: bool, claim: str, actual: Any) -> None:
    """Assert a condition on the implementation's value; the claim is the failure."""
    if _is_passed_over(actual, claim):
        return
    if not condition:
        _mismatch(f"expected {claim}; got {_short(actual)}", actual, claim)
    keep(Comparison(actual, claim, 0.0, 0.0))


def refuses(call: Callable[[], Any], argument: str, value: Any) -> None:
    """Assert a ValueError that names the argument or shows the value.

    A subclass of ValueError is one, too; of an array, any ValueError will do.
    """
    given = f"{argument}={_short(value)}"
    wanted = f"expected a ValueError naming {argument!r} or showing {_short(value)}"
    try:
        call()
    except ValueError as error:
        parts = [argument, str(value), repr(value)]
        if not isinstance(value, np.ndarray) and not _says(error, parts):
            message = f"{given}: {wanted}; it says: {message_of(error)}"
            _mismatch(message, [given, "unnamed"], wanted, cause=error)
        keep(Comparison([given, "refused"], wanted, 0.0, 0.0))
    except Exception as error:
        if is_absence(error):
            raise
        kind = type(error).__name__
        message = f"{given}: {wanted}; {kind} was raised: {message_of(error)}"
        _mismatch(message, [given, "raises", kind], wanted, cause=error)
    else:
        message = f"{given}: {wanted}; nothing was raised"
        _mismatch(message, [given, "accepted"], wanted)


def _says(error: BaseException, parts: list[str]) -> bool:
    message = message_of(error)
    return any(part and part in message for part in parts)


def is_absence(error: BaseException) -> bool:
    """Say whether an exception means: not provided, or unrepresentable."""
    named = type(error).__name__ == "Unrepresentable"
    return named or isinstance(error, NotImplementedError)


def _array_like(actual: Any, expected: Plain, what: str) -> Plain:
    """Return the actual value as an array of the expected shape, or say what came."""
    try:
        plain = array(actual)
    except (TypeError, ValueError, RuntimeError) as error:
        message = f"{what}: got {_kind(actual)}, expected {_kind(expected)}: {error}"
        _mismatch(message, actual, expected, cause=error)
    if isinstance(plain, np.ma.MaskedArray) or plain.dtype.kind in "OV":
        message = f"{what}: got {_kind(actual)}, expected {_kind(expected)}"
        _mismatch(message, actual, expected)
    if plain.shape != expected.shape:
        came = f" ({_kind(actual)})" if isinstance(actual, list | tuple) else ""
        message = f"{what}: got shape {plain.shape}{came}, expected {expected.shape}"
        _mismatch(message, plain, expected)
    return plain


def _same_plain(actual: Any, expected: Any) -> bool:
    """Say whether plain values are the same, container by container."""
    if isinstance(expected, list | tuple):
        return (
            type(actual) is type(expected)
            and len(actual) == len(expected)
            and all(map(_same_plain, actual, expected))
        )
    if isinstance(expected, Mapping):
        return (
            isinstance(actual, Mapping)
            and actual.keys() == expected.keys()
            and all(_same_plain(actual[key], expected[key]) for key in expected)
        )
    if isinstance(expected, set | frozenset):
        return isinstance(actual, set | frozenset) and actual == expected
    if hasattr(actual, "__array__") and not isinstance(actual, str | bytes):
        try:
            actual = array(actual)[()]
        except (TypeError, ValueError, RuntimeError):
            return False
    if isinstance(actual, np.generic):
        actual = actual.item()
    if isinstance(expected, np.generic):
        expected = expected.item()
    if isinstance(expected, bool) or isinstance(actual, bool):
        return actual is expected
    if isinstance(expected, int | float):
        return isinstance(actual, int | float) and actual == expected
    return isinstance(actual, type(expected)) and bool(actual == expected)


def keep(comparison: Comparison) -> None:
    """Count a comparison among those of the clause that is running."""
    record = _RECORD.get()
    if record is not None:
        record.append(comparison)


def _mismatch(
    message: str,
    actual: Any,
    expected: Any,
    ratio: float = float("inf"),
    tolerance: float = 0.0,
    cause: BaseException | None = None,
) -> NoReturn:
    position = len(_RECORD.get() or [])
    comparison = Comparison(actual, expected, ratio, tolerance)
    raise Mismatch(message, comparison, position) from cause


def _place(index: tuple[Any, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def _times(ratio: float) -> str:
    """Return "3.2 times" or "163,000 times", to two or three figures."""
    if not np.isfinite(ratio):
        return "not a finite multiple of"
    return f"{float(f'{ratio:.3g}'):,.{1 if ratio < 100 else 0}f} times"


def _kind(value: Any) -> str:
    """Return in words what a value is: its type, and its shape or length."""
    name = type(value).__name__
    if isinstance(value, list | tuple):
        return f"a {name} of {len(value)}"
    if isinstance(value, np.ma.MaskedArray):
        return f"a masked array of shape {value.shape}"
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    return f"an object of type {name}"


def _short(value: Any) -> str:
    """Return what a value looks like on one line; a NumPy number as a number."""
    with np.printoptions(**_AS_NUMBERS):
        text = one_line(repr(value))
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{text[:LONGEST_VALUE]}... ({len(text)} characters)"
