"""Rivals: named wrong implementations, each the right one with a single mistake.

The rivals of a component are in `<specification>/rivals/<component>.py`; those modelled on
public reports are in `<specification>/rivals/field/<component>.py`. A rival is

- a `patch` of the oracle's source, if the mistake is one expression: text that occurs
  exactly once, and what replaces it;
- a class decorated with `rival`, whose attributes replace those of the oracle.

Both describe the mistake in words that complete "the output equals the oracle's with ...".
A rival is an implementation like any other:

    touchstone check spec_tests.rivals.recurrent:gates_swapped
"""

import functools
import importlib
import inspect
import sys
import threading
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_IMPORTING = threading.RLock()


class Rival:
    """The oracles of a specification with those of one component changed.

    `report` is the address of the public report of the mistake, `says` what was seen
    there; both are empty for a mistake of our own.
    """

    def __init__(
        self, home: str, name: str, mistake: str, report: str = "", says: str = ""
    ):
        package, _, path = home.rpartition(".rivals.")
        self.name, self.mistake = name, mistake
        self.component = path.rpartition(".")[2]
        self.report, self.says = report, says
        self._oracles = f"{package}.oracles"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == self.component:
            return self.module
        try:
            return importlib.import_module(f"{self._oracles}.{name}")
        except ModuleNotFoundError:
            raise AttributeError(name) from None

    @property
    def module(self) -> Any:
        """Return what stands in for the oracle of the component."""
        raise NotImplementedError

    def declares(self, attribute: str, default: Any = None) -> Any:
        """Say that a rival declares nothing of itself."""
        return default

    def __repr__(self) -> str:
        return f"{self.component}:{self.name}"


class _Replaced(Rival):
    """The oracle of a component with attributes of its own in front."""

    def __init__(self, mistaken: type[Any]):
        mistake = inspect.getdoc(mistaken) or ""
        super().__init__(mistaken.__module__, mistaken.__name__, mistake)
        self.mistaken = mistaken

    @property
    def module(self) -> Any:
        oracle = importlib.import_module(f"{self._oracles}.{self.component}")
        return _Overlay(self.mistaken, oracle)


class _Overlay:
    """The attributes of one object, and where it has none, of another."""

    def __init__(self, first: Any, second: Any):
        self._first, self._second = first, second

    def __getattr__(self, name: str) -> Any:
        if name in vars(self._first):
            return getattr(self._first, name)
        return getattr(self._second, name)


def rival(mistaken: type[Any]) -> Rival:
    """Return the class of wrong attributes as an implementation."""
    return _Replaced(mistaken)


@dataclass(frozen=True)
class Patch:
    """A mistake, the changes of the oracle's source that make it, and its report."""

    mistake: str
    changes: tuple[tuple[str, ...], ...]
    report: str
    says: str


def patch(
    mistake: str, *changes: tuple[str, ...], report: str = "", says: str = ""
) -> Patch:
    """Return a mistake as changes of the oracle's source: pairs of old and new text.

    Each old text must occur exactly once. A change of another file of the oracles, which
    the component's oracle uses, is a triple with the file's name in front:
    `("weights", old, new)`. ValueError where nothing is changed.
    """
    if not changes:
        raise ValueError(f"changes must not be empty: {mistake}")
    for change in changes:
        if len(change) not in (2, 3) or change[-1] == change[-2]:
            raise ValueError(f"changes must be (old, new), got {change}")
    return Patch(mistake, changes, report, says)


class _Patched(Rival):
    """The oracle of a component made of changed sources."""

    def __init__(self, home: str, name: str, made: Patch):
        super().__init__(home, name, made.mistake, made.report, made.says)
        self._changes = made.changes

    @functools.cached_property
    def module(self) -> Any:
        changes: dict[str, list[tuple[str, str]]] = {self.component: []}
        for *where, old, new in self._changes:
            changes.setdefault(where[0] if where else self.component, []).append(
                (old, new)
            )
        importlib.import_module(f"{self._oracles}.{self.component}")
        with _IMPORTING, _forgotten(f"{self._oracles}."):
            for name in sorted(changes, key=lambda name: name == self.component):
                made = self._made(name, changes[name])
        return made

    def _made(self, name: str, changes: list[tuple[str, str]]) -> types.ModuleType:
        """Return a changed file of the oracles, imported in place of the right one."""
        package = importlib.import_module(self._oracles)
        path = Path(next(iter(package.__path__))) / f"{name}.py"
        source = path.read_text(encoding="utf-8")
        for old, new in changes:
            if (times := source.count(old)) != 1:
                raise ValueError(
                    f"{self!r}: a patch must match once in {path.name}, got {times} "
                    f"times: {old!r}"
                )
            source = source.replace(old, new)
        full = f"{self._oracles}.{name}"
        module = types.ModuleType(full)
        module.__file__ = str(path)
        sys.modules[full] = module
        setattr(package, name, module)
        exec(compile(source, f"{path} ({self.name})", "exec"), vars(module))
        return module


@contextmanager
def _forgotten(start: str) -> Iterator[None]:
    """Let modules whose names start so be imported afresh in the block, and put back."""
    package = sys.modules[start.rstrip(".")]
    kept = {name: m for name, m in sys.modules.items() if name.startswith(start)}
    attributes = dict(vars(package))
    for name in kept:
        del sys.modules[name]
        vars(package).pop(name.removeprefix(start), None)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.startswith(start)]:
            del sys.modules[name]
        sys.modules.update(kept)
        vars(package).clear()
        vars(package).update(attributes)


def patched(home: str, table: Mapping[str, Patch]) -> dict[str, Rival]:
    """Return the rivals of a table of patches; `home` is the file's `__name__`.

    The file of the rivals lists them with `globals().update(patched(__name__, {...}))`.
    """
    return {name: _Patched(home, name, made) for name, made in table.items()}
