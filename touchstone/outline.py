"""The outline of a contract: its Protocols read into names, arguments and texts."""

import inspect
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Union

from touchstone.specification import Specification

Kind = inspect.Parameter
WIDTH = 88


@dataclass(frozen=True)
class Argument:
    """An argument of a call; `type` and `default` are texts, "" where there is none."""

    name: str
    type: str
    default: str
    is_positional: bool

    def __str__(self) -> str:
        typed = f"{self.name}: {self.type}" if self.type else self.name
        return f"{typed} = {self.default}" if self.default else typed


@dataclass(frozen=True)
class Function:
    """A function, method or attribute; `base` is the Protocol that it is inherited from."""

    name: str
    says: str
    arguments: tuple[Argument, ...] = ()
    returns: str = ""
    is_attribute: bool = False
    base: type | None = None

    def signature(self, called: str) -> str:
        """Return the call of `called` as text, on several lines where it is long."""
        returns = f" -> {self.returns}" if self.returns else ""
        if self.is_attribute:
            return f"{called}: {self.returns}"
        listed = [str(argument) for argument in self.arguments]
        n_positional = sum(argument.is_positional for argument in self.arguments)
        if n_positional < len(listed):
            listed.insert(n_positional, "*")
        if n_positional:
            listed.insert(n_positional, "/")
        inside = ", ".join(listed)
        if len(line := f"{called}({inside}){returns}") <= WIDTH:
            return line
        lines = [inside] if len(inside) <= WIDTH - 4 else [f"{a}," for a in listed]
        return "\n".join(
            [f"{called}(", *(f"    {line}" for line in lines), f"){returns}"]
        )


@dataclass(frozen=True)
class Class:
    """A class of a component: how it is made, called and used."""

    name: str
    says: str
    makes: Function
    members: tuple[Function, ...]


@dataclass(frozen=True)
class Contract:
    """What `<specification>/contracts/<component>.py` states.

    `keys` has the text of the axes and of each source.
    """

    component: str
    title: str
    text: str
    keys: Mapping[str, str]
    names: tuple[Function | Class, ...]


def contract_of(specification: Specification, component: str) -> Contract:
    """Return the contract of a component, an empty one where none is written.

    ValueError says where a contract has another form than `touchstone.contracts` says.
    """
    module = _module(specification, component)
    if module is None:
        return Contract(component, component, "", {}, ())
    title, _, text = (inspect.getdoc(module) or "").partition("\n\n")
    prose, _, last = f"\n\n{text}".rpartition("\n\n")
    contract = getattr(module, "Contract", None)
    if contract is None:
        raise ValueError(f"{module.__name__} has no class Contract")
    return Contract(
        component,
        title.rstrip("."),
        prose.strip(),
        dict(_keyed(last, module.__name__)),
        tuple(
            _class(name, member.fget)
            if isinstance(member, property)
            else _function(name, member)
            for name, member in _public(contract)
        ),
    )


def _module(specification: Specification, component: str) -> types.ModuleType | None:
    try:
        return specification.contract(component)
    except ModuleNotFoundError as error:
        full = f"{specification.package}.contracts.{component}"
        if error.name and full.startswith(error.name):
            return None
        raise


def _keyed(paragraph: str, where: str) -> Iterator[tuple[str, str]]:
    """Yield the keys and texts of lines `KEY: text`; an indented line continues one."""
    for entry in paragraph.replace("\n    ", " ").splitlines():
        key, colon, text = entry.partition(": ")
        if not colon or " " in key:
            raise ValueError(f"{where}: expected a line 'KEY: text', got {entry!r}")
        yield key, text


def _public(protocol: type) -> Iterator[tuple[str, Any]]:
    for name, member in vars(protocol).items():
        is_member = isinstance(member, property | types.FunctionType)
        if is_member and (name == "__call__" or not name.startswith("_")):
            yield name, member


