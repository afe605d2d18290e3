"""Named arrays in an npz file that may come from anywhere.

The sizes are read from the zip directory, and the arrays from there only if they are as
large as it says. Nothing is unpickled.
"""

import json
import math
import os
import re
import struct
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from reference.storage import open_file, write_atomically

WEIGHTS = "weights.npz"
MOST_BYTES = 2**30  # unpacked; the largest model, the pretrained one, has 0.2 GB
MOST_ARRAYS = 1_000
END = struct.Struct("<4s4H2LH")  # of a zip file: its counts of members and of bytes
MEMBER = re.compile(r"(?=.{5,200}$)\w[\w.-]*(/\w[\w.-]*)*\.npy", re.ASCII)
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


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
                return contents(file, n_arrays_said(file))
        except Exception as error:  # a hostile file can make its readers raise anything
            reason = str(error) or type(error).__name__
            raise ValueError(
                f"{path} is damaged, or no file of weights: {reason}"
            ) from error


def n_arrays_said(file: BinaryIO) -> int:
    """Return how many arrays there are by a zip file's last bytes, and not too many."""
    size = os.fstat(file.fileno()).st_size
    if size > MOST_BYTES:
        raise ValueError(f"it has {size:,} bytes, more than {MOST_BYTES:,}")
    if size < END.size + 20:  # as of a file in /proc that is read without end
        raise ValueError(f"it has only {size} bytes")
    file.seek(size - END.size - 20)
    locator, end = file.read(20), file.read(END.size)
    if len(end) < END.size or not end.startswith(b"PK\5\6"):
        raise ValueError("its end is not that of an npz file")
    n_arrays = END.unpack(end)[4]
    if n_arrays > MOST_ARRAYS or locator.startswith(b"PK\6\7"):  # more than 65,535
        raise ValueError(f"it has more than {MOST_ARRAYS:,} arrays")
    return n_arrays


def contents(file: BinaryIO, n_arrays: int) -> tuple[dict, dict[str, np.ndarray]]:
    """Return the note and the arrays of an npz file."""
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) != n_arrays:
            raise ValueError(f"it must have {n_arrays} arrays, got {len(members)}")
        if (n_bytes := sum(m.file_size for m in members)) > MOST_BYTES:
            raise ValueError(
                f"it unpacks to {n_bytes:,} bytes, more than {MOST_BYTES:,}"
            )
        arrays: dict[str, np.ndarray] = {}
        for member in members:
            if not MEMBER.fullmatch(member.filename):
                raise ValueError(f"no array can be called {member.filename!r}")
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise ValueError(f"it has two arrays called {name}")
            arrays[name] = array(archive, member)
    note = arrays.pop("about", None)
    if note is None or note.shape or note.dtype.kind != "U":
        raise ValueError("it has no text called about")
    about = json.loads(str(note))
    if not isinstance(about, dict):
        raise ValueError(f"about must be a JSON object, got {about!r}")
    return about, arrays


def array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Return a member's array, which takes as many bytes as the directory says."""
    name = member.filename
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is compressed in another way than npz files are")
    with archive.open(member) as data:
        version = np.lib.format.read_magic(data)
        if version not in HEADERS:
            raise ValueError(f"{name} has the unknown format {version}")
        shape, by_columns, dtype = HEADERS[version](data)
        if dtype.kind not in "biufU":
            raise ValueError(f"{name} must hold numbers or a text, got {dtype}")
        n_bytes = data.tell() + math.prod(shape) * dtype.itemsize
        if member.file_size != n_bytes:
            raise ValueError(
                f"{name} must have {n_bytes:,} bytes, got {member.file_size:,}"
            )
        content = data.read()
    return np.ndarray(shape, dtype, content, order="F" if by_columns else "C")


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
