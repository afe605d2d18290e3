"""The command `touchstone`: check an implementation, and commands around that."""

import argparse
import io
import math
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from touchstone import cases, settings, supervisor
from touchstone.engine import Result, Unimportable
from touchstone.explanation import account_for
from touchstone.report import terminal
from touchstone.report.files import begin_report, check_writable, write_whole
from touchstone.report.model import (
    Report,
    names,
    read_options,
    repeated,
    selected,
    suite_version,
)
from touchstone.specification import Specification, load_specification
from touchstone.supervisor import CutShort, Limits
from touchstone.texts import clean, indented
from touchstone.tolerances import PRECISIONS
from touchstone.verdict import Status

LARGEST_LIMIT = 10_000_000
NO_TARGET = (
    "name what to check: touchstone check PACKAGE; or touchstone_implementation in "
    "pytest's ini file, or the environment variable TOUCHSTONE_IMPLEMENTATION"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: see `touchstone.Status`."""
    for stream in sys.stdout, sys.stderr:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parsed = parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except BrokenPipeError:  # as when a pager is closed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return Status.CUT_SHORT
    except (ValueError, OSError, Unimportable) as error:
        print(f"touchstone: {indented(clean(str(error)))}", file=sys.stderr)
        return Status.USAGE


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(
        prog="touchstone",
        description="Check an implementation of sequence-model components.",
    )
    made.add_argument("--version", action="version", version=suite_version())
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        added.add_argument(
            "--specification", metavar="PACKAGE", help="default: the installed one"
        )
        return added

    added = command("check", check, "run the clauses and print the verdict")
    added.add_argument(
        "target",
        nargs="?",
        metavar="TARGET",
        help="package, module or module:attribute",
    )
    added.add_argument(
        "--only", metavar="NAMES", help="components and clause ids, comma-separated"
    )
    added.add_argument(
        "--require",
        metavar="NAMES",
        help="components, or 'all': nothing of them may be absent",
    )
    added.add_argument(
        "--strict",
        action="store_true",
        help="fail where a component is absent or conforms in part, or a guard fails",
    )
    added.add_argument("--precision", metavar="NAME", help=", ".join(PRECISIONS))
    added.add_argument(
        "--rows",
        metavar="N",
        help="calls drawn at random, besides the suite's own",
    )
    added.add_argument("--seed", metavar="S", help="what they are drawn from")
    added.add_argument("--known-failures", metavar="FILE", help="lines 'ID reason'")
    added.add_argument("--report", type=Path, metavar="FILE", help="outcomes as JSON")
    added.add_argument(
        "--save-case",
        type=Path,
        metavar="DIR",
        help="for each failure, its arrays and a script that needs no Touchstone",
    )
    added.add_argument(
        "--time-limit",
        metavar="SECONDS",
        help="for a clause (default 120) and for the import (default 300); 0: none",
    )
    added.add_argument(
        "--memory-limit",
        metavar="MIB",
        help="of the process that runs the implementation; 0: none (default)",
    )
    added = command("list", list_names, "list the components, or the clauses of some")
    added.add_argument("names", nargs="*", metavar="NAME")
    added = command("explain", explain, "explain a clause or a component")
    added.add_argument("name", metavar="ID")
    added = command("new", new, "write a package to be filled in")
    added.add_argument("folder", type=Path, metavar="DIR")
    added.add_argument("--components", nargs="+", default=[], metavar="NAME")
    added = command("matrix", matrix, "make one page of several JSON reports")
    added.add_argument("reports", type=Path, nargs="+", metavar="REPORT")
    added.add_argument("--output", type=Path, metavar="FILE.html")
    added.add_argument("--markdown", type=Path, metavar="FILE.md", help="- prints it")
    added.add_argument("--badge", type=Path, metavar="FILE.svg", help="of one report")
    added.add_argument("--readme", type=Path, metavar="FILE", help="between its marks")
    added.add_argument(
        "--check", action="store_true", help="fail where the README says otherwise"
    )
    added = command("specification", specification, "write the specification as a page")
    added.add_argument("--output", type=Path, required=True, metavar="FILE")
    added.add_argument("--readme", type=Path, metavar="FILE", help="and its table")
    added = command("rivals", rivals, "write what the clauses reject (some minutes)")
    added.add_argument("--output", type=Path, required=True, metavar="FILE")
    added = command("register", register, "check the register of clause ids")
    added.add_argument("--write", action="store_true", help="bring it up to date")
    return made


def _limits(time: str, memory: str) -> Limits:
    """Return the limits that settings say; ValueError names the one that is wrong."""
    limits = Limits(memory=_limit("memory_limit", memory or "0"))
    if time:
        seconds = _limit("time_limit", time)
        limits = replace(limits, clause=seconds, imports=seconds)
    return limits


def _limit(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LARGEST_LIMIT:
        raise ValueError(f"{name} must be between 0 and {LARGEST_LIMIT:,}, got {text}")
    return value


def _specification(parsed: argparse.Namespace) -> Specification:
    found = settings.read(Path.cwd())
    return load_specification(parsed.specification or found.get("specification"))


def check(parsed: argparse.Namespace) -> int:
    """Run the clauses in a child process and print the verdict."""
    if parsed.report:
        begin_report(parsed.report)  # no earlier report stays, whatever happens
    found = settings.read(Path.cwd())

    def setting(name: str) -> str:
        option = getattr(parsed, name, None)
        return str(found.get(name, "") if option is None else option)

    target = parsed.target if parsed.target is not None else found.get("implementation")
    if not target:
        raise ValueError(NO_TARGET)
    given = _specification(parsed)
    known = setting("known_failures")
    options = read_options(
        given,
        precision=setting("precision"),
        require=setting("require"),
        known=Path(known) if known else None,
        strict=parsed.strict,
        rows=parsed.rows or "",
        seed=parsed.seed or "",
    )
    again = repeated(
        specification=parsed.specification,
        known_failures=parsed.known_failures,
        rows=parsed.rows,
        seed=parsed.seed,
    )
    report = Report(given, target, options=replace(options, repeated=again))
    if parsed.save_case:
        cases.prepare(parsed.save_case)
    chosen = names(setting("only")) or given.components
    report.request(selected(given, chosen))
    limits = _limits(setting("time_limit"), setting("memory_limit"))
    if parsed.report:
        report.write(parsed.report)  # incomplete, should this process be killed
    try:
        why = _run(report, limits, parsed.save_case)
        _say(f"{terminal.title(report)}\n{terminal.table(report)}")
        for line in [*terminal.remarks(report), *why]:
            _say(line)
    finally:
        if parsed.report:
            report.write(parsed.report)
    return report.status()


def _say(text: str) -> None:
    """Print text; a reader that has gone, as `head` does, does not end the run."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _run(report: Report, limits: Limits, folder: Path | None) -> list[str]:
    """Run the report's clauses; return why the run was cut short, if it was."""
    progress = _Progress(report)

    def stop(number: int, frame: Any) -> NoReturn:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, stop)
    try:
        clauses = report.requested.values()
        supervisor.run(report, clauses, limits, progress.done, folder)
    except KeyboardInterrupt:
        return ["interrupted"]
    except CutShort as error:
        return [f"cut short: {error}"]
    finally:
        signal.signal(signal.SIGTERM, previous)
        progress.end()
        progress.say_the_rest()
    return []


