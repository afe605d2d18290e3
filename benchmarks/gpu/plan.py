"""The plan of nine minutes: parts in their order, each with a limit of its own.

A part begins where at least its least time is left before the deadline, and ends at its
limit or at the deadline, whichever is first. Parts that do not fit are dropped from the
end. What a part finds is written as it comes.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.gpu.record import Record

WHOLE = 540.0  # seconds
RESERVE = 8.0  # to end what runs and to write the file


class Refused(Exception):
    """The run must not go on: the message says why."""


@dataclass(frozen=True)
class Part:
    """A part of the run: `run(add, seconds)` adds what it finds within the seconds."""

    name: str
    limit: float
    least: float
    run: Callable[[Callable[[dict], None], float], None]


@dataclass(frozen=True)
class Slot:
    """How long a part may take, in seconds, and what it does."""

    name: str
    limit: float
    least: float
    about: str


PLAN = (
    Slot("device", 30, 0, "the GPU, its driver, versions; refusal without one"),
    Slot("limits", 30, 15, "matrix products, copies, launch latency"),
    Slot("conformance", 140, 40, "the clauses of every port at three precisions"),
    Slot("benchmarks 1", 100, 30, "pytest --benchmark-only of every port"),
    Slot("benchmarks 2", 60, 30, "the same again"),
    Slot("peers", 95, 30, "the frameworks' own forms of the same models"),
    Slot("curves", 80, 20, "how the cost grows with steps, batch, units"),
)
assert sum(slot.limit for slot in PLAN) <= WHOLE
REHEARSAL = 115.0  # seconds for the whole of a rehearsal
SHARES = {  # of a rehearsal, on two cores
    "device": 30.0,
    "limits": 20.0,
    "conformance": 30.0,
    "benchmarks 1": 30.0,
    "benchmarks 2": 20.0,
    "peers": 30.0,
    "curves": 20.0,
}


def outcome(entries: Sequence[dict]) -> str:
    """Return what became of a part that ended, by what it has found."""
    if any("cut" in entry for entry in entries):
        return "cut"
    nothing = all("failed" in entry for entry in entries)
    return "failed" if entries and nothing else "done"


def carried_out(
    parts: Sequence[Part],
    record: Record,
    whole: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    say: Callable[[str], None] = lambda text: None,
) -> None:
    """Run the parts in their order before the deadline; one that fails stops no other."""
    start = clock()
    for part in parts:
        left = whole - RESERVE - (clock() - start)
        if left < max(part.least, 1.0):
            if not record.has(part.name):  # else what an earlier run found stands
                why = f"only {max(left, 0):.0f} s were left"
                record.end(part.name, "dropped", why=why)
            say(f"{part.name}: dropped, {max(left, 0):.0f} s are left")
            continue
        limit = min(part.limit, left)
        say(f"{part.name}: at most {limit:.0f} s (after {clock() - start:.0f} s)")
        record.begin(part.name, limit_seconds=round(limit, 1))
        began = clock()

        def add(entry: dict, name: str = part.name) -> None:
            record.add(name, entry)

        try:
            part.run(add, limit)
        except Refused:
            record.end(part.name, "failed", seconds=round(clock() - began, 1))
            raise
        except (KeyboardInterrupt, SystemExit):
            record.end(part.name, "cut", why="the run was stopped")
            raise
        except Exception as error:
            status, more = "failed", {"why": f"{type(error).__name__}: {error}"}
        else:
            status, more = outcome(record.entries(part.name)), {}
        record.end(part.name, status, seconds=round(clock() - began, 1), **more)
        say(f"{part.name}: {status} after {clock() - began:.0f} s")
