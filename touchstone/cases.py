"""Saving the case of a failed clause: its arrays, and a script that needs no Touchstone.

The clause runs a second time against a proxy that records what is called, with plain
copies of what goes in and comes out. Further runs, with other numbers in the place of what
one call returned, show where in its result the compared values come from. Nothing is
pickled: arrays are arrays, text and integers are JSON.
"""

import io
import json
import keyword
import math
import os
import re
import time
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from touchstone.clauses import Clause
from touchstone.comparisons import PRECISION, WATCH, Mismatch, Plain, array
from touchstone.report.files import write_whole
from touchstone.texts import clean, message_of

LONGEST_LITERAL = 120  # characters that are written into the script
MOST_STEPS = 40  # calls that a script repeats
MOST_TRACED = 12  # calls whose results are followed to the comparison
TRACING = 20.0  # seconds


def prepare(folder: Path) -> None:
    """Make the folder of the cases; ValueError where that, or writing, is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or message_of(error)
        raise ValueError(
            f"the folder of cases {folder} cannot be made: {why}"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"the folder of cases {folder} is read-only")


def save(
    clause: Clause, implementation: Any, target: str, precision: str, folder: Path
) -> str:
    """Write the case of a clause that fails, and return the name of its script.

    ValueError says why there is none.
    """
    token = PRECISION.set(precision)
    try:
        run = _Run(clause, implementation)
        script = _Script(run, target, _imported_from(implementation, target))
        text = script.text()
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **script.arrays)
    finally:
        PRECISION.reset(token)
    write_whole(folder / f"{clause.id}.npz", buffer.getvalue())
    write_whole(folder / f"{clause.id}.py", text)
    return f"{clause.id}.py"


# Plain copies


@dataclass(frozen=True)
class _Missing:
    """In a copy: what cannot be written down, in words."""

    what: str


@dataclass(frozen=True)
class _Reference:
    """In a copy: something of the implementation, as the script calls it."""

    owner: int | None
    path: str


def _is_array(value: Any) -> bool:
    if isinstance(value, type | str | bytes | np.generic):
        return False
    return hasattr(value, "__array__") or isinstance(value, np.ndarray)


def _copy(value: Any) -> Any:
    """Return arrays, text, numbers and containers of them as plain copies."""
    if isinstance(value, _Proxy):
        return _reference(value)
    if value is None or type(value) in (bool, int, float, str, bytes, np.str_):
        return value
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value
    if type(value) in (list, tuple):
        return type(value)(map(_copy, value))
    if isinstance(value, dict):
        return {_copy(name): _copy(inner) for name, inner in value.items()}
    if _is_array(value):
        try:
            copied = array(value)
        except Exception:
            return _Missing(f"an array of type {type(value).__name__}")
        if copied.dtype.kind == "V":  # such as bfloat16, of which NumPy knows nothing
            try:
                copied = copied.astype(np.float32)
            except (TypeError, ValueError):
                pass
        if copied.dtype.hasobject or isinstance(copied, np.ma.MaskedArray):
            return _Missing(f"an array of {copied.dtype}, masked or of objects")
        return copied
    return _Missing(f"a value of type {type(value).__name__}")


def _numbers(value: Any) -> Plain | None:
    """Return a plain copy as an array of numbers, None where it is none."""
    if not isinstance(value, np.ndarray | np.generic | list | tuple | int | float):
        return None
    try:
        found = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return found if found.dtype.kind in "biuf" else None


def _is_on_tape(value: Any) -> bool:
    """Say whether there are tensors in it that must be detached, as PyTorch's."""
    if isinstance(value, list | tuple):
        return any(map(_is_on_tape, value))
    return _is_array(value) and hasattr(value, "detach")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Plain]]:
    """Return the arrays of real numbers and integers in a copy, with their places."""
    if isinstance(value, np.ndarray | np.floating) and value.dtype.kind in "iuf":
        yield path, np.asarray(value)
    elif type(value) is float:
        yield path, np.asarray(value)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{i}]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}[{name!r}]")


