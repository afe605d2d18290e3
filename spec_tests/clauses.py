"""Clauses, and the implementations that they are put to.

A clause is a test function of `spec_tests/test_<component>.py` whose docstring is
`ID. Sentence. [source]`. It asks for its adapters by name, as pytest does with fixtures;
because an adapter is a plain function of the implementation, a clause can also be put to
any implementation without pytest: that is how a failure is compared with the rivals.
"""

import functools
import importlib
import inspect
import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from spec_tests.compare import Comparison, recording

HOME = Path(__file__).parent
LEVELS = ("core", "captured", "stream")
FORM = re.compile(r"(?P<id>[A-Z]+-\d\d)\. (?P<sentence>[^\n]+\.) \[(?P<source>.+)\]")
LONGEST_SENTENCE = 80

ADAPTERS: dict[tuple[str, str], Callable] = {}


class NotProvided(NotImplementedError):
    """The implementation has no such component, or the component no such name."""


class Component:
    """One component of an implementation; a name that it lacks is not provided."""

    def __init__(self, module, name: str):
        self._module, self._name = module, name

    def __getattr__(self, attribute: str):
        try:
            return getattr(self._module, attribute)
        except AttributeError:
            raise NotProvided(f"{self._name}.{attribute} is not provided") from None


class Implementation:
    """A package under test: `implementation.recurrent.GRU` is its recurrent module's GRU.

    `name` is a package, a module, or `module:attribute`, an object whose attributes are
    the components.
    """

    def __init__(self, name: str):
        module, _, attributes = name.partition(":")
        self._name = name
        self._package = importlib.import_module(module)
        for attribute in filter(None, attributes.split(".")):
            self._package = getattr(self._package, attribute)

    def __getattr__(self, component: str) -> Component:
        inside = getattr(self._package, component, None)
        if inside is None and isinstance(self._package, types.ModuleType):
            inside = self._imported(f"{self._package.__name__}.{component}")
        if inside is None:
            raise NotProvided(f"{self._name} has no component {component}")
        return Component(inside, component)

    def _imported(self, name: str):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name and "is not a package" not in str(error):
                raise  # the component is there; something that it needs is not
            return None

    def declares(self, attribute: str, default=None):
        """Return what the package says of itself, such as its RANDOM_STREAM."""
        return getattr(self._package, attribute, default)


def adapter(function: Callable) -> Callable:
    """Let clauses ask by name for what `function(implementation)` returns."""
    ADAPTERS[function.__module__, function.__name__] = function
    return pytest.fixture(function)


@dataclass(frozen=True)
class Clause:
    """One sentence of the specification and the function that decides it."""

    id: str
    sentence: str
    source: str
    level: str
    component: str
    function: Callable

    def put_to(self, implementation) -> list[Comparison]:
        """Run the clause; return its comparisons, or raise what it raises."""
        home = self.function.__module__
        names = inspect.signature(self.function).parameters
        with recording() as comparisons:
            self.function(
                **{
                    name: implementation
                    if name == "implementation"
                    else ADAPTERS[home, name](implementation)
                    for name in names
                }
            )
        return comparisons

    def rejects(self, implementation) -> bool:
        """Say whether the implementation fails the clause (it may also raise)."""
        try:
            self.put_to(implementation)
        except NotProvided:
            raise
        except Exception:
            return True
        return False

    def failure(self, implementation) -> Exception | None:
        """Return what the clause raises when put to the implementation, if anything."""
        try:
            self.put_to(implementation)
        except Exception as error:
            return error
        return None


def stated(function: Callable) -> Clause:
    """Return the clause that a test function states, or raise ValueError."""
    where = f"{function.__module__}.{function.__name__}"
    form = FORM.fullmatch(inspect.getdoc(function) or "")
    if form is None:
        raise ValueError(f"{where}: the docstring must be 'ID. Sentence. [source]'")
    if len(form["sentence"]) > LONGEST_SENTENCE:
        raise ValueError(
            f"{where}: the sentence must have at most {LONGEST_SENTENCE} characters, "
            f"got {len(form['sentence'])}"
        )
    marks = [mark.name for mark in getattr(function, "pytestmark", [])]
    if unknown := set(marks) - set(LEVELS[1:]):
        raise ValueError(f"{where}: a clause has no mark but a level, got {unknown}")
    return Clause(
        id=form["id"],
        sentence=form["sentence"],
        source=form["source"],
        level=marks[0] if marks else "core",
        component=function.__module__.rpartition(".test_")[2],
        function=function,
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


def components() -> list[str]:
    """Return the specified components, in alphabetical order."""
    return sorted(path.stem.removeprefix("test_") for path in HOME.glob("test_*.py"))


@functools.cache
def clauses_of(component: str) -> tuple[Clause, ...]:
    """Return the clauses of a component in the order of their file."""
    module = importlib.import_module(f"spec_tests.test_{component}")
    functions = [f for name, f in vars(module).items() if name.startswith("test_")]
    return tuple(stated(function) for function in functions)


def all_clauses() -> dict[str, Clause]:
    """Return every clause of the specification by its id."""
    clauses = [clause for name in components() for clause in clauses_of(name)]
    refuse_repetition(clauses)
    return {clause.id: clause for clause in clauses}
