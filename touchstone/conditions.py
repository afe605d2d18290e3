"""Conditions: legal calls that cover every pair of levels of a component's axes.

Many mistakes show only under a condition, such as a mask beside an option. An *axis* is
one way in which a legal call can vary. Its *levels* are plain values that can be printed:
`causal` is False or True, `query_mask` is "none", "holes" and so on. The first level of
each axis makes the plainest call. A *row* is one call, with one level of each axis. The
rows of a component cover each pair of levels, and each is compared with the oracle.

A contract lists the axes as `AXES`. `LEFT_OUT` says which rows are not run: by reason, such
as what the contract leaves open, a predicate that is true of them. `HIDING` may name levels
at which mistakes along other axes do not show, such as a single value to attend to. The
clause file makes the calls:

    ROWS = Conditions(contract, oracle, make=make, call=call, tolerance=ATTENTION)

    @probe
    def conditions(implementation):
        return ROWS.of(implementation, implementation.attention)

    def test_at_every_query_mask(conditions):
        \"\"\"ATT-30. Outputs are right at every level of query_mask. [K2]\"\"\"
        conditions.hold("query_mask")

A row that fails is made plainer, one axis after another, as long as it still fails; the
clauses of the axes that are then not at their plainest level fail. Rows with the same
settings share one object, in order, so that a call can spoil a later one. A failing row
that a fresh object gets right fails the clause of "history".
"""

import functools
import itertools
import random
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from touchstone.comparisons import (
    PRECISION,
    WATCH,
    Comparison,
    Mismatch,
    agrees,
    array,
    equals,
    is_absence,
    keep,
    recording,
)
from touchstone.tolerances import Tolerance

Row = dict[str, Any]
Levels = Mapping[str, Sequence[Any]]
LeftOut = Mapping[str, Callable[[Row], bool]]
Pair = tuple[tuple[str, Any], tuple[str, Any]]

HISTORY = "history"
# How many rows drawn at random are run besides, and from which seed.
DRAWN: ContextVar[tuple[int, int]] = ContextVar("drawn", default=(0, 0))
TRIES = 12  # greedy fillings of one row, of which the best is taken


# Rows that cover all pairs.


def is_left_out(row: Row, left_out: LeftOut) -> bool:
    """Say whether the contract leaves open what a row does."""
    return any(holds(row) for holds in left_out.values())


def pairs_in(row: Row) -> Iterator[Pair]:
    """Yield each pair of levels of a row."""
    return itertools.combinations(row.items(), 2)


def rows_of(axes: Levels, left_out: LeftOut, hiding: Levels | None = None) -> list[Row]:
    """Return rows that cover each pair of levels that is not left open.

    First come the plainest row and those that differ from it in one level. A pair without
    a hiding level is covered in a row without any. The choice is greedy and always the
    same.
    """
    hiding = hiding or {}
    plainest = {axis: levels[0] for axis, levels in axes.items()}
    near = [
        plainest | {axis: level}
        for axis, levels in axes.items()
        for level in levels[1:]
    ]
    rows = [row for row in (plainest, *near) if not is_left_out(row, left_out)]
    shows = {
        axis: [level for level in levels if level not in hiding.get(axis, ())]
        for axis, levels in axes.items()
    }
    in_sight = [row for row in rows if all(row[axis] in shows[axis] for axis in axes)]
    rows += _covering(shows, left_out, in_sight)
    rows += _covering(axes, left_out, rows)
    return rows


def _covering(axes: Levels, left_out: LeftOut, rows: Sequence[Row]) -> list[Row]:
    """Return rows that cover the pairs of levels that the given rows do not."""
    every = [[(axis, level) for level in levels] for axis, levels in axes.items()]
    uncovered = {
        pair: None
        for one, other in itertools.combinations(every, 2)
        for pair in itertools.product(one, other)
    }
    for row in rows:
        for pair in pairs_in(row):
            uncovered.pop(pair, None)
    rng = random.Random(0)
    found: list[Row] = []
    while uncovered:
        first = next(iter(uncovered))
        best = _best_row(axes, left_out, first, uncovered, rng)
        if best is None:
            del uncovered[first]  # no legal row has it
            continue
        found.append(best)
        for pair in pairs_in(best):
            uncovered.pop(pair, None)
    return found


def _best_row(
    axes: Levels,
    left_out: LeftOut,
    first: Pair,
    uncovered: Mapping[Pair, None],
    rng: random.Random,
) -> Row | None:
    """Return a legal row with the first pair that covers many; None if there is none."""
    found = [_filled(axes, first, uncovered, rng) for _ in range(TRIES)]
    legal = [row for row in found if not is_left_out(row, left_out)]
    if not legal:
        others = (_drawn(axes, rng) | dict(first) for _ in range(100 * TRIES))
        legal = [row for row in others if not is_left_out(row, left_out)][:TRIES]
    return max(
        legal,
        key=lambda row: sum(pair in uncovered for pair in pairs_in(row)),
        default=None,
    )


