"""Peers against one another: turn by turn, A B C A B C, each in its own process.

On a machine that others use as well, the load drifts; what is measured turn by turn
drifts alike, so that the ratios hold where the times do not.
"""

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alternatives.ports import PORTS
from benchmarks.costs import rounded
from benchmarks.worker import NOT_PROVIDED

ROOT = Path(__file__).parents[1]
CHAPTER = "benchmarks.chapter"
NOT_MEASURED = "not measured"
TITLES = {
    "jax": "JAX",
    "keras": "Keras 3",
    "tensorflow": "TensorFlow",
    "torch": "PyTorch",
}
# Workers wait for their turns side by side: none may take all of a GPU's memory.
SHARED_GPU = {
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    "TF_FORCE_GPU_ALLOW_GROWTH": "true",
}


def search_path() -> str:
    """Return PYTHONPATH with this repository in front of what the caller has there."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))


def add_pythons(parser: argparse.ArgumentParser) -> None:
    """Add the option that says which interpreter runs a port."""
    parser.add_argument(
        "--python",
        action="append",
        default=[],
        metavar="PORT=PYTHON",
        help="the interpreter of a port (default: that of its own environment, if made)",
    )


def interpreters(options: argparse.Namespace) -> dict[str, str]:
    """Return the interpreters by port, where they are known to be others than ours."""
    own = {
        port.name: str(ROOT / port.environment / "bin" / "python")
        for port in PORTS
        if port.environment and (ROOT / port.environment / "bin" / "python").exists()
    }
    return own | dict(each.split("=", 1) for each in options.python)


@dataclass(frozen=True)
class Peer:
    """Who is measured: NAME, or NAME=PYTHON with an interpreter of its own.

    Where the interpreter is None, there is none for it, and it is not measured.
    """

    name: str
    python: str | None = sys.executable
    note: str = ""

    @classmethod
    def parsed(cls, text: str) -> "Peer":
        name, _, python = text.partition("=")
        return cls(name, python or sys.executable)

    def absent(self) -> "Peer":
        """Return the same peer with no interpreter: it is not measured here."""
        return dataclasses.replace(self, python=None)

    def provides(self, component: str) -> bool:
        """Say whether there is such a component; of a foreign package nobody knows."""
        home = ROOT.joinpath(*self.name.split("."))
        return not home.is_dir() or (home / f"{component}.py").is_file()

    def command(self, component: str, function: str) -> list[str]:
        assert self.python is not None
        if self.name == CHAPTER and (component, function) == ("char_rnn", "train_step"):
            return [self.python, "-m", "benchmarks.chapter"]  # with fit
        worker = [self.python, "-m", "benchmarks.worker"]
        return [*worker, component, function, self.name]


class Process:
    """A worker, which warms up and then waits for its turns."""

    def __init__(self, command: list[str]):
        environment = os.environ | {
            "PYTHONPATH": search_path(),
            "TF_CPP_MIN_LOG_LEVEL": "3",
            **SHARED_GPU,
        }
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,  # a pipe that nobody reads would fill up
            text=True,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        self.about: dict = {}

    def wait(self) -> None:
        """Wait until the worker has warmed up, and note what it says of itself."""
        self.about = self.answer()

    def answer(self) -> dict:
        line = self.stdout.readline()
        if not line:
            self.process.wait()
            self.errors.seek(0)
            why = self.errors.read()[-2_000:]
            self.close()
            raise RuntimeError(f"a peer ended: {why}")
        return json.loads(line)

    def timed(self, n_runs: int) -> float:
        """Return the seconds a run took, on average over so many."""
        self.stdin.write(f"{n_runs}\n")
        self.stdin.flush()
        return self.answer()["seconds"] / n_runs

    def close(self) -> None:
        """Let the worker end: it reads no more lines."""
        if not self.errors.closed:
            self.process.communicate()
            self.errors.close()


def measured(
    component: str,
    function: str,
    peers: Sequence[Peer],
    *,
    rounds: int,
    runs: int,
    limits: dict,
    progress=lambda text: None,
) -> dict:
    """Return every peer's times, and the ratio of each to the first."""
    title = f"{component}.{function}"
    processes: dict[Peer, Process] = {}
    entries = []
    try:
        for peer in peers:
            if peer.python is not None:
                processes[peer] = Process(peer.command(component, function))
        for peer, process in processes.items():
            progress(f"{title}: {peer.name} warms up {peer.note and f'({peer.note})'}")
            process.wait()
        times: dict[Peer, list[float]] = {
            peer: [] for peer in processes if "absent" not in processes[peer].about
        }
        for i in range(rounds):
            for peer, own in times.items():
                own.append(processes[peer].timed(runs))
            progress(f"{title}: round {i + 1} of {rounds}")
        first = next(iter(times))
        for peer in peers:
            entry: dict = {"name": peer.name, "note": peer.note}
            if peer in times:
                about = processes[peer].about
                entry |= {key: about[key] for key in ("versions", "device")}
                entry |= summary(times[peer])
                entry["ratio"] = ratio(times[peer], times[first])
            else:
                absent = peer.python is None
                entry["absent"] = NOT_MEASURED if absent else NOT_PROVIDED
            entries.append(entry)
        cost = processes[first].about.get("cost")
    finally:
        for process in processes.values():
            process.close()
    if cost is not None:
        by_rate = cost["flops"] / limits["flops_per_second"]
        by_bandwidth = cost["bytes"] / limits["bytes_per_second"]
        cost["limit_seconds"] = rounded(max(by_rate, by_bandwidth), 4)
    return {
        "component": component,
        "function": function,
        "rounds": rounds,
        "runs": runs,
        "cost": cost,
        "peers": entries,
    }


def summary(times: list[float]) -> dict:
    """Return the median, the quartiles' distance and the least of times."""
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive")
    found = {"median": middle, "iqr": high - low, "min": min(times)}
    return {key: rounded(value, 4) for key, value in found.items()}


def ratio(times: list[float], base: list[float]) -> dict:
    """Return the median and the quartiles of the ratios, each within one round."""
    ratios = [a / b for a, b in zip(times, base, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    found = {"median": middle, "low": low, "high": high}
    return {key: rounded(value, 4) for key, value in found.items()}
