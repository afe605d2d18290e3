"""What a specification is worth: the wrong implementations that its clauses reject.

`kill_matrix` runs the clauses against the named rivals, `systematic` against rivals made
by operators from the oracles, `calibration` measures the rounding noise of the oracles,
and `page` writes all of it down.
"""

from touchstone.mutation.calibration import Rounding, noise
from touchstone.mutation.kill_matrix import Kills, Measure, kills_of
from touchstone.mutation.page import Findings, document, find
from touchstone.mutation.systematic import Survey, SystematicRival, survey

__all__ = [
    "Findings",
    "Kills",
    "Measure",
    "Rounding",
    "Survey",
    "SystematicRival",
    "document",
    "find",
    "kills_of",
    "noise",
    "survey",
]
