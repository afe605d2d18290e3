"""One training at a time in a folder."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; ValueError where another one holds it.

    The system releases the lock however the process ends, by kill -9 too; the file that
    is then left says who held it, and the next process takes it over.
    """
    path = folder / LOCK
    while True:
        lock = locked_file(path)
        if same_file(lock, path):
            break
        os.close(lock)  # its holder removed it between our opening and our locking
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)
    except OSError:
        pass  # the disk is full: the lock is held, if not signed
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)


def locked_file(path: Path) -> int:
    """Return a descriptor of the file, locked."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise OSError(f"{path} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    except BlockingIOError:
        holder = os.pread(lock, 300, 0).decode(errors="replace")
        os.close(lock)
        raise ValueError(
            f"--output must be a folder that no other training writes to, got "
            f"{path.parent}, held by {holder or 'another process'}"
        ) from None
    except OSError as error:  # some network folders know no locks
        os.close(lock)
        raise OSError(f"{path} cannot be locked: {error.strerror}") from error


def same_file(descriptor: int, path: Path) -> bool:
    """Return whether the path still names the open file."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
