"""Rivals: named wrong implementations, each the right one with a single mistake.

A rival is a class of `<specification>/rivals/<component>.py` decorated with `rival`. Its
docstring says the mistake, in words that complete "the output equals the oracle's with
..."; its attributes stand in for the attributes of its component's oracle. A rival is an
implementation like any other:

    touchstone check spec_tests.rivals.recurrent:gates_swapped
"""

import importlib
import inspect
from typing import Any


class Rival:
    """The oracles with one component's attributes replaced by wrong ones."""

    def __init__(self, mistaken: type[Any]):
        package, _, component = mistaken.__module__.rpartition(".rivals.")
        self.name = mistaken.__name__
        self.component = component
        self.mistake = inspect.getdoc(mistaken) or ""
        self._oracles = f"{package}.oracles"
        self._mistaken = mistaken

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            oracle = importlib.import_module(f"{self._oracles}.{name}")
        except ModuleNotFoundError:
            raise AttributeError(name) from None
        return _Overlay(self._mistaken, oracle) if name == self.component else oracle

    def declares(self, attribute: str, default: Any = None) -> Any:
        """Say that a rival declares nothing of itself."""
        return default

    def __repr__(self) -> str:
        return f"{self.component}:{self.name}"


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
    return Rival(mistaken)
