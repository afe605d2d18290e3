"""Named arrays in an npz file, with what is to be known about them."""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from reference.files import open_file, write_atomically
from reference.training.npz import read_npz


def save_arrays(path: Path, about: Mapping, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays as npz, and what is to be known about them as JSON in it."""
    note = np.array(json.dumps(about))
    arrays = {"about": note, **arrays}
    write_atomically(path, lambda file: np.savez(file, **arrays))


def load_arrays(path: Path) -> tuple[dict, dict[str, np.ndarray]]:
    """Return what `save_arrays` wrote; ValueError where the file is anything else."""
    with open_file(path) as file:
        try:
            with warnings.catch_warnings():  # NumPy warns of odd headers
                warnings.simplefilter("error")
                arrays = read_npz(file)
            return note_of(arrays.pop("about", None)), arrays
        except Exception as error:  # a hostile file can make its readers raise anything
            reason = str(error) or type(error).__name__
            raise ValueError(
                f"{path} is damaged, or no file of weights: {reason}"
            ) from error


def note_of(array: np.ndarray | None) -> dict:
    """Return the note that an array holds as JSON."""
    if array is None or array.shape or array.dtype.kind != "U":
        raise ValueError("it has no text called about")
    about = json.loads(str(array))
    if not isinstance(about, dict):
        raise ValueError(f"about must be a JSON object, got {about!r}")
    return about


def check_arrays(
    arrays: Mapping[str, np.ndarray], shapes: Mapping[str, tuple[tuple, Any]]
) -> None:
    """Raise ValueError unless these are the arrays of the shapes and dtypes, finite."""
    for name in sorted(set(arrays) ^ set(shapes)):
        verb = "has an unknown" if name in arrays else "lacks the"
        raise ValueError(f"it {verb} array {name}")
    for name, (shape, dtype) in shapes.items():
        found = arrays[name]
        if found.shape != shape:
            raise ValueError(f"{name} must have shape {shape}, got {found.shape}")
        if found.dtype != dtype:
            raise ValueError(f"{name} must have dtype {dtype}, got {found.dtype}")
        if found.dtype.kind == "f" and not np.all(np.isfinite(found)):
            odd = found[~np.isfinite(found)][0]
            raise ValueError(f"{name} must be finite, got {odd}")
