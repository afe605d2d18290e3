"""Processes with a time limit: asked to end first, then ended with all they started."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.frame import ROOT

GRACE = 4.0  # seconds that a process has to write what it knows, once asked to end
LAST_WORDS = 3_000  # characters of what a process that failed wrote

running: set[subprocess.Popen] = set()
stopping = threading.Event()


@dataclass(frozen=True)
class Ended:
    """How a process ended: its status, or None where its time ran out."""

    status: int | None
    seconds: float
    last_words: str

    @property
    def cut(self) -> bool:
        return self.status is None


def ran(
    command: Sequence[str],
    environment: Mapping[str, str],
    seconds: float,
    heard: Callable[[dict], None] = lambda entry: None,
) -> Ended:
    """Run a command for so many seconds at most; pass on each line of JSON it prints."""
    start = time.monotonic()
    if seconds <= 0 or stopping.is_set():
        return Ended(None, 0.0, "no time was left for it")
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as words:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            text=True,
            errors="replace",
            start_new_session=True,  # a group that can be ended whole
        )
        running.add(process)
        other: list[str] = []
        reader = threading.Thread(target=listen, args=(process, heard, other))
        reader.start()
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            end(process)
            running.discard(process)
        reader.join(timeout=GRACE)
        words.seek(0)
        said = "".join(other)[-LAST_WORDS:] + words.read()[-LAST_WORDS:]
    return Ended(status, time.monotonic() - start, said.replace(f"{ROOT}{os.sep}", ""))


def listen(process, heard: Callable[[dict], None], other: list[str]) -> None:
    """Pass on what a process prints as JSON objects, keep the rest."""
    with process.stdout:
        for line in process.stdout:
            entry = None
            if line.startswith("{"):
                with contextlib.suppress(ValueError):
                    entry = json.loads(line)
            if isinstance(entry, dict):
                heard(entry)
            else:
                other.append(line)


def end(process: subprocess.Popen) -> None:
    """Ask a process to end, as Ctrl-C does, and then end all of its group."""
    if process.poll() is None:
        signalled(process, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=GRACE)
    signalled(process, signal.SIGKILL)  # what it started and left behind, too
    process.wait()


def signalled(process: subprocess.Popen, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end_all() -> None:
    """End every process that is still running, and begin no other."""
    stopping.set()
    for process in list(running):
        end(process)


@dataclass(frozen=True)
class Job:
    """A command with its environment, and what takes its end."""

    command: Sequence[str]
    environment: Mapping[str, str]
    done: Callable[[Ended], None]
    heard: Callable[[dict], None] = lambda entry: None


class Follower:
    """Passes on the lines of JSON that are added to a file, as they come."""

    def __init__(self, path: Path, heard: Callable[[dict], None]):
        self.path, self.heard = path, heard
        self._read = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self):
        self.path.write_text("")
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._over.wait(0.2):
            self._pass_on()
        self._pass_on()

    def _pass_on(self) -> None:
        """Pass on the whole lines that have come since the last time."""
        with self.path.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            self.heard(json.loads(line))


def side_by_side(jobs: Sequence[Job], at_once: int, seconds: float) -> None:
    """Run the jobs in their order, so many at a time, until the time is up."""
    deadline = time.monotonic() + seconds

    def run(job: Job) -> None:
        left = deadline - time.monotonic()
        job.done(ran(job.command, job.environment, left, job.heard))

    with ThreadPoolExecutor(at_once) as threads:
        for done in [threads.submit(run, job) for job in jobs]:
            done.result()
