"""The clock itself: which benchmarks run, what it refuses, and what its spy sees."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import machine, spy, worker, workload
from benchmarks.costs import Cost
from benchmarks.peers import NOT_MEASURED, Peer, measured
from benchmarks.workloads import char_rnn
from tests.running import ROOT
from touchstone import Implementation

COST = Cost(flops=1, bytes=1)
LIMITS = {"flops_per_second": 1e12, "bytes_per_second": 1e10}


# xdist's workers have it in their environment, and pytest-benchmark looks there
ALONE = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")}


def collected(*options: str) -> set[str]:
    """Return the files of the tests that pytest would run from the root."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-qq", *options],
        cwd=ROOT,
        env=ALONE,
        capture_output=True,
        text=True,
        check=False,
    )
    # with clauses among them it is 2: nothing was checked
    assert done.returncode in (0, 2), done.stdout + done.stderr
    lines = done.stdout.splitlines()
    return {line.partition(":")[0] for line in lines if line.count(".py:") == 1}


def folders(files: set[str]) -> set[str]:
    return {file.partition("/")[0] for file in files}


def test_benchmark_only_runs_the_benchmarks_alone():
    files = collected("--benchmark-only")
    assert folders(files) == {"benchmarks"}
    assert {ROOT / file for file in files} == set(ROOT.glob("benchmarks/test_*.py"))


def test_nobody_imports_a_benchmarks_test():
    homes = ROOT / "benchmarks", ROOT / "tests" / "benchmarks"
    for path in (path for home in homes for path in home.rglob("*.py")):
        assert not re.search(
            r"^\s*(?:from|import) benchmarks\b.*\btest_\w+",
            path.read_text("utf-8"),
            re.M,
        ), path.name


def test_every_workload_is_timed():
    timed = {path.stem for path in ROOT.glob("benchmarks/test_*.py")}
    found = {path.stem for path in ROOT.glob("benchmarks/workloads/[!_]*.py")}
    assert timed == {f"test_{name}" for name in found}


@pytest.mark.parametrize("path", [[], ["spec_tests"]], ids=["root", "spec_tests"])
def test_the_spec_has_no_benchmarks(path):
    assert folders(collected(*path)) == {"spec_tests"}


def test_several_implementations_are_taken_in_one_run():
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--benchmark-only", "--collect-only"),
            *("-q", "--implementation=one,other", "-k", "test_call"),
        ],
        cwd=ROOT,
        env=ALONE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test_multi_head_attention.py::test_call[one]" in done.stdout
    assert "test_multi_head_attention.py::test_call[other]" in done.stdout


@pytest.mark.parametrize(
    ("value", "on_gpu"),
    [
        (SimpleNamespace(device="cuda:0"), True),
        (SimpleNamespace(device="/job:localhost/device:GPU:0"), True),
        (SimpleNamespace(devices=lambda: {"CudaDevice(id=0)"}), True),
        (SimpleNamespace(device="/job:localhost/device:CPU:0"), False),
        (SimpleNamespace(device="cpu"), False),
        (SimpleNamespace(devices=lambda: {"CpuDevice(id=0)"}), False),
        (np.float32(1), False),
    ],
)
def test_the_device_is_where_the_answer_lies(value, on_gpu):
    """Whatever an implementation says of itself: a CPU's figure is never a GPU's."""
    work = workload.Workload(lambda: None, lambda: None, {}, COST, placed=[value])
    assert work.on_gpu() is on_gpu


class Model:
    """A model with the losses that it is given."""

    def __init__(self, losses):
        self.losses = iter(losses)

    def place(self, batch):
        return batch

    def train_step(self, batch):
        return np.float32(next(self.losses))


@pytest.mark.parametrize(
    ("losses", "right"),
    [
        ([4, 3, 2, 1], True),
        ([1, 2, 3, 4], False),
        ([4, 4, 4, 4], False),
        ([4, 3, np.nan, 1], False),
        ([4, 3, 2], False),
    ],
)
def test_losses_are_checked_after(losses, right):
    work = workload.training(Model(losses), ([0],), sizes={}, cost=COST)
    for _ in losses:
        work.run()
    if right:
        work.check()
    else:
        with pytest.raises(AssertionError):
            work.check()


@pytest.mark.parametrize(
    ("name", "framework", "op"),
    [("reference", "tensorflow", "MatMul"), ("alternatives.pytorch", "torch", "mm")],
)
def test_the_spy_sees_the_ops_that_run(name, framework, op):
    pytest.importorskip(framework)
    sizes = dict(batch_size=2, n_steps=3, vocabulary_size=5, units=7)
    work = char_rnn.train_step(Implementation(name), **sizes)
    work.warm_up()
    assert spy.framework_of(work.placed[-1]) == framework
    assert spy.seen(work.run, framework, op)
    assert not spy.seen(work.run, framework, "no such op")