def _listed(value: Any) -> Any:
    """Return a copy with lists in the place of tuples and arrays, to be compared."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_listed(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _listed(inner) for name, inner in value.items()}
    return value


def _equal(one: Any, other: Any) -> bool:
    """Say whether two copies are equal, real numbers up to rounding."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.shape != other.shape or one.dtype.kind != other.dtype.kind:
            return False
        if one.dtype.kind == "f":
            return np.allclose(one, other, rtol=1e-5, atol=1e-6, equal_nan=True)
    if isinstance(one, list | tuple) and type(one) is type(other):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(
            map(_equal, one.values(), other.values())
        )
    return bool(_listed(one) == _listed(other))


# Recording


@dataclass
class _Step:
    """One call, or one attribute that was read, and what came of it."""

    owner: int | None  # the number of the object, None for a component's own name
    path: str
    is_read: bool = False
    arguments: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    is_on_tape: bool = False  # it returned tensors that NumPy cannot read as they are
    makes: int | None = None
    error: BaseException | None = None

    def touches(self) -> set[int]:
        """Return the numbers of the objects that take part in it."""
        found = {self.owner, self.makes}
        todo: list[Any] = [*self.arguments, *self.options.values()]
        while todo:
            value = todo.pop()
            if isinstance(value, _Reference):
                found.add(value.owner)
            elif isinstance(value, list | tuple):
                todo += value
            elif isinstance(value, dict):
                todo += value.values()
        return {number for number in found if number is not None}


class _Tape:
    """What a clause did with an implementation, step by step.

    `swap` gives a step's number, and the function that gives the arrays in the place of
    those that the step returned.
    """

    def __init__(self, swap: tuple[int, Callable[[Any], Any]] | None = None):
        self.steps: list[_Step] = []
        self.swap = swap
        self._n_objects = 0

    def call(self, proxy: "_Proxy", arguments: Any, options: Any) -> Any:
        reference = _reference(proxy)
        step = _Step(reference.owner, reference.path)
        step.arguments, step.options = _copy(arguments), _copy(options)
        self.steps.append(step)
        try:
            result = _real(proxy)(*_unwrapped(arguments), **_unwrapped(options))
        except BaseException as error:
            step.error = error
            raise
        return self._kept(step, result)

    def read(self, reference: _Reference, value: Any) -> Any:
        step = _Step(reference.owner, reference.path, is_read=True)
        self.steps.append(step)
        return self._kept(step, value)

    def _kept(self, step: _Step, result: Any) -> Any:
        step.result = _copy(result)
        step.is_on_tape = _is_on_tape(result)
        if isinstance(step.result, _Missing) and not hasattr(result, "__next__"):
            if not _is_array(result):
                step.makes = self._n_objects
                self._n_objects += 1
                return _Proxy(self, result, _Reference(step.makes, ""))
        if self.swap and self.swap[0] == len(self.steps) - 1:
            return self.swap[1](step.result)
        return result


class _Proxy:
    """An object, a class or a function of the implementation, and its tape."""

    def __init__(self, tape: _Tape, real: Any, reference: _Reference):
        vars(self).update(_tape=tape, _real=real, _reference=reference)

    def __getattr__(self, name: str) -> Any:
        own = vars(self)
        value, reference = getattr(own["_real"], name), own["_reference"]
        path = f"{reference.path}.{name}".lstrip(".")
        inner = _Reference(reference.owner, path)
        if callable(value) and not _is_array(value):
            return _Proxy(own["_tape"], value, inner)
        return own["_tape"].read(inner, value)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_real(self), name, _unwrapped(value))

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return vars(self)["_tape"].call(self, arguments, options)

    def __iter__(self) -> Iterator[Any]:
        return iter(_real(self))

    def __len__(self) -> int:
        return len(_real(self))

    def __getitem__(self, key: Any) -> Any:
        return _real(self)[key]


def _real(proxy: _Proxy) -> Any:
    return vars(proxy)["_real"]


def _reference(proxy: _Proxy) -> _Reference:
    found: _Reference = vars(proxy)["_reference"]
    return found


def _unwrapped(value: Any) -> Any:
    """Return what an implementation is given: itself, where it is behind a proxy."""
    if isinstance(value, _Proxy):
        return _real(value)
    if type(value) in (list, tuple):
        inside = [_unwrapped(inner) for inner in value]
        is_same = all(a is b for a, b in zip(inside, value, strict=True))
        return value if is_same else type(value)(inside)
    if type(value) is dict:
        named = {name: _unwrapped(inner) for name, inner in value.items()}
        is_same = all(named[name] is value[name] for name in value)
        return value if is_same else named  # itself: the clause may look at it later
    return value


