"""One peer in a process of its own: it works when it is told to, and says how long.

    python -m benchmarks.worker COMPONENT FUNCTION IMPLEMENTATION

The coordinator (`peers.py`) writes a number of runs a line; the answer is a line of
JSON. A process of its own has an interpreter and libraries of its own, and while others
work it waits for input and takes no processor. This file runs on Python 3.7 as well.
"""

import importlib
import json
import os
import sys
import time

WARM_UP_RUNS = 3
NOT_PROVIDED = "not provided"


def serve(work, about, answer=lambda: None, source=None, sink=None):
    """Call work(n) for each line n and answer with the seconds it took.

    Before that, warm up and say what about() returns. Work that knows its own time
    returns it; else the whole call is what is timed.
    """
    source = source or sys.stdin
    sink = sink or sys.stdout
    work(WARM_UP_RUNS)
    say(sink, about())
    for line in source:
        start = time.perf_counter()
        own = work(int(line))
        seconds = time.perf_counter() - start
        answer()
        say(sink, {"seconds": seconds if own is None else own})


def say(sink, what):
    sink.write(json.dumps(what) + "\n")
    sink.flush()


def main(component, function, name):
    """Serve a workload of an implementation at the sizes of its benchmark."""
    sink = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    from benchmarks import workload
    from benchmarks.frame import Implementation, NotProvided, versions

    module = importlib.import_module("benchmarks.workloads." + component)
    make = getattr(module, function)
    implementation = Implementation(name)
    try:
        work = make(implementation, **workload.taken(make, module.SIZES))
    except (NotProvided, NotImplementedError):
        say(sink, {"absent": NOT_PROVIDED})
        return

    def run(n_runs):
        if work.timed is not None:
            return work.timed(n_runs)
        for _ in range(n_runs):
            work.run()
        workload.settle()  # or the next peer's turn would begin with this one's rest

    def about():
        on_gpu = work.on_gpu()
        return {
            "versions": versions(),
            "device": implementation.declares("device")() if on_gpu else "cpu",
            "cost": {"flops": work.cost.flops, "bytes": work.cost.bytes},
        }

    serve(run, about, work.check, sink=sink)


if __name__ == "__main__":
    main(*sys.argv[1:])
