"""Systematic rivals: operators applied mechanically to every value an oracle handles.

A site is an argument or the result of a function or method of a component's oracle, one
of its named weights, or a function that it takes from `arithmetic`. A spy that runs the
component's clauses finds the sites and what kind of value stands there; each operator for
that kind then makes one rival, on a fresh copy of the oracle's module, so that expected
values stay right.
"""

import dis
import functools
import importlib.util
import inspect
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from spec_tests.clauses import HOME, Clause, NotProvided, clauses_of
from spec_tests.oracles import arithmetic
from spec_tests.oracles.weights import NamedWeights

RESULT = "result"
FACTOR = 1.01
SWAPPED = {"sigmoid": np.tanh, "softmax": arithmetic.sigmoid}


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


def _axis_reversed(axis: int) -> Callable:
    return lambda value: np.flip(value, axis)


def operators(value) -> dict[str, Callable]:
    """Return the operators for a value, by name; those that change it."""
    if isinstance(value, bool | np.bool_):
        return {"negated": lambda v: not v}
    if isinstance(value, int | np.integer):
        return {"plus one": lambda v: v + 1, "minus one": lambda v: v - 1}
    if isinstance(value, float | np.floating):
        return {f"times {FACTOR}": lambda v: v * FACTOR}
    if isinstance(value, str):
        return {"without its last character": lambda v: v[:-1]}
    if isinstance(value, np.ndarray) and value.size:
        return {k: f for k, f in _of_array(value).items() if _changes(f, value)}
    return {}


def _of_array(value: np.ndarray) -> dict[str, Callable]:
    named: dict[str, Callable] = {
        f"reversed along axis {axis}": _axis_reversed(axis)
        for axis in range(value.ndim)
    }
    for axis, size in enumerate(value.shape):
        if size > 1:
            named[f"shifted along axis {axis}"] = functools.partial(
                np.roll, shift=1, axis=axis
            )
    if value.ndim >= 2 and value.shape[-1] == value.shape[-2]:
        named["transposed"] = lambda v: np.swapaxes(v, -1, -2)
    if value.dtype == bool:
        named |= {"inverted": np.logical_not, "all kept": np.ones_like}
    elif np.issubdtype(value.dtype, np.integer):
        named["plus one"] = lambda v: v + 1
    elif np.issubdtype(value.dtype, np.floating):
        named |= {f"times {FACTOR}": lambda v: v * FACTOR, "negated": np.negative}
    return named


def _changes(operator: Callable, value: np.ndarray) -> bool:
    changed = operator(value)
    return changed.shape != value.shape or not np.array_equal(changed, value)


def weight_operators(weights: Mapping[str, np.ndarray]) -> dict[str, Callable]:
    """Return the operators on named weights: each alone, and each pair exchanged."""
    named: dict[str, Callable] = {}
    arrays = {name: np.asarray(value) for name, value in weights.items()}
    for name, value in arrays.items():
        for what, change in operators(
            value if value.ndim else value[np.newaxis]
        ).items():
            if value.ndim or not what.startswith("reversed"):
                named[f"{name} {what}"] = _one_changed(name, change)
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


