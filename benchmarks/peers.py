"""Peers against one another: turn by turn, A B C A B C, each in its own process.

On a machine that others use as well, the load drifts; what is measured turn by turn
drifts alike, so that the ratios hold where the times do not.
"""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Peer:
    """Who is measured: NAME, or NAME=PYTHON with an interpreter of its own."""

    name: str
    python: str

    @classmethod
    def parsed(cls, text: str) -> "Peer":
        name, _, python = text.partition("=")
        return cls(name, python or sys.executable)

    def command(self, component: str, function: str) -> list[str]:
        if self.name == "benchmarks.chapter" and component == "char_rnn":
            return [self.python, "-m", "benchmarks.chapter"]  # with fit
        worker = [self.python, "-m", "benchmarks.worker"]
        return [*worker, component, function, self.name]


class Process:
    """A worker that has warmed up and waits."""

    def __init__(self, command: list[str]):
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.versions = self.answer()["versions"]

    def answer(self) -> dict:
        line = self.stdout.readline()
        if not line:
            _, error = self.process.communicate()
            raise RuntimeError(f"a peer ended: {error[-2_000:]}")
        return json.loads(line)

    def timed(self, n_runs: int) -> float:
        """Return the seconds a run took, on average over so many."""
        self.stdin.write(f"{n_runs}\n")
        self.stdin.flush()
        return self.answer()["seconds"] / n_runs

    def close(self) -> None:
        self.process.communicate()


def measured(
    component: str,
    function: str,
    peers: list[Peer],
    *,
    rounds: int,
    runs: int,
    progress=lambda text: None,
) -> dict:
    """Return every peer's times, and the ratio of each to the first."""
    processes: list[Process] = []
    try:
        for peer in peers:
            progress(f"{component}: {peer.name} warms up")
            processes.append(Process(peer.command(component, function)))
        times: list[list[float]] = [[] for _ in peers]
        for i in range(rounds):
            for process, own in zip(processes, times, strict=True):
                own.append(process.timed(runs))
            progress(f"{component}: round {i + 1} of {rounds}")
    finally:
        for process in processes:
            process.close()
    return {
        "component": component,
        "function": function,
        "rounds": rounds,
        "runs": runs,
        "peers": [
            {
                "name": peer.name,
                "versions": process.versions,
                **summary(own),
                "ratio": ratio(own, times[0]),
            }
            for peer, process, own in zip(peers, processes, times, strict=True)
        ],
    }


def summary(times: list[float]) -> dict:
    """Return the median, the quartiles' distance and the least of times."""
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive")
    return {"median": middle, "iqr": high - low, "min": min(times)}


def ratio(times: list[float], base: list[float]) -> dict:
    """Return the median and the quartiles of the ratios, each within one round."""
    ratios = [a / b for a, b in zip(times, base, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return {"median": middle, "low": low, "high": high}
