"""Runs the spec in a process of its own, as its users do."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# The implementations that install beside one another, and what each needs.
FRAMEWORKS = {
    "reference": "tensorflow",
    "alternatives.pytorch": "torch",
    "alternatives.jax": "jax",
}


@dataclass(frozen=True)
class Run:
    """What one run of the spec printed, returned and reported."""

    status: int
    output: str
    report: dict | None

    def outcome(self, clause_id: str) -> dict:
        """Return the report's entry of a clause."""
        assert self.report is not None, self.output
        [entry] = [c for c in self.report["clauses"] if c["id"] == clause_id]
        return entry


def run_spec(
    folder: Path, *options: str, spec: Path = ROOT / "spec_tests", **variables
):
    """Return the Run of the spec from `folder`, where ports may lie."""
    file = folder / "report.json"
    file.unlink(missing_ok=True)
    report = ["--conformance-report", str(file)]
    command = [sys.executable, "-m", "pytest", str(spec), *report, *options]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2"} | variables
    done = subprocess.run(
        command,
        cwd=folder,
        env={k: v for k, v in environment.items() if v},
        capture_output=True,
        text=True,
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
