"""All that the benchmarks take from the frame of the specification.

No other file of this folder imports it, so that a change of the frame is followed here.
"""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from touchstone.implementation import Implementation, NotProvided
from touchstone.pytest_clauses import setting
from touchstone.report.model import versions

__all__ = [
    "ROOT",
    "Implementation",
    "NotProvided",
    "clause_run",
    "clauses_read",
    "components",
    "implementation_name",
    "versions",
]

ROOT = Path(__file__).parents[1]
PASSED = "passed"
# A stream clause is asked only of an implementation that declares the stream.
NOT_ASKED = ("not provided", "stream")


def implementation_name(config: Any) -> str:
    """Return what is benchmarked: the option, the environment or the ini file says it."""
    return setting(config, "implementation")


def components() -> list[str]:
    """Return the names of the components that have clauses."""
    files = (ROOT / "spec_tests").glob("test_*.py")
    return sorted(file.stem.removeprefix("test_") for file in files)


def clause_run(
    implementation: str,
    only: Iterable[str],
    *,
    precision: str,
    report: Path,
    python: str = sys.executable,
) -> list[str]:
    """Return the command that runs the clauses of some components and reports them."""
    files = [f"spec_tests/test_{component}.py" for component in only]
    return [
        *(python, "-m", "pytest", *files, "-q", "--no-header", "--tb=no"),
        *("-p", "no:cacheprovider"),
        f"--implementation={implementation}",
        f"--precision={precision}",
        f"--report={report}",
    ]


def clauses_read(report: Path) -> dict:
    """Return what a report of a clause run says: totals, and every failure whole.

    The message of a failure keeps its text but for the path of this repository.
    """
    document = json.loads(report.read_text("utf-8"))
    totals: dict[str, int] = {}
    failures = []
    for clause in document["clauses"]:
        outcome = clause["outcome"]
        if (outcome, clause.get("level")) == NOT_ASKED:
            continue
        totals[outcome] = totals.get(outcome, 0) + 1
        if outcome != PASSED:
            message = clause.get("message", "").replace(f"{ROOT}{os.sep}", "")
            kept = ("id", "component", "outcome", "resembles")
            failure = {key: clause[key] for key in kept if key in clause}
            failures.append(failure | {"message": message})
    return {
        "clauses": sum(totals.values()),
        "totals": totals,
        "failures": failures,
        "device": document.get("device", "not stated"),
        "versions": document.get("versions", {}),
        "complete": bool(document.get("complete")),
    }
