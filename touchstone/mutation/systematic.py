"""Systematic rivals: operators applied mechanically to every value an oracle handles.

A site is an argument or the result of a function or method of a component's oracle, one
of its named weights, or a use of a sigmoid, a tanh or a softmax in its code. A spy that
runs the component's clauses finds the sites and what kind of value stands there; each
operator for that kind then makes one rival, on a fresh copy of the oracle's module, so
that expected values stay right.
"""

import ast
import dis
import functools
import importlib
import inspect
import itertools
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from spec_tests.clauses import HOME, Clause, NotProvided, clauses_of
from spec_tests.kill_matrix import quiet

from spec_tests.oracles import arithmetic
from spec_tests.oracles.weights import NamedWeights
from spec_tests.survivors import SURVIVORS

RESULT = "result"
FACTOR = 1.01
CONTENTS = np.ndarray | str | bytes | list
SWAPPED = {"sigmoid": "tanh", "np.tanh": "sigmoid", "softmax": "sigmoid"}

# What looks like a mistake to an operator and is none, by the mutant's name.
LEFT_OUT = {
    r": seed, |Generation.drawn: place": "which random stream a seed gives is left open",
    r"(Categorical.uniform: result|Categorical.row: uniform|DropoutGRU.mask: result"
    r"|Corpora.shuffled: \w+), (reversed|shifted)"
    r"|Windows.place: result, (plus|minus) one": (
        "independent random draws in another order are as random"
    ),
    r"Transformer.(embedded|encoded): side": "a label that says where the call is made",
}


@dataclass(frozen=True)
class Site:
    """A place in an oracle's module: `owner` is a class or "", `name` a function."""

    owner: str
    name: str
    place: str

    def __str__(self):
        return f"{self.owner + '.' if self.owner else ''}{self.name}: {self.place}"


@dataclass(frozen=True)
class Mutant:
    """An implementation in which one operator changes one site."""

    component: str
    site: Site
    operator: str

    def __str__(self):
        return f"{self.component}, {self.site}, {self.operator}"

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        if name != self.component:
            return importlib.import_module(f"spec_tests.oracles.{name}")
        return _mutated(self)

    def declares(self, attribute: str, default=None):
        return default


def operators(value) -> dict[str, Callable]:
    """Return the operators for a value, by name."""
    if isinstance(value, bool | np.bool_):
        return {"negated": lambda v: not v}
    if isinstance(value, int | np.integer):
        return {"plus one": lambda v: v + 1, "minus one": lambda v: v - 1}
    if isinstance(value, float | np.floating):
        return {f"times {FACTOR}": lambda v: v * FACTOR}
    if isinstance(value, str | bytes):
        return {"without its last character": lambda v: v[:-1]}
    if isinstance(value, list):
        return {"reversed": lambda v: v[::-1], "shifted": lambda v: v[-1:] + v[:-1]}
    return _of_array(value) if isinstance(value, np.ndarray) else {}


def _of_array(value: np.ndarray) -> dict[str, Callable]:
    named: dict[str, Callable] = {}
    for axis in range(value.ndim):
        named[f"reversed along axis {axis}"] = functools.partial(np.flip, axis=axis)
        shift = functools.partial(np.roll, shift=1, axis=axis)
        named[f"shifted along axis {axis}"] = shift
    for one, other in itertools.combinations(range(value.ndim), 2):
        if value.shape[one] == value.shape[other]:
            name = f"axes {one} and {other} exchanged"
            named[name] = functools.partial(np.swapaxes, axis1=one, axis2=other)
    if value.dtype == bool:
        named |= {"inverted": np.logical_not, "all kept": np.ones_like}
    elif np.issubdtype(value.dtype, np.integer):
        named |= {"plus one": lambda v: v + 1, "minus one": lambda v: v - 1}
    elif np.issubdtype(value.dtype, np.floating):
        named |= {f"times {FACTOR}": lambda v: v * FACTOR, "negated": np.negative}
    return named


def _changing(value) -> list[str]:
    """Return the names of the operators that change the value."""
    found = operators(value)
    return [name for name in found if not _same(found[name](value), value)]


def _same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and np.array_equal(one, other)
    if isinstance(one, list):
        return all(map(_same, one, other))
    return type(one) is type(other) and bool(np.all(one == other))