class _Progress:
    """A component's failures when it is through, and how far the run is.

    What explains a failure is known only then. The second is one line, on a terminal.
    """

    def __init__(self, report: Report):
        self.report, self.shown = report, sys.stderr.isatty()

    def done(self, result: Result) -> None:
        self.end()
        component = result.clause.component
        if not any(c.component == component for c in self.report.lost()):
            self.say_failures(component)
        if self.shown:
            n, of = len(self.report.results), len(self.report.requested)
            line = f"{n} of {of}: {result.clause.component}"
            print(f"\r{line:<40}", end="", file=sys.stderr, flush=True)

    def say_failures(self, component: str) -> None:
        account_for(self.report, component)
        for clause in self.report.clauses_of(component):
            result = self.report.results.get(clause.id)
            if result and result.outcome.is_failure:
                _say(f"{terminal.failure(result, self.report)}\n")

    def say_the_rest(self) -> None:
        """Say the failures of components that were cut short."""
        for component in {c.component: None for c in self.report.lost()}:
            self.say_failures(component)

    def end(self) -> None:
        if self.shown:
            print(f"\r{'':<40}\r", end="", file=sys.stderr, flush=True)


def list_names(parsed: argparse.Namespace) -> int:
    """Print the components, or the clauses of those that are named."""
    given = _specification(parsed)
    if not parsed.names:
        for component in given.components:
            print(f"{component:<24}{len(given.clauses_of(component)):>4} clauses")
        return Status.PASSED
    for clause in selected(given, parsed.names):
        level = "" if clause.level.label == "core" else f" ({clause.level.label})"
        print(f"{clause}{level}")
    return Status.PASSED


