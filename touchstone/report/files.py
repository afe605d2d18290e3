"""Writing reports and pages: whole or not at all, and to regular files only."""

import os
import tempfile
from pathlib import Path


def check_writable(path: Path) -> None:
    """Raise ValueError where a file cannot be written at `path`, links resolved."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        kind = "a folder" if target.is_dir() else "no regular file"
        raise ValueError(f"{path} is {kind}: name a file")
    folder = target.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ValueError(f"{path} cannot be written: {folder} is no writable folder")


def write_whole(path: Path, text: str) -> None:
    """Write text to a regular file, links resolved; another process sees all or nothing.

    Raises ValueError naming the path where that cannot be.
    """
    check_writable(path)
    target = path.resolve()
    draft = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(draft, 0o666 & ~_umask())
        os.replace(draft, target)
        draft = None
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