def weight_operators(weights: Mapping[str, np.ndarray]) -> dict[str, Callable]:
    """Return the operators on named weights: each alone, and each pair exchanged."""
    named: dict[str, Callable] = {}
    arrays = {name: np.asarray(value) for name, value in weights.items()}
    for name, value in arrays.items():
        for what in _changing(value):
            named[f"{name} {what}"] = _one_changed(name, operators(value)[what])
        if value.ndim < 2:
            named[f"{name} dropped"] = _one_changed(name, np.zeros_like)
    for first in arrays:
        for second in arrays:
            if first < second and arrays[first].shape == arrays[second].shape:
                named[f"{first} and {second} exchanged"] = _exchanged(first, second)
    return named


def _one_changed(name: str, change: Callable) -> Callable:
    return lambda weights: {**weights, name: change(np.asarray(weights[name]))}


def _exchanged(first: str, second: str) -> Callable:
    return lambda w: {**w, first: w[second], second: w[first]}


# The copy of an oracle's module, with its functions wrapped.


def _copy(component: str, swapped: str | None = None) -> types.ModuleType:
    """Return a copy of an oracle's module, perhaps with one use of a function swapped."""
    module = types.ModuleType(f"copy_of_{component}")
    vars(module).update(_tanh=np.tanh, _sigmoid=arithmetic.sigmoid)
    exec(_code(component, swapped), vars(module))
    return module


@functools.cache
def _code(component: str, swapped: str | None) -> types.CodeType:
    tree = _tree(component)
    for name, call in _uses(tree):
        if name == swapped:
            other = SWAPPED[ast.unparse(call.func)]
            call.func = ast.copy_location(ast.Name(f"_{other}", ast.Load()), call)
    return compile(tree, f"copy_of_{component}", "exec")


def _tree(component: str) -> ast.Module:
    path = HOME / "oracles" / f"{component}.py"
    return ast.parse(path.read_text(encoding="utf-8"))


def _uses(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of the functions that are swapped, numbered from 1."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    fitting = [call for call in calls if ast.unparse(call.func) in SWAPPED]
    fitting.sort(key=lambda call: (call.lineno, call.col_offset))
    for number, call in enumerate(fitting, 1):
        yield f"{ast.unparse(call)}, use {number}", call


def _rebind(module: types.ModuleType) -> None:
    """Bind the methods again that the module gives out as its functions."""
    for name, value in list(vars(module).items()):
        if isinstance(value, types.MethodType):
            setattr(module, name, getattr(value.__self__, value.__name__))


def _functions(module: types.ModuleType) -> Iterator[tuple[object, str, str, Callable]]:
    """Yield owner, its name, the function's name and the function, of this module."""
    for name, value in list(vars(module).items()):
        if (
            isinstance(value, types.FunctionType)
            and value.__module__ == module.__name__
        ):
            yield module, "", name, value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            for inner, method in list(vars(value).items()):
                if isinstance(method, types.FunctionType):
                    yield value, value.__name__, inner, method


def _read(function: Callable) -> set[str]:
    """Return the names that the function's code loads."""
    loaded = [i.argval for i in dis.get_instructions(function) if "LOAD" in i.opname]
    return {n for value in loaded for n in (value if type(value) is tuple else [value])}


def _wrapped(function: Callable, change: Callable[[str, object], object]) -> Callable:
    """Return the function with `change(place, value)` on its arguments and result.

    An argument that the function does not read is left alone.
    """
    signature, read = inspect.signature(function), _read(function)

    @functools.wraps(function)
    def wrapper(*arguments, **options):
        bound = signature.bind(*arguments, **options)
        for place, value in list(bound.arguments.items()):
            if place == "self" or place not in read:
                continue
            kind = signature.parameters[place].kind
            if kind in (
                inspect.Parameter.VAR_POSITIONAL,
                inspect.Parameter.VAR_KEYWORD,
            ):
                continue
            bound.arguments[place] = change(place, value)
        result = function(*bound.args, **bound.kwargs)
        if isinstance(result, tuple):
            return tuple(
                change(f"{RESULT} {i}", value) for i, value in enumerate(result)
            )
        return change(RESULT, result)

    return wrapper


def _named_classes(module: types.ModuleType) -> Iterator[type]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, NamedWeights):
            if value.__module__ == module.__name__:
                yield value


