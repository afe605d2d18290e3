"""The report of a run: which clauses were asked for, and what became of each."""

import importlib.metadata
import json
import math
import platform
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from touchstone.clauses import Clause
from touchstone.engine import Result
from touchstone.outcomes import Level, Outcome
from touchstone.report.files import write_whole
from touchstone.specification import Specification
from touchstone.tolerances import PRECISIONS
from touchstone.verdict import Conformance, Status, conformance, status

SCHEMA_VERSION = 1
FRAMEWORKS = ("tensorflow", "tensorflow_addons", "keras", "torch", "jax", "numpy")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the frameworks in this process."""
    found = {"python": platform.python_version()}
    for name in FRAMEWORKS:
        try:
            version = getattr(sys.modules.get(name), "__version__", None)
            if version:
                found[name] = f"{version!s}"  # PyTorch has a type of its own
        except BaseException:  # a module that only bears the name
            continue
    return found


def suite_version() -> str:
    """Return the version of the installed project, "not installed" without one."""
    try:
        return importlib.metadata.version("touchstone-spec")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def known_failures(path: Path, clauses: dict[str, Clause]) -> dict[str, str]:
    """Return the reasons by clause id of a file of 'ID reason' lines.

    ValueError names the line that is wrong; OSError where the file cannot be read.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is no regular file")
    reasons: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.partition("#")[0].split(None, 1)
        if not words:
            continue
        clause_id, reason = words[0], "".join(words[1:])
        if clause_id not in clauses:
            raise ValueError(f"{path}:{number}: no clause has the id {clause_id!r}")
        if not reason.strip():
            raise ValueError(f"{path}:{number}: {clause_id} has no reason")
        if clause_id in reasons:
            raise ValueError(f"{path}:{number}: {clause_id} is listed twice")
        reasons[clause_id] = reason.strip()
    return reasons


def selected(specification: Specification, names: Iterable[str]) -> list[Clause]:
    """Return the clauses of components and ids; ValueError on a name that is neither."""
    chosen: dict[str, Clause] = {}
    clauses, components = specification.clauses, specification.components
    for name in names:
        if name in components:
            chosen |= {clause.id: clause for clause in specification.clauses_of(name)}
        elif name.upper() in clauses:
            chosen[name.upper()] = clauses[name.upper()]
        else:
            raise ValueError(
                f"no component or clause is called {name!r}; the components are "
                f"{', '.join(components)}"
            )
    return [clause for clause in clauses.values() if clause.id in chosen]


MOST = {"rows": 10_000, "seed": 2**32 - 1}


