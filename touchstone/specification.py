"""A specification: a package of clause files with oracles, rivals and contracts.

The package `spec` holds `test_<component>.py` for each component, and may hold
`<component>.py` in `oracles/`, `rivals/`, `rivals/field/` and `contracts/`, a
`survivors.py` and a `register.json`. A clause file may hold `ROWS`, its conditions. The
package's `__init__.py` says

    SPECIFICATION = touchstone.Specification("spec", title="...", version="1.0")

and its distribution names that object in the entry-point group
`touchstone.specifications`.
"""

import functools
import importlib
import importlib.metadata
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from touchstone import register
from touchstone.clauses import Clause, clauses_in, refuse_repetition
from touchstone.conditions import Conditions
from touchstone.rivals import Rival
from touchstone.texts import message_of

GROUP = "touchstone.specifications"
MARK = "SPECIFICATION"


@dataclass(frozen=True)
class Specification:
    """The clauses of one package, by component; `title` and `version` head its pages."""

    package: str
    title: str
    version: str
    source: str = ""

    @property
    def folder(self) -> Path:
        """Return the folder of the package."""
        return _folder(self.package)

    @property
    def components(self) -> list[str]:
        """Return the specified components, in alphabetical order."""
        files = self.folder.glob("test_*.py")
        return sorted(path.stem.removeprefix("test_") for path in files)

    def clauses_of(self, component: str) -> tuple[Clause, ...]:
        """Return the clauses of a component in the order of their file."""
        return clauses_in(importlib.import_module(f"{self.package}.test_{component}"))

    @property
    def clauses(self) -> dict[str, Clause]:
        """Return every clause by its id.

        ValueError says which is stated twice, or differs from the register of ids.
        """
        return dict(_clauses(self))

    def contract(self, component: str) -> ModuleType:
        """Return the module that states how a component is called."""
        return importlib.import_module(f"{self.package}.contracts.{component}")

    def oracle(self, component: str) -> ModuleType:
        """Return the right implementation of a component, in NumPy and float64."""
        return importlib.import_module(f"{self.package}.oracles.{component}")

    def conditions_of(self, component: str) -> Conditions | None:
        """Return the rows of a component, `ROWS` of its clause file, if it has any."""
        return getattr(self._optional(f"test_{component}"), "ROWS", None)

    def rivals_of(self, component: str) -> tuple[Rival, ...]:
        """Return the rivals of a component in the order of their files.

        Those that were met in the field come last; ValueError where two have one name.
        """
        found: dict[str, Rival] = {}
        for home in f"rivals.{component}", f"rivals.field.{component}":
            for value in vars(self._optional(home) or object).values():
                if isinstance(value, Rival):
                    if found.setdefault(value.name, value) is not value:
                        raise ValueError(f"two rivals are called {value!r}")
        return tuple(found.values())

    def accepted(self, component: str) -> dict[str, str]:
        """Return the field rivals that no clause rejects yet, each with its condition."""
        return getattr(self._optional(f"rivals.field.{component}"), "ACCEPTED", {})

    def redundant(self, component: str) -> dict[str, str]:
        """Return the clauses that reject no rival of their own, each with the reason."""
        return getattr(self._optional(f"rivals.{component}"), "REDUNDANT", {})

    @property
    def survivors(self) -> dict[str, str]:
        """Return the systematic rivals that no clause rejects, each with the reason."""
        return getattr(self._optional("survivors"), "SURVIVORS", {})

    @property
    def left_out(self) -> dict[str, str]:
        """Return patterns of systematic changes that are no mistake, with the reason."""
        return getattr(self._optional("survivors"), "LEFT_OUT", {})

    def _optional(self, name: str) -> ModuleType | None:
        full = f"{self.package}.{name}"
        try:
            return importlib.import_module(full)
        except ModuleNotFoundError as error:
            if error.name and full.startswith(error.name):
                return None
            raise


@functools.cache
def _folder(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ValueError(f"specification must be a package, got {package!r}")
    return Path(next(iter(found.submodule_search_locations))).resolve()


@functools.cache
def _clauses(specification: Specification) -> dict[str, Clause]:
    found = [
        c for name in specification.components for c in specification.clauses_of(name)
    ]
    refuse_repetition(found)
    if wrong := register.problems(specification):
        others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise ValueError(f"{wrong[0]}{others}")
    return {clause.id: clause for clause in found}


def installed() -> dict[str, str]:
    """Return the installed specifications: "package:attribute" by name."""
    return {e.name: e.value for e in importlib.metadata.entry_points(group=GROUP)}


def load_specification(name: str | None = None) -> Specification:
    """Return a specification: an installed one, or that of a package.

    `name` is an installed name, "package" or "package:attribute"; without it there must
    be one installed specification. ValueError says what was found instead.
    """
    known = installed()
    if not name and len(known) != 1:
        found = (
            f"installed are {', '.join(sorted(known))}"
            if known
            else "none is installed"
        )
        raise ValueError(f"name a specification (--specification PACKAGE): {found}")
    value = known.get(name, name) if name else next(iter(known.values()))
    package, _, attribute = str(value).partition(":")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        module = importlib.import_module(package)
    except (Exception, SystemExit) as error:
        why = f"{type(error).__name__}: {message_of(error)}"
        message = f"specification must be a package that can be imported, got {value!r}"
        raise ValueError(f"{message} ({why})") from None
    given = getattr(module, attribute or MARK, None)
    if not isinstance(given, Specification):
        raise ValueError(f"{package} has no {MARK}, got {type(given).__name__}")
    return given
