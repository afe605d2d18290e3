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
)
FILES = (
    ("pytest.toml", "pytest"),
    (".pytest.toml", "pytest"),
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("pyproject.toml", "tool.pytest"),
    ("pyproject.toml", "tool.pytest.ini_options"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)


def read(folder: Path) -> dict[str, str]:
    """Return the settings that hold in a folder, by name.

    The first of `FILES` in the folder, or in the nearest one above it, that has a setting
    of ours is read; an environment variable TOUCHSTONE_NAME comes before it. A path is
    returned relative to where it is written. ValueError where a file cannot be read.
    """
    found: dict[str, str] = {}
    for place in (folder, *folder.parents):
        for name, section in FILES:
            if not found and (place / name).is_file():
                found = _in_file(place / name, section)
    if known := found.get("known_failures"):
        found["known_failures"] = os.path.relpath(known)
    for name in NAMES:
        if value := os.environ.get(f"{PREFIX}{name}".upper()):
            found[name] = value
    return found


def _in_file(path: Path, name: str) -> dict[str, str]:
    section: Any
    try:
        if path.suffix == ".toml":
            section = tomllib.loads(path.read_text(encoding="utf-8"))
            for key in name.split("."):
                section = section.get(key, {}) if isinstance(section, dict) else {}
        else:
            parser = configparser.ConfigParser(interpolation=None)
            parser.read(path, encoding="utf-8")
            section = dict(parser[name]) if name in parser else {}
    except (OSError, UnicodeDecodeError, configparser.Error, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None
    section = section if isinstance(section, dict) else {}
    found = {
        key: str(section[PREFIX + key]).strip()
        for key in NAMES
        if section.get(PREFIX + key)
    }
    if known := found.get("known_failures"):
        found["known_failures"] = str(path.parent / known)
    return found