@dataclass(frozen=True)
class Options:
    """What is asked of a run besides its clauses.

    `known` are reasons by id; `required` are the components of which nothing may be
    absent; with `strict`, no component may be absent or conform in part. `repeated` is
    what the command that reproduces a failure says besides: " --option value". `rows` is
    the number of calls drawn at random that clauses of conditions make besides their own,
    and `seed` what they are drawn from.
    """

    precision: str = "float32"
    known: dict[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    strict: bool = False
    repeated: str = ""
    rows: int = 0
    seed: int = 0


def repeated(**typed: Any) -> str:
    """Return options that were typed as a command says them again; None was not."""
    return "".join(
        f" --{name.replace('_', '-')} {shlex.quote(str(value))}"
        for name, value in typed.items()
        if value
    )


def names(text: str) -> list[str]:
    """Return the names of a comma-separated list."""
    return [name.strip() for name in text.split(",") if name.strip()]


def read_options(
    specification: Specification,
    *,
    precision: str = "",
    require: str = "",
    known: Path | None = None,
    strict: bool = False,
    rows: str = "",
    seed: str = "",
) -> Options:
    """Return the options that settings say; ValueError names the one that is wrong."""
    precision = precision or PRECISIONS[0]
    if precision not in PRECISIONS:
        choices = ", ".join(PRECISIONS)
        raise ValueError(f"precision must be one of {choices}, got {precision!r}")
    components = specification.components
    required = components if require == "all" else names(require)
    if unknown := sorted(set(required) - set(components)):
        raise ValueError(f"require: no component is called {unknown[0]!r}")
    try:
        reasons = known_failures(known, specification.clauses) if known else {}
    except (OSError, ValueError) as error:
        raise ValueError(f"known failures: {error}") from None
    return Options(
        precision,
        reasons,
        frozenset(required),
        strict,
        rows=whole("rows", rows, MOST["rows"]),
        seed=whole("seed", seed, MOST["seed"]),
    )


def whole(name: str, text: str, most: int) -> int:
    """Return a whole number from 0 on; ValueError names it where it is none."""
    try:
        value = int(text or "0")
    except ValueError:
        value = -1
    if not 0 <= value <= most:
        raise ValueError(
            f"{name} must be a whole number from 0 to {most:,}, got {text}"
        )
    return value


class Report:
    """The outcomes of one run, by clause id; the first outcome of a clause stands."""

    def __init__(
        self,
        specification: Specification,
        implementation: str,
        requested: Iterable[Clause] = (),
        options: Options | None = None,
    ):
        self.specification, self.implementation = specification, implementation
        self.options = options or Options()
        self.requested: dict[str, Clause] = {}
        self.results: dict[str, Result] = {}
        self.versions = versions()
        self.device = "not stated"
        self.uncollected: list[str] = []  # clause files that could not be read
        self.explanations: dict[str, list[str]] = {}  # sentences, by component
        self.request(requested)

    def request(self, clauses: Iterable[Clause]) -> None:
        """Ask for clauses; the report keeps the order of the specification."""
        wanted = self.requested | {clause.id: clause for clause in clauses}
        known = self.specification.clauses
        in_order = {name: wanted[name] for name in known if name in wanted}
        self.requested = in_order | wanted

    def add(self, result: Result) -> Result:
        """Take in a result, as a known failure where it is one; return what stands."""
        standing = self.results.setdefault(result.clause.id, self._as_known(result))
        return standing

    def _as_known(self, result: Result) -> Result:
        reason = self.options.known.get(result.clause.id)
        if reason is None:
            return result
        if result.outcome is Outcome.PASSED:
            message = (
                f"{result.clause.id} is listed as a known failure, but it passes: "
                f"take it off the list ({reason})"
            )
            return replace(result, outcome=Outcome.FAILED, message=message)
        if result.outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.TIMED_OUT):
            return replace(result, outcome=Outcome.KNOWN_FAILURE, message=reason)
        return result

    # What it comes to

    def outcome(self, clause: Clause) -> Outcome:
        """Return the outcome of a requested clause so far."""
        result = self.results.get(clause.id)
        return result.outcome if result else Outcome.NOT_RUN

    def components(self) -> list[str]:
        """Return the components that have a requested clause."""
        return list(dict.fromkeys(c.component for c in self.requested.values()))

    def clauses_of(self, component: str | None) -> list[Clause]:
        """Return the requested clauses of a component, of all for None."""
        clauses = self.requested.values()
        return [c for c in clauses if component in (None, c.component)]

    def count(self, outcome: Outcome, component: str | None = None) -> int:
        """Return how many requested clauses have the outcome."""
        return sum(self.outcome(c) is outcome for c in self.clauses_of(component))

    def lost(self) -> list[Clause]:
        """Return the requested clauses that have no outcome."""
        return [c for c in self.requested.values() if c.id not in self.results]

    def is_whole(self, component: str) -> bool:
        """Say whether all clauses of the component were asked for."""
        specified = self.specification.clauses_of(component)
        return all(clause.id in self.requested for clause in specified)

    def conformance(self, component: str) -> Conformance:
        """Return the verdict of one component."""
        if not self.is_whole(component):
            return Conformance.NO_VERDICT
        clauses = self.clauses_of(component)
        return conformance((c.level, self.outcome(c)) for c in clauses)

    @property
    def is_complete(self) -> bool:
        """Say whether every clause of every component asked for has an outcome."""
        whole = bool(self.requested) and all(map(self.is_whole, self.components()))
        return whole and not self.lost() and not self.uncollected

    def _is_unconforming(self, component: str) -> bool:
        """Say whether a component does not conform, and no known failure says why."""
        if self.conformance(component) is not Conformance.DOES_NOT:
            return False
        clauses = [c for c in self.clauses_of(component) if c.level.decides]
        return all(self.outcome(c) is not Outcome.KNOWN_FAILURE for c in clauses)

    def failed_guards(self) -> list[Clause]:
        """Return the guards that did not pass although they could be checked."""
        return [
            clause
            for clause in self.requested.values()
            if clause.level is Level.GUARD and self.outcome(clause).is_failure
        ]

    def missing(self) -> list[Clause]:
        """Return the clauses that are absent although they are required."""
        return [
            clause
            for clause in self.requested.values()
            if clause.level.decides
            and self.outcome(clause) is Outcome.NOT_PROVIDED
            and (self.options.strict or clause.component in self.options.required)
        ]

    def status(self) -> Status:
        """Return the exit status of the run."""
        if not self.requested:
            return Status.USAGE
        strict = self.options.strict
        clauses = self.requested.values()
        found = status(((c.level, self.outcome(c)) for c in clauses), strict=strict)
        if found is not Status.PASSED:
            return found
        if any(map(self._is_unconforming, self.components())):
            return Status.FAILED
        if self.uncollected:
            return Status.CUT_SHORT
        in_part = any(
            self.conformance(name) is Conformance.IN_PART for name in self.components()
        )
        if self.missing() or (strict and in_part):
            return Status.FAILED
        return Status.PASSED

    # JSON

    def as_json(self) -> str:
        """Return the report as JSON; `complete` is its last key."""
        return json.dumps(self.document(), indent=1, ensure_ascii=False) + "\n"

    def document(self) -> dict[str, Any]:
        """Return what the JSON report says."""
        specification = self.specification
        standing = [self.results[i] for i in self.requested if i in self.results]
        totals = {outcome.label: self.count(outcome) for outcome in Outcome}
        return {
            "schema": SCHEMA_VERSION,
            "touchstone": suite_version(),
            "specification": {
                "package": specification.package,
                "version": specification.version,
                "clauses": len(specification.clauses),
            },
            "implementation": self.implementation,
            "versions": self.versions,
            "device": self.device,
            "precision": self.options.precision,
            "components": {
                name: self.conformance(name).value for name in self.components()
            },
            "clauses": [entry_of(result) for result in standing],
            "explanations": self.explanations,
            "totals": totals | {"clauses": len(self.requested)},
            "status": int(self.status()),
            "complete": self.is_complete,
        }

    def write(self, path: Path) -> None:
        """Write the JSON report whole; ValueError where that cannot be."""
        write_whole(path, self.as_json())


