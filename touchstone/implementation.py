"""An implementation under test, and how its components are found."""

import difflib
import importlib
import traceback
from types import ModuleType
from typing import Any


class NotProvided(NotImplementedError):
    """The implementation has no such component, or the component no such name."""


class Misnamed(AttributeError):
    """A component lacks a name, but has one so near that it is probably meant."""


class Component:
    """One component of an implementation; a name that it lacks is not provided."""

    def __init__(self, module: Any, name: str):
        self._module, self._name = module, name

    def __getattr__(self, attribute: str) -> Any:
        try:
            return getattr(self._module, attribute)
        except AttributeError as error:
            if len(traceback.extract_tb(error.__traceback__)) > 2:
                raise RuntimeError(
                    f"{self._name}.{attribute} raises {error!r}"
                ) from error
        if near := near_name(attribute, public_names(self._module)):
            raise Misnamed(
                f"no {attribute} in {self._name}; did you mean {near}?"
            ) from None
        raise NotProvided(f"{self._name}.{attribute} is not provided") from None


class Implementation:
    """A package under test: `implementation.recurrent.GRU` is its recurrent module's GRU.

    `target` is a package, a module, or `module:attribute`, an object whose attributes
    are the components.
    """

    def __init__(self, target: str):
        module, _, attributes = target.partition(":")
        self._target = target
        self._package: Any = importlib.import_module(module)
        for attribute in filter(None, attributes.split(".")):
            self._package = getattr(self._package, attribute)

    def __getattr__(self, component: str) -> Component:
        inside = self._attribute(component)
        if inside is None and isinstance(self._package, ModuleType):
            inside = self._imported(f"{self._package.__name__}.{component}")
        if inside is None:
            raise NotProvided(f"{self._target} has no component {component}")
        return Component(inside, component)

    def _attribute(self, name: str) -> Any:
        try:
            return getattr(self._package, name, None)
        except ModuleNotFoundError as error:
            # a package that imports what it is asked for, and has no such module
            if error.name and error.name.rpartition(".")[2] == name:
                return None
            raise

    def _imported(self, name: str) -> ModuleType | None:
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            no_package = f"{self._package.__name__!r} is not a package"
            if error.name != name and no_package not in str(error):
                raise  # the component is there; something that it needs is not
            return None

    def declares(self, attribute: str, default: Any = None) -> Any:
        """Return what the package says of itself, such as its RANDOM_STREAM."""
        try:
            return getattr(self._package, attribute, default)
        except BaseException:  # whatever a package's own __getattr__ raises
            return default

    def device(self) -> str:
        """Return what the package's function `device` says, "not stated" without one."""
        device = self.declares("device")
        if not callable(device) or isinstance(device, type):
            return "not stated"
        try:
            said = str(device())
        except BaseException:
            return "not stated"
        return said[:100] if type(said) is str else "not stated"


def public_names(module: Any) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")]


def near_name(name: str, known: list[str]) -> str | None:
    """Return the known name that is probably meant by another, if there is one."""
    same = [other for other in known if _letters(other) == _letters(name)]
    near = same or difflib.get_close_matches(name, known, n=1, cutoff=0.85)
    return near[0] if near else None


def _letters(name: str) -> str:
    return name.replace("_", "").lower()