def _class(name: str, getter: Any) -> Class:
    """Return the class that a property of a Contract is about."""
    maker = _hints(getter)["return"]
    made = _hints(maker.__call__)["return"]
    members: dict[str, Function] = {}
    for owner in made.__mro__:
        if owner.__module__ in ("typing", "typing_extensions", "builtins"):
            continue
        base = owner if owner.__module__ != made.__module__ else None
        for member_name, member in _public(owner):
            found = (
                _attribute(member_name, member.fget, base)
                if isinstance(member, property)
                else _function(member_name, member, base)
            )
            members.setdefault(member_name, found)
    return Class(
        name,
        _paragraphs([inspect.getdoc(made) or "", inspect.getdoc(getter) or ""]),
        replace(_function("__init__", maker.__call__), returns=""),
        tuple(members.values()),
    )


def _attribute(name: str, getter: Any, base: type | None) -> Function:
    returns = words(_hints(getter)["return"])
    says = inspect.getdoc(getter) or ""
    return Function(name, says, returns=returns, is_attribute=True, base=base)


def _function(
    name: str, function: Callable[..., Any], base: type | None = None
) -> Function:
    hints = _hints(function)
    _, *parameters = inspect.signature(function).parameters.values()  # without self
    arguments = tuple(
        Argument(
            parameter.name,
            words(hints[parameter.name]),
            "" if parameter.default is Kind.empty else repr(parameter.default),
            parameter.kind is not Kind.KEYWORD_ONLY,
        )
        for parameter in parameters
    )
    says = inspect.getdoc(function) or ""
    return Function(name, says, arguments, words(hints["return"]), base=base)


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return typing.get_type_hints(function, include_extras=True)


def words(annotation: Any) -> str:
    """Return a type as text: the axes of an array in brackets, "" for anything."""
    return "" if annotation is Any else _words(annotation)


def _words(annotation: Any) -> str:
    if annotation is Any:
        return "array"
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        axes, kind = (*annotation.__metadata__, "")[:2]
        shape = f"[{', '.join(axes.split())}]" if axes else ""
        return " ".join(filter(None, [kind, shape])) or "number"
    listed = [_words(part) for part in parts if part is not types.NoneType]
    if origin in (Union, types.UnionType):
        return " | ".join(listed)
    if origin is tuple:
        return f"({', '.join(listed)})"
    if annotation is types.NoneType:
        return "None"
    name = str(getattr(origin or annotation, "__name__", annotation))
    return f"{name}[{', '.join(listed)}]" if listed else name


def outline(contract: Contract, *, shared: bool = True) -> str:
    """Return every name of a contract as text: how it is called, and what it does.

    Without `shared`, what a class inherits from the Protocols of `shared_by` is only
    named.
    """
    parts = [
        _class_entry(stated, shared)
        if isinstance(stated, Class)
        else _entry(stated, stated.name)
        for stated in contract.names
    ]
    return "\n\n".join(parts)


def shared_by(contracts: Iterable[Contract]) -> list[type]:
    """Return the Protocols outside the contracts from which their classes inherit."""
    found = {
        member.base: None
        for contract in contracts
        for stated in contract.names
        if isinstance(stated, Class)
        for member in stated.members
        if member.base
    }
    return sorted(found, key=lambda protocol: len(protocol.__mro__))


def shared_outline(protocol: type) -> str:
    """Return what a Protocol adds to the classes that inherit from it, as text."""
    return "\n\n".join(
        _entry(_function(name, member, protocol), f".{name}")
        for name, member in _public(protocol)
    )


def _class_entry(stated: Class, shared: bool) -> str:
    made, says = stated.makes, [stated.says, stated.makes.says]
    inherited = [m.name for m in stated.members if m.base and not shared]
    if inherited:
        names = ", ".join(f"`{name}`" for name in inherited)
        says.append(f"It also has, as many classes do: {names}.")
    parts = [f"{made.signature(stated.name)}\n{_indented(_paragraphs(says))}"]
    for member in stated.members:
        if shared or member.base is None:
            place = "(...)" if member.name == "__call__" else f".{member.name}"
            parts.append(_entry(member, f"{stated.name}{place}"))
    return "\n\n".join(parts)


def _paragraphs(texts: Iterable[str]) -> str:
    return "\n\n".join(filter(None, texts))


def _entry(function: Function, called: str) -> str:
    return f"{function.signature(called)}\n{_indented(function.says)}"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
