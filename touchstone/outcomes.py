"""Outcomes and levels: one enumeration each, which every table and page reads."""

import enum


class Outcome(enum.Enum):
    """What became of one clause.

    `label` is the word in reports, `mark` the sign in tables, `tone` how a page colours
    it ("good", "bad", "absent" or "known"), `heading` the label broken for a column.
    """

    PASSED = "passed", "✓", "good"
    FAILED = "failed", "✗", "bad"
    ERROR = "error", "✗", "bad"
    CRASHED = "crashed", "✗", "bad"
    TIMED_OUT = "timed out", "✗", "bad", "timed\nout"
    NOT_PROVIDED = "not provided", "○", "absent", "not\nprovided"
    UNREPRESENTABLE = "unrepresentable", "○", "absent", "unrepre-\nsentable"
    KNOWN_FAILURE = "known failure", "△", "known", "known\nfailure"
    NOT_RUN = "not run", "·", "absent", "not\nrun"

    def __init__(self, label: str, mark: str, tone: str, heading: str = ""):
        self.label, self.mark, self.tone = label, mark, tone
        self.heading = heading or label

    @classmethod
    def of(cls, label: str) -> "Outcome":
        """Return the outcome with this label; ValueError where there is none."""
        for outcome in cls:
            if outcome.label == label:
                return outcome
        known = ", ".join(outcome.label for outcome in cls)
        raise ValueError(f"unknown outcome {label!r}; expected one of {known}")

    @property
    def is_failure(self) -> bool:
        """Say whether a clause with this outcome makes the run fail."""
        return self.tone == "bad"

    @property
    def is_absence(self) -> bool:
        """Say whether there was nothing to check, or no way to express it."""
        return self in (Outcome.NOT_PROVIDED, Outcome.UNREPRESENTABLE)


class Level(enum.Enum):
    """What a clause is asked of; `decides` says whether it decides conformance."""

    CORE = "core", True, "what every implementation does"
    CAPTURED = "captured", True, "an exact value that the source prints"
    GUARD = "guard", False, "an illegal argument is refused"
    STREAM = "stream", False, "values of a declared random stream"

    def __init__(self, label: str, decides: bool, meaning: str):
        self.label, self.decides, self.meaning = label, decides, meaning
