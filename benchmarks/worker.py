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


def serve(work, versions, answer=lambda: None, source=None, sink=None):
    """Call work(n) for each line n and answer with the seconds it took."""
    source = source or sys.stdin
    sink = sink or sys.stdout

    def say(**what):
        sink.write(json.dumps(what) + "\n")
        sink.flush()

    work(WARM_UP_RUNS)
    say(versions=versions)
    for line in source:
        start = time.perf_counter()
        work(int(line))
        seconds = time.perf_counter() - start
        answer()
        say(seconds=seconds)


def main(component, function, name):
    """Serve a workload of an implementation at the sizes of its benchmark."""
    sink = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    from spec_tests.clauses import Implementation
    from spec_tests.report import versions

    module = importlib.import_module("benchmarks.test_" + component)
    sizes = getattr(module, "CHAPTER", None) or module.BASE
    work = getattr(module, function)(Implementation(name), **sizes)

    def run(n_runs):
        for _ in range(n_runs):
            work.run()

    serve(run, versions(), work.check, sink=sink)


if __name__ == "__main__":
    main(*sys.argv[1:])
