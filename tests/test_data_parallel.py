"""Training on two replicas takes the steps of one that reads the whole batch."""

import json
import os
import socket
import subprocess
import sys

import pytest

from tests.running import ROOT

pytest.importorskip("tensorflow")

N_STEPS, LIMIT = 6, 120


def started(way: str, **variables: str) -> subprocess.Popen:
    """Return a process that trains, on processors alone."""
    command = [sys.executable, "-m", "benchmarks.data_parallel", way, "--small"]
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    return subprocess.Popen(
        [*command, "--steps", str(N_STEPS)],
        cwd=ROOT,
        env=os.environ | environment | variables,
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
        assert process.returncode == 0, error[-2_000:]
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


def workers(n: int) -> list[subprocess.Popen]:
    """Return n processes that know of one another."""
    addresses = [f"127.0.0.1:{port}" for port in free_ports(n)]
    return [
        started(
            "worker",
            TF_CONFIG=json.dumps(
                {
                    "cluster": {"worker": addresses},
                    "task": {"type": "worker", "index": index},
                }
            ),
        )
        for index in range(n)
    ]


@pytest.fixture(scope="module")
def whole() -> list[float]:
    """Return the losses of one process that reads the whole batch."""
    [one] = results(started("one"))
    assert one["replicas"] == 1
    assert one["losses"][-1] < one["losses"][0]
    return one["losses"]


def test_mirrored_replicas(whole):
    [mirrored] = results(started("mirrored"))
    assert mirrored["replicas"] == 2
    assert mirrored["losses"] == pytest.approx(whole, rel=1e-5)


def test_two_workers(whole):
    for worker in results(*workers(2)):
        assert worker["replicas"] == 2
        assert worker["losses"] == pytest.approx(whole, rel=1e-5)
