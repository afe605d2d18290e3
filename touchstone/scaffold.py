"""A port to be filled in: every name of the contract, and what it must return.

All of it is read off the headers of the spec files and off the oracles' signatures, so
that it says what the clauses ask for now.
"""

import ast
import importlib
import importlib.util
import inspect
import itertools
import keyword
import re
import sys
import textwrap
from pathlib import Path

import numpy as np
from spec_tests.clauses import components

from spec_tests.oracles.weights import NamedWeights

WIDTH = 88
ITEM = re.compile(r" {4}(\w+)")
SIZES = (7, 11, 13, 17, 19)  # of no axis but their own
PACKAGE = '''\
"""A port of the sequence-model components, to be filled in.

    pytest --pyargs spec_tests --implementation={name}

says what holds so far. What raises NotImplementedError is reported as not provided; a
module that is not wanted can be deleted. What the framework cannot express raises an
exception whose class is called Unrepresentable.
"""
'''


def write(folder: Path, chosen: list[str]) -> list[Path]:
    """Write the package and return its new files; ValueError where that cannot be."""
    refuse_name(folder)
    known = components()
    chosen = chosen or known
    if unknown := [name for name in chosen if name not in known]:
        raise ValueError(
            f"components must be among {', '.join(known)}, got {', '.join(unknown)}"
        )
    texts = {folder / f"{name}.py": module(name) for name in chosen}
    if there := [str(path) for path in texts if path.exists()]:
        raise ValueError(
            f"files are never overwritten, and there is {', '.join(there)}"
        )
    if not (folder / "__init__.py").exists():
        package = PACKAGE.format(name=folder.name)
        texts = {folder / "__init__.py": package} | texts
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return list(texts)


def refuse_name(folder: Path) -> None:
    """Raise ValueError where the folder's name cannot be the package's."""
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


def contract(component: str) -> str:
    """Return the header of the component's spec file."""
    return inspect.getdoc(importlib.import_module(f"spec_tests.test_{component}")) or ""


def items(component: str) -> dict[str, list[str]]:
    """Return the contract's lines by the public name that they are about."""
    oracle = importlib.import_module(f"spec_tests.oracles.{component}")
    found: dict[str, list[str]] = {}
    inside: list[str] | None = None
    for line in contract(component).splitlines():
        start = ITEM.match(line)
        if start and hasattr(oracle, start[1]):
            inside = found.setdefault(start[1], [])
        if not line.startswith("    "):
            inside = None
        if inside is not None:
            inside.append(line)
    return found


def module(component: str) -> str:
    """Return the text of a module that has every name of the component's contract."""
    oracle = importlib.import_module(f"spec_tests.oracles.{component}")
    header = contract(component)
    parts = [f'"""{header}\n"""\n']
    before = None
    for name, about in items(component).items():
        target, full = getattr(oracle, name), f"{component}.{name}"
        if inspect.isclass(target):
            parts.append(class_stub(full, target, about, header))
        else:
            before = parameters(name, target, about, before)
            parts.append(stub(f"def {name}{before}", flowing("\n".join(about)), full))
    return "\n\n".join(parts)


def class_stub(full: str, target, about: list[str], header: str) -> str:
    """Return a class whose methods are those that the contract names."""
    own = itertools.takewhile(lambda line: not line.lstrip().startswith("."), about)
    says = flowing("\n".join(own)).removesuffix(", with")
    parts = [f"class {target.__name__}:", indented(docstring(says)), ""]
    methods = ["__init__", *(["__call__"] if "__call__" in dir(target) else [])]
    for name in [*methods, *methods_of(target, header), *attributes_of(target, about)]:
        member = getattr(target, name, None)
        definition = f"def {name}{signature(member) if member else '(self)'}"
        returns = method_says(name, target, about, says, header)
        text = stub(definition, returns, f"{full}.{name}")
        parts.append(indented(text if member else f"@property\n{text}"))
    return "\n".join(parts).rstrip("\n") + "\n"


def methods_of(target, header: str) -> list[str]:
    """Return the public methods that the contract speaks of."""
    public = [name for name in dir(target) if not name.startswith("_")]
    named = [name for name in public if re.search(rf"[.`]{name}\b", header)]
    if issubclass(target, NamedWeights):
        weights = ["named_weights", "set_named_weights"]
        named = weights + [name for name in named if name not in weights]
    return [name for name in named if inspect.isfunction(getattr(target, name))]


def attributes_of(target, about: list[str]) -> list[str]:
    """Return the attributes, such as `.max_id`, that the contract lists."""
    listed = re.findall(r"^ +\.(\w+)", "\n".join(about), re.MULTILINE)
    return [name for name in listed if not hasattr(target, name)]


