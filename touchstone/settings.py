"""Settings of `touchstone check`: from the environment, or from pytest's ini files."""

import configparser
import os
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it

PREFIX = "touchstone_"
NAMES = (
    "implementation",
    "precision",
    "known_failures",
    "require",
    "only",
    "specification",
    "time_limit",
    "memory_limit",
)
# pytest's own files, in its order, and the section or table that makes one of them its
FILES = {
    "pytest.toml": "pytest",
    ".pytest.toml": "pytest",
    "pytest.ini": "pytest",
    ".pytest.ini": "pytest",
    "pyproject.toml": "tool.pytest",
    "tox.ini": "pytest",
    "setup.cfg": "tool:pytest",
}


def read(folder: Path) -> dict[str, str]:
    """Return the settings that hold in a folder, by name.

    The file is the one that pytest takes when it is run there without a path: of `FILES`,
    the first one of pytest's in the folder, or in the nearest one above it, whether or not
    it has a setting of ours. An environment variable TOUCHSTONE_NAME comes before it. A
    path in the file counts from the file's folder, one in a variable from the working
    folder. ValueError where a file cannot be read.
    """
    found = _written(folder)
    for name in NAMES:
        if value := os.environ.get(f"{PREFIX}{name}".upper()):
            found[name] = value
    return found


def _written(folder: Path) -> dict[str, str]:
    """Return the settings of the file that pytest takes."""
    for place in (folder, *folder.parents):
        for name in FILES:
            if not (place / name).is_file():
                continue
            section = _section(place / name)
            if section is None:
                continue
            found = {
                key: str(section[PREFIX + key]).strip()
                for key in NAMES
                if section.get(PREFIX + key)
            }
            if known := found.get("known_failures"):
                found["known_failures"] = os.path.relpath(place / known)
            return found
    return {}


def _section(path: Path) -> dict[str, Any] | None:
    """Return what a file says to pytest, None where it is not pytest's."""
    name = FILES[path.name]
    try:
        if path.suffix == ".toml":
            section: Any = tomllib.loads(path.read_text(encoding="utf-8"))
            for key in name.split("."):
                section = section.get(key, {}) if isinstance(section, dict) else {}
            if path.name == "pyproject.toml":
                native = {k: v for k, v in section.items() if k != "ini_options"}
                section = native or section.get("ini_options")
        else:
            parser = configparser.ConfigParser(interpolation=None)
            parser.read(path, encoding="utf-8")
            section = dict(parser[name]) if name in parser else None
    except (OSError, UnicodeDecodeError, configparser.Error, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None
    if section is None and path.stem.endswith("pytest"):
        return {}  # pytest's by its name alone
    return section if isinstance(section, dict) else None
