"""The pytest plugin: which implementation, which outcome, and the report of both.

Loaded by the root conftest of this repository, and by pytest itself where the
distribution is installed.
"""

import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from pathlib import Path

import pytest
from spec_tests.clauses import (
    HOME,
    Clause,
    Implementation,
    NotProvided,
    all_clauses,
    clauses_of,
    components,
    refuse_repetition,
    stated,
)
from spec_tests.compare import PROFILE, Disagreement, recording
from spec_tests.diagnosis import RAISED, resemblances, sentence

from spec_tests import report
from spec_tests.tolerances import PROFILES

ENVIRONMENT = "TOUCHSTONE_IMPLEMENTATION"
CLAUSE = pytest.StashKey[Clause]()
VERDICT = pytest.StashKey[dict]()


def pytest_addoption(parser):
    group = parser.getgroup("conformance")
    group.addoption(
        "--implementation",
        metavar="PACKAGE",
        help="package under test, one module a component; also the environment "
        f"variable {ENVIRONMENT} and the ini option; default: reference",
    )
    group.addoption(
        "--known-failures",
        metavar="FILE",
        help="lines 'ID reason': clauses that are known to fail, and must",
    )
    group.addoption(
        "--conformance-report", metavar="FILE", help="write the outcomes as JSON"
    )
    group.addoption(
        "--precision",
        choices=PROFILES,
        default="float32",
        help="what the implementation's products round to; it sets the tolerances",
    )
    group.addoption(
        "--complete",
        action="store_true",
        help="a core or captured clause that is not provided fails the run",
    )
    parser.addini("implementation", "package under test", default="reference")
    parser.addini("known_failures", "file of lines 'ID reason'", default="")


def pytest_configure(config):
    config.addinivalue_line("markers", "captured: exact values printed in the chapter")
    config.addinivalue_line("markers", "stream: TensorFlow's seeded random stream")
    config.pluginmanager.register(Conformance(config), "conformance")
    if (
        is_of_the_spec(config)
        and getattr(config.option, "maxworkerrestart", "") is None
    ):
        config.option.maxworkerrestart = "9999"  # xdist's 4 a worker are soon crashed


def is_of_the_spec(config) -> bool:
    """Say whether the specification is run; the plugin is there in others, too."""
    return any(HOME.name in argument for argument in config.args)


def implementation_name(config) -> str:
    return (
        config.getoption("implementation")
        or os.environ.get(ENVIRONMENT)
        or config.getini("implementation")
    )


def is_clause(item) -> bool:
    return item.path.parent == HOME and isinstance(item, pytest.Function)


def pytest_collect_file(file_path, parent):
    """Collect the spec files, whatever another repository calls its own tests."""
    if file_path.parent != HOME or not file_path.match("test_*.py"):
        return None
    patterns = parent.config.getini("python_files")
    taken = any(file_path.match(pattern) for pattern in patterns)
    if taken or parent.session.isinitpath(file_path):
        return None  # pytest collects it
    return parent.ihook.pytest_pycollect_makemodule(
        module_path=file_path, parent=parent
    )


def pytest_pycollect_makemodule(module_path, parent):
    """Name a spec file alike wherever it lies: outside the root folder it has no name."""
    if module_path.parent != HOME:
        return None
    nodeid = f"{HOME.name}/{module_path.name}"
    return pytest.Module.from_parent(parent, path=module_path, nodeid=nodeid)


def clauses_by_node(nodeids) -> dict[str, Clause]:
    """Return the clauses among the tests that an xdist worker has collected."""
    found = {}
    for nodeid in nodeids:
        path, _, name = nodeid.partition("::")
        folder, _, file = path.rpartition("/")
        component = file.removeprefix("test_").removesuffix(".py")
        if folder == HOME.name and component in components():
            for clause in clauses_of(component):
                if clause.function.__name__ == name:
                    found[nodeid] = clause
    return found


class Unimportable(Exception):
    """The package under test cannot be imported; the message is the whole story."""


class Interrupts:
    """Tells a person's Ctrl-C from what an implementation raises."""

    def __init__(self):
        self.came = False
        self._previous = None

    def watch(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._note)

    def release(self) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)

    def _note(self, number, frame):
        self.came = True
        if callable(self._previous):
            self._previous(number, frame)

    @contextmanager
    def kept_apart(self):
        """Make an ordinary error of what would end the run, not the clause."""
        try:
            yield
        except MemoryError as error:  # what fills the memory lies in its frames
            traceback.clear_frames(error.__traceback__)
            raise
        except KeyboardInterrupt as interrupt:
            if self.came:
                raise
            raise RuntimeError("it raised KeyboardInterrupt") from interrupt