class _Recorded:
    """An implementation whose components are recorded on a tape."""

    def __init__(self, tape: _Tape, implementation: Any):
        self._tape, self._implementation = tape, implementation

    def __getattr__(self, component: str) -> Any:
        inside = getattr(self._implementation, component)
        return _Proxy(self._tape, inside, _Reference(None, component))

    def declares(self, attribute: str, default: Any = None) -> Any:
        return self._implementation.declares(attribute, default)


# What a failing run shows


class _Seen(BaseException):
    """Ends a run at the comparison that was waited for."""

    def __init__(self, actual: Any, expected: Any):
        super().__init__()
        self.values = {"actual": _copy(actual), "expected": _copy(expected)}


@dataclass(frozen=True)
class _Origin:
    """Where compared values come from: a place in what a step returned.

    `where` are the indices of the values, axis by axis, None for the array as it is;
    `offset` is what is added to them.
    """

    step: int
    path: str = ""
    where: Plain | None = None
    offset: Plain | None = None


class _Run:
    """A second run of a failing clause: the steps, and the comparison that failed."""

    def __init__(self, clause: Clause, implementation: Any):
        self.clause, self.implementation = clause, implementation
        self.origins: dict[str, _Origin] = {}
        self.is_derived = False  # the expected value comes from the implementation
        self.tolerance: Any = None
        self.is_seen = False
        last: list[tuple[int, Any, Any, Any]] = []

        def watch(position: int, actual: Any, expected: Any, allowed: Any) -> bool:
            last[:] = [(position, _copy(actual), _copy(expected), allowed)]
            return False

        tape = _Tape()
        error = self._error_of(tape, watch)
        if error is None:
            raise ValueError("run a second time, the clause passed")
        self.error, self.steps = error, tape.steps
        self.values: dict[str, Any] = {}
        if isinstance(error, Mismatch):
            comparison = error.comparison
            pair = _copy(comparison.actual), _copy(comparison.expected)
            if last and last[0][0] == error.position:
                self.is_seen, pair = True, (last[0][1], last[0][2])
                self.tolerance = last[0][3]
            self.values = dict(zip(("actual", "expected"), pair, strict=True))
            if self.is_seen and not isinstance(comparison.expected, str):
                self._trace(error.position)
            if "actual" not in self.origins:
                self._match()

    def gives_the_same(self, numbers: list[int], wanted: set[int]) -> bool:
        """Say whether some steps alone, with new objects, return what they did before."""
        made: dict[int, Any] = {}
        for number in numbers:
            step, error, result = self.steps[number], None, None
            try:
                called = self._real_of(_Reference(step.owner, step.path), made)
                result = called if step.is_read else self._called(called, step, made)
            except Exception as raised:
                error = raised
            if number in wanted and type(error) is not type(step.error):
                return False
            if step.makes is not None:
                made[step.makes] = result
            elif number in wanted and not _equal(_copy(result), step.result):
                return False
        return True

    def _called(self, called: Any, step: _Step, made: dict[int, Any]) -> Any:
        arguments, options = (
            self._given(given, made) for given in (step.arguments, step.options)
        )
        return called(*arguments, **options)

    def _given(self, value: Any, made: dict[int, Any]) -> Any:
        if isinstance(value, _Reference):
            return self._real_of(value, made)
        if isinstance(value, np.ndarray):
            return value.copy()
        if isinstance(value, list | tuple):
            return type(value)(self._given(inner, made) for inner in value)
        if isinstance(value, dict):
            return {name: self._given(inner, made) for name, inner in value.items()}
        return value

    def _real_of(self, reference: _Reference, made: dict[int, Any]) -> Any:
        found = (
            self.implementation if reference.owner is None else made[reference.owner]
        )
        for name in filter(None, reference.path.split(".")):
            found = getattr(found, name)
        return found

    def _error_of(self, tape: _Tape, watch: Any) -> BaseException | None:
        token = WATCH.set(watch)
        try:
            self.clause.check(_Recorded(tape, self.implementation))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return error
        finally:
            WATCH.reset(token)
        return None

    def _seen_with(self, step: int, swap: Any, wanted: int) -> dict[str, Any] | None:
        """Return the compared values where a step returns other arrays."""

        def watch(position: int, actual: Any, expected: Any, allowed: Any) -> bool:
            if position < wanted:
                return True
            raise _Seen(actual, expected)

        error = self._error_of(_Tape((step, swap)), watch)
        return error.values if isinstance(error, _Seen) else None

    def _trace(self, position: int) -> None:
        """Find the steps, and the places in their results, of what was compared."""
        end = time.monotonic() + TRACING
        candidates = [i for i, s in enumerate(self.steps) if [*_leaves(s.result)]]
        changed: set[str] = set()
        for step in candidates[: -MOST_TRACED - 1 : -1]:
            if time.monotonic() > end or len(self.origins) == 2:
                break
            zero = self._seen_with(step, lambda r: _swapped(r, _Zeros()), position)
            mark = self._seen_with(step, lambda r: _swapped(r, _Marks()), position)
            if zero is None or mark is None:
                continue
            for side in {"actual", "expected"} - set(self.origins):
                before, after = _numbers(zero[side]), _numbers(mark[side])
                if before is None or after is None or before.shape != after.shape:
                    continue
                if not np.array_equal(before, after, equal_nan=True):
                    changed.add(side)
                    if origin := self._origin(step, before, after, self.values[side]):
                        self.origins[side] = origin
        self.is_derived = "expected" in changed

    def _origin(
        self, step: int, zero: Plain, mark: Plain, value: Any
    ) -> _Origin | None:
        found = _numbers(value)
        with np.errstate(all="ignore"):
            marks = mark.astype(np.float64) - zero
            numbers = np.nan_to_num(np.rint(marks), nan=0, posinf=0, neginf=0)
        numbers = numbers.astype(np.int64)
        if found is None or found.shape != marks.shape or not marks.size:
            return None
        if not np.allclose(marks, numbers, rtol=0, atol=1e-3):
            return None
        first = 1
        for path, leaf in _leaves(self.steps[step].result):
            places = numbers - first
            first += leaf.size
            if places.min() < 0 or places.max() >= leaf.size:
                continue
            if not leaf.ndim and found.ndim:
                continue
            where = np.array(np.unravel_index(places, leaf.shape or (1,)))
            offset = zero if np.any(zero) else None
            with np.errstate(all="ignore"):
                again = leaf.ravel()[places] + zero
            if not np.allclose(again, found, rtol=1e-5, atol=1e-6, equal_nan=True):
                continue
            is_whole = leaf.shape == found.shape and np.array_equal(
                places.ravel(), np.arange(leaf.size)
            )
            return _Origin(step, path, None if is_whole else where, offset)
        return None

    def _match(self) -> None:
        """Find a step that returned the compared value itself, the last one first."""
        wanted = _listed(self.values["actual"])
        for step in reversed(range(len(self.steps))):
            result = self.steps[step].result
            inner: list[tuple[str, Any]] = [("", result)]
            if isinstance(result, list | tuple):
                inner += [(f"[{i}]", value) for i, value in enumerate(result)]
            for path, value in inner:
                try:
                    if type(_listed(value)) is type(wanted):
                        if _listed(value) == wanted:
                            self.origins["actual"] = _Origin(step, path)
                            return
                except (TypeError, ValueError):
                    continue


