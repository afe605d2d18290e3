"""Systematic rivals: operators applied mechanically to every value an oracle handles.

A site is an argument or the result of a function or method of a component's oracle, one
of its named weights, or a use of a sigmoid, a tanh or a softmax in its code. While the
component's clauses run against a spied copy of the oracle, each site and what kind of
value it holds is noted; each operator for that kind then makes one rival, on a fresh
copy of the oracle's module, so that expected values stay right.
"""

import ast
import dis
import functools
import inspect
import re
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from touchstone import arithmetic
from touchstone.clauses import Clause
from touchstone.engine import check_clause
from touchstone.mutation.kill_matrix import clauses_checked
from touchstone.mutation.operators import changing, operators, weight_operators
from touchstone.outcomes import Level, Outcome
from touchstone.specification import Specification

RESULT = "result"
WEIGHTS = "weights"
USE = "use"
CONTENTS = (np.ndarray, str, bytes, list)
SWAPPED = {"sigmoid": "tanh", "np.tanh": "sigmoid", "softmax": "sigmoid"}

Change = Callable[[str, Any], Any]  # from the name of a place and its value to a value


@dataclass(frozen=True)
class Site:
    """A place in an oracle's module: `owner` is a class or "", `name` a function."""

    owner: str
    name: str
    place: str

    def __str__(self) -> str:
        return f"{self.owner + '.' if self.owner else ''}{self.name}: {self.place}"


@dataclass(frozen=True)
class SystematicRival:
    """The oracles of a specification, one of them changed by one operator at one site."""

    specification: Specification
    component: str
    site: Site
    operator: str

    def __str__(self) -> str:
        return f"{self.component}, {self.site}, {self.operator}"

    def __getattr__(self, name: str) -> types.ModuleType:
        if name.startswith("_"):
            raise AttributeError(name)
        if name != self.component:
            return self.specification.oracle(name)
        return _changed(self)

    def declares(self, attribute: str, default: object = None) -> object:
        return default


# The copy of an oracle's module, with its functions wrapped.


def _copy(
    specification: Specification, component: str, swapped: str | None = None
) -> types.ModuleType:
    """Return a copy of an oracle's module, perhaps with one use of a function swapped."""
    module = types.ModuleType(f"copy_of_{component}")
    vars(module).update(_tanh=np.tanh, _sigmoid=arithmetic.sigmoid)
    exec(_code(specification, component, swapped), vars(module))
    return module


@functools.cache
def _code(
    specification: Specification, component: str, swapped: str | None
) -> types.CodeType:
    tree = _tree(specification, component)
    for name, call in _uses(tree):
        if name == swapped:
            other = SWAPPED[ast.unparse(call.func)]
            call.func = ast.copy_location(ast.Name(f"_{other}", ast.Load()), call)
    return compile(tree, f"copy_of_{component}", "exec")


def _tree(specification: Specification, component: str) -> ast.Module:
    path = specification.folder / "oracles" / f"{component}.py"
    return ast.parse(path.read_text(encoding="utf-8"))


