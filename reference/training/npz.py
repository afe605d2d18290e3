"""Reading an npz file that may come from anywhere.

The sizes are read from the zip directory, and the arrays from there only if they are as
large as it says. Nothing is unpickled.
"""

import math
import os
import re
import struct
import zipfile
from typing import BinaryIO

import numpy as np

MOST_BYTES = 2**30  # unpacked; the largest model, the pretrained one, has 0.2 GB
MOST_ARRAYS = 1_000
END = struct.Struct("<4s4H2LH")  # of a zip file: its counts of members and of bytes
MEMBER = re.compile(r"(?=.{5,200}$)\w[\w.-]*(/\w[\w.-]*)*\.npy", re.ASCII)
HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def read_npz(file: BinaryIO) -> dict[str, np.ndarray]:
    """Return the arrays of an npz file; an exception where it is anything else."""
    n_arrays = n_arrays_said(file)
    with zipfile.ZipFile(file) as archive:
        check_members(archive.infolist(), n_arrays)
        arrays: dict[str, np.ndarray] = {}
        for member in archive.infolist():
            name = member.filename.removesuffix(".npy")
            if name in arrays:
                raise ValueError(f"it has two arrays called {name}")
            arrays[name] = read_array(archive, member)
    return arrays


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


def check_members(members: list[zipfile.ZipInfo], n_arrays: int) -> None:
    """Raise ValueError for a wrong number of members, a wrong name, or too much."""
    if len(members) != n_arrays:
        raise ValueError(f"it must have {n_arrays} arrays, got {len(members)}")
    if (n_bytes := sum(m.file_size for m in members)) > MOST_BYTES:
        raise ValueError(f"it unpacks to {n_bytes:,} bytes, more than {MOST_BYTES:,}")
    for member in members:
        if not MEMBER.fullmatch(member.filename):
            raise ValueError(f"no array can be called {member.filename!r}")


def read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Return a member's array, which takes as many bytes as the directory says."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(
            f"{member.filename} is compressed in another way than npz files are"
        )
    with archive.open(member) as data:
        shape, by_columns, dtype = read_header(data, member)
        content = data.read()
    return np.ndarray(shape, dtype, content, order="F" if by_columns else "C")


def read_header(
    data, member: zipfile.ZipInfo
) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Return a member's shape, whether it lies by columns, and its dtype."""
    name, version = member.filename, np.lib.format.read_magic(data)
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
    return shape, by_columns, dtype
