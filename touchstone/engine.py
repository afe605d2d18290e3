"""The engine: it runs the body of a clause and decides its outcome.

`touchstone check`, `touchstone.check()` and the pytest plugin are front ends to it. It
does not use pytest, and nothing that pytest does affects it.
"""

import opcode
import site
import sysconfig
import time
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from touchstone import hints
from touchstone.clauses import Clause
from touchstone.comparisons import PRECISION, Comparison, Mismatch
from touchstone.diagnosis import RAISED, is_same, resemblances, sentence
from touchstone.implementation import Implementation, NotProvided
from touchstone.outcomes import Outcome
from touchstone.rivals import Rival
from touchstone.texts import clean, message_of
from touchstone.verdict import outcome_of

LONGEST_TARGET = 300
CHANGES = (
    "run again, the clause finds another value: random, or left from earlier calls"
)
NOTHING_COMPARED = "the clause ended without comparing anything"
_LIBRARIES = tuple(
    {sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")}
    | {*site.getsitepackages(), site.getusersitepackages()}
)
_RAISE = opcode.opmap["RAISE_VARARGS"]


class Unimportable(Exception):
    """The implementation cannot be imported; the message is the whole story."""


@dataclass(frozen=True)
class Result:
    """What became of one clause.

    `ratio` is the largest error in units of the tolerance, `place` where the
    implementation raised, `resembles` the rivals that fail in the same way, `looks` the
    same in words, `hint` what else is true of the value found. `case` says where the
    failing case was saved. `error` is what was raised, in the process that ran the clause.
    """

    clause: Clause
    outcome: Outcome
    message: str = ""
    seconds: float = 0.0
    ratio: float | None = None
    place: str = ""
    resembles: tuple[str, ...] | None = None
    looks: str = ""
    hint: str = ""
    case: str = ""
    error: BaseException | None = None


def load(target: str) -> Implementation:
    """Return the implementation; Unimportable says why it cannot be imported."""
    if not target.isprintable() or len(target) > LONGEST_TARGET:
        raise Unimportable("the name of an implementation is short and printable")
    with _warnings_ignored():
        try:
            return Implementation(target)
        except TimeoutError:
            raise  # the caller's limit
        except (Exception, SystemExit) as error:
            why = f"its import raises {type(error).__name__}: {message_of(error)}"
            if isinstance(error, ModuleNotFoundError) and error.name:
                if target.partition(":")[0].startswith(error.name):
                    why = f"no module is named {error.name}"
            message = f"the implementation {target} cannot be imported: {why}"
            raise Unimportable(message) from error


def check_clause(
    clause: Clause,
    implementation: Any,
    *,
    precision: str = "float32",
    is_interrupt: Callable[[], bool] = lambda: True,
    watched: bool = True,
) -> Result:
    """Run one clause against an implementation, and return its result, undiagnosed.

    An implementation that works in place on the arrays of the clause file could make
    expected values of its own: where it is `watched`, that is a failure.

    Whatever the implementation raises becomes an outcome, but for a KeyboardInterrupt of
    which `is_interrupt` says that a person sent it.
    """
    token = PRECISION.set(precision)
    comparisons: list[Comparison] = []
    error: BaseException | None = None
    begun = time.perf_counter()
    try:
        with _warnings_ignored():
            comparisons = clause.check(implementation, watched=watched)
    except BaseException as raised:
        if type(raised) is KeyboardInterrupt and is_interrupt():
            raise
        error = raised
    finally:
        seconds = time.perf_counter() - begun
        PRECISION.reset(token)
    try:
        result = _judged(clause, comparisons, error, seconds)
        if isinstance(error, NotImplementedError) and not _declares(
            error, implementation
        ):
            message = f"raised {clean(type(error).__name__)}: {result.message}"
            result = replace(
                result, outcome=Outcome.ERROR, message=message, place=_place(error)
            )
        return result
    except BaseException as odd:  # an exception that lies about itself
        message = f"raised something that cannot be examined: {type(odd).__name__}"
        return Result(clause, Outcome.ERROR, message, seconds)


def _judged(
    clause: Clause,
    comparisons: list[Comparison],
    error: BaseException | None,
    seconds: float,
) -> Result:
    result = Result(
        clause, outcome_of(comparisons, error), seconds=seconds, error=error
    )
    if error is None:
        ratio = max((comparison.ratio for comparison in comparisons), default=None)
        message = "" if comparisons else NOTHING_COMPARED
        return replace(result, ratio=ratio, message=message)
    if isinstance(error, MemoryError):  # what fills the memory is held by its frames
        traceback.clear_frames(error.__traceback__)
    message = message_of(error)
    if isinstance(error, Mismatch):
        return replace(result, message=message, ratio=error.comparison.ratio)
    if result.outcome is Outcome.ERROR:
        kind = clean(type(error).__name__)
        message = f"raised {kind}" if message == kind else f"raised {kind}: {message}"
        if condition := getattr(error, "touchstone_condition", ""):
            message = f"{clean(str(condition))}: {message}"
        return replace(result, message=message, place=_place(error))
    return replace(result, message=message)


def diagnosed(
    result: Result,
    rivals: Iterable[Rival],
    *,
    precision: str = "float32",
    implementation: Any = None,
) -> Result:
    """Return the result of a failed clause with the rivals that fail in the same way.

    It also says what else is true of the value found. Where no rival fails so, and the
    implementation is given, the clause runs a second time: another value may come.
    """
    if not result.outcome.is_failure or not isinstance(result.error, RAISED):
        return result
    error = result.error
    token = PRECISION.set(precision)
    try:
        with _warnings_ignored():
            near = resemblances(result.clause, error, rivals)
            found = []
            if isinstance(error, Mismatch):
                found = hints.hints(error.comparison)
                may_change = implementation is not None and not near
                if may_change and _changes(result.clause, implementation, error):
                    found.insert(0, CHANGES)
    finally:
        PRECISION.reset(token)
    names = tuple(rival.name for rival in near)
    return replace(
        result, resembles=names, looks=sentence(near), hint=hints.sentence(found)
    )


def _changes(clause: Clause, implementation: Any, found: Mismatch) -> bool:
    """Say whether the clause, run again, finds another value or none that is wrong."""
    again = check_clause(clause, implementation, precision=PRECISION.get()).error
    if not isinstance(again, Mismatch) or again.position != found.position:
        return True
    return not is_same(found.comparison.actual, again.comparison.actual)


def has_case(result: Result) -> bool:
    """Say whether a failure can be saved: a comparison failed, or something was raised."""
    if not result.outcome.is_failure or result.error is None:
        return False
    return result.outcome is Outcome.ERROR or isinstance(result.error, Mismatch)


def saved_case(
    clause: Clause,
    implementation: Any,
    target: str,
    precision: str,
    folder: str,
    is_interrupt: Callable[[], bool] = lambda: True,
) -> str:
    """Return the name of the script of a saved case, or one remark that says why not."""
    from touchstone import cases

    try:
        with _warnings_ignored():
            return cases.save(clause, implementation, target, precision, Path(folder))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and is_interrupt():
            raise
        said = " ".join(message_of(error).split())
        kind = "" if type(error) is ValueError else f"{clean(type(error).__name__)}: "
        return f"not saved: {kind}{said}"


def shown_case(said: str, folder: str) -> str:
    """Return what a failure's message says of its case; `folder` as it was typed."""
    return said if said.startswith("not saved: ") else f"{Path(folder) / said}"


def _declares(error: NotImplementedError, implementation: Any) -> bool:
    """Say whether an implementation's own code says that something is not provided.

    It does by a `raise` of its own. A library that raises the same, whether in Python or
    compiled, says that it was called with what it cannot do: that is a mistake.
    """
    if isinstance(error, NotProvided) or type(error).__name__ == "NotProvided":
        return True
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    frame, lasti = trace.tb_frame, trace.tb_lasti
    if frame.f_code.co_code[lasti] != _RAISE:
        return False
    target = str(getattr(implementation, "_target", ""))
    package = target.partition(":")[0].partition(".")[0]
    home = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return home == package or not frame.f_code.co_filename.startswith(_LIBRARIES)


def _place(error: BaseException) -> str:
    """Return the last place of a traceback that is not inside an installed library."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    own = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES)]
    last = (own or frames)[-1]
    path = Path(last.filename)
    try:
        path = path.relative_to(Path.cwd())
    except (OSError, ValueError):
        pass
    return clean(f"{path}:{last.lineno}, in {last.name}")


class _warnings_ignored(warnings.catch_warnings):
    """A block in which no warning is an error: an implementation's are its own affair."""

    def __enter__(self) -> Any:
        entered = super().__enter__()
        warnings.simplefilter("ignore")
        return entered