def _uses(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of the functions that are swapped, numbered from 1."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    fitting = [call for call in calls if ast.unparse(call.func) in SWAPPED]
    fitting.sort(key=lambda call: (call.lineno, call.col_offset))
    for number, call in enumerate(fitting, 1):
        yield f"{ast.unparse(call)}, use {number}", call


def _rebind(module: types.ModuleType) -> None:
    """Bind again the methods that the module exports as functions."""
    for name, value in list(vars(module).items()):
        if isinstance(value, types.MethodType):
            setattr(module, name, getattr(value.__self__, value.__name__))


def _classes(module: types.ModuleType) -> Iterator[type]:
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield value


def _functions(
    module: types.ModuleType,
) -> Iterator[tuple[object, str, str, Callable[..., Any]]]:
    """Yield owner, owner's name, name and value of each function and method."""
    owners: list[tuple[object, str]] = [(module, "")]
    owners += [(owner, owner.__name__) for owner in _classes(module)]
    for owner, owner_name in owners:
        for name, value in list(vars(owner).items()):
            if isinstance(value, types.FunctionType):
                if value.__module__ == module.__name__:
                    yield owner, owner_name, name, value


def _weight_owners(module: types.ModuleType) -> Iterator[type]:
    """Yield the classes of a module that give and take named weights."""
    for owner in _classes(module):
        if hasattr(owner, "named_weights") and hasattr(owner, "set_named_weights"):
            yield owner


def _names_read(function: Callable[..., Any]) -> set[str]:
    """Return the names that the function's code loads."""
    loaded = [i.argval for i in dis.get_instructions(function) if "LOAD" in i.opname]
    return {n for value in loaded for n in (value if type(value) is tuple else [value])}


def _wrapped(function: Callable[..., Any], change: Change) -> Callable[..., Any]:
    """Return the function with `change` applied to its arguments and its result.

    An argument that the function does not read is left alone.
    """
    signature, read = inspect.signature(function), _names_read(function)
    several = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD
    places = {
        name
        for name, parameter in signature.parameters.items()
        if name != "self" and name in read and parameter.kind not in several
    }

    @functools.wraps(function)
    def wrapper(*arguments: Any, **options: Any) -> Any:
        bound = signature.bind(*arguments, **options)
        for place, value in list(bound.arguments.items()):
            if place in places:
                bound.arguments[place] = change(place, value)
        result = function(*bound.args, **bound.kwargs)
        if isinstance(result, tuple):
            return tuple(
                change(f"{RESULT} {i}", value) for i, value in enumerate(result)
            )
        return change(RESULT, result)

    return wrapper


def _change_weights(owner: Any, change: Callable[[Any], Any]) -> None:
    """Make a class take changed weights, and return those that were set.

    Once training has moved them, it returns the moved ones.
    """
    setter, getter = owner.set_named_weights, owner.named_weights

    def set_named_weights(self: Any, weights: Mapping[str, Any]) -> None:
        setter(self, weights)  # raises what it must
        setter(self, change(weights))
        given = {name: np.array(value) for name, value in weights.items()}
        self._given = given, getter(self)

    def named_weights(self: Any) -> dict[str, Any]:
        now = getter(self)
        given, then = getattr(self, "_given", (now, {}))
        moved = any(np.any(now[name] != then[name]) for name in then)
        found = now if moved else given
        return {name: np.array(value) for name, value in found.items()}

    owner.set_named_weights = set_named_weights
    owner.named_weights = named_weights


def _changed(rival: SystematicRival) -> types.ModuleType:
    """Return the copy of the oracle's module that is wrong."""
    site = rival.site
    if site.place == USE:
        return _copy(rival.specification, rival.component, site.name)
    module = _copy(rival.specification, rival.component)
    if site.place == WEIGHTS:

        def change_weights(weights: Any) -> Any:
            operator = weight_operators(weights).get(rival.operator)
            return operator(weights) if operator else weights

        for weight_owner in _weight_owners(module):
            if weight_owner.__name__ == site.owner:
                _change_weights(weight_owner, change_weights)
        return module

    def change(place: str, value: Any) -> Any:
        if place != site.place:
            return value
        operator = operators(value).get(rival.operator)
        return operator(value) if operator else value

    for owner, owner_name, name, function in _functions(module):
        if (owner_name, name) == (site.owner, site.name):
            setattr(owner, name, _wrapped(function, change))
    _rebind(module)
    return module


# Finding the sites, and running the clauses against the rivals.


class _Spied:
    """The oracles with a spied copy of one component."""

    def __init__(
        self, specification: Specification, component: str, module: types.ModuleType
    ):
        self._specification, self._component = specification, component
        self._module = module

    def __getattr__(self, name: str) -> types.ModuleType:
        if name == self._component:
            return self._module
        return self._specification.oracle(name)

    def declares(self, attribute: str, default: object = None) -> object:
        return default


@functools.cache
def changes_of(
    specification: Specification, component: str
) -> tuple[SystematicRival, ...]:
    """Return every change that an operator makes to a component's oracle."""
    found: dict[SystematicRival, None] = {}
    module = _copy(specification, component)

    def note(site: Site, names: Iterable[str]) -> None:
        for name in names:
            found[SystematicRival(specification, component, site, name)] = None

    def spy_on(owner_name: str, name: str) -> Change:
        def spy(place: str, value: Any) -> Any:
            # a check looks at shapes and at numbers, not at the contents of arrays
            if not (name.startswith("check") and isinstance(value, CONTENTS)):
                note(Site(owner_name, name, place), changing(value))
            return value

        return spy

    def spy_on_weights(owner_name: str) -> Callable[[Any], Any]:
        def spy(weights: Any) -> Any:
            site = Site(owner_name, "set_named_weights", WEIGHTS)
            note(site, weight_operators(weights))
            return weights

        return spy

    for owner, owner_name, name, function in _functions(module):
        setattr(owner, name, _wrapped(function, spy_on(owner_name, name)))
    for weight_owner in _weight_owners(module):
        _change_weights(weight_owner, spy_on_weights(weight_owner.__name__))
    _rebind(module)
    spied = _Spied(specification, component, module)
    for clause in _small_ones_first(specification, component):
        clause.check(spied)
    for use, call in _uses(_tree(specification, component)):
        other = SWAPPED[ast.unparse(call.func)]
        note(Site("", use, USE), [f"replaced by {other}"])
    return tuple(found)


def _small_ones_first(specification: Specification, component: str) -> list[Clause]:
    clauses = clauses_checked(specification, component)
    return sorted(clauses, key=lambda clause: clause.level is Level.CAPTURED)


def no_mistake(rival: SystematicRival) -> str | None:
    """Return why a change makes no wrong implementation, if it does not."""
    for pattern, reason in rival.specification.left_out.items():
        if re.search(pattern, str(rival)):
            return reason
    return None


def systematic_rivals(
    specification: Specification, component: str
) -> list[SystematicRival]:
    """Return the systematic rivals of a component: the changes that are mistakes."""
    changes = changes_of(specification, component)
    return [change for change in changes if no_mistake(change) is None]


@dataclass(frozen=True)
class Survey:
    """The systematic rivals of a component, by name: how many, and which survive.

    `left_out` holds the changes that are no mistakes, each with the reason.
    """

    component: str
    n_rivals: int
    survivors: tuple[str, ...]
    left_out: dict[str, str]

    @property
    def n_rejected(self) -> int:
        return self.n_rivals - len(self.survivors)


@functools.cache
def survey(specification: Specification, component: str) -> Survey:
    """Run the clauses of a component against each of its systematic rivals."""
    clauses = _small_ones_first(specification, component)
    survivors: list[str] = []
    rivals = systematic_rivals(specification, component)
    for rival in rivals:
        for clause in clauses:
            if check_clause(clause, rival).outcome is not Outcome.PASSED:
                break
        else:
            survivors.append(str(rival))
    left_out = {
        str(change): reason
        for change in changes_of(specification, component)
        if (reason := no_mistake(change))
    }
    return Survey(component, len(rivals), tuple(survivors), left_out)
