"""Arrays and texts on disk: written whole or not at all, read without unpickling."""

import json
import os
import uuid
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

UNREADABLE = (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error)


class Interrupted(Exception):
    """Training was asked to stop, and has saved itself."""


def write_atomically(path: Path, write: Callable) -> None:
    """Let `write(file)` fill a file beside the path, then put it in the path's place.

    Where that fails, on a full disk or by an interrupt, what stood there still does.
    """
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(partial, "xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"{path} cannot be written: {reason}") from error
    finally:
        partial.unlink(missing_ok=True)


def save_json(path: Path, value) -> None:
    """Write a value as JSON, indented."""
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))


def save_arrays(path: Path, about: Mapping, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays as npz, and what is to be known about them as JSON in it."""
    note = np.array(json.dumps(about))
    write_atomically(path, lambda file: np.savez(file, about=note, **arrays))


def load_arrays(path: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """Return what `save_arrays` wrote; ValueError where the file is not whole."""
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        about = json.loads(str(arrays.pop("about")))
    except (*UNREADABLE, KeyError, AttributeError) as error:
        raise ValueError(
            f"{path} is damaged, or no file of weights: {error}"
        ) from error
    return about, arrays
