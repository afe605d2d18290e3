"""Files on disk: written whole or not at all, read only where they are plain files."""

import contextlib
import os
import re
import stat
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def check_plain_file(path: Path) -> None:
    """Raise ValueError for a folder, a named pipe or a device; nothing there is fine.

    Opening a named pipe waits for its other end, and reading a device may never end.
    """
    try:
        kind = stat.S_IFMT(os.stat(path).st_mode)
    except FileNotFoundError:
        return
    if kind != stat.S_IFREG:
        raise ValueError(f"{path} must be a file, got {KINDS.get(kind, 'neither')}")


def open_file(path: Path) -> BinaryIO:
    """Return an existing file, open for reading."""
    check_plain_file(path)
    try:
        return open(path, "rb")
    except FileNotFoundError:
        raise FileNotFoundError(f"{path} does not exist") from None


def write_atomically(path: Path, write: Callable) -> None:
    """Let `write(file)` fill a draft beside the path, then put it in the path's place.

    Where that fails, on a full disk or by an interrupt, what was there is still there.
    """
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(draft, "xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"{path} cannot be written: {reason}") from error
    finally:
        draft.unlink(missing_ok=True)


def remove_drafts(folder: Path, names: Iterable[str], older_than: float = 0) -> None:
    """Remove the drafts of these files that a killed process left in the folder.

    Drafts that are younger, in seconds, may be those of a process that is writing.
    """
    draft = re.compile(rf"\.({'|'.join(map(re.escape, names))})\.[0-9a-f]{{32}}")
    for path in folder.iterdir():
        if not draft.fullmatch(path.name) or path.is_dir():
            continue
        with contextlib.suppress(FileNotFoundError):  # its writer was faster
            if not older_than or time.time() - path.lstat().st_mtime >= older_than:
                path.unlink()
