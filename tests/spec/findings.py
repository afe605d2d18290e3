"""What the clauses make of their rivals, measured once for all tests and all workers.

The findings are kept in a file named by a digest of the sources that they follow from,
so that they are measured again where one of these has changed. It takes some minutes.
"""

import fcntl
import functools
import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from unittest import mock

import numpy as np

from spec_tests import SPECIFICATION
from tests.running import ROOT
from touchstone.clauses import Clause
from touchstone.diagnosis import RAISED, resemblances, sentence
from touchstone.engine import check_clause
from touchstone.mutation.conditional import Conditional
from touchstone.mutation.kill_matrix import Kills, Measure, failures_of, kills_of
from touchstone.mutation.page import Findings, find
from touchstone.mutation.parallel import by_component
from touchstone.mutation.systematic import Survey
from touchstone.outcomes import Outcome
from touchstone.specification import Specification
from touchstone.tolerances import PRECISIONS

FOLDER = ROOT / ".pytest_cache" / "findings"
# what the findings follow from, beside the specification
SOURCES = (
    "touchstone/mutation/*.py",
    *(
        f"touchstone/{name}.py"
        for name in "arithmetic clauses comparisons conditions diagnosis engine "
        "implementation outcomes rivals specification texts tolerances verdict".split()
    ),
    "spec_tests/**/*.py",
    "tests/spec/findings.py",
)
COARSE = [name for name in PRECISIONS if name != "float32"]


@dataclass(frozen=True)
class Measured:
    """The findings on one component, and what only tests ask.

    `unnamed` are the rivals that no diagnosis names, `hidden` those that pass every
    clause at a coarser precision.
    """

    findings: Findings
    unnamed: list[str]
    hidden: dict[str, list[str]]


def measure(specification: Specification, component: str) -> Measured:
    """Measure one component, in whatever process."""
    found = find(specification, component)
    hidden = {name: hidden_at(specification, component, name) for name in COARSE}
    return Measured(found, unnamed(specification, component), hidden)


def unnamed(specification: Specification, component: str) -> list[str]:
    """Return the rivals that are not named in the failure of any clause."""
    rivals = specification.rivals_of(component)
    failures = failures_of(specification, component)

    def known(clause, rival):
        result = failures[rival.name].get(clause.id)
        return result and result.error

    with mock.patch.object(Clause, "failure", known):
        return [
            rival.name
            for rival in rivals
            if not any(
                f"{rival.mistake} [{rival.name}]"
                in sentence(resemblances(result.clause, result.error, rivals))
                for result in failures[rival.name].values()
                if isinstance(result.error, RAISED)
            )
        ]


def hidden_at(specification: Specification, component: str, precision: str) -> list:
    """Return the rivals that pass every clause at a precision.

    Tolerances grow from float32 on: a clause that passes there passes here.
    """
    kills = kills_of(specification, component)
    hidden = []
    for rival in specification.rivals_of(component):
        failed = kills.failures[rival.name]
        surest_first = sorted(failed, key=lambda name: -ratio(failed[name]))
        for clause_id in surest_first:
            clause = specification.clauses[clause_id]
            result = check_clause(clause, rival, precision=precision)
            if result.outcome is not Outcome.PASSED:
                break
        else:
            hidden.append(rival.name)
    return hidden


def ratio(error: Measure | None) -> float:
    return error.ratio if error else np.inf


@functools.cache
def measurements() -> dict[str, Measured]:
    """Return what is measured of every component, by component."""
    path = FOLDER / f"{digest()}.json"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker measures, the others wait
        if not path.exists():
            for old in FOLDER.glob("*.json"):
                old.unlink()
            found = by_component(SPECIFICATION, measure)
            written = {name: asdict(measured) for name, measured in found.items()}
            path.write_text(json.dumps(written), encoding="utf-8")
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {name: measured_from(value) for name, value in kept.items()}


def measured_of(component: str) -> Measured:
    return measurements()[component]


def findings_of(component: str) -> Findings:
    return measurements()[component].findings


def kills_in(component: str) -> Kills:
    return findings_of(component).kills


def digest() -> str:
    """Return a digest of everything that the findings follow from."""
    seen = hashlib.sha256(f"{platform.python_version()} {np.__version__}".encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:16]


def measured_from(value: dict) -> Measured:
    """Return what `asdict` took apart and JSON kept."""
    kills, survey = (value["findings"][name] for name in ("kills", "survey"))
    failures = {
        rival: {clause: error and Measure(**error) for clause, error in failed.items()}
        for rival, failed in kills["failures"].items()
    }
    tuples = {name: tuple(kills[name]) for name in ("clauses", "conditions")}
    kills |= {"failures": failures} | tuples
    survey |= {"survivors": tuple(survey["survivors"])}
    noise = {
        clause: {name: Measure(**error) for name, error in by_precision.items()}
        for clause, by_precision in value["findings"]["noise"].items()
    }
    rows = Conditional(**value["findings"]["conditional"])
    findings = Findings(Kills(**kills), Survey(**survey), rows, noise)
    return Measured(findings, value["unnamed"], value["hidden"])
