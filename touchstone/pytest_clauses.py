"""Clauses in a pytest session: items of our own, the engine's results, the report.

A clause is a `pytest.Item`, not a `pytest.Function`, so fixtures and marks of other plugins
do not affect it. The exit status and the report depend on the engine's results and on the
clauses requested, not on pytest's reports.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from touchstone import cases, engine
from touchstone.clauses import Clause
from touchstone.engine import Result, Unimportable
from touchstone.explanation import account_for
from touchstone.implementation import Implementation
from touchstone.outcomes import Level, Outcome
from touchstone.report import terminal
from touchstone.report.model import (
    Options,
    Report,
    entry_of,
    names,
    read_options,
    repeated,
    result_of,
    selected,
    versions,
)
from touchstone.specification import load_specification
from touchstone.texts import indented, one_line
from touchstone.verdict import Status

ENVIRONMENT = "TOUCHSTONE_"
PHASES = ("setup", "call", "teardown")
GRACE = 5  # seconds after the limit, in which a timeout that was raised may take effect
LIVES = 5  # workers that may die one after the other without a new outcome


class ClauseFailed(Exception):
    """A clause did not pass, and what was raised must not reach pytest itself."""


def setting(config: pytest.Config, name: str) -> str:
    """Return a setting: the option, else the environment's, else the ini file's."""
    option = config.getoption(f"touchstone_{name}", None)
    if option is not None:
        return str(option)
    written = os.environ.get(ENVIRONMENT + name.upper(), "")
    return written or str(config.getini(f"touchstone_{name}"))


class ClauseFile(pytest.File):
    """A clause file, as its clauses."""

    checks: "ClauseSession"

    def collect(self) -> Iterator["ClauseItem"]:
        specification = self.checks.report.specification
        component = self.path.stem.removeprefix("test_")
        for clause in specification.clauses_of(component):
            item = ClauseItem.from_parent(self, name=clause.id)
            item.clause, item.checks = clause, self.checks
            # `-k` knows a clause by its function's name and its level as well
            item.extra_keyword_matches |= {
                clause.function.__name__,
                clause.level.label,
            }
            yield item


class ClauseItem(pytest.Item):
    """One clause. Running it asks the engine, once."""

    clause: Clause
    checks: "ClauseSession"
    result: Result | None = None
    begun = 0.0  # before pytest-timeout set its timer

    def runtest(self) -> None:
        if self.result is None:
            self.result = self.checks.check(self)
        error = self.result.error
        if self.result.outcome is Outcome.PASSED:
            return
        if isinstance(error, Exception) and not isinstance(
            error, pytest.exit.Exception
        ):
            raise error  # with its frames, for a debugger
        raise ClauseFailed(self.result.message) from None

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        if self.result is None:
            return str(super().repr_failure(excinfo))
        return terminal.failure(self.result, self.checks.report)

    def reportinfo(self) -> tuple[Path, int, str]:
        line = self.clause.function.__code__.co_firstlineno - 1
        return self.path, line, self.clause.id


class ClauseSession:
    """Checks one implementation by the clauses of a session, and keeps the report."""

    def __init__(self, config: pytest.Config, value: str):
        self.config, self.value = config, value
        self.is_worker = hasattr(config, "workerinput")
        self.is_distributed = False
        try:
            specification = load_specification(value)
            _ = specification.clauses  # refuses what two files state
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None
        self.report = Report(specification, setting(config, "implementation"))
        self.path = self._report_path()
        self.cases = self._folder_of_cases()
        self.write()  # from here on no earlier report stays, whatever happens
        try:
            self.report.options = self._options()
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None
        self.before: dict[str, Clause] = {}  # collected, by node id
        self.interrupted = False
        self._implementation: Implementation | None = None
        self._unimportable: Unimportable | None = None
        self._deaths = 0

    def _options(self) -> Options:
        known = setting(self.config, "known_failures")
        # an option or a variable counts from here, a setting from where it is written
        typed = self.config.getoption("touchstone_known_failures", None)
        typed = typed or os.environ.get(f"{ENVIRONMENT}KNOWN_FAILURES")
        written = None if typed else self.config.inipath
        folder = written.parent if written else self.config.invocation_params.dir
        options = read_options(
            self.report.specification,
            precision=setting(self.config, "precision"),
            require=setting(self.config, "require"),
            known=Path(os.path.relpath(folder / known)) if known else None,
            strict=bool(self.config.getoption("touchstone_strict")),
        )
        again = repeated(
            specification=self.config.getoption("touchstone_specification"),
            known_failures=self.config.getoption("touchstone_known_failures"),
        )
        return replace(options, repeated=again)

    def _report_path(self) -> Path | None:
        name = self.config.getoption("touchstone_report")
        if not name or self.is_worker:
            return None
        # absolute: a port may change folders
        path = Path(self.config.invocation_params.dir / name)
        return path

    def _folder_of_cases(self) -> Path | None:
        name = self.config.getoption("touchstone_save_case")
        if not name:
            return None
        folder = Path(self.config.invocation_params.dir / name)
        try:
            cases.prepare(folder)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None
        return folder

    # Collection

    def file(self, path: Path, parent: Any) -> ClauseFile:
        """Return the collector of a clause file, named alike wherever it lies."""
        nodeid = f"{path.parent.name}/{path.name}"
        found = ClauseFile.from_parent(parent, path=path, nodeid=nodeid)
        found.checks = self
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        own = [item for item in items if isinstance(item, ClauseItem)]
        if only := names(setting(self.config, "only")):
            try:
                wanted = selected(self.report.specification, only)
            except ValueError as error:
                raise pytest.UsageError(f"only: {error}") from None
            dropped = [item for item in own if item.clause not in wanted]
            self.config.hook.pytest_deselected(items=dropped)
            own = [item for item in own if item.clause in wanted]
        self._deselect(own, items)
        kept = set(own)
        items[:] = [i for i in items if not isinstance(i, ClauseItem) or i in kept]
        self.before = {item.nodeid: item.clause for item in own}

    def _deselect(self, own: list[ClauseItem], items: list[pytest.Item]) -> None:
        """Take out of our own items what pytest's options leave out.

        Whatever else takes one out later has lost it: nobody asked for that.
        """
        manager = self.config.pluginmanager
        for name in "mark", "main":  # -k and -m, --deselect
            plugin: Any = manager.get_plugin(name)
            plugin.pytest_collection_modifyitems(items=own, config=self.config)
        if getattr(self.config.option, "lf", False) and hasattr(self.config, "cache"):
            failed = self.config.cache.get("cache/lastfailed", {})
            if any(item.nodeid in failed for item in items):
                own[:] = [item for item in own if item.nodeid in failed]

    @pytest.hookimpl(tryfirst=True)  # before xdist says that the worker has collected
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        left = {i.nodeid: i.clause for i in session.items if isinstance(i, ClauseItem)}
        # what nobody asked to be left out has been lost
        self.report.request((self.before | left).values())
        if not self.before or self.config.option.collectonly:
            return
        try:
            self.implementation()
        except Unimportable as error:
            if not self.is_worker:
                self.stop(str(error))
        if not self.is_worker:
            self.write()

    def pytest_report_collectionfinish(self) -> str | None:
        if not self.report.requested or self.is_worker:
            return None
        return f"implementation under test: {self._title()}"

    def _title(self) -> str:
        return f"{self.report.implementation} ({self.report.options.precision})"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.report.uncollected.append(report.nodeid)

    def implementation(self) -> Implementation:
        """Return the implementation; Unimportable says why there is none."""
        if self._unimportable is not None:
            raise self._unimportable
        if self._implementation is None:
            here = str(self.config.invocation_params.dir)
            if here not in sys.path:
                sys.path.append(here)
            target = self.report.implementation
            try:
                if not target:
                    raise Unimportable(
                        "no implementation is named: --touchstone-implementation=PACKAGE,"
                        " touchstone_implementation in the ini file, or the environment "
                        "variable TOUCHSTONE_IMPLEMENTATION"
                    )
                # pytest-timeout watches over items, not over this
                seconds = timeout(self.config)
                with time_limit(seconds), self.isolated(), self._ended("its import"):
                    self._implementation = engine.load(target)
            except TimeoutError as error:
                said = f"the implementation {target} cannot be imported: {error}"
                self._unimportable = Unimportable(said)
            except KeyboardInterrupt:
                if self.interrupted:
                    raise
                self._unimportable = Unimportable(
                    f"the implementation {target} cannot be imported: "
                    "it raises KeyboardInterrupt"
                )
            except Unimportable as error:
                self._unimportable = error
            if self._unimportable is not None:
                raise self._unimportable
        assert self._implementation is not None
        return self._implementation

    def stop(self, sentence: str) -> None:
        """End the session with one sentence: nothing can be checked."""
        self.report.requested.clear()
        pytest.exit(indented(sentence), returncode=Status.USAGE)

    # Running

    def check(self, item: ClauseItem) -> Result:
        """Return the result of one clause; the first one stands."""
        if standing := self.report.results.get(item.clause.id):
            return standing
        precision = self.report.options.precision
        with self.isolated(), self._ended(item.clause.id):
            asked = time.perf_counter()
            implementation = self.implementation()
            importing = time.perf_counter() - asked  # it has a limit of its own
            result = engine.check_clause(
                item.clause,
                implementation,
                precision=precision,
                is_interrupt=lambda: self.interrupted,
            )
            spent = time.perf_counter() - item.begun - importing
        said = (
            str(result.error) if isinstance(result.error, pytest.fail.Exception) else ""
        )
        if said.startswith("Timeout"):
            message = said.partition("\n")[0]
            result = replace(
                result, outcome=Outcome.TIMED_OUT, message=message, place=""
            )
        limit = self._limit()
        if limit and spent > limit and not result.outcome.is_failure:
            message = f"it took {spent:.3g} s, and the limit is {limit:g} s"
            result = replace(result, outcome=Outcome.TIMED_OUT, message=message)
        # the diagnosis takes time that is not the implementation's
        if stop_the_clock := getattr(item.ihook, "pytest_timeout_cancel_timer", None):
            stop_the_clock(item=item)
        rivals = self.report.specification.rivals_of(item.clause.component)
        with self.isolated():
            result = engine.diagnosed(
                result,
                rivals,
                precision=precision,
                implementation=self.implementation() if result.error else None,
            )
        return self.report.add(self._with_case(result))

    def _with_case(self, result: Result) -> Result:
        is_known = result.clause.id in self.report.options.known
        if self.cases is None or is_known or not engine.has_case(result):
            return result
        with self.isolated():
            said = engine.saved_case(
                result.clause,
                self.implementation(),
                self.report.implementation,
                self.report.options.precision,
                str(self.cases),
                is_interrupt=lambda: self.interrupted,
            )
        typed = self.config.getoption("touchstone_save_case")
        return replace(result, case=engine.shown_case(said, typed))

    def _limit(self) -> float:
        """Return pytest-timeout's limit in seconds; 0 is none, as in a debugger."""
        return 0 if self.config.getoption("usepdb", False) else timeout(self.config)

    @contextmanager
    def _ended(self, what: str) -> Iterator[None]:
        """End this process where the block goes on although a timeout was raised."""
        if not self._limit():
            yield
            return

        def end() -> None:
            if capture := self.config.pluginmanager.get_plugin("capturemanager"):
                capture.suspend_global_capture(in_=True)
            why = f"{what} goes on after the time limit and cannot be stopped"
            os.write(2, f"\ntouchstone: cut short: {why}\n".encode())
            if self.path is not None:
                self.report.write(self.path)
            os._exit(Status.CUT_SHORT)

        timer = threading.Timer(self._limit() + GRACE, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    @contextmanager
    def isolated(self) -> Iterator[None]:
        """Tell a person's Ctrl-C from a KeyboardInterrupt of the code under test."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def note(number: int, frame: Any) -> None:
            self.interrupted = True
            if callable(previous):
                previous(number, frame)

        previous = signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        if isinstance(item, ClauseItem):
            item.begun = time.perf_counter()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Any:
        made = yield
        if not isinstance(item, ClauseItem) or made.when != "call":
            return made
        if item.result is None:
            if self._unimportable is not None:
                made.touchstone_unimportable = str(self._unimportable)
            return made
        result = item.result
        made.touchstone = entry_of(result)
        ordinary = result.outcome in (Outcome.FAILED, Outcome.ERROR)
        is_excused = ordinary and not self.report.options.strict
        if result.outcome is Outcome.PASSED:
            made.outcome, made.longrepr = "passed", None
        elif result.clause.level is Level.GUARD and is_excused:
            made.outcome, made.longrepr = "skipped", item.repr_failure(None)
            made.wasxfail = f"a guard, beside the verdict: {one_line(result.message)}"
        elif result.outcome.is_failure:
            made.outcome, made.longrepr = "failed", item.repr_failure(None)
        else:
            path, line, _ = item.reportinfo()
            made.outcome = "skipped"
            made.longrepr = (
                str(path),
                line,
                f"{result.outcome.label}: {one_line(result.message)}",
            )
        return made

    # Reporting

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not self.is_distributed:
            return
        if sentence := getattr(report, "touchstone_unimportable", None):
            self.stop(sentence)
        entry = getattr(report, "touchstone", None)
        clause = self.before.get(report.nodeid)
        if entry is not None:
            result = result_of(entry, self.report.specification.clauses)
            self.report.add(result)
        elif clause is not None and report.when not in PHASES:
            # xdist's word for a worker that died
            message = "the process ended while this clause ran"
            self.report.add(Result(clause, Outcome.CRASHED, message))
        else:
            return
        self._deaths = 0

    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        entry = getattr(report, "touchstone", None)
        if entry is None or entry["outcome"] in ("passed", "failed"):
            return None
        return entry["outcome"], entry["outcome"][0], entry["outcome"].upper()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.report.results:
            terminalreporter.write_sep("=", terminal.title(self.report))
            terminalreporter.write_line(terminal.table(self.report))
            for line in terminal.remarks(self.report):
                terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        device = self._implementation.device() if self._implementation else None
        if self.is_worker:
            output = self.config.workeroutput  # type: ignore[attr-defined]
            output["touchstone"] = {
                "versions": versions(),
                "device": device,
                "asked": [clause.id for clause in self.report.requested.values()],
            }
            return
        if self.config.option.collectonly:
            if self.before and exitstatus == pytest.ExitCode.OK:
                session.exitstatus = Status.USAGE  # nothing was checked
            return
        if not self.report.requested:
            return
        self.report.versions |= versions()
        self.report.device = device or self.report.device
        for component in self.report.components():
            account_for(self.report, component)
        self.write()
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = self.report.status()

    def write(self) -> None:
        """Write the report, if one is asked for; before the first clause as well."""
        if self.path is None:
            return
        try:
            self.report.write(self.path)
        except ValueError as error:
            pytest.exit(f"report: {error}", returncode=Status.USAGE)

    # xdist

    def collected_by_worker(self, ids: list[str]) -> None:
        """Take in what a worker has collected."""
        self.is_distributed = True
        clauses = self.report.specification.clauses
        for nodeid in ids:
            name = nodeid.rpartition("::")[2]
            if name in clauses:
                self.before[nodeid] = clauses[name]
        self.report.request(self.before.values())
        self.write()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        found = (getattr(node, "workeroutput", None) or {}).get("touchstone")
        if found:
            clauses = self.report.specification.clauses
            self.report.request(clauses[name] for name in found["asked"])
            self.report.versions |= found["versions"]
            self.report.device = found["device"] or self.report.device
        elif error:
            self._deaths += 1
            if self._deaths > LIVES:
                pytest.exit(
                    f"{self._deaths} workers died without a new outcome",
                    returncode=Status.CUT_SHORT,
                )


def timeout(config: pytest.Config) -> float:
    """Return pytest-timeout's limit in seconds, wherever it is set; 0 is none."""
    found = config.getoption("timeout", None) or os.environ.get("PYTEST_TIMEOUT")
    if not found:
        try:
            found = config.getini("timeout")
        except (KeyError, ValueError):
            found = None
    try:
        return float(found or 0)
    except (TypeError, ValueError):
        return 0.0


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block after so many seconds; 0 is without end."""
    main = threading.current_thread() is threading.main_thread()
    if not seconds or not main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise TimeoutError(f"not done after {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
