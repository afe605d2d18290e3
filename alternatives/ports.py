"""The ports of this repository, as ports.ini lists them."""

import configparser
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("ports.ini")


@dataclass(frozen=True)
class Port:
    """An entry of the list: a package, and what it needs.

    `environment` is the folder of an environment of its own, relative to the
    repository; `backends` are the frameworks that `variable` chooses from; `provides`
    names the components of a port that is not whole.
    """

    name: str
    framework: str
    requirements: tuple[str, ...]
    environment: str | None = None
    backends: tuple[str, ...] = ()
    variable: str = ""
    provides: tuple[str, ...] = ()
    size: str = ""

    @property
    def whole(self) -> bool:
        """Whether it has every component."""
        return not self.provides

    @property
    def shared(self) -> bool:
        """Whether it is installed beside the others."""
        return self.environment is None


SEVERAL = ("requirements", "backends", "provides")


def read(path: Path = LIST) -> tuple[Port, ...]:
    """Return the ports of a list; TypeError where an entry has an unknown key."""
    entries = configparser.ConfigParser()
    entries.read_string(path.read_text("utf-8"), str(path))
    return tuple(port(name, entries[name]) for name in entries.sections())


def port(name: str, section: Mapping[str, str]) -> Port:
    given: dict[str, Any] = {
        key: tuple(value.split()) if key in SEVERAL else value
        for key, value in section.items()
    }
    return Port(name, **given)


PORTS = read()
WHOLE = tuple(port for port in PORTS if port.whole)
