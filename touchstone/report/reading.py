"""Reading a report: every field is checked, and what is wrong is one sentence.

`report.schema.json` describes the same form for other programs. This module also checks
what a schema cannot: ids of this specification, totals that add up, verdicts that follow
from the outcomes.
"""

import json
import math
import reprlib
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from touchstone.clauses import Clause
from touchstone.engine import Result
from touchstone.outcomes import Level, Outcome
from touchstone.report.model import SCHEMA_VERSION
from touchstone.specification import Specification
from touchstone.texts import clean
from touchstone.tolerances import PRECISIONS
from touchstone.verdict import Conformance, Status, conformance, status

LARGEST = 50_000_000  # bytes; a report of 345 failures has about half a million
LONGEST_TEXT = 10_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Run:
    """One complete report: who was tested, under what, and the result of each clause."""

    name: str
    specification: Specification
    results: dict[str, Result]
    versions: dict[str, str]
    device: str = "not stated"
    precision: str = "float32"
    suite_version: str = ""
    specification_version: str = ""

    def outcome(self, clause: Clause) -> Outcome:
        """Return what became of a clause; one that was not asked for was not run."""
        result = self.results.get(clause.id)
        return result.outcome if result else Outcome.NOT_RUN


def read(path: Path, specification: Specification) -> Run:
    """Return a complete report on this specification.

    Whatever else the file holds is a ValueError naming the file, the field and the value.
    """
    try:
        return _run(_object(path), specification)
    except _Wrong as error:
        raise ValueError(f"{path}: {error}") from None


class _Wrong(Exception):
    """What is wrong with a report; the message names the field and the value."""


# The file


def _object(path: Path) -> "_Fields":
    """Return the object that a file holds."""
    found = _parsed(_content(path))
    if not isinstance(found, dict):
        raise _Wrong(f"expected a report, which is an object, got {_shown(found)}")
    if found == {"complete": False}:
        raise _Wrong("a run began this report and never checked a clause; run it again")
    return _Fields(found, "")


