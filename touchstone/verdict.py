"""Verdicts, from what was recorded alone: of a clause, of a component, of a run.

Nothing here runs anything: comparisons and an exception go in, an outcome comes out;
outcomes go in, a label or an exit status comes out.
"""

import enum
from collections.abc import Iterable, Sequence
from itertools import starmap

from touchstone.comparisons import Comparison, Mismatch
from touchstone.implementation import Misnamed, NotProvided
from touchstone.outcomes import Level, Outcome


class Status(enum.IntEnum):
    """The exit status of a run."""

    PASSED = 0
    FAILED = 1
    USAGE = 2
    CUT_SHORT = 3


class Conformance(enum.Enum):
    """What can be said of one component."""

    CONFORMS = "conforms"
    IN_PART = "conforms in part"
    NOT_PROVIDED = "not provided"
    DOES_NOT = "does not conform"
    NO_VERDICT = "no verdict"


def outcome_of(
    comparisons: Sequence[Comparison], error: BaseException | None
) -> Outcome:
    """Return the outcome of a clause whose body ended, or raised `error`."""
    if error is None:
        return Outcome.PASSED if comparisons else Outcome.ERROR
    if isinstance(error, Mismatch | Misnamed):
        return Outcome.FAILED
    if type(error).__name__ == "Unrepresentable":
        return Outcome.UNREPRESENTABLE
    if isinstance(error, NotProvided | NotImplementedError):
        return Outcome.NOT_PROVIDED
    return Outcome.ERROR


def conformance(outcomes: Iterable[tuple[Level, Outcome]]) -> Conformance:
    """Return the verdict of a component from the outcomes of all of its clauses."""
    deciding = [outcome for level, outcome in outcomes if level.decides]
    if not deciding or Outcome.NOT_RUN in deciding:
        return Conformance.NO_VERDICT
    if all(outcome is Outcome.PASSED for outcome in deciding):
        return Conformance.CONFORMS
    if all(outcome is Outcome.NOT_PROVIDED for outcome in deciding):
        return Conformance.NOT_PROVIDED
    allowed = Outcome.PASSED, Outcome.NOT_PROVIDED, Outcome.UNREPRESENTABLE
    if Outcome.PASSED in deciding and all(outcome in allowed for outcome in deciding):
        return Conformance.IN_PART
    return Conformance.DOES_NOT


def status(
    outcomes: Iterable[tuple[Level, Outcome]], *, strict: bool = False
) -> Status:
    """Return the exit status that the outcomes of all requested clauses mean.

    A guard that failed is reported, and fails the run only where it is strict; a guard
    that passed is no reason to call a run green.
    """
    found = list(outcomes)
    if any(outcome is Outcome.NOT_RUN for _, outcome in found):
        return Status.CUT_SHORT
    deciding = [o for level, o in found if level.decides] or [o for _, o in found]
    if Outcome.PASSED not in deciding and Outcome.KNOWN_FAILURE not in deciding:
        return Status.FAILED
    failures = [(level, outcome) for level, outcome in found if outcome.is_failure]
    excused = not strict and all(starmap(_is_excused, failures))
    return Status.FAILED if failures and not excused else Status.PASSED


def _is_excused(level: Level, outcome: Outcome) -> bool:
    return level is Level.GUARD and outcome in (Outcome.FAILED, Outcome.ERROR)
