"""What a clause or a component asks for, as text for a terminal."""

import inspect
import textwrap
import time
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from touchstone.clauses import Clause
from touchstone.implementation import NotProvided, near_name
from touchstone.outcomes import Level
from touchstone.outline import Contract, contract_of, outline
from touchstone.rivals import Rival
from touchstone.specification import Specification

PATIENCE = 5.0  # seconds after which no further rival is tried
MANY = 12  # rivals that are listed


def explain(specification: Specification, name: str) -> str:
    """Return the explanation of a clause, by its id, or of a component.

    ValueError says that there is none of that name.
    """
    clauses, components = specification.clauses, specification.components
    if name in components:
        return _component(specification, name)
    if name not in clauses:
        near = near_name(name, [*clauses, *components])
        hint = f"; did you mean {near}?" if near else ""
        raise ValueError(f"no clause and no component is called {name!r}{hint}")
    return _clause(specification, clauses[name])


def _component(specification: Specification, component: str) -> str:
    contract = contract_of(specification, component)
    clauses = [
        f"{clause}{_level(clause)}" for clause in specification.clauses_of(component)
    ]
    parts = [
        f"{component}: {contract.title}.",
        contract.text,
        _keys(contract, list(contract.keys)),
        outline(contract),
        "\n".join(clauses),
    ]
    return "\n\n".join(filter(None, parts))


def _clause(specification: Specification, clause: Clause) -> str:
    contract = contract_of(specification, clause.component)
    cited = [key for key in contract.keys if key in _words(clause.source)]
    parts = [
        str(clause),
        f"component: {clause.component}\nlevel: {clause.level.label}, "
        f"{clause.level.meaning}{_role(clause.level)}",
        _keys(contract, ["Axes", *cited]),
        _called(specification, clause),
        _rejected(clause, specification.rivals_of(clause.component)),
        f"{_place(specification, clause.function)}\n\n{_indented(_source(clause))}",
    ]
    return "\n\n".join(filter(None, parts))


def _level(clause: Clause) -> str:
    return "" if clause.level is Level.CORE else f" ({clause.level.label})"


def _role(level: Level) -> str:
    return "" if level.decides else " (reported beside the verdict)"


def _words(source: str) -> list[str]:
    return [word.strip(",;") for word in source.split()]


def _keys(contract: Contract, keys: list[str]) -> str:
    lines = [
        textwrap.fill(f"{key}: {contract.keys[key]}", 88, subsequent_indent="    ")
        for key in keys
        if key in contract.keys
    ]
    return "\n".join(lines)


def _called(specification: Specification, clause: Clause) -> str:
    """Return the outline of the names that the clause and its probes mention."""
    mentioned = set(_mentioned(clause.function, clause.function.__module__, set()))
    parts = []
    for component in specification.components:
        if component != clause.component and component not in mentioned:
            continue
        contract = contract_of(specification, component)
        names = tuple(stated for stated in contract.names if stated.name in mentioned)
        if names:
            text = outline(replace(contract, names=names))
            parts.append(f"[{component}]\n{text}")
    if not parts:
        return ""
    return "\n\n".join(["What it calls:", *map(_indented, parts)])


def _mentioned(
    function: Callable[..., object], home: str, seen: set[str]
) -> Iterator[str]:
    """Yield the names and texts in a function and in what it uses of its own file."""
    if not isinstance(function, types.FunctionType) or function.__name__ in seen:
        return
    seen.add(function.__name__)
    names = [*_names(function.__code__), *inspect.signature(function).parameters]
    yield from names
    for name in names:
        used = function.__globals__.get(name)
        if getattr(used, "__module__", None) == home and callable(used):
            yield from _mentioned(used, home, seen)


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _rejected(clause: Clause, rivals: tuple[Rival, ...]) -> str:
    """Return the named rivals that the clause rejects, as many as can soon be tried."""
    found, n_tried, begun = [], 0, time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for rival in rivals:
            if time.perf_counter() - begun > PATIENCE:
                break
            try:
                if clause.rejects(rival):
                    found.append(rival)
            except NotProvided:
                return ""
            n_tried += 1
    if not n_tried:
        return ""
    lines = [f"  {rival.name}: {rival.mistake}" for rival in found[:MANY]]
    if len(found) > MANY:
        lines.append(f"  and {len(found) - MANY} more")
    tried = f"{n_tried} rivals" if n_tried == len(rivals) else f"the first {n_tried}"
    return "\n".join([f"It rejects {len(found)} of {tried}:", *lines])


def _source(clause: Clause) -> str:
    """Return the source code of the clause and of the probes that it asks for."""
    texts = [inspect.getsource(clause.function)]
    for name in inspect.signature(clause.function).parameters:
        probe = clause.function.__globals__.get(name)
        if isinstance(probe, types.FunctionType):
            texts.append(inspect.getsource(probe))
    return "\n".join(texts)


def _place(specification: Specification, function: Callable[..., object]) -> str:
    path = Path(inspect.getsourcefile(function) or "")
    line = inspect.getsourcelines(function)[1]
    return f"{specification.package}/{path.name}, line {line}:"


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")
