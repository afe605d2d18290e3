"""The pytest plugin: prefixed options, and nothing else until a clause file is collected.

A clause file is recognised by its path, without importing it: `test_*.py` in the folder
of a specification. The first one brings `touchstone.pytest_clauses` in. In a session that
collects none, this module adds no fixture, no handler, no output.
"""

import importlib.metadata
import importlib.util
import re
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from touchstone.pytest_clauses import ClauseSession

GROUP = "touchstone.specifications"
MARK = "SPECIFICATION"
SESSION = "touchstone-session"
_HOMES = pytest.StashKey[dict[Path, str]]()
_DEATHS = pytest.StashKey[int]()
# Settings of `touchstone check` alone: here pytest-timeout sets the limit of time, and
# none of memory is kept. They are named so that --strict-config knows them.
_OF_COMMAND = {
    "time_limit": "of `touchstone check`: seconds for a clause and for the import",
    "memory_limit": "of `touchstone check`: MiB for the implementation's process",
}
# Options that make pytest show something in the place of running anything.
_SHOWING = (
    "help",
    "version",
    "markers",
    "showfixtures",
    "show_fixtures_per_test",
    "cacheshow",
)
MOST_CRASHES = 10_000
LIVES = 2  # workers that may die before one has collected
_SETTINGS = {
    "implementation": "what is checked: a package, a module or module:attribute",
    "precision": "what the implementation's products round to: float32, tf32, bfloat16",
    "known-failures": "file of lines 'ID reason': clauses that are known to fail",
    "require": "components, comma-separated, or 'all': nothing of them may be absent",
    "only": "components and clause ids, comma-separated",
    "specification": "package of the specification, if not an installed one",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("touchstone", "touchstone: check an implementation")
    for name, text in _SETTINGS.items():
        group.addoption(f"--touchstone-{name}", metavar="VALUE", help=text)
        parser.addini(f"touchstone_{name.replace('-', '_')}", text, default="")
    for name, text in _OF_COMMAND.items():
        parser.addini(f"touchstone_{name}", text, default="")
    group.addoption(
        "--touchstone-report", metavar="FILE", help="write the outcomes as JSON"
    )
    group.addoption(
        "--touchstone-save-case",
        metavar="DIR",
        help="for each failure, its arrays and a script that needs no Touchstone",
    )
    group.addoption(
        "--touchstone-strict",
        action="store_true",
        help="a component that is absent or conforms in part, or a guard, fails the run",
    )


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Let a command that asks for clauses, and only shows something, be no success."""
    if not any(getattr(config.option, name, None) for name in _SHOWING):
        return (yield)
    _begin_report(config)
    status = yield
    is_typed = config.args_source is config.ArgsSource.ARGS
    is_asked = (
        config.getoption("touchstone_report")
        or config.pluginmanager.has_plugin(SESSION)
        or (is_typed and any(_is_inside(argument, config) for argument in config.args))
    )
    return 2 if is_asked and not status else status


def pytest_configure(config: pytest.Config) -> None:
    """Where a report is asked for, let no earlier one stay, whatever happens."""
    _begin_report(config)
    _let_workers_die(config)


def _begin_report(config: pytest.Config) -> None:
    name = config.getoption("touchstone_report")
    if name and not hasattr(config, "workerinput"):
        from touchstone.report.files import begin_report

        try:
            begin_report(Path(config.invocation_params.dir, name))
        except ValueError as error:
            raise pytest.UsageError(f"report: {error}") from None


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> Any:
    """Collect a clause file as clauses, not as a module of tests."""
    value = specification_at(parent.config, module_path)
    return _session(parent.config, value).file(module_path, parent) if value else None


def pytest_collect_file(file_path: Path, parent: Any) -> Any:
    """Collect clause files, whatever another repository calls its own tests."""
    value = specification_at(parent.config, file_path)
    if not value:
        return None
    patterns = parent.config.getini("python_files")
    taken = any(file_path.match(pattern) for pattern in patterns)
    if taken or parent.session.isinitpath(file_path):
        return None  # pytest's own collector asks for it, by the hook above
    return _session(parent.config, value).file(file_path, parent)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Bring the clauses in where xdist's workers have collected them."""
    for home, value in _homes(node.config).items():
        found = [name for name in ids if name.startswith(f"{home.name}/test_")]
        if found:
            _session(node.config, value).collected_by_worker(found)


def _let_workers_die(config: pytest.Config) -> None:
    """Let each clause that ends its worker cost itself alone, however many do.

    xdist gives up after four for each worker; here a loop ends with `LIVES`.
    """
    option = config.option
    limited = getattr(option, "maxworkerrestart", "") is None
    if limited and any(_is_inside(argument, config) for argument in config.args):
        option.maxworkerrestart = str(MOST_CRASHES)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    """End a session whose workers die before any of them has collected a clause."""
    config = node.config
    asked = any(_is_inside(argument, config) for argument in config.args)
    if not error or not asked or config.pluginmanager.get_plugin(SESSION):
        return
    deaths = config.stash[_DEATHS] = config.stash.get(_DEATHS, 0) + 1
    if deaths >= LIVES:
        target = config.getoption("touchstone_implementation") or "under test"
        pytest.exit(
            f"the implementation {target} cannot be imported: its import ends the process",
            returncode=2,
        )


def specification_at(config: pytest.Config, path: Path) -> str | None:
    """Return the specification, "package" or "package:attribute", of a clause file."""
    if path.suffix != ".py" or not path.name.startswith("test_"):
        return None
    for home, value in _homes(config).items():
        if home.name == path.parent.name and home == path.parent.resolve():
            return value
    return None


def _is_inside(argument: str, config: pytest.Config) -> bool:
    """Say whether an argument of the command names clauses: a path or a module."""
    name = argument.partition("::")[0]
    path = Path(config.invocation_params.dir, name).resolve()
    return any(
        home == path or home in path.parents or name.split(".")[0] == home.name
        for home in _homes(config)
    )


def _homes(config: pytest.Config) -> dict[Path, str]:
    """Return the folders of the specifications that this session knows."""
    if _HOMES not in config.stash:
        config.stash[_HOMES] = dict(_found_homes(config))
    return config.stash[_HOMES]


def _found_homes(config: pytest.Config) -> Iterator[tuple[Path, str]]:
    named = config.getoption("touchstone_specification", None)
    named = named or config.getini("touchstone_specification")
    installed = importlib.metadata.entry_points(group=GROUP)
    for value in dict.fromkeys([named, *(entry.value for entry in installed)]):
        package = (value or "").partition(":")[0]
        try:
            spec = importlib.util.find_spec(package) if package else None
        except (ImportError, ValueError):
            continue
        if spec is None or not spec.origin or not spec.submodule_search_locations:
            continue
        try:
            text = Path(spec.origin).read_text(encoding="utf-8", errors="replace")
        except OSError:  # as in an archive
            continue
        # another package of that name, found first, is none of ours
        if re.search(rf"^{MARK}\b.*=", text, re.MULTILINE):
            yield Path(next(iter(spec.submodule_search_locations))).resolve(), value


def _session(config: pytest.Config, value: str) -> "ClauseSession":
    """Return the session's clauses; the first call brings their module in."""
    from touchstone.pytest_clauses import ClauseSession

    session = config.pluginmanager.get_plugin(SESSION)
    if session is None:
        session = ClauseSession(config, value)
        config.pluginmanager.register(session, SESSION)
    elif session.value != value:
        raise pytest.UsageError(
            f"one specification at a time: {session.value} and {value} are collected"
        )
    return session
