"""The kill matrix: which clause rejects which named rival, and by how much."""

import functools
from dataclasses import dataclass

from touchstone.clauses import Clause
from touchstone.comparisons import Comparison, Mismatch
from touchstone.engine import Result, check_clause
from touchstone.outcomes import Outcome
from touchstone.specification import Specification


@dataclass(frozen=True)
class Measure:
    """An error: in units of the tolerance, as a difference, and the tolerance itself."""

    ratio: float
    difference: float
    tolerance: float

    @classmethod
    def of(cls, comparison: Comparison) -> "Measure":
        ratio, tolerance = comparison.ratio, comparison.tolerance
        return cls(ratio, ratio * tolerance, tolerance)


@dataclass(frozen=True)
class Kills:
    """Which clauses of a component reject which of its rivals.

    `failures` holds, by rival and clause id, the error in real values, or None where the
    rival fails otherwise: in a shape, in integers or text, by an exception. `conditions`
    are the clauses that hold over many calls.
    """

    component: str
    clauses: tuple[str, ...]
    failures: dict[str, dict[str, Measure | None]]
    conditions: tuple[str, ...] = ()

    def rejecting(self, clause_id: str) -> list[str]:
        """Return the rivals that this clause rejects."""
        return [name for name, failed in self.failures.items() if clause_id in failed]

    def rejecting_alone(self, clause_id: str) -> list[str]:
        """Return the rivals that this clause rejects and no other of its kind.

        Clauses of conditions are one kind, those with a call of their own the other: most
        mistakes show in both, and each says something else about them.
        """
        kind = clause_id in self.conditions
        return [
            name
            for name, ids in self.failures.items()
            if {other for other in ids if (other in self.conditions) is kind}
            == {clause_id}
        ]

    def nearest(self, clause_id: str) -> tuple[str, Measure] | None:
        """Return the rival that fails the clause by the smallest error, with the error.

        Of several whose errors differ by rounding alone it is the first.
        """
        found = [
            (name, measure)
            for name, failed in self.failures.items()
            if (measure := failed.get(clause_id))
        ]
        least = min((measure.ratio for _, measure in found), default=0) * (1 + 1e-6)
        return next((pair for pair in found if pair[1].ratio <= least), None)


def clauses_checked(specification: Specification, component: str) -> tuple[Clause, ...]:
    """Return the clauses of a component, without those of a random stream."""
    clauses = specification.clauses_of(component)
    return tuple(clause for clause in clauses if not clause.stream)


@functools.cache
def failures_of(
    specification: Specification, component: str, precision: str = "float32"
) -> dict[str, dict[str, Result]]:
    """Return the results of the failed clauses, by rival and clause id."""
    clauses = clauses_checked(specification, component)
    found: dict[str, dict[str, Result]] = {}
    for rival in specification.rivals_of(component):
        assert rival.module is not None  # a patch that does not match is no rejection
        results = [
            check_clause(c, rival, precision=precision, watched=False) for c in clauses
        ]
        failed = [result for result in results if result.outcome is not Outcome.PASSED]
        for result in failed:
            if result.error is not None:
                if result.outcome.is_absence:
                    raise result.error  # a rival lacks nothing: this is no rejection
                result.error.__traceback__ = None  # or its frames keep every array
        found[rival.name] = {result.clause.id: result for result in failed}
    return found


@functools.cache
def kills_of(specification: Specification, component: str) -> Kills:
    """Run every clause of a component against every one of its rivals."""
    failures = {
        name: {clause_id: _measure(result) for clause_id, result in failed.items()}
        for name, failed in failures_of(specification, component).items()
    }
    clauses = clauses_checked(specification, component)
    conditions = tuple(clause.id for clause in clauses if clause.of_conditions)
    return Kills(component, tuple(c.id for c in clauses), failures, conditions)


def _measure(result: Result) -> Measure | None:
    error = result.error
    if isinstance(error, Mismatch) and error.comparison.tolerance:
        return Measure.of(error.comparison)
    return None
