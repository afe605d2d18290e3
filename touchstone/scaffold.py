"""A port to be filled in: every name of the contracts, and what it must return."""

import importlib.util
import inspect
import keyword
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from touchstone.outline import WIDTH, Argument, Class, Function, contract_of
from touchstone.specification import Specification

PLAIN = {"bool", "bytes", "float", "int", "str", "None"}  # types that a stub names
PACKAGE = '''\
"""An implementation of: {title}. It is to be filled in.

    touchstone check {name}

says what holds so far. What raises NotImplementedError is reported as not provided; a
module that you do not want can be deleted. Where your framework cannot express
something, raise an exception whose class is called Unrepresentable.
"""
'''


def write(
    folder: Path, components: Sequence[str], specification: Specification
) -> list[Path]:
    """Write a package of stubs and return its new files.

    `components` are the wanted ones, all if it is empty. Files are never overwritten.
    ValueError says what is wrong with an argument; nothing is written then.
    """
    refuse_name(folder)
    known = specification.components
    chosen = list(dict.fromkeys(components)) or known
    if unknown := [name for name in chosen if name not in known]:
        raise ValueError(
            f"components must be among {', '.join(known)}, got {', '.join(unknown)}"
        )
    texts = {folder / f"{name}.py": module(specification, name) for name in chosen}
    if present := [str(path) for path in texts if path.exists()]:
        raise ValueError(
            f"files are never overwritten, and these exist: {', '.join(present)}"
        )
    if not (folder / "__init__.py").exists():
        package = PACKAGE.format(title=specification.title, name=folder.name)
        texts = {folder / "__init__.py": package} | texts
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise ValueError(f"{folder} cannot be written: {error.strerror}") from None
    return list(texts)


def refuse_name(folder: Path) -> None:
    """Raise ValueError where the folder's name cannot be that of a package."""
    name = folder.name
    if not name.isidentifier() or keyword.iskeyword(name):
        better = re.sub(r"\W+", "_", name).strip("_")
        better = better if better.isidentifier() else f"port_{better}".rstrip("_")
        better += "_" if keyword.iskeyword(better) else ""
        raise ValueError(f"a package cannot be called {name!r}: call it {better!r}")
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: name a folder")
    if name in sys.stdlib_module_names or (
        not folder.exists() and importlib.util.find_spec(name)
    ):
        raise ValueError(f"another package is called {name!r}: call it something else")


def module(specification: Specification, component: str) -> str:
    """Return the text of a module with every name of the component's contract.

    ValueError where the component has no contract.
    """
    contract = contract_of(specification, component)
    if not contract.names:
        raise ValueError(f"{component} has no contract in {specification.package}")
    header = inspect.getdoc(specification.contract(component))
    parts = [f'"""{header}\n"""\n']
    for stated in contract.names:
        full = f"{component}.{stated.name}"
        if isinstance(stated, Class):
            parts.append(_class(stated, full))
        else:
            parts.append(_stub(stated, full))
    return "\n\n".join(parts)


def _class(stated: Class, full: str) -> str:
    """Return a class with the methods and attributes of the contract."""
    members = [
        _stub(member, f"{full}.{member.name}", is_method=True)
        for member in (stated.makes, *stated.members)
    ]
    body = "\n".join([_docstring(stated.says), "", *members])
    return f"class {stated.name}:\n{_indented(body)}".rstrip("\n") + "\n"


def _stub(function: Function, full: str, *, is_method: bool = False) -> str:
    """Return a function that says what it must return and that it is not written."""
    lines = ["@property"] if function.is_attribute else []
    lines += list(_definition(function, is_method))
    lines.append(_indented(_docstring(f"{function.says}{_types(function)}")))
    message = f'"{full} is not written yet"'
    call = f"    raise NotImplementedError({message})"
    if len(call) > (WIDTH - 4 if is_method else WIDTH):
        call = f"    raise NotImplementedError(\n        {message}\n    )"
    return "\n".join([*lines, call, ""])


def _definition(function: Function, is_method: bool) -> Iterator[str]:
    """Yield the lines of `def`: what is optional, or passed by keyword, after a star."""
    listed = ["self"] if is_method else []
    positional = [a for a in function.arguments if a.is_positional]
    by_keyword = [a for a in function.arguments if not a.is_positional]
    listed += map(_parameter, positional)
    listed += ["*", *map(_parameter, by_keyword)] if by_keyword else []
    end = f" -> {function.returns}:" if function.returns in PLAIN else ":"
    inside = ", ".join(listed)
    if len(line := f"def {function.name}({inside}){end}") <= WIDTH - 4:
        yield line
        return
    lines = [inside] if len(inside) <= WIDTH - 8 else [f"{part}," for part in listed]
    yield from (f"def {function.name}(", *(f"    {line}" for line in lines), f"){end}")


def _parameter(argument: Argument) -> str:
    if argument.type not in PLAIN:
        default = f"={argument.default}" if argument.default else ""
        return f"{argument.name}{default}"
    default = f" = {argument.default}" if argument.default else ""
    return f"{argument.name}: {argument.type}{default}"


def _types(function: Function) -> str:
    """Return a line for each argument, and for what comes back, that is not plain."""
    lines = [
        f"{argument.name}: {argument.type}"
        for argument in function.arguments
        if argument.type and argument.type not in PLAIN
    ]
    if function.returns and function.returns not in PLAIN:
        lines.append(f"returns: {function.returns}")
    return "\n".join(["", "", *lines]) if lines else ""


def _docstring(text: str) -> str:
    """Return text as a docstring; one line stays one line."""
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