def _with_weights_changed(owner: Any, change: Callable) -> None:
    """Make a class take changed weights, and give back those that were set.

    Once training has moved them, it gives back what they have become.
    """
    setter, getter = owner.set_named_weights, owner.named_weights

    def set_named_weights(self, weights):
        setter(self, weights)  # refuses what it must
        setter(self, change(weights))
        self._given = dict(weights), getter(self)

    def named_weights(self):
        now = getter(self)
        given, then = getattr(self, "_given", (now, {}))
        moved = any(np.any(now[name] != then[name]) for name in then)
        return dict(now if moved else given)

    owner.set_named_weights = set_named_weights
    owner.named_weights = named_weights


def _mutated(mutant: Mutant) -> types.ModuleType:
    site = mutant.site
    if site.place == "use":
        return _copy(mutant.component, site.name)
    module = _copy(mutant.component)
    if site.place == "weights":
        [owner] = [c for c in _named_classes(module) if c.__name__ == site.owner]

        def changed(weights):
            named = weight_operators(weights)
            return (
                named[mutant.operator](weights) if mutant.operator in named else weights
            )

        _with_weights_changed(owner, changed)
        return module
    for holder, owner_name, name, function in _functions(module):
        if (owner_name, name) == (site.owner, site.name):

            def change(place, value):
                fitting = operators(value) if place == site.place else {}
                operator = fitting.get(mutant.operator)
                return operator(value) if operator else value

            setattr(holder, name, _wrapped(function, change))
    _rebind(module)
    return module


# Finding the sites, and putting the clauses to the mutants.


class _Spied:
    """The oracles with a spied copy of one component."""

    def __init__(self, component: str, module: types.ModuleType):
        self._component, self._module = component, module

    def __getattr__(self, name: str):
        if name == self._component:
            return self._module
        return importlib.import_module(f"spec_tests.oracles.{name}")

    def declares(self, attribute: str, default=None):
        return default


def clauses_for(component: str) -> list[Clause]:
    """Return the clauses that a systematic rival is put to, the small ones first."""
    clauses = [clause for clause in clauses_of(component) if clause.level != "stream"]
    return sorted(clauses, key=lambda clause: clause.level == "captured")


@functools.cache
def changes_of(component: str) -> tuple[Mutant, ...]:
    """Return every change that an operator makes to a component's oracle."""
    found: dict[Mutant, None] = {}
    module = _copy(component)

    def note(site: Site, names) -> None:
        found.update({Mutant(component, site, name): None for name in names})

    for owner, owner_name, name, function in _functions(module):

        def spy(place, value, owner_name=owner_name, name=name):
            # a check looks at shapes and at numbers, not at what is in arrays or text
            if not (name.startswith("check") and isinstance(value, CONTENTS)):
                note(Site(owner_name, name, place), _changing(value))
            return value

        setattr(owner, name, _wrapped(function, spy))
    for owner in _named_classes(module):

        def seen(weights, owner=owner):
            names = weight_operators(weights)
            note(Site(owner.__name__, "set_named_weights", "weights"), names)
            return weights

        _with_weights_changed(owner, seen)
    _rebind(module)
    for clause in clauses_for(component):
        clause.put_to(_Spied(component, module))
    for name, call in _uses(_tree(component)):
        other = SWAPPED[ast.unparse(call.func)]
        note(Site("", name, "use"), [f"replaced by {other}"])
    return tuple(found)


def no_mistake(mutant: Mutant) -> str | None:
    """Return why a change makes no wrong implementation, if it is none."""
    for pattern, why in LEFT_OUT.items():
        if re.search(pattern, str(mutant)):
            return why
    return None


def mutants_of(component: str) -> list[Mutant]:
    """Return every systematic rival of a component."""
    return [mutant for mutant in changes_of(component) if no_mistake(mutant) is None]


def rejecting(mutant: Mutant) -> str | None:
    """Return the id of the first clause that rejects the mutant, if one does."""
    for clause in clauses_for(mutant.component):
        try:
            with quiet():
                rejected = clause.rejects(mutant)
        except NotProvided:
            rejected = True
        if rejected:
            return clause.id
    return None


@dataclass(frozen=True)
class Survey:
    """How many systematic rivals a component has, and those that survive."""

    component: str
    n_mutants: int
    survivors: tuple[Mutant, ...]

    def unexplained(self) -> list[str]:
        """Return the survivors of which it is not said why they survive."""
        return [name for name in map(str, self.survivors) if name not in SURVIVORS]


@functools.cache
def survey(component: str) -> Survey:
    """Put the clauses of a component to each of its systematic rivals."""
    mutants = mutants_of(component)
    survivors = tuple(mutant for mutant in mutants if rejecting(mutant) is None)
    return Survey(component, len(mutants), survivors)
