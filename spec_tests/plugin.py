"""The pytest plugin: which implementation, which outcome, and the report of both.

Loaded by the root conftest of this repository, and by pytest itself where the
distribution is installed.
"""

import os
import sys
from pathlib import Path

import pytest

from spec_tests import report
from spec_tests.clauses import (
    HOME,
    Clause,
    Implementation,
    NotProvided,
    all_clauses,
    refuse_repetition,
    stated,
)
from spec_tests.compare import PROFILE, Disagreement, recording
from spec_tests.diagnosis import resemblances, sentence
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
        "--profile",
        choices=PROFILES,
        default="float32",
        help="arithmetic of the implementation, which sets the tolerances",
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


def implementation_name(config) -> str:
    return (
        config.getoption("implementation")
        or os.environ.get(ENVIRONMENT)
        or config.getini("implementation")
    )


def is_clause(item) -> bool:
    return item.path.parent == HOME


def clauses_by_node(nodeids) -> dict[str, Clause]:
    """Return the clauses among the tests that an xdist worker has collected."""
    homes = {
        (f"test_{clause.component}.py", clause.function.__name__): clause
        for clause in all_clauses().values()
    }
    found = {}
    for nodeid in nodeids:
        path, _, name = nodeid.partition("::")
        *_, folder, file = ("", *path.split("/"))
        if folder in ("", HOME.name) and (file, name) in homes:
            found[nodeid] = homes[file, name]
    return found


class Conformance:
    """Puts the clauses to one implementation and keeps their outcomes."""

    def __init__(self, config):
        self.config = config
        self.name = implementation_name(config)
        self.is_worker = hasattr(config, "workerinput")
        self.known = self._known_failures()
        self.results = report.Results(self.name)
        self._implementation = None

    def _known_failures(self) -> dict[str, str]:
        option = self.config.getoption("known_failures")
        path = option or self.config.getini("known_failures")
        if not path:
            return {}
        try:
            return report.known_failures(Path(path), all_clauses())
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

    def pytest_collection_finish(self, session):
        found = {i.nodeid: i.stash[CLAUSE] for i in session.items if CLAUSE in i.stash}
        self.results.expected.update(found)
        if found:
            self._import_or_stop()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.results.expected.update(clauses_by_node(ids))

    def _import_or_stop(self):
        if self.config.option.collectonly:
            return
        try:
            self.implementation()
        except Exception as error:
            missing = isinstance(error, ModuleNotFoundError) and error.name
            reason = (
                f"no module is named {missing}"
                if missing and missing in self.name
                else f"its import raises {type(error).__name__}: {error}"
            )
            sentence = f"the implementation {self.name} cannot be imported: {reason}"
            if not self.is_worker:
                raise pytest.UsageError(sentence) from None

    def implementation(self) -> Implementation:
        if self._implementation is None:
            here = str(self.config.invocation_params.dir)
            if here not in sys.path:
                sys.path.append(here)
            self._implementation = Implementation(self.name)
        return self._implementation

    # Running: one outcome a clause.

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        if not is_clause(item):
            return (yield)
        token = PROFILE.set(self.config.getoption("profile"))
        try:
            with recording() as comparisons:
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
            if isinstance(error, Disagreement):
                token = PROFILE.set(self.config.getoption("profile"))
                pairs = resemblances(clause, error)
                PROFILE.reset(token)
                entry["resembles"] = [rival.name for rival, _ in pairs]
                looks = sentence(pairs) if pairs else ""
                made.longrepr = report.failure(clause, error, looks, self.name)
            elif entry["outcome"] in report.ABSENT:
                made.outcome = "skipped"
                made.longrepr = (str(item.path), 0, entry["message"])
            elif entry["outcome"] == "error":
                made.longrepr = report.raised(clause, call.excinfo)
        self._apply_known_failure(clause, call.when, entry, made)
        made.clause = entry
        return made

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
        self.results.add(report)

    def pytest_report_teststatus(self, report):
        entry = getattr(report, "clause", None)
        if entry is None or entry["outcome"] in ("passed", "failed"):
            return None
        return entry["outcome"], entry["outcome"][0], entry["outcome"].upper()

    def pytest_report_header(self):
        profile = self.config.getoption("profile")
        return f"implementation under test: {self.name} ({profile})"

    def pytest_terminal_summary(self, terminalreporter):
        if self.results.expected and not self.config.option.collectonly:
            terminalreporter.section("conformance")
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
            self.results.write(Path(path), self._device())
        if exitstatus == 0 and self.results.is_red(self.config.getoption("complete")):
            session.exitstatus = 1

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        output = getattr(node, "workeroutput", None) or {}
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