class _Zeros:
    def __call__(self, shape: tuple[int, ...]) -> Plain:
        return np.zeros(shape)


class _Marks:
    """Numbers from 1, each only once: they say where a value comes from."""

    def __init__(self) -> None:
        self._next = 1

    def __call__(self, shape: tuple[int, ...]) -> Plain:
        size = math.prod(shape)
        self._next += size
        return np.arange(self._next - size, self._next).reshape(shape)


def _swapped(value: Any, fill: Callable[[tuple[int, ...]], Plain]) -> Any:
    """Return a result with other arrays in the place of its own, in `_leaves`' order."""
    if isinstance(value, np.ndarray | np.floating) and value.dtype.kind in "iuf":
        kind = np.float64 if value.dtype.kind == "f" else np.int64
        return fill(value.shape).astype(kind)
    if type(value) is float:
        return float(fill(()))
    if isinstance(value, list | tuple):
        return type(value)([_swapped(inner, fill) for inner in value])
    if isinstance(value, dict):
        return {name: _swapped(inner, fill) for name, inner in value.items()}
    return value


# The script


def _imported_from(implementation: Any, target: str) -> str:
    """Return "module" or "module:attribute" of which the components are attributes."""
    package = vars(implementation).get("_package")
    return package.__name__ if isinstance(package, types.ModuleType) else target


