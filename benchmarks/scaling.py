"""Data-parallel training, timed: the same whole batch on one core and on two.

Each way is a process, or two, of `data_parallel.py`, kept to the cores that it is given.
"""

import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine

ROOT = Path(__file__).parents[1]
LIMIT = 300  # seconds


@dataclass(frozen=True)
class Way:
    """How the batch is read: by so many processes of so many cores each."""

    text: str
    way: str
    processes: int
    cores: int


WAYS = (
    Way("one process, one core", "one", 1, 1),
    Way("one process, two cores", "one", 1, 2),
    Way("two mirrored replicas, two cores", "mirrored", 1, 2),
    Way("two workers over loopback, a core each", "worker", 2, 1),
)


def started(way: str, options: list[str], cores=None, **variables) -> subprocess.Popen:
    """Return a process that trains, on processors alone, kept to the cores."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.data_parallel", way, *options],
        cwd=ROOT,
        env=os.environ
        | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        | ({"KEEP_TO_CORES": ",".join(map(str, cores))} if cores else {})
        | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def results(*processes: subprocess.Popen) -> list[dict]:
    """Return what each printed; none outlives the limit."""
    try:
        printed = [process.communicate(timeout=LIMIT) for process in processes]
    finally:
        for process in processes:
            process.kill()
    for process, (_, error) in zip(processes, printed, strict=True):
        if process.returncode != 0:
            raise RuntimeError(f"training ended: {error[-2_000:]}")
    return [json.loads(output.splitlines()[-1]) for output, _ in printed]


def free_ports(n: int) -> list[int]:
    """Return ports of this machine that nothing listens on."""
    sockets = [socket.socket() for _ in range(n)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def workers(options: list[str], cores=(None, None)) -> list[subprocess.Popen]:
    """Return processes that know of one another, one for each entry of the cores."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(len(cores))]

    def config(index):
        task = {"type": "worker", "index": index}
        return json.dumps({"cluster": {"worker": addresses}, "task": task})

    return [
        started("worker", options, own, TF_CONFIG=config(index))
        for index, own in enumerate(cores)
    ]


def measured(n_updates: int, progress=lambda text: None) -> dict:
    """Return the time of a step each way, and whether the losses are the same."""
    options = ["--steps", str(n_updates)]
    cores = sorted(machine.chosen_cores(os.sched_getaffinity(0), 2))
    found = []
    for way in WAYS:
        if way.processes * way.cores > len(cores):
            continue
        progress(f"data-parallel: {way.text}")
        if way.processes == 1:
            ran = results(started(way.way, options, cores[: way.cores]))
        else:
            ran = results(*workers(options, [[core] for core in cores]))
        found.append(
            {
                "way": way.text,
                "seconds": max(one["seconds"] for one in ran),
                "iqr": max(one["iqr"] for one in ran),
                "losses": ran[0]["losses"],
            }
        )
    whole = found[0]["losses"]
    for entry in found:
        pairs = zip(entry.pop("losses"), whole, strict=True)
        entry["largest_relative_difference"] = max(abs(a - b) / b for a, b in pairs)
    return {"updates": n_updates, "ways": found}


def spec_seconds(n_processes: int) -> float:
    """Return how long the specification takes on the reference, sharded by xdist."""
    shards = ["-n", str(n_processes)] if n_processes > 1 else ["-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", "spec_tests", "-q", *shards]
    start = time.perf_counter()
    done = subprocess.run(
        [*command, "--implementation=reference"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the specification failed: {done.stdout[-2_000:]}")
    return round(time.perf_counter() - start, 1)
