"""`python -m benchmarks gpu`: the parts of the plan, within nine minutes, in one file."""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks import machine
from benchmarks.gpu import limits, parts, plan, processes
from benchmarks.gpu.plan import PLAN, REHEARSAL, SHARES, WHOLE, Part, Refused, Slot
from benchmarks.gpu.ports import Setting
from benchmarks.gpu.record import Record
from benchmarks.peers import add_pythons, interpreters

FILE, REHEARSED = "gpu_run.json", "gpu_rehearsal.json"
REFUSED, STOPPED = 2, 130  # exit statuses
FIRST = PLAN[0].name


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def names(text: str) -> list[str]:
    """Return the parts that a list by commas names; `benchmarks` is both runs."""
    known = [slot.name for slot in PLAN]
    found = []
    for name in (part.strip() for part in text.split(",")):
        alike = [each for each in known if name in (each, each.split(" ")[0])]
        if not alike:
            raise argparse.ArgumentTypeError(f"{name!r} must be of {', '.join(known)}")
        found += alike
    return [name for name in known if name in (FIRST, *found)]


def add_to(commands) -> None:
    """Add the command to those of `python -m benchmarks`."""
    table = "\n".join(
        f"  {slot.name:13} {slot.limit:4.0f} s  {slot.about}" for slot in PLAN
    )
    command = commands.add_parser(
        "gpu",
        help="measure all on one GPU in nine minutes, in one file",
        description=f"The parts, and how long each may take:\n{table}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--output", type=Path, required=True, help="folder")
    command.add_argument(
        "--parts",
        type=names,
        help="only these, by commas; the others' results in the folder stay",
    )
    command.add_argument(
        "--rehearse", action="store_true", help="the same in small sizes on the CPU"
    )
    add_pythons(command)
    command.set_defaults(run=run)


def limit_of(slot: Slot, rehearse: bool) -> tuple[float, float]:
    """Return the most and the least seconds of a part."""
    return (SHARES[slot.name], 1.0) if rehearse else (slot.limit, slot.least)


def run(options) -> None:
    """Carry out the plan; exit with 2 where there is no GPU."""
    chosen = options.parts or [slot.name for slot in PLAN]
    path = options.output / (REHEARSED if options.rehearse else FILE)
    about = "a rehearsal on the CPU: no figure of it is a measurement"
    head = {"kind": "gpu", "date": machine.today(), "rehearsal": options.rehearse}
    record = Record(path, head | ({"note": about} if options.rehearse else {}))
    if options.parts and path.exists():
        record.keep(json.loads(path.read_text("utf-8")))
    signal.signal(signal.SIGTERM, stop)
    with tempfile.TemporaryDirectory() as scratch:
        setting = Setting(options.rehearse, Path(scratch), interpreters(options))
        if earlier := record.entries("limits"):
            setting.limits = limits.for_the_clock(earlier, parts.BENCHMARKED)

        def bound(slot: Slot) -> Part:
            most, least = limit_of(slot, options.rehearse)
            work = parts.RUN[slot.name]
            return Part(slot.name, most, least, lambda *args: work(setting, *args))

        todo = [bound(slot) for slot in PLAN if slot.name in chosen]
        whole = REHEARSAL if options.rehearse else WHOLE
        before = path.read_bytes() if path.exists() else None
        try:
            plan.carried_out(todo, record, whole, say=say)
        except Refused as refused:
            if before is None:
                path.unlink()
            else:  # what an earlier run found stands
                path.write_bytes(before)
            say(f"refused: {refused}")
            raise SystemExit(REFUSED) from None
        except KeyboardInterrupt:
            processes.end_all()
            say(f"stopped; what was measured is in {path}")
            raise SystemExit(STOPPED) from None
    say(f"wrote {path}")


def stop(number, frame) -> None:
    """End the run and all its processes, as Ctrl-C does."""
    processes.end_all()
    raise KeyboardInterrupt