_PLAIN = """
def plain(value):  # lists and numbers in the place of arrays and tuples
    value = value.tolist() if hasattr(value, "tolist") else value
    if hasattr(value, "items"):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


"""
_DIFFERENCE = """assert got.shape == expected.shape, f"got shape {got.shape}"
difference = np.abs(got - expected)
"""
_WORST = """worst = (difference / case["tolerance"]).argmax()
print(f"largest difference {difference.flat[worst]:.3g}")
"""
_LARGEST = """print(f"largest difference {difference.max():.3g}")
"""
_SAME = """is_same = got == expected
print("no difference" if is_same else f"got {got!r}, expected {expected!r}")
"""


class _Script:
    """The text of a case's script, and the arrays that it reads."""

    def __init__(self, run: _Run, target: str, home: str):
        self.run, self.target, self.home = run, target, home
        self.arrays: dict[str, Any] = {}
        self.missing: list[str] = []
        self._json: dict[str, Any] = {}
        self._names: dict[tuple[str, int | None], str] = {}
        self._taken = {step.path.partition(".")[0] for step in run.steps}
        self._taken |= {"np", "sys", "json", "case", "text", "got", "expected", "plain"}
        self._components: set[str] = set()

    def text(self) -> str:
        """Return the script; the arrays, and what is missing, are known then."""
        body = "".join(self._body())
        self._keep_values()
        clause = self.run.clause
        message = clean(message_of(self.run.error))
        kind = type(self.run.error).__name__
        is_mismatch = isinstance(self.run.error, Mismatch)
        message = message if is_mismatch else f"raised {kind}: {message}"
        about = {"clause": str(clause), "target": self.target, "message": message}
        document = json.dumps(about | {"values": self._json}).encode()
        self.arrays["json"] = np.frombuffer(document, np.uint8)
        package = self.home.partition(":")[0].partition(".")[0]
        said = [str(clause), *message.splitlines()]
        if self.run.is_derived and "expected" not in self.run.origins:
            self.missing.append(
                "how the expected value, worked out from what came in other calls, "
                "follows from them"
            )
        said += [f"It does not say: {what}." for what in dict.fromkeys(self.missing)]
        head = "".join(f"# {clean(line)}".rstrip() + "\n" for line in said)
        imports = "".join(map(self._import, sorted(self._components)))
        plain = _PLAIN if "plain(" in body else ""
        reads_text = 'text["' in body
        reads = 'text = json.loads(case["json"].tobytes())["values"]\n' * reads_text
        if reads_text or 'case["' in body:
            reads = 'case = np.load(__file__[:-2] + "npz")\n' + reads
        modules = [
            "import json\n" * reads_text,
            "import sys\n",
            "\nimport numpy as np\n" * ("np." in reads + body),
        ]
        package = self.home.partition(":")[0].partition(".")[0]
        place = f'\nsys.path.append("")  # where it is run, {package} is found\n'
        return f"{head}\n{''.join(modules)}{place}{imports}\n{plain}{reads}{body}"

    def _import(self, component: str) -> str:
        module, _, attribute = self.home.partition(":")
        words = [*module.split("."), component]
        if not all(w.isidentifier() and not keyword.iskeyword(w) for w in words):
            name = f"{module}.{component}"
            return f"{component} = __import__('importlib').import_module({name!r})\n"
        if not attribute:
            return f"from {module} import {component}\n"
        first = attribute.partition(".")[0]
        return f"from {module} import {first}\n{component} = {attribute}.{component}\n"

    def _body(self) -> Iterator[str]:
        run = self.run
        origins = run.origins
        wanted = {origin.step for origin in origins.values()}
        failed = not run.is_seen and isinstance(run.error, Mismatch)
        raised = not isinstance(run.error, Mismatch)
        last = [
            i
            for i, step in enumerate(run.steps)
            if (step.error is not None if raised else not step.is_read)
        ]
        if not wanted and (last or run.steps):
            wanted = {last[-1] if last else len(run.steps) - 1}
        if not wanted:
            self.missing.append("any call: the clause made none")
            return
        for number in self._shortest(wanted):
            step = run.steps[number]
            line = self._line(number, step)
            if number in wanted or step.makes is not None:
                line = f"{self._name_of(number, step)} = {line}"
            yield f"{line}\n"
            if number in wanted and (failed or raised):
                yield 'print("nothing was raised")\n'
        if failed or raised:
            return
        if "actual" not in origins:
            self.missing.append("how the compared value follows from what came")
            name = self._name_of(max(wanted), run.steps[max(wanted)])
            if isinstance(run.steps[max(wanted)].result, _Missing):
                self.missing.append("what the clause took from the iterator")
                yield f'print(*zip(range(3), {name}), sep="\\n")  # its first three\n'
            else:
                yield f"print({name})\n"
            yield f"# {self._one_line(run.error)}\n"
            return
        yield from self._comparison()

    def _comparison(self) -> Iterator[str]:
        run = self.run
        actual, expected = (run.values[side] for side in ("actual", "expected"))
        got, wanted = _numbers(actual), _numbers(expected)
        if isinstance(expected, str) and not isinstance(actual, str):
            yield f"print({self._source(run.origins['actual'], False)})\n"
            yield f"# expected: {clean(expected)}\n".replace("\n", " ").strip() + "\n"
            self.missing.append("the condition as a formula")
            return
        if got is None or wanted is None:
            came = self._source(run.origins["actual"], False)
            is_plain = _listed(actual) is actual or _is_json(actual)
            yield f"got = {came}\n" if is_plain else f"got = plain({came})\n"
            yield f"expected = {self._expression(_listed(expected), 'expected')}\n"
            yield _SAME
            return
        yield f"got = {self._source(run.origins['actual'], True, 'actual')}\n"
        if "expected" in run.origins:
            source = self._source(run.origins["expected"], True, "expected")
            yield f"expected = {source}\n"
        else:
            self.arrays["expected"] = wanted
            yield 'expected = case["expected"]\n'
        yield _DIFFERENCE
        if run.tolerance is None:
            yield _LARGEST
            return
        yield _WORST
        factor = np.maximum(1, np.abs(wanted.astype(np.float64)))
        allowed = np.broadcast_to(run.tolerance * factor, wanted.shape)
        self.arrays["tolerance"] = np.array(allowed, np.float64)

    def _source(self, origin: _Origin, is_array: bool, key: str = "") -> str:
        """Return the expression of a compared value."""
        step = self.run.steps[origin.step]
        text = f"{self._name_of(origin.step, step)}{origin.path}"
        if not is_array:
            return text
        on_host = ".detach().cpu()" if step.is_on_tape else ""
        text = f"np.asarray({text}{on_host}, float)"
        if origin.where is not None:
            self.arrays[f"{key}.where"] = origin.where
            text += f'[tuple(case["{key}.where"])]'
        if origin.offset is not None:
            self.arrays[f"{key}.offset"] = origin.offset
            text += f' + case["{key}.offset"]'
        return text

    def _shortest(self, wanted: set[int]) -> list[int]:
        """Return the fewest steps, the last ones first, that give the same results."""
        steps, needed = self.run.steps, self._needed(wanted)
        others = [i for i in needed if i not in wanted and steps[i].makes is None]
        end = time.monotonic() + TRACING
        n_kept = 0
        while n_kept < len(others) and time.monotonic() < end:
            kept = {*wanted, *others[len(others) - n_kept :]}
            tried = self._with_makers(kept, needed)
            if self.run.gives_the_same(tried, wanted):
                return tried
            n_kept = 2 * n_kept or 1
        return needed

    def _with_makers(self, kept: set[int], needed: list[int]) -> list[int]:
        """Return the steps, and those that make the objects which take part in them."""
        steps, found = self.run.steps, set(kept)
        for number in reversed(needed):
            objects = {o for i in found for o in steps[i].touches()}
            if steps[number].makes in objects:
                found.add(number)
        return sorted(found)

    def _needed(self, wanted: set[int]) -> list[int]:
        """Return the wanted steps, and those before them that their objects took."""
        steps, needed, todo = self.run.steps, set(wanted), list(wanted)
        while todo:
            number = todo.pop()
            objects = steps[number].touches()
            for earlier in range(number):
                step = steps[earlier]
                is_idle = step.is_read and step.makes is None
                if earlier in needed or is_idle or not objects & step.touches():
                    continue
                needed.add(earlier)
                todo.append(earlier)
        ordered = sorted(needed)
        if len(ordered) > MOST_STEPS:
            makers = [i for i in ordered if steps[i].makes is not None][:MOST_STEPS]
            ordered = sorted({*makers, *ordered[-MOST_STEPS:], *wanted})
            self.missing.append(f"{len(needed) - len(ordered)} earlier calls")
        return ordered

    def _name_of(self, number: int, step: _Step) -> str:
        """Return the variable of what a step made or returned."""
        key = ("made", step.makes) if step.makes is not None else ("came", number)
        if key not in self._names:
            word = re.sub(r"\W", "", step.path.rpartition(".")[2]).lower() or "object"
            word = "came" if step.makes is None else word
            names = (word, *(f"{word}_{n}" for n in range(2, len(self._taken) + 2)))
            self._names[key] = next(name for name in names if name not in self._taken)
            self._taken.add(self._names[key])
        return self._names[key]

    def _place(self, reference: _Reference) -> str:
        if reference.owner is None:
            self._components.add(reference.path.partition(".")[0])
            return reference.path
        owner = self._names.get(
            ("made", reference.owner), f"object_{reference.owner + 1}"
        )
        return f"{owner}.{reference.path}".rstrip(".")

    def _line(self, number: int, step: _Step) -> str:
        """Return a step as Python."""
        place = self._place(_Reference(step.owner, step.path))
        if step.is_read:
            return place
        given = [
            self._expression(value, f"call_{number + 1}.{i}")
            for i, value in enumerate(step.arguments)
        ]
        given += [
            f"{name}={self._expression(value, f'call_{number + 1}.{name}')}"
            for name, value in step.options.items()
        ]
        return f"{place}({', '.join(given)})"

    def _expression(self, value: Any, key: str) -> str:
        """Return a value as Python, its arrays and long texts kept under the key."""
        if isinstance(value, np.ndarray):
            self.arrays[key] = value
            return f'case["{key}"]'
        if isinstance(value, np.generic):
            self.arrays[key] = np.asarray(value)
            return f'case["{key}"][()]'
        if isinstance(value, _Reference):
            return self._place(value)
        if isinstance(value, _Missing):
            self.missing.append(f"{key}, {value.what}: None stands in its place")
            return "None"
        if isinstance(value, float) and not math.isfinite(value):
            return f'float("{value}")'
        if _is_json(value):
            self._json[key] = value
            short = len(repr(value)) <= LONGEST_LITERAL
            return repr(value) if short else f'text["{key}"]'
        if isinstance(value, dict):
            return self._mapping(value, key)
        if isinstance(value, list | tuple):
            inner = [self._expression(v, f"{key}.{i}") for i, v in enumerate(value)]
            if isinstance(value, list):
                return f"[{', '.join(inner)}]"
            return f"({', '.join(inner)}{',' * (len(inner) == 1)})"
        return repr(value)  # bytes

    def _mapping(self, value: dict[Any, Any], key: str) -> str:
        arrays = [isinstance(v, np.ndarray | np.generic) for v in value.values()]
        if all(arrays) and all(type(name) is str for name in value):
            self.arrays |= {f"{key}/{n}": np.asarray(v) for n, v in value.items()}
            start = f"{key}/"
            each = f'for n in case.files if n.startswith("{start}")'
            return f"{{n[{len(start)}:]: case[n] {each}}}"
        inner = [
            f"{self._expression(n, f'{key}.{i}.key')}: "
            f"{self._expression(v, f'{key}.{i}')}"
            for i, (n, v) in enumerate(value.items())
        ]
        return f"{{{', '.join(inner)}}}"

    def _keep_values(self) -> None:
        """Keep what came and what was expected, whether the script reads it or not."""
        for side, value in self.run.values.items():
            if side not in self.arrays and side not in self._json:
                before = list(self.missing)
                self._expression(value, side)
                self.missing = before

    @staticmethod
    def _one_line(error: BaseException) -> str:
        return " ".join(clean(message_of(error)).split())


def _is_json(value: Any) -> bool:
    """Say whether JSON gives the value back as it is."""
    if value is None or type(value) in (bool, int, str):
        return True
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is list:
        return all(map(_is_json, value))
    if type(value) is dict:
        return all(type(n) is str and _is_json(v) for n, v in value.items())
    return False