def explain(parsed: argparse.Namespace) -> int:
    """Print what a clause or a component asks for."""
    from touchstone.report.explain import explain as text_of

    print(text_of(_specification(parsed), parsed.name))
    return Status.PASSED


def new(parsed: argparse.Namespace) -> int:
    """Write a package whose every function is still to be written."""
    from touchstone import scaffold

    for path in scaffold.write(
        parsed.folder, parsed.components, _specification(parsed)
    ):
        print(f"wrote {path}")
    return Status.PASSED


def specification(parsed: argparse.Namespace) -> int:
    """Write the specification, as the clauses state it now."""
    from touchstone.report import specification as page

    given = _specification(parsed)
    write_whole(parsed.output, page.document(given))
    if readme := parsed.readme:
        text = readme.read_text(encoding="utf-8")
        write_whole(readme, page.with_table(text, given))
    return Status.PASSED


def rivals(parsed: argparse.Namespace) -> int:
    """Run the clauses against all rivals, and write what they reject."""
    from touchstone.mutation import page

    given = _specification(parsed)
    total = len(given.components)
    through: list[str] = []

    def done(component: str) -> None:
        through.append(component)
        print(f"{len(through)} of {total}: {component}", flush=True)

    check_writable(parsed.output)
    write_whole(parsed.output, page.document(given, done))
    return Status.PASSED


def register(parsed: argparse.Namespace) -> int:
    """Say what is wrong with the register of ids, or bring it up to date."""
    from touchstone import register as ids

    given = _specification(parsed)
    if parsed.write:
        write_whole(given.folder / "register.json", ids.updated(given))
    problems = ids.problems(given)
    for problem in problems:
        print(problem)
    return Status.FAILED if problems else Status.PASSED


def matrix(parsed: argparse.Namespace) -> int:
    """Write what several reports say side by side."""
    from touchstone.report import matrix as pages

    files = parsed.output, parsed.markdown, parsed.badge
    if not any([*files, parsed.readme]):
        raise ValueError("name a page: --output, --markdown, --badge or --readme")
    if parsed.check and not parsed.readme:
        raise ValueError("--check compares a README: name it with --readme")
    given = _specification(parsed)
    runs = [pages.read(path, given) for path in parsed.reports]
    makers = pages.html, pages.markdown, pages.badge
    texts = {path: make(runs) for path, make in zip(files, makers, strict=True) if path}
    stale = False
    if readme := parsed.readme:
        before = readme.read_text(encoding="utf-8")
        text = pages.with_matrix(before, runs)
        stale = text != before
        if stale and not parsed.check:
            texts[readme] = text
    for path, text in texts.items():
        if str(path) == "-":
            print(text, end="")
            continue
        write_whole(path, text)
        print(f"wrote {path}")
    if stale and parsed.check:
        print(f"{readme} does not say what these reports say", file=sys.stderr)
        return Status.FAILED
    return Status.PASSED
