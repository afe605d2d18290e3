"""Clauses: the sentences of a specification, each with the function that decides it.

A clause is a function of `<specification>/test_<component>.py` whose docstring is
`ID. Sentence. [source]`. Its arguments are found by name: `implementation` is the
implementation under test, and any other is a *probe* of the same file. A probe takes the
implementation and returns a function from NumPy arrays to NumPy arrays.
"""

import functools
import inspect
import operator
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from touchstone.comparisons import Comparison, Mismatch, Plain, recording
from touchstone.implementation import NotProvided
from touchstone.outcomes import Level

Function = Callable[..., Any]
FORM = re.compile(r"(?P<id>[A-Z]+-\d\d+)\. (?P<sentence>[^\n]+\.) \[(?P<source>.+)\]")
LONGEST_SENTENCE = 80

_PROBES: dict[tuple[str, str], Function] = {}


def probe(function: Function) -> Function:
    """Let clauses of the file ask by name for what `function(implementation)` returns."""
    _PROBES[function.__module__, function.__name__] = function
    return function


def captured(function: Function) -> Function:
    """Mark a clause as an exact value that the source prints."""
    return _at(Level.CAPTURED)(function)


def guard(function: Function) -> Function:
    """Mark a clause as one that asks for an illegal argument to be refused."""
    return _at(Level.GUARD)(function)


def stream(name: str) -> Callable[[Function], Function]:
    """Mark a clause as one for implementations with `RANDOM_STREAM = name`."""

    def mark(function: Function) -> Function:
        vars(function)["touchstone_stream"] = name
        return _at(Level.STREAM)(function)

    return mark


def _at(level: Level) -> Callable[[Function], Function]:
    def mark(function: Function) -> Function:
        vars(function)["touchstone_level"] = level
        return function

    return mark


def _arrays(names: Mapping[str, Any]) -> Iterator[tuple[str, Plain]]:
    """Yield the arrays of a file, those in its containers too, by name."""
    for name, value in names.items():
        if isinstance(value, np.ndarray):
            yield name, value
        elif isinstance(value, Mapping):
            yield from _arrays({f"{name}[{key!r}]": v for key, v in value.items()})
        elif isinstance(value, list | tuple):
            yield from _arrays({f"{name}[{i}]": v for i, v in enumerate(value)})


def _restored(before: list[tuple[str, Plain, Plain]]) -> str:
    """Give arrays the values back that they had; return the name of a changed one."""
    changed = ""
    for name, value, kept in before:
        if value.dtype.hasobject:
            same = all(map(operator.is_, value.flat, kept.flat))
        else:
            same = value.tobytes() == kept.tobytes()
        if same:
            continue
        value.setflags(write=True)
        value[...] = kept
        changed = changed or name
    return changed


@dataclass(frozen=True)
class Clause:
    """One sentence of a specification and the function that decides it."""

    id: str
    sentence: str
    source: str
    level: Level
    component: str
    function: Function
    stream: str = ""

    @property
    def of_conditions(self) -> bool:
        """Say whether it asks for the probe `conditions`: it is one of many calls."""
        return "conditions" in inspect.signature(self.function).parameters

    def check(self, implementation: Any, *, watched: bool = False) -> list[Comparison]:
        """Run the clause; return its comparisons, or raise what it raises.

        What the implementation writes into the arrays of the clause file is undone: other
        clauses read them, too. An expected value may have been worked from it, so where
        the arrays are `watched` it is a Mismatch.
        """
        if self.stream and implementation.declares("RANDOM_STREAM") != self.stream:
            raise NotProvided(f"it does not declare RANDOM_STREAM = {self.stream!r}")
        constants = vars(sys.modules[self.function.__module__])
        public = {k: v for k, v in constants.items() if not k.startswith("_")}
        before = [(name, value, value.copy()) for name, value in _arrays(public)]
        changed = ""
        with recording() as comparisons:
            try:
                self.function(**self._arguments(implementation))
            finally:
                changed = _restored(before)
        if changed and watched:
            message = f"the implementation changed {changed} in place; expected a copy"
            comparison = Comparison(changed, "unchanged", float("inf"), 0.0)
            raise Mismatch(message, comparison, len(comparisons))
        return comparisons

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return the names of its probes in order; `implementation` is the whole of it."""
        return tuple(inspect.signature(self.function).parameters)

    def _arguments(self, implementation: Any) -> dict[str, Any]:
        home = self.function.__module__
        return {
            name: implementation
            if name == "implementation"
            else _PROBES[home, name](implementation)
            for name in self.arguments
        }

    def rejects(self, implementation: Any) -> bool:
        """Say whether the implementation fails the clause (it may also raise)."""
        try:
            self.check(implementation)
        except NotProvided:
            raise
        except Exception:
            return True
        return False

    def failure(self, implementation: Any) -> Exception | None:
        """Return what the clause raises with the implementation, if anything."""
        try:
            self.check(implementation)
        except Exception as error:
            return error
        return None

    def __str__(self) -> str:
        return f"{self.id}. {self.sentence} [{self.source}]"


def stated(function: Function) -> Clause:
    """Return the clause that a function states; ValueError where it states none."""
    where = f"{function.__module__}.{function.__name__}"
    if sys.flags.optimize > 1:
        raise ValueError(
            "python -OO takes the sentences of clauses away: run without it"
        )
    form = FORM.fullmatch(inspect.getdoc(function) or "")
    if form is None:
        raise ValueError(f"{where}: the docstring must be 'ID. Sentence. [source]'")
    if len(form["sentence"]) > LONGEST_SENTENCE:
        raise ValueError(
            f"{where}: the sentence must have at most {LONGEST_SENTENCE} characters, "
            f"got {len(form['sentence'])}"
        )
    if getattr(function, "pytestmark", None):
        raise ValueError(f"{where}: a clause takes no pytest marks")
    home = function.__module__
    for name in inspect.signature(function).parameters:
        if name != "implementation" and (home, name) not in _PROBES:
            raise ValueError(f"{where}: no probe of the file is called {name!r}")
    return Clause(
        id=form["id"],
        sentence=form["sentence"],
        source=form["source"],
        level=getattr(function, "touchstone_level", Level.CORE),
        component=home.rpartition(".test_")[2],
        function=function,
        stream=getattr(function, "touchstone_stream", ""),
    )


def refuse_repetition(clauses: list[Clause]) -> None:
    """Raise ValueError where an id or a sentence is stated twice."""
    owners: dict[str, Clause] = {}
    for clause in clauses:
        for key in clause.id, clause.sentence:
            if key in owners:
                one, other = owners[key], clause
                raise ValueError(
                    f"{key!r} is stated twice, by {one.component}'s "
                    f"{one.function.__name__} and {other.component}'s "
                    f"{other.function.__name__}"
                )
            owners[key] = clause


@functools.cache
def clauses_in(module: ModuleType) -> tuple[Clause, ...]:
    """Return the clauses of a clause file, in its order; ValueError on a wrong one."""
    functions = [f for name, f in vars(module).items() if name.startswith("test_")]
    return tuple(stated(function) for function in functions)
