"""Running clauses in a child process, under limits of time and memory.

An implementation that crashes, hangs, floods its output or fills the memory costs the
clause at hand; the process is started again for the next one.
"""

import collections
import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from touchstone.clauses import Clause
from touchstone.engine import Result, Unimportable, shown_case
from touchstone.outcomes import Outcome
from touchstone.report.model import Options, Report, result_of
from touchstone.specification import Specification
from touchstone.texts import clean

LONGEST_LINE = 1_000_000  # characters of one answer
KEPT_OUTPUT = 20_000  # bytes of what the implementation printed last
SHOWN_LINES = 5
DIAGNOSIS = 600  # seconds for our own work on a failure
LIVES = 3  # starts in a row that end before the first answer
LAST_ANSWERS = 1  # seconds in which what an ended process wrote is still read
WINDOWS = os.name == "nt"
WORKER = (
    "import sys; sys.path[:] = sys.argv[1:]; from touchstone.worker import main; main()"
)


@dataclass(frozen=True)
class Limits:
    """Seconds for a clause and for the import, and MiB of memory; 0 is no limit."""

    clause: float = 120
    imports: float = 300
    memory: float = 0


class CutShort(Exception):
    """The run cannot go on; the message says why."""


class _Ended(Exception):
    """The child process did not answer: the outcome, and why."""

    def __init__(self, outcome: Outcome, message: str):
        super().__init__(message)
        self.outcome, self.message = outcome, message


class _Child:
    """One child process that has loaded the implementation."""

    def __init__(
        self,
        target: str,
        specification: Specification,
        options: Options,
        limits: Limits,
    ):
        self.limits = limits
        self.is_alive, self.has_case = True, False
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._printed: collections.deque[bytes] = collections.deque()
        self._too_large = False
        self._process = subprocess.Popen(
            # the path is the parent's, so that nothing in this folder is found first
            [sys.executable, "-c", WORKER, *_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=not WINDOWS,
        )
        assert self._process.stdout
        assert self._process.stderr
        _in_background(self._read, self._process.stdout)
        self._output = _in_background(self._keep, self._process.stderr)
        _in_background(self._watch_end)
        _in_background(self._watch_memory)
        self._send(
            target=target,
            specification=specification.package,
            folder=str(specification.folder),
            precision=options.precision,
            drawn=(options.rows, options.seed),
        )
        begun = self._answer(limits.imports, "its import")
        self.about: dict[str, Any] = begun.get("about", {})
        if "unimportable" in begun:
            self.end()
            raise Unimportable(str(begun["unimportable"]))

    def check(self, clause: Clause) -> dict[str, Any]:
        """Return the entry of a clause."""
        self.has_case = False
        self._send(check=clause.id)
        answer = self._answer(self.limits.clause, "the clause")
        entry: dict[str, Any] = answer["result"]
        try:
            answer = self._answer(DIAGNOSIS, "the diagnosis")
        except _Ended:  # it has ended since; the outcome stands
            return entry
        self.has_case = bool(answer.get("has_case"))
        self.about["versions"] = answer["versions"]
        entry = answer["diagnosed"]
        return entry

    def save_case(self, clause: Clause, folder: Path) -> str:
        """Return what is said of the case of the clause that has just failed."""
        self._send(case=str(folder), of=clause.id)
        try:
            return str(self._answer(DIAGNOSIS, "the second run").get("case", ""))
        except _Ended as ended:  # the outcome stands
            return "not saved: " + ended.message.partition("\n")[0]

    def end(self) -> None:
        """Kill the process and whatever it has started."""
        self.is_alive = False
        if WINDOWS:
            self._process.kill()
        else:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._process.wait()
        assert self._process.stdin
        with contextlib.suppress(OSError):  # what was not sent is not wanted
            self._process.stdin.close()

    def _send(self, **what: Any) -> None:
        try:
            assert self._process.stdin
            self._process.stdin.write((json.dumps(what) + "\n").encode())
            self._process.stdin.flush()
        except OSError:
            pass  # it has ended: the answer will not come

    def _answer(self, seconds: float, what: str) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=seconds or None)
        except queue.Empty:
            self.end()
            message = f"{what} was not done after {seconds:g} s"
            raise _Ended(Outcome.TIMED_OUT, message) from None
        try:
            found = json.loads(line or "")
            if isinstance(found, dict):
                return found
        except ValueError:
            pass
        self.end()
        raise _Ended(Outcome.CRASHED, self._last_words(line))

    def _last_words(self, line: str | None) -> str:
        """Return how the process ended, and the last lines that it printed."""
        code = self._process.returncode
        if self._too_large:
            how = f"it was ended: it used more than {self.limits.memory:g} MiB"
        elif line is not None:
            how = "something that is no answer was written to the answers' channel"
        elif code < 0:
            name = signal.Signals(-code).name if -code in set(signal.Signals) else -code
            how = f"the process was ended by the signal {name}"
        else:
            how = f"the process ended with exit status {code}"
        self._output.join(timeout=1)
        printed = clean(b"".join(self._printed).decode("utf-8", "replace"))
        last = [line for line in printed.splitlines() if line.strip()][-SHOWN_LINES:]
        return "\n".join([how, *(f"  | {line}" for line in last)])

    def _read(self, answers: IO[bytes]) -> None:
        with answers:
            while line := answers.readline(LONGEST_LINE):
                self._answers.put(line.decode("utf-8", "replace"))
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it has closed the channel, and lives on
            self.end()
        self._answers.put(None)

    def _keep(self, output: IO[bytes]) -> None:
        size = 0
        with output:
            while data := os.read(output.fileno(), 65536):
                self._printed.append(data)
                size += len(data)
                while size > KEPT_OUTPUT and len(self._printed) > 1:
                    size -= len(self._printed.popleft())

    def _watch_end(self) -> None:
        """Let nobody wait for an ended process whose channel another one holds open."""
        self._process.wait()
        time.sleep(LAST_ANSWERS)
        self._answers.put(None)

    def _watch_memory(self) -> None:
        """End the process when it is too large, where the system says how large it is."""
        pages = Path(f"/proc/{self._process.pid}/statm")
        if not self.limits.memory or not pages.exists():
            return
        page = os.sysconf("SC_PAGE_SIZE")
        while self._process.poll() is None:
            try:
                used = int(pages.read_text().split()[1]) * page
            except (OSError, IndexError):
                return
            if used > self.limits.memory * 2**20:
                self._too_large = True
                self.end()
                return
            time.sleep(0.05)


