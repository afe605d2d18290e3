"""The kill matrix: which clause rejects which rival."""

import functools
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from spec_tests.clauses import Clause, NotProvided, clauses_of
from spec_tests.compare import Comparison, Disagreement

from spec_tests.rivals import Rival, rivals_of


@dataclass(frozen=True)
class Measure:
    """A budget, the difference that it stands for, and the tolerance."""

    budget: float
    difference: float
    tolerance: float

    @classmethod
    def of(cls, comparison: Comparison) -> "Measure":
        budget, tolerance = comparison.budget, comparison.tolerance
        return cls(budget, budget * tolerance, tolerance)


@dataclass(frozen=True)
class Kills:
    """What the clauses of one component make of its rivals.

    `failures` holds, by rival and clause, by how much a rival fails in real values; None
    where it fails in a shape, in integers or by an error.
    """

    component: str
    clauses: tuple[Clause, ...]
    failures: dict[Rival, dict[str, Measure | None]]

    @property
    def rejected(self) -> dict[Rival, frozenset[str]]:
        """Return the ids of the clauses that reject each rival."""
        return {rival: frozenset(failed) for rival, failed in self.failures.items()}

    def own(self, clause_id: str) -> list[str]:
        """Return the rivals that this clause alone rejects."""
        return [r.name for r, ids in self.rejected.items() if ids == {clause_id}]

    def by(self, clause_id: str) -> list[str]:
        """Return the rivals that this clause rejects."""
        return [r.name for r, ids in self.rejected.items() if clause_id in ids]

    def nearest(self, clause_id: str) -> tuple[str, Measure] | None:
        """Return the rival that fails the clause by least, and by how much.

        Of rivals that fail alike but for rounding, it is the first.
        """
        fails = [
            (rival.name, measure)
            for rival, measures in self.failures.items()
            if (measure := measures.get(clause_id))
        ]
        least = min((measure.budget for _, measure in fails), default=0) * (1 + 1e-6)
        return next((fail for fail in fails if fail[1].budget <= least), None)


@contextmanager
def quiet() -> Iterator[None]:
    """Let warnings decide nothing, nor the caller's corpora: only what is compared."""
    kept = {k: v for k, v in os.environ.items() if k != "CHAPTER_DATA"}
    with warnings.catch_warnings(), mock.patch.dict(os.environ, kept, clear=True):
        warnings.simplefilter("ignore")
        yield


@functools.cache
def kills_of(component: str) -> Kills:
    """Put every clause of a component to every one of its rivals."""
    clauses = tuple(c for c in clauses_of(component) if c.level != "stream")
    failures: dict[Rival, dict[str, Measure | None]] = {}
    with quiet():
        for rival in rivals_of(component):
            failures[rival] = {}
            for clause in clauses:
                if failure := clause.failure(rival):
                    failures[rival][clause.id] = _measure(failure)
    return Kills(component, clauses, failures)


def _measure(failure: Exception) -> Measure | None:
    if isinstance(failure, NotProvided):
        raise failure  # a rival lacks nothing: this is no rejection
    if isinstance(failure, Disagreement) and failure.comparison.tolerance:
        return Measure.of(failure.comparison)
    return None
