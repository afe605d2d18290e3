"""Downloads that are whole or not there: of one digest, within limits of size and time.

Not by a library: pooch has no limit of size or of total time, reads no file:// and
replaces a file whose digest is another one.
"""

import functools
import hashlib
import http.client
import queue
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from reference.storage import open_file, remove_drafts, write_atomically

MOST_BYTES, MOST_SECONDS = 2**26, 300


def fetch(url: str, path, md5: str) -> Path:
    """Return the path of a file with this digest, downloaded where there is none.

    A file that is there is never replaced, and of a download that fails nothing is left.
    """
    path = Path(path)
    if path.exists():
        check_digest(kept_digest(path), md5, f"path {path}", "; move it away and retry")
        return path
    try:
        content = download(url)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is an open response
        raise OSError(
            f"{url} cannot be downloaded ({error}): connect to the network and try "
            f"again, or put the file at {path} yourself"
        ) from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    check_digest(found, md5, f"the download of {url}")
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_drafts(path.parent, [path.name], older_than=3600)  # another may be writing
    write_atomically(path, lambda file: file.write(content))
    return path


def kept_digest(path: Path) -> str:
    """Return the digest of a file, whatever its size."""
    digest = hashlib.md5(usedforsecurity=False)
    with open_file(path) as file:
        for part in iter(functools.partial(file.read, 2**20), b""):
            digest.update(part)
    return digest.hexdigest()


def check_digest(found: str, md5: str, what: str, advice: str = "") -> None:
    if found != md5:
        raise ValueError(f"{what} must have md5 {md5}, got {found}{advice}")


def download(url: str) -> bytes:
    """Return what is at the address, OSError where it is too much or takes too long.

    A thread reads it: names, redirects and headers have no limit of time in total.
    """
    answers: queue.SimpleQueue = queue.SimpleQueue()
    deadline = time.monotonic() + MOST_SECONDS

    def read():
        try:
            answers.put((received(url, deadline), None))
        except Exception as error:
            answers.put((b"", error))

    threading.Thread(target=read, daemon=True).start()
    try:
        content, error = answers.get(timeout=MOST_SECONDS)
    except queue.Empty:
        raise TimeoutError(f"it takes more than {MOST_SECONDS} seconds") from None
    if error is not None:
        raise error
    return content


def received(url: str, deadline: float) -> bytes:
    """Return what is at the address, read as it comes."""
    content = bytearray()
    with urllib.request.urlopen(url, timeout=60) as source:
        while part := source.read1(2**16):
            content += part
            if len(content) > MOST_BYTES:
                raise OSError(f"it has more than {MOST_BYTES:,} bytes")
            if time.monotonic() > deadline:
                raise TimeoutError(f"it takes more than {MOST_SECONDS} seconds")
        if missing := getattr(source, "length", None):  # of an HTTP response
            raise OSError(f"it was cut short, {missing:,} bytes are missing")
    return bytes(content)