def run(
    report: Report,
    clauses: Iterable[Clause],
    limits: Limits,
    done: Callable[[Result], None],
    cases: Path | None = None,
) -> None:
    """Run the clauses in child processes and add their results to the report.

    `done` is called with each result; `cases` is a folder for the cases of those that
    failed. Raises Unimportable where the implementation
    cannot be imported, CutShort where the process dies again and again at its start.
    """
    specification, target = report.specification, report.implementation
    child: _Child | None = None
    lives = LIVES

    def started() -> _Child:
        nonlocal lives
        while True:
            try:
                return _Child(target, specification, report.options, limits)
            except _Ended as ended:
                said = (
                    f"the implementation {target} cannot be imported: {ended.message}"
                )
                if not report.results:
                    raise Unimportable(said) from None
                lives -= 1
                if not lives:
                    raise CutShort(f"{LIVES} starts in a row failed: {said}") from None

    try:
        for clause in clauses:
            child = child or started()
            try:
                entry = child.check(clause)
                result = result_of(entry, specification.clauses)
                if result.clause is not clause:
                    raise ValueError(f"the answer is about {result.clause.id}")
            except _Ended as ended:
                result = Result(clause, ended.outcome, ended.message)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                child.end()
                result = Result(clause, Outcome.CRASHED, f"no valid answer: {error}")
            else:
                lives = LIVES
                report.versions |= child.about.get("versions", {})
                report.device = child.about.get("device", report.device)
                if cases and child.has_case and clause.id not in report.options.known:
                    said = clean(child.save_case(clause, cases.absolute()))
                    result = replace(result, case=shown_case(said, str(cases)))
            if not child.is_alive:
                child = None
            done(report.add(replace(result, message=clean(result.message))))
    finally:
        if child is not None:
            child.end()


def _path() -> list[str]:
    """Return where the child looks for modules: as its parent, then in this folder."""
    here = str(Path.cwd())
    return list(dict.fromkeys([*(entry or here for entry in sys.path), here]))


def _in_background(function: Callable[..., None], *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    return thread
