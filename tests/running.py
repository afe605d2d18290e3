"""Runs the specification in a process of its own, as its users do."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alternatives.ports import WHOLE

ROOT = Path(__file__).parents[1]
# The implementations that install beside one another, and what each needs.
FRAMEWORKS = {"reference": "tensorflow"}
FRAMEWORKS |= {port.name: port.framework for port in WHOLE if port.shared}


@dataclass(frozen=True)
class Run:
    """What one run printed, its exit status and its report."""

    status: int
    output: str
    report: Any

    def outcome(self, clause_id: str) -> dict:
        """Return the report's entry of a clause."""
        assert self.report is not None, self.output
        [entry] = [c for c in self.report["clauses"] if c["id"] == clause_id]
        return entry

    @property
    def outcomes(self) -> dict[str, str]:
        """Return the outcomes by clause id."""
        assert self.report is not None, self.output
        return {c["id"]: c["outcome"] for c in self.report["clauses"]}


def run_spec(
    folder: Path, *options: str, spec: Path = ROOT / "spec_tests", **variables: str
) -> Run:
    """Return the Run of pytest on the specification from `folder`, where ports may lie."""
    command = ["pytest", str(spec), "--touchstone-report=report.json", *options]
    return _run(folder, command, variables)


def check(folder: Path, *arguments: str, **variables: str) -> Run:
    """Return the Run of `touchstone check` from `folder`."""
    command = ["touchstone", "check", "--report=report.json", *arguments]
    return _run(folder, command, variables)


def _run(folder: Path, command: list[str], variables: dict[str, str]) -> Run:
    file = folder / "report.json"
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"} | variables
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={k: v for k, v in environment.items() if v},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=300,
        check=False,
    )
    found = json.loads(file.read_text()) if file.exists() else None
    return Run(done.returncode, done.stdout + done.stderr, found)


def write(folder: Path, files: dict[str, str]) -> None:
    """Write a package: texts by their paths."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
