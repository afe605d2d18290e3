"""Touchstone: check an implementation against an executable specification.

    touchstone.check("my_package")     run a specification, return its report
    touchstone check my_package        the same from the command line, in a child process
    pytest --pyargs spec_tests --touchstone-implementation=my_package

Those who write a specification use the rest: `Specification`, the decorators of clause
files, the comparisons, and `rival`.

Names are imported when they are first used: pytest loads this package's plugin in every
session, which must not pay for the rest.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_HOMES = {
    "touchstone.api": "check",
    "touchstone.clauses": "Clause captured guard probe stream",
    "touchstone.comparisons": "Mismatch agrees array equals holds refuses",
    "touchstone.engine": "Result Unimportable",
    "touchstone.implementation": "Implementation NotProvided",
    "touchstone.outcomes": "Level Outcome",
    "touchstone.report.model": "Report",
    "touchstone.rivals": "Rival rival",
    "touchstone.specification": "Specification load_specification",
    "touchstone.tolerances": "Tolerance",
    "touchstone.verdict": "Conformance Status",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

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


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