def _content(path: Path) -> str:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _Wrong("expected a regular file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise _Wrong(f"cannot be read: {error.strerror}") from None
    except ValueError as error:  # a NUL in the name
        raise _Wrong(f"cannot be read: {error}") from None
    if len(content) > LARGEST:
        raise _Wrong(f"expected at most {LARGEST:,} bytes, got {found.st_size:,}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _Wrong(f"expected UTF-8, got {error.object[error.start]:#x} as byte "
                     f"{error.start:,}") from None  # fmt: skip


def _parsed(text: str) -> object:
    """Return what JSON says; a key said twice, or NaN, is none."""
    try:
        return json.loads(text, object_pairs_hook=_unrepeated, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise _Wrong(f"no JSON, or cut off: {error}") from None
    except RecursionError:
        raise _Wrong("no report: it is nested too deeply") from None
    except MemoryError:
        raise _Wrong("no report: it holds too many values") from None
    except ValueError:  # json's own, of an integer with thousands of digits
        raise _Wrong("no report: a number has too many digits") from None


def _unrepeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(key, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _Wrong(f"the key {_shown(key)} stands twice in one object")
    return found


def _constant(name: str) -> object:
    raise _Wrong(f"{name} is no number of JSON")


def _shown(value: object) -> str:
    """Return a value, short enough for a sentence."""
    short = reprlib.Repr()
    short.maxdict = short.maxlist = 2
    short.maxlevel = 2
    short.maxstring = short.maxother = 60
    try:
        return clean(short.repr(value))
    except ValueError:  # an integer too long to be written out
        return f"a {type(value).__name__}"


# The fields


class _Fields:
    """An object of the report; `at` is where it stands, as `clauses[3]`."""

    def __init__(self, found: dict[str, Any], at: str):
        self.found, self.at = found, at

    def where(self, key: str) -> str:
        return f"{self.at}.{key}" if self.at else key

    def wrong(self, key: str, rule: str) -> _Wrong:
        got = _shown(self.found[key]) if key in self.found else "nothing"
        return _Wrong(f"{self.where(key)}: expected {rule}, got {got}")

    def _of(self, key: str, kind: type, rule: str) -> Any:
        value = self.found.get(key)
        if not isinstance(value, kind) or (
            isinstance(value, bool) and kind is not bool
        ):
            raise self.wrong(key, rule)
        return value

    def boolean(self, key: str) -> bool:
        return bool(self._of(key, bool, "true or false"))

    def count(self, key: str) -> int:
        value: int = self._of(key, int, "a whole number from 0")
        if value < 0:
            raise self.wrong(key, "a whole number from 0")
        return value

    def number(self, key: str) -> float:
        rule = "a finite number from 0"
        value = self.found.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(key, rule)
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not (math.isfinite(number) and number >= 0):
            raise self.wrong(key, rule)
        return number

    def text(self, key: str) -> str:
        return clean(self._of(key, str, "a text"), LONGEST_TEXT)

    def name(self, key: str) -> str:
        """Return a text that is shown as a name: in one line, not empty, visible."""
        name = one_line(self._of(key, str, "a name"))
        if not name:
            raise self.wrong(key, "a name")
        return name

    def line(self, key: str) -> str:
        """Return a text in one line, which may be empty."""
        return one_line(self._of(key, str, "a text"))

    def label(self, key: str, labels: list[str]) -> str:
        value: str = self._of(key, str, f"one of {', '.join(labels)}")
        if value not in labels:
            raise self.wrong(key, f"one of {', '.join(labels)}")
        return value

    def inner(self, key: str) -> "_Fields":
        return _Fields(self._of(key, dict, "an object"), self.where(key))

    def objects(self, key: str) -> "list[_Fields]":
        items = self._of(key, list, "a list")
        inner = _Fields(
            {f"{key}[{i}]": item for i, item in enumerate(items)},
            self.at,
        )
        return [inner.inner(name) for name in inner.found]

    def names(self, key: str) -> list[str]:
        items = self._of(key, list, "a list of names")
        inner = _Fields({f"{key}[{i}]": x for i, x in enumerate(items)}, self.at)
        return [inner.name(name) for name in inner.found]

    def optional(self, key: str, read: Callable[[str], Any], default: Any) -> Any:
        return read(key) if key in self.found else default


def one_line(text: str) -> str:
    """Return text as one short line without characters that nobody sees."""
    seen = "".join(" " if c.isspace() else c for c in text[: 10 * LONGEST_NAME])
    seen = "".join(c for c in seen if unicodedata.category(c)[0] != "C")
    return clean(" ".join(seen.split()))[:LONGEST_NAME]


# The report


def _run(report: _Fields, specification: Specification) -> Run:
    version = report.count("schema")
    if version > SCHEMA_VERSION:
        raise _Wrong(
            f"schema: {version} is newer than what this Touchstone reads, "
            f"{SCHEMA_VERSION}; update it"
        )
    if version < 1:
        raise report.wrong("schema", "a whole number from 1")
    suite_version = report.line("touchstone")
    asked = report.inner("specification")
    if asked.name("package") != specification.package:
        raise asked.wrong("package", f"{specification.package!r}")
    asked.count("clauses")
    versions = report.inner("versions")
    if "explanations" in report.found:  # shown by no page, and checked all the same
        explained = report.inner("explanations")
        for component in explained.found:
            explained.names(component)
    run = Run(
        name=report.name("implementation"),
        specification=specification,
        results=_results(report, specification),
        versions={one_line(name): versions.line(name) for name in versions.found},
        device=report.line("device"),
        precision=report.label("precision", list(PRECISIONS)),
        suite_version=suite_version,
        specification_version=asked.line("version"),
    )
    _refuse_incomplete(report, run)
    _refuse_wrong_totals(report, run)
    _refuse_wrong_verdicts(report, run)
    return run


def _results(report: _Fields, specification: Specification) -> dict[str, Result]:
    """Return the entries as results; no id may be unknown, misplaced or repeated."""
    known = specification.clauses
    results: dict[str, Result] = {}
    for entry in report.objects("clauses"):
        name = entry.name("id")
        if name not in known:
            raise entry.wrong("id", f"the id of a clause of {specification.package}")
        if name in results:
            raise _Wrong(f"{entry.where('id')}: {name} has an outcome already")
        if entry.name("component") != known[name].component:
            rule = f"{known[name].component!r}, whose clause {name} is"
            raise entry.wrong("component", rule)
        results[name] = _result(entry, known[name])
    return results


def _result(entry: _Fields, clause: Clause) -> Result:
    entry.label("level", [level.label for level in Level])
    outcome = Outcome.of(entry.label("outcome", [outcome.label for outcome in Outcome]))
    infinite = entry.found.get("ratio") == "infinite"
    resembles = entry.optional("resembles", entry.names, None)
    return Result(
        clause=clause,
        outcome=outcome,
        seconds=entry.number("seconds"),
        ratio=math.inf if infinite else entry.optional("ratio", entry.number, None),
        message=entry.optional("message", entry.text, ""),
        place=entry.optional("place", entry.text, ""),
        looks=entry.optional("looks", entry.text, ""),
        hint=entry.optional("hint", entry.text, ""),
        resembles=None if resembles is None else tuple(resembles),
    )


def _refuse_incomplete(report: _Fields, run: Run) -> None:
    """Refuse a report that says incomplete, and one that says complete and is not."""
    asked, found = report.inner("totals").count("clauses"), len(run.results)
    if not report.boolean("complete"):
        why = f"{found} of the {asked} clauses asked for have an outcome"
        if found == asked:
            why = "not every clause of its components was asked for"
        raise _Wrong(f"complete: the report is incomplete; {why}")
    if asked != found:
        raise _Wrong(f"totals.clauses: {asked} were asked for, {found} have an outcome")
    for name, result in run.results.items():
        if result.outcome is Outcome.NOT_RUN:
            raise _Wrong(f"complete: {name} was not run")
    if not run.results:
        raise report.wrong("clauses", "an outcome at least")
    if run.specification_version != run.specification.version:
        return  # another version had other clauses; what it had not was not run
    for name in {result.clause.component for result in run.results.values()}:
        for clause in run.specification.clauses_of(name):
            if clause.id not in run.results:
                raise _Wrong(f"complete: {clause.id} of {name} has no outcome")


def _refuse_wrong_totals(report: _Fields, run: Run) -> None:
    totals = report.inner("totals")
    counted = Counter(result.outcome.label for result in run.results.values())
    labels = [outcome.label for outcome in Outcome]
    for name in totals.found:
        if name not in ("clauses", *labels):
            raise _Wrong(f"totals: no outcome is called {_shown(name)}")
        if name != "clauses" and totals.count(name) != counted[name]:
            raise totals.wrong(name, f"{counted[name]}, as counted")
    for label, count in counted.items():
        if label not in totals.found:
            raise totals.wrong(label, f"{count}, as counted")


def _refuse_wrong_verdicts(report: _Fields, run: Run) -> None:
    """Refuse a label or an exit status that does not follow from the outcomes."""
    said = report.inner("components")
    outcomes: dict[str, list[tuple[Level, Outcome]]] = {}
    for entry, result in zip(
        report.objects("clauses"), run.results.values(), strict=True
    ):
        level = next(level for level in Level if level.label == entry.found["level"])
        outcomes.setdefault(result.clause.component, []).append((level, result.outcome))
    for name in said.found:
        if name not in outcomes:
            raise said.wrong(name, "only components with clauses in the report")
    for name, found in outcomes.items():
        due = conformance(found).value
        if said.label(name, [label.value for label in Conformance]) != due:
            raise said.wrong(name, f"{due!r}, by the outcomes")
    exit_status = report.count("status")
    due_status = status(pair for pairs in outcomes.values() for pair in pairs)
    if due_status is Status.PASSED:  # what is required or strict may still fail
        allowed = [Status.PASSED, Status.FAILED]
    else:
        allowed = [due_status]
    if exit_status not in allowed:
        raise report.wrong("status", f"{int(due_status)}, by the outcomes")
