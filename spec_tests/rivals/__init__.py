"""Rivals: named wrong implementations, each the right one with a single mistake.

A rival is a class decorated with `rival`. Its docstring says the mistake, in words that
complete "the output equals the oracle's with ..."; its attributes stand in for the
attributes of its component's oracle. A rival is an implementation like any other:

    pytest spec_tests --implementation=spec_tests.rivals.recurrent:gates_swapped
"""

import functools
import importlib
import inspect

from spec_tests.clauses import HOME


class Rival:
    """The oracles with one component's attributes replaced by wrong ones."""

    def __init__(self, mistaken: type):
        self.name = mistaken.__name__
        self.component = mistaken.__module__.rpartition(".")[2]
        self.mistake = inspect.getdoc(mistaken) or ""
        self._mistaken = mistaken

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)
        oracle = importlib.import_module(f"spec_tests.oracles.{name}")
        return _Overlay(self._mistaken, oracle) if name == self.component else oracle

    def __repr__(self):
        return f"{self.component}:{self.name}"


class _Overlay:
    """The attributes of one object, and where it has none, of another."""

    def __init__(self, first, second):
        self._first, self._second = first, second

    def __getattr__(self, name: str):
        if name in vars(self._first):
            return getattr(self._first, name)
        return getattr(self._second, name)


def rival(mistaken: type) -> Rival:
    """Return the class of wrong attributes as an implementation."""
    return Rival(mistaken)


def _module(component: str):
    if not (HOME / "rivals" / f"{component}.py").exists():
        return None
    return importlib.import_module(f"spec_tests.rivals.{component}")


@functools.cache
def rivals_of(component: str) -> tuple[Rival, ...]:
    """Return the rivals of a component in the order of their file."""
    names = vars(_module(component) or object)
    return tuple(value for value in names.values() if isinstance(value, Rival))


def views_of(component: str) -> dict[str, str]:
    """Return the clauses that reject no rival of their own, each with the reason.

    A rivals' file lists them as VIEWS: they look at a fact that others hold, too.
    """
    return getattr(_module(component), "VIEWS", {})