@contextmanager
def at_most(seconds: float):
    """Raise TimeoutError in the block after so many seconds; 0 is without end."""
    main = threading.current_thread() is threading.main_thread()
    if not seconds or not main or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number, frame):
        raise TimeoutError(f"not done after {seconds:g} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


class Conformance:
    """Puts the clauses to one implementation and keeps their outcomes."""

    def __init__(self, config):
        self.config = config
        self.name = implementation_name(config)
        self.is_worker = hasattr(config, "workerinput")
        self.known = self._known_failures()
        self.precision = config.getoption("precision")
        self.results = report.Results(self.name, self.precision)
        self.interrupts = Interrupts()
        self._implementation = None
        self._unimportable: Unimportable | None = None
        self._some_worker_collected = False

    def _known_failures(self) -> dict[str, str]:
        option = self.config.getoption("known_failures")
        name = option or self.config.getini("known_failures")
        if not name:
            return {}
        # an option is relative to where it is typed, a setting to where it is written
        settings = None if option else self.config.inipath
        folder = settings.parent if settings else self.config.invocation_params.dir
        path = Path(os.path.relpath(folder / name))
        try:
            return report.known_failures(path, all_clauses())
        except (OSError, ValueError) as error:
            raise pytest.UsageError(f"--known-failures: {error}") from None

    # Collection: every test of the specification is a clause.

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        clauses = []
        for item in filter(is_clause, items):
            if hasattr(item, "callspec"):
                raise pytest.UsageError(f"{item.nodeid}: a clause is not parametrized")
            try:
                item.stash[CLAUSE] = stated(item.function)
            except ValueError as error:
                raise pytest.UsageError(str(error)) from None
            clauses.append(item.stash[CLAUSE])
            item.extra_keyword_matches.add(item.stash[CLAUSE].id)
            # a port's warnings are its own affair, and no failure
            item.add_marker(pytest.mark.filterwarnings("default"))
        try:
            refuse_repetition(clauses)
        except ValueError as error:
            raise pytest.UsageError(str(error)) from None

    @pytest.hookimpl(tryfirst=True)  # before xdist says that the worker has collected
    def pytest_collection_finish(self, session):
        found = {i.nodeid: i.stash[CLAUSE] for i in session.items if CLAUSE in i.stash}
        self.results.expected.update(found)
        if not found or self.config.option.collectonly:
            return
        try:
            self.implementation()
        except Unimportable as error:
            if not self.is_worker:
                self.results.expected.clear()
                raise pytest.UsageError(str(error)) from None

    def pytest_collectreport(self, report):
        if report.failed:
            self.results.uncollected.append(report.nodeid)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids):
        self._some_worker_collected = True
        self.results.expected.update(clauses_by_node(ids))

    def implementation(self) -> Implementation:
        if self._unimportable is not None:
            raise self._unimportable
        if self._implementation is None:
            here = str(self.config.invocation_params.dir)
            if here not in sys.path:
                sys.path.append(here)
            try:
                # pytest-timeout watches over clauses, not over this
                with at_most(float(self.config.getoption("timeout", 0) or 0)):
                    self._implementation = Implementation(self.name)
            except (Exception, SystemExit, KeyboardInterrupt) as error:
                if self.interrupts.came:
                    raise
                self._unimportable = Unimportable(
                    f"the implementation {self.name} cannot be imported: "
                    f"{self._why(error)}"
                )
                raise self._unimportable from None
        return self._implementation

    def _why(self, error: BaseException) -> str:
        missing = isinstance(error, ModuleNotFoundError) and error.name
        if missing and missing in self.name:
            return f"no module is named {missing}"
        return f"its import raises {type(error).__name__}: {error}"

    # Running: one outcome a clause.

    def pytest_sessionstart(self):
        self.interrupts.watch()

    def pytest_unconfigure(self):
        self.interrupts.release()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        if not is_clause(item):
            return (yield)
        with self.interrupts.kept_apart():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        if not is_clause(item):
            return (yield)
        token = PROFILE.set(self.precision)
        try:
            with recording() as comparisons, self.interrupts.kept_apart():
                item.stash[VERDICT] = {"comparisons": comparisons}
                return (yield)
        finally:
            PROFILE.reset(token)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        made = yield
        if not is_clause(item):
            return made
        clause = item.stash[CLAUSE]
        entry = report.entry(clause, call.duration)
        error = call.excinfo.value if call.excinfo else None
        comparisons = item.stash.get(VERDICT, {}).get("comparisons", [])
        if call.when == "call" and comparisons:
            entry["budget"] = max(comparison.budget for comparison in comparisons)
        if error is not None:
            entry["outcome"] = report.outcome_of(error, call.when)
            entry["message"] = str(error) or type(error).__name__
            pairs = self._diagnosed(item, error, entry["outcome"])
            if isinstance(error, Disagreement) or pairs:
                entry["resembles"] = [rival.name for rival, _ in pairs]
            looks = sentence(pairs)
            if isinstance(error, Disagreement):
                made.longrepr = report.failure(clause, error, looks, self.reproduction)
            elif entry["outcome"] in report.ABSENT:
                made.outcome = "skipped"
                made.longrepr = (str(item.path), 0, entry["message"])
            elif entry["outcome"] == "error":
                made.outcome = "failed"  # also where the implementation raised a skip
                made.longrepr = report.raised(
                    clause, call.excinfo, looks, self.reproduction
                )
            if isinstance(error, Unimportable):
                entry["unimportable"] = True
        self._apply_known_failure(clause, call.when, entry, made)
        made.clause = entry
        return made

    def _diagnosed(self, item, error, outcome) -> list:
        """Return the rivals that fail in the same way, in time that is not the port's."""
        if outcome not in ("failed", "error") or not isinstance(error, RAISED):
            return []
        if stop_the_clock := getattr(item.ihook, "pytest_timeout_cancel_timer", None):
            stop_the_clock(item=item)
        token = PROFILE.set(self.precision)
        try:
            return resemblances(item.stash[CLAUSE], error)
        finally:
            PROFILE.reset(token)

    @property
    def reproduction(self) -> str:
        """Return the end of the command that puts one clause to the implementation."""
        tf32 = self.precision != "float32"
        return self.name + (f" --precision {self.precision}" if tf32 else "")

    def _apply_known_failure(self, clause, when, entry, made):
        reason = self.known.get(clause.id)
        if reason is None:
            return
        if entry["outcome"] in ("failed", "error", "timed out"):
            entry["outcome"], entry["message"] = "known failure", reason
            made.outcome, made.wasxfail = "skipped", reason
            made.longrepr = (str(made.nodeid), 0, reason)
        elif when == "call" and entry["outcome"] == "passed":
            entry["outcome"] = "failed"
            entry["message"] = f"{clause.id} is a known failure, but it passes"
            made.outcome = "failed"
            made.longrepr = f"{entry['message']}: take it off the list ({reason})"

    # Reporting.

    def pytest_runtest_logreport(self, report):
        entry = getattr(report, "clause", {})
        if not self.is_worker and entry.pop("unimportable", False):
            self._stop(entry["message"])
        self.results.add(report)

    def _stop(self, sentence: str):
        self.results.expected.clear()
        pytest.exit(sentence, returncode=pytest.ExitCode.USAGE_ERROR)

    def pytest_report_teststatus(self, report):
        entry = getattr(report, "clause", None)
        if entry is None or entry["outcome"] in ("passed", "failed"):
            return None
        return entry["outcome"], entry["outcome"][0], entry["outcome"].upper()

    def pytest_report_header(self):
        if not is_of_the_spec(self.config):
            return None
        return f"implementation under test: {self.name} ({self.precision})"

    def pytest_terminal_summary(self, terminalreporter):
        if self.results.entries:
            terminalreporter.write_sep("=", "conformance")
            terminalreporter.write_line(self.results.matrix())
            for line in self.results.remarks(self.config.getoption("complete")):
                terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session, exitstatus):
        if self.is_worker:
            output = self.config.workeroutput
            output["versions"] = report.versions()
            output["device"] = self._device()
            return
        if not self.results.expected or self.config.option.collectonly:
            return
        if path := self.config.getoption("conformance_report"):
            path = self.config.invocation_params.dir / path  # a port may change it
            self.results.write(path, self._device())
        if exitstatus == 0 and self.results.is_red(self.config.getoption("complete")):
            session.exitstatus = 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        output = getattr(node, "workeroutput", None) or {}
        # a worker that takes another's place may get a clause, and die of it, without
        # xdist's word that it has collected: one that did collect speaks for all
        none_began = not self._some_worker_collected and not output
        if error and none_began and is_of_the_spec(self.config):
            self._stop(
                f"the implementation {self.name} cannot be imported: "
                f"its import ends the process"
            )
        self.results.versions.update(output.get("versions", {}))
        self.results.device = output.get("device", self.results.device)

    def _device(self) -> str:
        if self._implementation is None:
            return self.results.device
        device = self._implementation.declares("device")
        return device() if callable(device) else "not stated"


@pytest.fixture(scope="session")
def implementation(pytestconfig) -> Implementation:
    """Return the implementation under test."""
    return pytestconfig.pluginmanager.get_plugin("conformance").implementation()


@pytest.fixture(autouse=True)
def _level(request):
    """Stream clauses are put to an implementation that draws from that stream."""
    if not is_clause(request.node) or request.node.stash[CLAUSE].level != "stream":
        return
    implementation = request.getfixturevalue("implementation")
    if implementation.declares("RANDOM_STREAM") != "tensorflow":
        raise NotProvided("it does not declare RANDOM_STREAM = 'tensorflow'")