def _filled(
    axes: Levels, first: Pair, uncovered: Mapping[Pair, None], rng: random.Random
) -> Row:
    """Return a row with the first pair; other axes take the levels that cover most."""
    order = list(axes)
    place = {axis: number for number, axis in enumerate(order)}
    row = dict(first)
    rest = [axis for axis in order if axis not in row]
    rng.shuffle(rest)

    def covers(axis: str, level: Any) -> int:
        new = axis, level
        return sum(
            ((new, old) if place[axis] < place[old[0]] else (old, new)) in uncovered
            for old in row.items()
        )

    for axis in rest:
        levels = list(axes[axis])
        rng.shuffle(levels)
        row[axis] = max(levels, key=lambda level: covers(axis, level))
    return {axis: row[axis] for axis in order}


def _drawn(axes: Levels, rng: random.Random) -> Row:
    return {axis: rng.choice(levels) for axis, levels in axes.items()}


def random_rows(axes: Levels, left_out: LeftOut, number: int, seed: int) -> list[Row]:
    """Return legal rows drawn at random, at most `number`."""
    rng = random.Random(seed)
    drawn = (_drawn(axes, rng) for _ in range(100 * number))
    return list(
        itertools.islice((r for r in drawn if not is_left_out(r, left_out)), number)
    )


# The rows of one component, run against an implementation.


@dataclass
class Finding:
    """A row that fails, with the levels that it takes to fail.

    `levels` are those that are not the plainest; `found` is what was returned, or `error`
    what was raised. `history` says that a fresh object does the row right.
    """

    row: Row
    levels: Row
    found: Any = None
    error: Exception | None = None
    history: bool = False

    def concerns(self, axis: str) -> bool:
        if self.history or axis == HISTORY:
            return self.history and axis == HISTORY
        return axis in self.levels or not self.levels

    def explains(self, row: Row) -> bool:
        """Say whether a row has all the levels that it takes to fail."""
        return not self.history and self.levels.items() <= row.items()

    @property
    def is_absence(self) -> bool:
        return self.error is not None and is_absence(self.error)

    @property
    def condition(self) -> str:
        if self.history:
            return "after earlier calls of the same object"
        shown = [f"{axis}={level!r}" for axis, level in self.levels.items()]
        return f"with {' and '.join(shown)}" if shown else "in the plainest call"