def entry_of(result: Result) -> dict[str, Any]:
    """Return a result as the report's entry."""
    entry: dict[str, Any] = {
        "id": result.clause.id,
        "component": result.clause.component,
        "level": result.clause.level.label,
        "outcome": result.outcome.label,
        "seconds": result.seconds,
    }
    if result.ratio is not None:
        entry["ratio"] = result.ratio if math.isfinite(result.ratio) else "infinite"
    for name in "message", "place", "looks", "hint":
        if text := getattr(result, name):
            entry[name] = text
    if result.resembles is not None:
        entry["resembles"] = list(result.resembles)
    return entry


def result_of(entry: dict[str, Any], clauses: dict[str, Clause]) -> Result:
    """Return the result that an entry says; ValueError where it is not of that form."""
    clause = clauses.get(entry.get("id", ""))
    if clause is None:
        raise ValueError(f"no clause has the id {entry.get('id')!r}")
    ratio = entry.get("ratio")
    resembles = entry.get("resembles")
    return Result(
        clause=clause,
        outcome=Outcome.of(entry.get("outcome", "")),
        message=str(entry.get("message", "")),
        seconds=float(entry.get("seconds", 0.0)),
        ratio=math.inf if ratio == "infinite" else ratio,
        place=str(entry.get("place", "")),
        resembles=None if resembles is None else tuple(map(str, resembles)),
        looks=str(entry.get("looks", "")),
        hint=str(entry.get("hint", "")),
    )