def method_says(name: str, target, about: list[str], call: str, header: str) -> str:
    """Return what the contract, or else the oracle, says of a method."""
    if name == "__init__":
        return ""
    if name == "__call__":
        returned = call.partition(" -> ")[2].rstrip(",.")
        return f"Return {returned}." if returned else call
    if name == "named_weights":
        return "Return the weights by name, in the canonical layout.\n" + layout(target)
    text = flowing("\n".join(about))
    if listed := re.search(rf"\.({name}\b.*?)(?=[,;]? +\.\w|$)", text):
        return listed[1].rstrip(",;")
    says = (inspect.getdoc(getattr(target, name, None)) or "").partition("\n\n")[0]
    told = re.search(rf"`({name}\(\))`([^;.]*)", flowing(header))
    return says or (f"{told[1]}{told[2]}" if told else "")


def layout(target) -> str:
    """Return a line for each weight, its shape in the words of the constructor."""
    sizes, primes = {}, itertools.cycle(SIZES)
    for name, parameter in inspect.signature(target).parameters.items():
        if "dropout" in name:
            sizes[name] = 0.0
        elif parameter.annotation is bool:
            sizes[name] = True
        elif name.startswith("n_"):
            sizes[name] = 1
        else:
            sizes[name] = next(primes)
    try:
        weights = target(**sizes).named_weights()
    except (TypeError, ValueError):
        return ""
    words = {size: name for name, size in sizes.items() if size in SIZES}
    given = [
        f"{name}={size}" for name, size in sizes.items() if size is True or size == 1
    ]
    lines = ["", f"With {', '.join(given)}:"] if given else [""]
    by_shape = itertools.groupby(weights.items(), lambda pair: np.shape(pair[1]))
    for shape, group in by_shape:
        axes = ", ".join(words.get(size, str(size)) for size in shape)
        lines.append(f"    {', '.join(name for name, _ in group)} [{axes}]")
    return "\n".join(lines)


def parameters(name: str, target, about: list[str], before: str | None) -> str:
    """Return a function's parameters; the contract's where it lists them."""
    text = flowing("\n".join(about))
    if "the same arguments" in text and before:
        return before
    given = signature(target)
    listed = re.match(rf"{name}\((.*?)\) ->", re.sub(r" \[[^\]]*\]", "", text))
    if "**" in given and listed:
        try:
            ast.parse(f"def f({listed[1]}): pass")
        except SyntaxError:
            return given
        return f"({listed[1]})"
    return given


def signature(target) -> str:
    """Return the parameters of a callable in parentheses, without annotations."""
    found = inspect.signature(target)
    bare = [p.replace(annotation=p.empty) for p in found.parameters.values()]
    return str(found.replace(parameters=bare, return_annotation=found.empty))


def stub(definition: str, says: str, name: str) -> str:
    """Return a function that says what it must return, and that it is not written."""
    lines = [f"{definition}:"] if len(definition) < WIDTH - 4 else broken(definition)
    if says:
        lines.append(indented(docstring(says)))
    message = f'"{name} is not written yet"'
    call = f"    raise NotImplementedError({message})"
    if len(call) > WIDTH - 4:
        call = f"    raise NotImplementedError(\n        {message}\n    )"
    return "\n".join([*lines, call, ""])


def broken(definition: str) -> list[str]:
    """Return a long definition on several lines."""
    head, _, rest = definition.partition("(")
    return [f"{head}(", f"    {rest.rpartition(')')[0]}", "):"]


def docstring(text: str) -> str:
    """Return text as a docstring; one line stays one line."""
    text = re.sub(r"\[[^\]]*\]", lambda axes: axes[0].replace(" ", "\xa0"), text)
    lines = [
        wrapped.replace("\xa0", " ")
        for line in text.strip("\n").splitlines()
        for wrapped in (
            textwrap.wrap(line, 76, subsequent_indent=hanging(line)) or [""]
        )
    ]
    if len(lines) == 1:
        return f'"""{lines[0]}"""'
    return "\n".join([f'"""{lines[0]}', *lines[1:], '"""'])


def hanging(line: str) -> str:
    """Return the indentation of what a line goes on with."""
    return " " * (len(line) - len(line.lstrip()) + 4) if line.startswith(" ") else ""


def indented(text: str) -> str:
    return textwrap.indent(text, "    ")


def flowing(text: str) -> str:
    """Return text on one line."""
    return " ".join(text.split()).replace("( ", "(").replace(") (", ")(")