@pytest.mark.parametrize(
    ("op", "fused"),
    [("gru/CudnnRNNV3", True), ("aten::_cudnn_rnn", True), ("while/MatMul", False)],
)
def test_the_fused_kernel_is_known_by_its_name(monkeypatch, op, fused):
    monkeypatch.setattr(spy, "traced", lambda run, framework: op.encode())
    work = SimpleNamespace(run=None, placed=[np.float32(1)])
    verdict = spy.fused(work, on_gpu=True, component="char_rnn")
    assert verdict == ("ran" if fused else "did not run")


def test_a_claim_that_does_not_hold_is_refused():
    spy.confirm("reference", "char_rnn", "ran")
    spy.confirm("alternatives.jax", "char_rnn", "did not run")  # claims none
    with pytest.raises(AssertionError, match="reference's char_rnn is to run cuDNN's"):
        spy.confirm("reference", "char_rnn", "did not run")


def test_on_a_processor_no_fused_kernel_is_measured():
    work = SimpleNamespace(run=None, placed=[])
    assert spy.fused(work, on_gpu=False, component="char_rnn") == NOT_MEASURED
    assert spy.fused(work, on_gpu=False, component="windows") == "-"


def test_cores_are_not_two_threads_of_one():
    siblings = {0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}
    assert machine.chosen_cores({0, 1, 2, 3}, 2, siblings.get) == {0, 1}
    assert machine.chosen_cores({0, 2, 3}, 2, siblings.get) == {0, 3}
    assert machine.chosen_cores({0, 2}, 2, siblings.get) == {0, 2}


def test_limits_are_of_a_credible_size():
    pytest.importorskip("torch")
    for rate, bandwidth in (
        (machine.matrix_rate(256, 3), machine.copy_bandwidth(2**22, 3)),
        machine.torch_limits("cpu", 256),
    ):
        assert 1e6 < rate < 1e15
        assert 1e6 < bandwidth < 1e14


PEER = """
import time

from benchmarks import worker

about = dict(versions=dict(python="3"), device="cpu")
worker.serve(lambda n: time.sleep({seconds} * n), lambda: about)
"""


class Timed(Peer):
    """A peer whose runs take a known time."""

    def command(self, component, function):
        return [sys.executable, "-c", PEER.format(seconds=float(self.name))]


def test_peers_take_turns_and_ratios_are_within_a_round():
    peers = [Timed("0.01"), Timed("0.03"), Peer("elsewhere", None)]
    found = measured("c", "f", peers, rounds=3, runs=2, limits=LIMITS)
    first, second, absent = found["peers"]
    assert first["ratio"]["median"] == 1
    assert 2 < second["ratio"]["median"] < 4
    assert absent == {"name": "elsewhere", "note": "", "absent": NOT_MEASURED}


def test_a_peer_that_ends_is_an_error():
    class Broken(Peer):
        def command(self, component, function):
            return [sys.executable, "-c", "raise SystemExit('it broke')"]

    with pytest.raises(RuntimeError, match="it broke"):
        measured("c", "f", [Broken("b")], rounds=1, runs=1, limits=LIMITS)


def test_a_peer_takes_part_where_it_has_the_component():
    assert Peer("reference").provides("windows")
    assert Peer("alternatives.fast_tensorflow").provides("char_rnn")
    assert not Peer("alternatives.fast_tensorflow").provides("windows")
    assert Peer("a_package_elsewhere").provides("windows")


TRAINED = {
    "char_rnn": ("CharRNN",),
    "stateful_char_rnn": ("StatefulCharRNN",),
    "sentiment": ("SentimentModel", "ExplicitMaskSentimentModel"),
    "encoder_decoder": ("EncoderDecoder",),
    "transformer": ("Transformer",),
}
SIZES = {
    **{"vocabulary_size": 7, "units": 5, "embed_size": 4, "batch_size": 3},
    **{"dropout": 0.2, "recurrent_dropout": 0.2, "max_steps": 6, "n_layers": 2},
}


@pytest.mark.parametrize(
    ("component", "name"), [(c, name) for c in TRAINED for name in TRAINED[c]]
)
def test_the_chapters_way_trains_the_same_model(component, name):
    pytest.importorskip("tensorflow")
    chapter, reference = (
        getattr(getattr(Implementation(of), component), name)
        for of in ("benchmarks.chapter", "reference")
    )
    sizes = workload.taken(chapter, SIZES)
    own, built = reference(**sizes).named_weights(), chapter(**sizes).keras
    assert built.count_params() == sum(np.size(weights) for weights in own.values())


def test_work_that_knows_its_own_time_is_believed():
    said: list[str] = []
    sink = SimpleNamespace(write=said.append, flush=lambda: None)
    worker.serve(lambda n: 7.0 * n, lambda: "ready", source=["2\n"], sink=sink)
    assert said == ['"ready"\n', '{"seconds": 14.0}\n']