def _copy(component: str) -> types.ModuleType:
    path = HOME / "oracles" / f"{component}.py"
    spec = importlib.util.spec_from_file_location(f"copy_of_{component}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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

    An argument that the function does not read is left alone, and so is a seed, for
    which stream a seed gives is left open.
    """
    signature, read = inspect.signature(function), _read(function)

    @functools.wraps(function)
    def wrapper(*arguments, **options):
        bound = signature.bind(*arguments, **options)
        for place, value in list(bound.arguments.items()):
            if place in ("self", "seed") or place not in read:
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
    module, site = _copy(mutant.component), mutant.site
    if site.place == "weights":
        [owner] = [c for c in _named_classes(module) if c.__name__ == site.owner]

        def changed(weights):
            named = weight_operators(weights)
            return (
                named[mutant.operator](weights) if mutant.operator in named else weights
            )

        _with_weights_changed(owner, changed)
        return module
    if site.place == "function":
        setattr(module, site.name, SWAPPED[site.name])
        return module
    for holder, owner_name, name, function in _functions(module):
        if (owner_name, name) == (site.owner, site.name):

            def change(place, value):
                fitting = operators(value) if place == site.place else {}
                operator = fitting.get(mutant.operator)
                return operator(value) if operator else value

            setattr(holder, name, _wrapped(function, change))
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


def mutants_of(component: str) -> list[Mutant]:
    """Return every systematic rival of a component."""
    found: dict[Mutant, None] = {}
    module = _copy(component)

    def note(site: Site, names) -> None:
        found.update({Mutant(component, site, name): None for name in names})

    for owner, owner_name, name, function in _functions(module):

        def spy(place, value, owner_name=owner_name, name=name):
            if not (name.startswith("check") and isinstance(value, np.ndarray | str)):
                note(Site(owner_name, name, place), operators(value))
            return (
                value  # a check looks at shapes and numbers, not at what is in arrays
            )

        setattr(owner, name, _wrapped(function, spy))
    for owner in _named_classes(module):

        def seen(weights, owner=owner):
            names = weight_operators(weights)
            note(Site(owner.__name__, "set_named_weights", "weights"), names)
            return weights

        _with_weights_changed(owner, seen)
    for name in SWAPPED:
        if hasattr(module, name):
            note(Site("", name, "function"), ["replaced"])
    for clause in clauses_for(component):
        clause.put_to(_Spied(component, module))
    return list(found)


def rejecting(mutant: Mutant) -> str | None:
    """Return the id of the first clause that rejects the mutant, if one does."""
    for clause in clauses_for(mutant.component):
        try:
            if clause.rejects(mutant):
                return clause.id
        except NotProvided:
            return clause.id
    return None


# Survivors: the mutants that no clause rejects, as patterns of their names.

SURVIVORS = {
    r"(input_bias_)([zr]) and \S*recurrent_bias_\2 exchanged": (
        "the two biases of an update or a reset gate are only ever added to each other"
    ),
    r"CharTokenizer.rank: ": "ranks that are all moved alike sort alike",
    r"CharTokenizer.unseen: char": "only whether there is such a character is asked",
    r"Corpora.shuffled: ": "the order of the stand-in's characters is left open",
    r"Corpora.fetch: url": "the name that a source has after its file is read",
    r"EncoderDecoder.(__call__|decoded|longest): (sequence_)?lengths, ": (
        "a forward pass asks for the longest length alone; what follows a row's own end "
        "is left open"
    ),
    r"EncoderDecoder.(greedy_step|choice): .* times": (
        "a choice of the likeliest is the same for values that are all a little larger"
    ),
    r"save_embedding: directory": "the module is read from where it was written",
    r"TextEmbedding.(ids|combined): .* axis 0": "a sum does not depend on the order",
    r"Temperature.(__call__|log): p.* times": "probabilities are normalised at the end",
    r"Temperature.check: ": "only the sign of the temperature is asked",
    r"Temperature.possible: ": "only where probabilities are 0 is asked, and they are so "
    "at the ends of an axis alike, or a logarithm of 0 says it again",
    r"Categorical.*(times|shifted|reversed|negated)": (
        "draws are judged by their frequencies: another order, and a change of less than "
        "the bound of false alarms, do not show"
    ),
    r"SentimentModel.(first: result 1|second: result 0)": (
        "a layer gives outputs and state; the model uses one of the two"
    ),
    r"Batches.check_length: n_steps": "it stands in the message alone",
    r"Batches.batch: result 1, transposed": "applies where a batch is square, and is "
    "looked at in another that is not",
    r"DropoutGRU.(mask|input_part): .* axis": "a random mask is as random in any order",
    r"Generation.*(times|negated|plus one|minus one)": (
        "a draw whose probabilities change by less than the bound of false alarms, or "
        "the likeliest character, is the same"
    ),
    r"Generation.place: text": "the text before it decides no more than its length does",
    r"Transformer.(embedded|encoded): side": "a label for the rivals to tell sides by",
    r"Transformer.(attend|encode|decode): .* along axis 1": (
        "without a mask, attention does not depend on the order of what it attends to"
    ),
    r"Windows.place: result": "places drawn from a ring, all moved alike",
}


@dataclass(frozen=True)
class Survey:
    """How many systematic rivals a component has, and those that survive."""

    component: str
    n_mutants: int
    survivors: tuple[Mutant, ...]

    def unexplained(self) -> list[str]:
        """Return the survivors that no pattern explains."""
        return [str(mutant) for mutant in self.survivors if reason(mutant) is None]


def reason(mutant: Mutant) -> str | None:
    """Return why a surviving mutant is no wrong implementation, if it is said."""
    for pattern, why in SURVIVORS.items():
        if re.search(pattern, str(mutant)):
            return why
    return None


@functools.cache
def survey(component: str) -> Survey:
    """Put the clauses of a component to each of its systematic rivals."""
    mutants = mutants_of(component)
    survivors = tuple(mutant for mutant in mutants if rejecting(mutant) is None)
    return Survey(component, len(mutants), survivors)