@dataclass
class Checked:
    """What became of a component's rows."""

    conditions: "Conditions"
    passed: list[list[Comparison]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failed: list[Row] = field(default_factory=list)

    def hold(self, axis: str) -> None:
        """Assert that each row that fails, fails for another axis than this one.

        `axis` may be "history": then that no call is spoilt by an earlier one.
        """
        known = [*self.conditions.axes, HISTORY]
        if axis not in known:
            raise ValueError(f"axis must be one of {', '.join(known)}, got {axis!r}")
        concerned = [f for f in self.findings if f.concerns(axis) or not self.passed]
        for finding in sorted(concerned, key=lambda f: f.is_absence):  # stable
            self._show(finding)
        for comparison in itertools.chain.from_iterable(self.passed):
            keep(comparison)

    def _show(self, finding: Finding) -> None:
        expected = self.conditions.expected(finding.row)
        if finding.error is not None:
            raise _with_repeat(finding.error, self.conditions, finding)
        try:
            self.conditions.judge(finding.found, expected)
        except Mismatch as error:
            message = f"{finding.condition}: {error}\n{self._share()}"
            shown = Mismatch(message, error.comparison, error.position)
            raise _with_repeat(shown, self.conditions, finding) from None

    def _share(self) -> str:
        number = len(self.failed) + len(self.passed)
        return f"{len(self.failed)} of the {number} calls tried fail"


def _with_repeat(
    error: Exception, conditions: "Conditions", finding: Finding
) -> Exception:
    """Return the error with its condition and a way to repeat the row alone."""
    if finding.error is not None:
        vars(error)["touchstone_condition"] = finding.condition
    if not finding.history:
        vars(error)["touchstone_repeat"] = functools.partial(
            conditions.failure_at, finding.row
        )
    return error


class Conditions:
    """The rows of a component and how they are run.

    make: from the component's module and a row to the object that is called; it reads the
        axes in `settings` alone, and rows that agree in these share one object
    call: from that object and a row to a mapping of what came of it, by name
    tolerance: of the real values among these; all else must be equal
    """

    def __init__(
        self,
        contract: Any,
        oracle: Any,
        *,
        make: Callable[[Any, Row], Any],
        call: Callable[[Any, Row], Mapping[str, Any]],
        settings: Sequence[str] = (),
        tolerance: Tolerance | None = None,
    ):
        self.axes: Levels = contract.AXES
        self.left_out: LeftOut = contract.LEFT_OUT
        self.hiding: Levels = getattr(contract, "HIDING", {})
        self._oracle, self._make, self._call = oracle, make, call
        self._settings, self._tolerance = tuple(settings), tolerance
        self._rows: list[Row] = []
        self._expected: dict[tuple[Any, ...], Any] = {}
        self._known: weakref.WeakKeyDictionary[Any, dict[Any, Checked]] = (
            weakref.WeakKeyDictionary()
        )

    @property
    def rows(self) -> list[Row]:
        """Return the rows that cover all pairs, the plainest first."""
        if not self._rows:
            self._rows = rows_of(self.axes, self.left_out, self.hiding)
        return self._rows

    def expected(self, row: Row) -> Any:
        """Return what the oracle makes of a row."""
        key = tuple(row.values())
        if key not in self._expected:
            fresh = self._make(self._oracle, row)
            self._expected[key] = _plain(self._call(fresh, row))
        return self._expected[key]

    def judge(self, found: Any, expected: Any) -> None:
        """Compare what came of a row with what the oracle makes of it."""
        equals(sorted(found), sorted(expected), what="the names of the results")
        for name, right in expected.items():
            if isinstance(right, np.ndarray) and right.dtype.kind == "f":
                assert self._tolerance is not None, name
                agrees(found[name], right, self._tolerance, what=name)
            else:
                equals(found[name], right, what=name)

    def of(self, implementation: Any, module: Any) -> Checked:
        """Run every row against the module of an implementation, once for all clauses."""
        try:
            known = self._known.setdefault(implementation, {})
        except TypeError:  # an object that cannot be referred to weakly
            known = {}
        at = PRECISION.get(), DRAWN.get()
        if at not in known:
            watch = WATCH.set(None)
            try:
                known[at] = self._checked(module)
            finally:
                WATCH.reset(watch)
        return known[at]

    def failure_at(self, row: Row, module: Any) -> Exception | None:
        """Return how a module fails a row on a fresh object, None where it does not."""
        with recording():
            return self._failure(functools.partial(self._make, module, row), row)[1]

    def failing(self, module: Any, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that a module fails, each on a fresh object."""
        return [row for row in rows if self.failure_at(row, module) is not None]

    def _checked(self, module: Any) -> Checked:
        checked = Checked(self)
        objects: dict[tuple[Any, ...], Any] = {}
        firsts: list[Row] = []
        drawn = random_rows(self.axes, self.left_out, *DRAWN.get())
        for row in [*self.rows, *drawn]:
            setting = tuple(row[axis] for axis in self._settings)
            if setting not in objects:
                objects[setting] = None
                firsts.append(row)
            self._check_row(checked, module, objects, row)
        for row in firsts:
            self._check_row(checked, module, objects, row)
        return checked

    def _check_row(
        self, checked: Checked, module: Any, objects: dict[Any, Any], row: Row
    ) -> None:
        setting = tuple(row[axis] for axis in self._settings)

        def shared() -> Any:
            if objects[setting] is None:
                objects[setting] = self._make(module, row)
            return objects[setting]

        with recording() as comparisons:
            found, error = self._failure(shared, row)
        if error is None:
            checked.passed.append([replace(c, actual=None) for c in comparisons])
            return
        checked.failed.append(row)
        if not any(f.explains(row) for f in checked.findings):
            finding = self._finding(module, row, found, error)
            if not (finding.history and any(f.history for f in checked.findings)):
                checked.findings.append(finding)

    def _finding(self, module: Any, row: Row, found: Any, error: Exception) -> Finding:
        """Return the failing row, as plain as it can be made."""

        def tried(row: Row) -> tuple[Any, Exception | None]:
            with recording():
                return self._failure(lambda: self._make(module, row), row)

        again, fresh = tried(row)
        if fresh is None or not _alike(error, fresh):
            kept = _kept(error, found)
            return Finding(row, dict(row), found, kept, history=True)
        found, last = again, fresh
        for axis, levels in self.axes.items():
            plainer = row | {axis: levels[0]}
            if plainer != row and not is_left_out(plainer, self.left_out):
                again, fresh = tried(plainer)
                if fresh is not None and _alike(error, fresh):
                    row, found, last = plainer, again, fresh
        special = {
            axis: level for axis, level in row.items() if level != self.axes[axis][0]
        }
        return Finding(row, special, found, _kept(last, found))

    def _failure(
        self, made: Callable[[], Any], row: Row
    ) -> tuple[Any, Exception | None]:
        """Return what came of a row, and what is wrong with it, if anything."""
        expected = self.expected(row)
        found: Any = None
        try:
            with recording():  # what the call itself looks at
                found = _plain(self._call(made(), row))
            self.judge(found, expected)
        except Exception as error:
            return found, error
        return found, None


def _kept(error: Exception, found: Any) -> Exception | None:
    """Return the error, None where judging what was found makes it again."""
    return None if isinstance(error, Mismatch) and found is not None else error


def _alike(one: Exception, other: Exception | None) -> bool:
    return type(one) is type(other)


def _plain(value: Any) -> Any:
    """Return a copy of what a row returned, with arrays of ours in it."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_plain, value))
    if value is None or isinstance(value, str | bytes | bool | int | float):
        return value
    try:
        return array(value)
    except (TypeError, ValueError, RuntimeError):
        return value  # the comparison says what it is
