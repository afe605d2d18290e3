"""Outcomes, the matrix, and the JSON report."""

import importlib.metadata
import json
import os
import platform
import sys
from pathlib import Path

import pytest

from spec_tests.clauses import Clause, NotProvided

OUTCOMES = (
    "passed",
    "failed",
    "error",
    "crashed",
    "timed out",
    "not provided",
    "unrepresentable",
    "known failure",
)
HEADINGS = {
    "timed out": "timed\nout",
    "not provided": "not\nprovided",
    "unrepresentable": "unrepre-\nsentable",
    "known failure": "known\nfailure",
}
ABSENT = ("not provided", "unrepresentable")
FRAMEWORKS = ("tensorflow", "tensorflow_addons", "keras", "torch", "jax", "numpy")


def entry(clause: Clause, seconds: float) -> dict:
    """Return the report's entry of a clause that has passed so far."""
    return {
        "id": clause.id,
        "component": clause.component,
        "level": clause.level,
        "outcome": "passed",
        "seconds": seconds,
    }


def outcome_of(error: BaseException, when: str) -> str:
    """Return the outcome that an exception of a clause means."""
    if type(error).__name__ == "Unrepresentable":
        return "unrepresentable"
    if isinstance(error, NotProvided | NotImplementedError):
        return "not provided"
    if isinstance(error, pytest.fail.Exception) and str(error).startswith("Timeout"):
        return "timed out"
    return "failed" if isinstance(error, AssertionError) and when == "call" else "error"


def failure(clause: Clause, error: BaseException, looks: str, port: str) -> str:
    """Return what is printed of a clause whose values differ."""
    return _told(clause, [str(error), looks], port)


def raised(clause: Clause, excinfo, looks: str, port: str) -> str:
    """Return what is printed of a clause in which the implementation raised.

    The place is the last one that is not inside an installed library.
    """
    frames = [f for f in excinfo.traceback if "site-packages" not in str(f.path)]
    last = frames[-1] if frames else excinfo.traceback[-1]
    what = f"raised {excinfo.typename}: {excinfo.value}"
    where = f"at {last.path}:{last.lineno + 1}, in {last.name}"
    return _told(clause, [what, where, looks], port)


def _told(clause: Clause, lines: list[str], port: str) -> str:
    sentence = f"{clause.id}. {clause.sentence} [{clause.source}]"
    command = f"reproduce: python -m spec_tests put {clause.id} --to {port}"
    return "\n".join(filter(None, [sentence, *lines, command]))


def known_failures(path: Path, clauses: dict[str, Clause]) -> dict[str, str]:
    """Return the reasons by clause id of a file of 'ID reason' lines."""
    reasons: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        clause_id, _, reason = line.partition("#")[0].strip().partition(" ")
        if not clause_id:
            continue
        if clause_id not in clauses:
            raise ValueError(f"{path}:{number}: no clause has the id {clause_id!r}")
        if not reason.strip():
            raise ValueError(f"{path}:{number}: {clause_id} has no reason")
        if clause_id in reasons:
            raise ValueError(f"{path}:{number}: {clause_id} is listed twice")
        reasons[clause_id] = reason.strip()
    return reasons


def versions() -> dict[str, str]:
    """Return the versions of Python and of the frameworks in this process."""
    found = {"python": platform.python_version()}
    for name in FRAMEWORKS:
        if version := getattr(sys.modules.get(name), "__version__", None):
            found[name] = str(version)  # PyTorch has a type of its own
    found["pytest"] = importlib.metadata.version("pytest")
    return found


