"""Writing reports and pages: whole or not at all, and to regular files only.

A text is written to a draft beside its file, and the draft takes the file's place in one
step. A reader, even after a crash, finds the old file or the new one, never a part. If
several processes write one path, each replaces the whole file, and the last one wins.

A draft is called `.NAME.<16 hexadecimal digits>.draft`. It is deleted if writing fails. If
the process is killed, the draft is deleted when the same path is next written.
"""

import contextlib
import hashlib
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

if sys.platform != "win32":
    import fcntl

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
}
LONGEST_NAME = 200  # bytes; a file system takes 255, and a draft adds 24


def check_writable(path: Path) -> None:
    """Raise ValueError where a file cannot be written at `path`, links resolved.

    Call it before long work whose result is to be written there.
    """
    with _one_sentence(path):
        _target(path)


def write_whole(path: Path, text: str | bytes) -> None:
    """Write to a regular file, links resolved; another process sees all or nothing.

    Folders that do not exist are made, and a file that exists keeps its permissions.
    ValueError names the path and says why it cannot be written; what was there stays.
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "backslashreplace")  # a lone surrogate is shown
    with _one_sentence(path):
        target = _target(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned_drafts(target)
        draft, handle = _new_draft(target)
        try:
            with open(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
                if target.exists() and target.stat().st_mode != draft.stat().st_mode:
                    os.chmod(draft, stat.S_IMODE(target.stat().st_mode))
                if sys.platform == "win32":
                    file.close()  # there, an open file cannot be renamed
                os.replace(draft, target)  # while we hold the draft locked
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into a ValueError that names the path."""
    try:
        yield
    except _Refused as error:
        raise ValueError(f"{path} cannot be written: {error}") from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ValueError(f"{path} cannot be written: {why}") from None
    except (RuntimeError, ValueError) as error:  # a loop of links, a NUL in the name
        raise ValueError(f"{path!r} cannot be written: {error}") from None


class _Refused(Exception):
    """A path at which nothing is written; the message says why."""


def _target(path: Path) -> Path:
    """Return the regular file that `path` means, which need not exist yet."""
    try:
        mode = os.stat(
            path
        ).st_mode  # before links are resolved: they may end in a pipe
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "no regular file")
        raise _Refused(f"it is {kind}; name a file")
    target = path.resolve()
    if mode is not None and not os.access(target, os.W_OK):
        raise _Refused("the file is read-only")
    folder = target.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise _Refused(f"{folder} is no folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _Refused(f"the folder {folder} is read-only")
    return target


def _draft_stem(target: Path) -> str:
    """Return how the names of this file's drafts begin, short enough for any system."""
    name = target.name
    if len(os.fsencode(name)) > LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
    return f".{name}."


def _new_draft(target: Path) -> tuple[Path, int]:
    """Return a new, empty file beside the target, and its handle, locked by us."""
    while True:
        token = secrets.token_hex(8)
        draft = target.with_name(f"{_draft_stem(target)}{token}.draft")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        # Another writer may have taken it for abandoned before we held it.
        if not _lock(handle) or os.fstat(handle).st_nlink:
            return draft, handle
        os.close(handle)


def _remove_abandoned_drafts(target: Path) -> None:
    """Remove the drafts of this file whose writers are dead: nobody holds them locked."""
    form = re.compile(re.escape(_draft_stem(target)) + r"[0-9a-f]{16}\.draft")
    try:
        names = os.listdir(target.parent)
    except PermissionError:  # one may write to a folder that one may not list
        return
    for name in filter(form.fullmatch, names):
        with contextlib.suppress(OSError):
            # no link is followed, and a pipe of that name does not make us wait
            flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)
            handle = os.open(
                target.with_name(name), flags | getattr(os, "O_NONBLOCK", 0)
            )
            try:
                if _lock(handle, wait=False):
                    target.with_name(name).unlink()
            finally:
                os.close(handle)


def _lock(handle: int, wait: bool = True) -> bool:
    """Lock an open file; False where others hold it or the system has no such locks."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def begin_report(path: Path) -> None:
    """Write that nothing is known yet; ValueError where a file is no earlier report."""
    check_writable(path)
    if path.exists():
        with path.open("rb") as file:
            begins = file.read(1)
        if begins not in (b"", b"{"):
            raise ValueError(f"{path} exists and is no report: it would be lost")
    write_whole(path, '{"complete": false}\n')
