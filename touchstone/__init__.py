"""Touchstone: check an implementation against an executable specification.

    touchstone.check("my_package")     run a specification, return its report
    touchstone check my_package        the same from the command line, in a child process
    pytest --pyargs spec_tests --touchstone-implementation=my_package

Those who write a specification use the rest: `Specification`, the decorators of clause
files, the comparisons, and `rival`.
"""

from touchstone.api import check
from touchstone.clauses import Clause, captured, guard, probe, stream
from touchstone.comparisons import Mismatch, agrees, array, equals, holds, refuses
from touchstone.engine import Result, Unimportable
from touchstone.implementation import Implementation, NotProvided
from touchstone.outcomes import Level, Outcome
from touchstone.report.model import Report
from touchstone.rivals import Rival, rival
from touchstone.specification import Specification, load_specification
from touchstone.tolerances import Tolerance
from touchstone.verdict import Conformance, Status

__all__ = [
    "Clause",
    "Conformance",
    "Implementation",
    "Level",
    "Mismatch",
    "NotProvided",
    "Outcome",
    "Report",
    "Result",
    "Rival",
    "Specification",
    "Status",
    "Tolerance",
    "Unimportable",
    "agrees",
    "array",
    "captured",
    "check",
    "equals",
    "guard",
    "holds",
    "load_specification",
    "probe",
    "refuses",
    "rival",
    "stream",
]