class Results:
    """The outcomes of one run, by the clauses' node ids."""

    def __init__(self, implementation: str, precision: str):
        self.implementation, self.precision = implementation, precision
        self.expected: dict[str, Clause] = {}
        self.entries: dict[str, dict] = {}
        self._begun: dict[str, dict] = {}  # set up, and not yet put
        self.uncollected: list[str] = []
        self.versions = versions()
        self.device = "not stated"

    def add(self, report) -> None:
        """Take in one phase of a test; the worst outcome of the phases stands."""
        if report.nodeid not in self.expected:
            return
        new = getattr(report, "clause", None)
        if new is None and report.failed:  # xdist's word for a worker that died
            new = entry(self.expected[report.nodeid], 0.0)
            new |= {"outcome": "crashed", "message": str(report.longrepr)}
        if new is None:
            return
        none = new | {"seconds": 0.0}
        old = self.entries.get(report.nodeid, self._begun.get(report.nodeid, none))
        worse = new if old["outcome"] == "passed" else old
        seconds = old["seconds"] + new["seconds"]
        begun = report.when == "setup" and worse["outcome"] == "passed"
        entries = self._begun if begun else self.entries
        entries[report.nodeid] = old | worse | {"seconds": seconds}

    def total(self, outcome: str, component: str | None = None) -> int:
        return sum(
            found["outcome"] == outcome and component in (None, found["component"])
            for found in self.entries.values()
        )

    def lost(self) -> list[Clause]:
        """Return the clauses that were collected and have no outcome."""
        return [c for nodeid, c in self.expected.items() if nodeid not in self.entries]

    def missing(self) -> list[dict]:
        """Return the core and captured clauses that are not provided."""
        return [
            found
            for found in self.entries.values()
            if found["outcome"] == "not provided" and found["level"] != "stream"
        ]

    def is_red(self, complete: bool) -> bool:
        """Say whether the run fails although no clause failed."""
        return bool(
            self.lost() or not self.total("passed") or (complete and self.missing())
        )

    def matrix(self) -> str:
        """Return the table of components by outcomes, with totals and seconds."""
        clauses = list(self.expected.values())
        components = list(dict.fromkeys(clause.component for clause in clauses))
        rows = [["", *(HEADINGS.get(name, name) for name in OUTCOMES), "of", "seconds"]]
        for component in [*components, None]:
            counts = [self.total(outcome, component) for outcome in OUTCOMES]
            of = sum(component in (None, clause.component) for clause in clauses)
            seconds = sum(
                found["seconds"]
                for found in self.entries.values()
                if component in (None, found["component"])
            )
            cells = [str(count) if count else "." for count in counts]
            rows.append([component or "total", *cells, str(of), f"{seconds:.2f}"])
        return _table(rows)

    def remarks(self, complete: bool) -> list[str]:
        """Return the sentences that stand below the matrix."""
        lines = []
        absent = sorted({found["component"] for found in self.missing()})
        if absent:
            red = "; --complete makes this a failure" if complete else ""
            lines.append(f"not provided, at least in part: {', '.join(absent)}{red}")
        if lost := self.lost():
            ids = ", ".join(clause.id for clause in lost)
            lines.append(f"{len(lost)} clauses have no outcome: {ids}")
        if self.uncollected:
            lines.append(f"not collected: {', '.join(self.uncollected)}")
        if self.entries and not self.total("passed"):
            lines.append("no clause passed")
        lines += self._explanation()
        return lines

    def _explanation(self) -> list[str]:
        """Return, for each component, the rival that most failing clauses resemble."""
        votes: dict[str, dict[str, int]] = {}
        for found in self.entries.values():
            for name in found.get("resembles", ()):
                votes.setdefault(found["component"], {}).setdefault(name, 0)
                votes[found["component"]][name] += 1
        lines = []
        for component, names in votes.items():
            failed = self.total("failed", component) + self.total("error", component)
            most = max(names.values())
            best = [name for name, count in names.items() if count == most]
            lines.append(
                f"{component}: {most} of {failed} failed clauses "
                f"look like the rival {', as many like '.join(best[:3])}"
            )
        return lines

    def write(self, path: Path, device: str) -> None:
        """Write the JSON report; `complete` is its last key."""
        order = list(self.expected)
        clauses = [self.entries[nodeid] for nodeid in order if nodeid in self.entries]
        document = {
            "implementation": self.implementation,
            "versions": versions() | self.versions,
            "device": device,
            "precision": self.precision,
            "clauses": clauses,
            "totals": {outcome: self.total(outcome) for outcome in OUTCOMES}
            | {"clauses": len(order)},
            "complete": not self.lost() and not self.uncollected,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".part")
        draft.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
        os.replace(draft, path)


def _table(rows: list[list[str]]) -> str:
    """Return rows as aligned text; a heading of two words stands on two lines."""
    heading = [cell.split("\n") for cell in rows[0]]
    upper = [cell[0] if len(cell) > 1 else "" for cell in heading]
    lines = [upper, [cell[-1] for cell in heading], *rows[1:]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heading))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
