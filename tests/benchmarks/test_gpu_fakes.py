"""Mistakes that only a GPU shows, by stand-ins: placement, waiting, precision, kernels."""

import json
import os
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import (
    __main__ as main,
)
from benchmarks import (
    machine,
    peers,
    precision,
    report,
    spy,
    workload,
)
from benchmarks.costs import Cost
from benchmarks.frame import Implementation
from benchmarks.gpu import forms, limits, parts, plan
from benchmarks.gpu.ports import PORTS, Setting
from benchmarks.gpu.processes import Ended
from benchmarks.workloads import (
    char_rnn,
    encoder_decoder,
    multi_head_attention,
    positional_encoding,
    pretrained_embedding,
    sentiment,
    stateful_char_rnn,
    text_generation,
    transformer,
    windows,
)
from tests.running import ROOT, write

COST = Cost(flops=1, bytes=1)
ALONE = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")}

# ---- Placement.

WORKLOADS = [
    (char_rnn.train_step, char_rnn.SIZES),
    (char_rnn.pipeline, char_rnn.SIZES),
    (encoder_decoder.train_step, encoder_decoder.SIZES),
    (multi_head_attention.call, multi_head_attention.SIZES),
    (positional_encoding.call, positional_encoding.SIZES),
    (pretrained_embedding.train_step, pretrained_embedding.SIZES),
    (sentiment.train_step, sentiment.SIZES),
    (sentiment.explicit_mask_step, sentiment.SIZES),
    (sentiment.pipeline, sentiment.SIZES),
    (stateful_char_rnn.train_step, stateful_char_rnn.SIZES),
    (stateful_char_rnn.pipeline, stateful_char_rnn.SIZES),
    (text_generation.complete, text_generation.SIZES),
    (transformer.train_step, transformer.SIZES),
    (windows.pipeline, windows.SIZES),
]


@pytest.fixture(autouse=True)
def one_thread():
    """Let PyTorch keep to one thread: several spin where others use the machine."""
    if torch := sys.modules.get("torch"):
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        yield
        torch.set_num_threads(before)
    else:
        yield


@pytest.fixture
def on_cuda(monkeypatch):
    """Let PyTorch's tensors refuse what those on a GPU refuse, but copies by cpu()."""
    torch = pytest.importorskip("torch")
    as_array, to_host = torch.Tensor.__array__, torch.Tensor.cpu

    def array(self, *arguments):
        return as_array(self.as_subclass(torch.Tensor), *arguments)

    Host = type("Host", (torch.Tensor,), {"__array__": array})

    def refuse(self, *arguments):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")

    def copied(self, *arguments):
        return to_host(self, *arguments).as_subclass(Host)

    monkeypatch.setattr(torch.Tensor, "__array__", refuse)
    monkeypatch.setattr(torch.Tensor, "cpu", copied)
    return torch


def test_the_stand_in_refuses_what_a_gpu_refuses(on_cuda):
    with pytest.raises(TypeError, match="cuda:0"):
        np.asarray(on_cuda.ones(2))
    assert workload.on_host(on_cuda.ones(2)).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("make", "sizes"),
    WORKLOADS,
    ids=[f"{m.__module__}.{m.__name__}" for m, _ in WORKLOADS],
)
def test_every_workload_is_checked_on_the_device(on_cuda, make, sizes):
    """No check reads a tensor of the device as if it were an array."""
    on_cuda.manual_seed(1)
    if make.__name__ != "pipeline":
        sizes = workload.small(sizes)
    work = make(Implementation("alternatives.pytorch"), **workload.taken(make, sizes))
    for _ in range(1 if make.__name__ == "pipeline" else 12):
        work.run()
    work.check()


class Tensor:
    """A tensor of a GPU: where it lies, and a number that is read when it is there."""

    def __init__(self, value=0.0, read=lambda: None):
        self.value, self.read = value, read
        self.device = "cuda:0"

    def __float__(self):
        self.read()
        return self.value


def test_a_loss_that_is_an_array_says_nothing_of_its_place():
    """Keras returns one, whose device is "cpu" since NumPy 2, wherever it ran."""
    losses = iter([4.0, 3.0, 2.0, 1.0])
    for kind in (np.float32, np.asarray, float):
        model = SimpleNamespace(
            place=lambda batch: [Tensor()],
            train_step=lambda batch, kind=kind: kind(next(losses)),
        )
        work = workload.training(model, [], sizes={}, cost=COST)
        work.run()
        assert work.on_gpu(), kind


def test_a_loss_on_the_cpu_is_of_the_cpu():
    model = SimpleNamespace(
        place=lambda batch: [Tensor()],
        train_step=lambda batch: SimpleNamespace(device="cpu", __float__=None),
    )
    model.train_step = lambda batch: type(
        "Loss", (), {"device": "cpu", "__float__": lambda self: 1.0}
    )()
    work = workload.training(model, [], sizes={}, cost=COST)
    work.run()
    assert not work.on_gpu()


def device_part(tmp_path, monkeypatch, answers, *, rehearse=False):
    """Return what the first part adds, and its setting, for what the ports answer."""
    monkeypatch.setattr(machine, "nvidia_gpus", lambda: ["NVIDIA H200, 143771 MiB, 5"])

    def answered(command, environment, seconds, heard=None):
        answer = answers(command[-1], environment)
        if answer is None:
            return Ended(1, 1.0, "ImportError: it is not here")
        heard(answer)
        return Ended(0, 1.0, "")

    monkeypatch.setattr("benchmarks.gpu.processes.ran", answered)
    setting = Setting(rehearse, tmp_path)
    added: list[dict] = []
    parts.device(setting, added.append, 9)
    return setting, added


def answer(on_gpu):
    return {"device": "NVIDIA H200" if on_gpu else "cpu", "on_gpu": on_gpu}


def test_a_port_whose_answer_lies_on_the_cpu_takes_no_part(tmp_path, monkeypatch):
    def answers(name, environment):
        return answer(name == "alternatives.pytorch")

    setting, added = device_part(tmp_path, monkeypatch, answers)
    assert [port.name for port in setting.ports] == ["alternatives.pytorch"]
    assert added[0]["card"] == "NVIDIA H200"
    absent = [entry["absent"] for entry in added if "absent" in entry]
    assert absent == ["its answer lies on the CPU"] * (len(PORTS) - 1)


def test_a_port_that_cannot_be_imported_says_why(tmp_path, monkeypatch):
    def answers(name, environment):
        return answer(True) if "KERAS_BACKEND" not in environment else None

    setting, added = device_part(tmp_path, monkeypatch, answers)
    assert len(setting.ports) == 2
    assert {"ImportError: it is not here"} == {
        entry["absent"] for entry in added if "absent" in entry
    }


def test_no_port_on_the_gpu_is_a_refusal(tmp_path, monkeypatch):
    with pytest.raises(plan.Refused, match="no port runs here on the GPU"):
        device_part(tmp_path, monkeypatch, lambda *asked: answer(False))


def test_no_driver_is_a_refusal(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "nvidia_gpus", list)
    with pytest.raises(plan.Refused, match="nvidia-smi lists none"):
        parts.device(Setting(False, tmp_path), print, 9)


# ---- Waiting for the device.


def test_a_step_is_over_when_its_loss_was_read():
    read: list[int] = []
    model = SimpleNamespace(
        place=lambda batch: [Tensor()],
        train_step=lambda batch: Tensor(1.0, lambda: read.append(1)),
    )
    work = workload.training(model, [], sizes={}, cost=COST)
    for n in range(1, 4):
        work.run()
        assert len(read) == n


def test_a_turn_waits_for_the_rest_of_the_device(monkeypatch):
    waited: list[str] = []
    monkeypatch.setattr(workload, "settle", lambda: waited.append("settled"))
    work = SimpleNamespace(run=lambda: waited.append("ran"))
    forms.turn(work, 2)
    assert waited == ["ran", "ran", "settled"]


def test_settling_waits_for_pytorchs_gpu(monkeypatch):
    waited: list[int] = []
    cuda = SimpleNamespace(
        is_available=lambda: True, synchronize=lambda: waited.append(1)
    )
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=cuda))
    workload.settle()
    assert waited == [1]


def test_limits_are_of_several_runs_at_a_time():
    """A wait costs time of its own: one a run would make the limit too low."""
    done: list[str] = []
    machine.rate_of(
        lambda: done.append("run"),
        lambda: done.append("wait"),
        1.0,
        at_once=4,
        repeats=2,
    )
    assert done == (["run"] * 4 + ["wait"]) * 3


def test_launches_are_timed_in_a_queue_and_waited_for():
    for each, waits in ((False, 2), (True, 2 + 5)):
        done: list[str] = []
        limits.seconds_of(
            lambda done=done: done.append("run"),
            lambda done=done: done.append("wait"),
            5,
            each=each,
        )
        assert done.count("wait") == waits


def test_limits_are_of_random_numbers(monkeypatch):
    """Products of ones take less power, and are faster than any that one needs."""
    torch = pytest.importorskip("torch")
    seen: list = []
    product = torch.matmul

    def spied(a, b, out):
        seen.append(a)
        return product(a, b, out=out)

    monkeypatch.setattr(torch, "matmul", spied)
    machine.torch_matrix_rate("cpu", torch.float32, 16, at_once=1, repeats=1)
    assert seen
    assert all(len(a.unique()) > 200 for a in seen)


# ---- Precision.


def rounded_to(bits):
    """Return what products whose operands keep so many bits after the first give."""

    def keep(values):
        step = np.exp2(np.floor(np.log2(np.maximum(np.abs(values), 1e-30))) - bits)
        return np.round(values / step) * step

    return lambda a, b: (keep(a) @ keep(b)).astype(np.float32)


@pytest.mark.parametrize(
    ("bits", "name"), [(23, "float32"), (10, "tf32"), (7, "bfloat16")]
)
def test_the_precision_of_a_product_is_seen(bits, name):
    assert precision.rounding(rounded_to(bits)) == name


def test_an_unknown_precision_is_called_so():
    assert precision.rounding(rounded_to(3)) == "bfloat16"  # 1 in both
    assert "unknown" in precision.rounding(lambda a, b: 2 * a @ b)


def test_the_frameworks_here_are_observed():
    """On a CPU all keep float32, whatever is asked for."""
    pytest.importorskip("torch")
    found = precision.observed()
    assert found["PyTorch's products"] == "float32"
    assert found["PyTorch's recurrent layers"] == "float32"


def test_each_precision_is_asked_for_in_every_framework():
    inherited = {"NVIDIA_TF32_OVERRIDE": "1", "HOME": "/home"}
    asked = {name: precision.variables(name, inherited) for name in precision.ASKED}
    assert asked["float32"]["NVIDIA_TF32_OVERRIDE"] == "0"
    assert asked["float32"]["JAX_DEFAULT_MATMUL_PRECISION"] == "highest"
    assert asked["tf32"]["TORCH_ALLOW_TF32_CUBLAS_OVERRIDE"] == "1"
    assert "NVIDIA_TF32_OVERRIDE" not in asked["tf32"]
    assert "JAX_DEFAULT_MATMUL_PRECISION" not in asked["tf32"]
    assert asked["bfloat16"]["JAX_DEFAULT_MATMUL_PRECISION"] == "BF16_BF16_F32"
    assert {variables["HOME"] for variables in asked.values()} == {"/home"}
    assert precision.variables(None, inherited) == {"HOME": "/home"}


def test_one_precision_for_all_ports_and_no_memory_taken_before(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/carried")
    setting = Setting(False, tmp_path)
    for port in PORTS:
        found = setting.environment("tf32", port, clauses=True)
        assert found["TORCH_ALLOW_TF32_CUBLAS_OVERRIDE"] == "1"
        assert found[precision.PRECISION] == "tf32"
        assert found["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
        assert found["PYTHONPATH"] == os.pathsep.join([str(ROOT), "/carried"])
        assert "--xla_gpu_autotune_level=0" in found["XLA_FLAGS"]
        timed = setting.environment("tf32", port)
        assert "--xla_gpu_autotune_level=0" not in timed.get("XLA_FLAGS", "")
    rehearsed = Setting(True, tmp_path).environment("tf32", PORTS[0])
    assert rehearsed["CUDA_VISIBLE_DEVICES"] == ""
    assert rehearsed["JAX_PLATFORMS"] == "cpu"


# ---- Which kernels ran.


def op(name, calls=1, on_device=False):
    return spy.Op(name, calls, 10.0 * calls, on_device)


@pytest.mark.parametrize(
    ("ops", "component", "verdict"),
    [
        ([op("aten::_cudnn_rnn", 2)], "char_rnn", "ran"),
        ([op("aten::_cudnn_rnn", 128)], "sentiment", "ran step by step (128 calls)"),
        ([op("aten::mm", 100), op("aten::sigmoid", 200)], "sentiment", "did not run"),
        ([op("RNN_blockPersist_fp_LSTM", 2, True)], "encoder_decoder", "ran"),
        ([op("void GRU_elementWise_fp<float>", 2, True)], "char_rnn", "ran"),
        ([op("pytorch_flash::flash_fwd_kernel", 1, True)], "transformer", "ran"),
        ([op("fmha_cutlassF_f32", 1, True)], "multi_head_attention", "ran"),
        ([op("softmax_warp_forward", 1, True)], "transformer", "did not run"),
        ([op("anything")], "windows", "-"),
    ],
)
def test_the_verdict_is_of_the_kernels_alone(ops, component, verdict):
    """A mask that leaves cuDNN's path calls cuDNN once a step: not the fused kernel."""
    assert spy.verdict(ops, b"", on_gpu=True, component=component) == verdict
    if component != "windows":
        found = spy.verdict(ops, b"", on_gpu=False, component=component)
        assert found == "not measured"


def test_a_claim_of_a_step_by_step_run_is_refused():
    with pytest.raises(AssertionError, match="ran step by step"):
        spy.confirm("alternatives.pytorch", "sentiment", "ran step by step (128 calls)")
    spy.confirm("a_package_elsewhere", "sentiment", "did not run")  # claims none


def test_what_cannot_be_observed_says_why():
    def product(a, b):
        raise RuntimeError("no cuDNN")

    assert precision.tried(product) == "not observed: RuntimeError: no cuDNN"


def test_xlas_custom_call_is_found_in_the_raw_trace():
    raw = b'custom_call_target="cudnn_rnn"'
    assert spy.verdict([], raw, on_gpu=True, component="encoder_decoder") == "ran"


def test_kernels_are_told_from_the_lines_that_sum_them_up():
    def event(pid, tid, name):
        return {"ph": "X", "pid": pid, "tid": tid, "name": name, "dur": 2}

    def named(what, pid, name, **more):
        return {"ph": "M", "name": what, "pid": pid, "args": {"name": name}, **more}

    trace = {
        "traceEvents": [
            named("process_name", 1, "/device:GPU:0"),
            named("process_name", 2, "/host:CPU"),
            named("thread_name", 1, "Stream #14(Compute)", tid=14),
            named("thread_name", 1, "XLA Ops", tid=99),
            event(1, 14, "gemm"),
            event(1, 14, "gemm"),
            event(1, 99, "fusion.1"),
            event(2, 5, "PjitFunction"),
        ]
    }
    found = spy.joined(spy.events_of(trace))
    assert found == [
        spy.Op("gemm", 2, 4.0, True),
        spy.Op("PjitFunction", 1, 2.0, False),
    ]


def test_ranges_that_an_optimizer_names_are_no_kernels():
    assert spy.annotates(SimpleNamespace(key="Optimizer.step#Adam.step"))
    assert spy.annotates(SimpleNamespace(key="mine", is_user_annotation=True))
    assert not spy.annotates(SimpleNamespace(key="gemm", is_user_annotation=False))


def test_the_profiler_is_asked_to_keep_its_events(monkeypatch):
    """Some versions warn otherwise, once a process, and warnings are errors here."""
    torch = pytest.importorskip("torch")

    class Profile:
        def __init__(self, *, activities, acc_events=False):
            if not acc_events:
                warnings.warn("events are not kept", stacklevel=2)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def key_averages(self):
            return []

    monkeypatch.setattr(torch.profiler, "profile", Profile)
    assert spy.traced_by_torch(lambda: None, on_gpu=False) == []


def test_a_record_counts_operations_and_waits():
    pytest.importorskip("torch")
    sizes = workload.small(sentiment.SIZES)
    work = sentiment.train_step(Implementation("alternatives.pytorch"), **sizes)
    work.warm_up()
    found = spy.record(work, on_gpu=False, component="sentiment")
    assert found["fused_kernel"] == "not measured"
    assert found["launches"] > len(found["kernels"]) == spy.MOST_NAMES
    assert found["host_waits"] >= 1  # the loss is read
    assert all(len(k["name"]) <= spy.LONGEST_NAME for k in found["kernels"])


def test_rows_packed_before_wait_less_for_the_host():
    """What masks cost: the port packs the rows in every layer of every step."""
    pytest.importorskip("torch")
    from benchmarks.gpu import torch_forms

    sizes = workload.small(sentiment.SIZES)
    port = Implementation("alternatives.pytorch")
    own = torch_forms.of_class(port, "sentiment", torch_forms.SentimentModel)
    waits = []
    for implementation in port, own:
        work = sentiment.train_step(implementation, **sizes)
        work.warm_up()
        counted = spy.traced_by_torch(lambda work=work: work.run(), on_gpu=False)
        packing = "aten::_pack_padded_sequence"  # it reads the lengths on the host
        waits.append(sum(o.calls for o in counted if o.name == packing))
    assert waits[0] > waits[1]


# ---- Memory.


def test_memory_is_asked_of_the_framework_that_is_measured(monkeypatch):
    counts = iter([{}, {"peak_bytes_in_use": 70}, {"peak_bytes_in_use": 70}])
    torch = SimpleNamespace(
        cuda=SimpleNamespace(
            is_initialized=lambda: True,
            reset_peak_memory_stats=lambda: None,
            max_memory_allocated=lambda: 50,
        )
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setattr(machine, "jax_memory", lambda: next(counts))
    memory = machine.PeakMemory()
    assert memory.growth(True, "jax") == 70
    assert memory.growth(True, "torch") == 50
    assert memory.growth(True, "numpy") is None


def test_a_peak_of_jax_that_did_not_rise_is_not_known(monkeypatch):
    monkeypatch.setattr(machine, "jax_memory", lambda: {"peak_bytes_in_use": 70})
    assert machine.PeakMemory().growth(True, "jax") is None


def test_a_gpus_limits_are_measured_in_another_process(monkeypatch):
    """Or their buffers would be part of the first workload's memory."""
    asked: list = []

    def run(command, **options):
        asked.append(command)
        return SimpleNamespace(stdout="a warning\n[1e14, 3e12]\n")

    monkeypatch.setattr(machine.subprocess, "run", run)
    monkeypatch.delenv(machine.LIMITS, raising=False)
    found = machine.limits("NVIDIA H200")
    assert (found["flops_per_second"], found["bytes_per_second"]) == (1e14, 3e12)
    assert asked[0][0] == sys.executable


def test_limits_of_the_same_run_are_taken_over(monkeypatch, tmp_path):
    path = tmp_path / "limits.json"
    path.write_text('{"flops_per_second": 1, "device": "gpu"}')
    monkeypatch.setenv(machine.LIMITS, str(path))
    assert machine.limits("NVIDIA H200") == {"flops_per_second": 1}
    monkeypatch.setattr(machine, "matrix_rate", lambda: 2.0)
    monkeypatch.setattr(machine, "copy_bandwidth", lambda: 2.0)
    assert machine.limits("cpu")["flops_per_second"] == 2  # of what lies there


def test_limits_of_the_clock_are_at_its_precision():
    entries = [
        {"what": "matrix product", "precision": "tf32", "flops_per_second": 5},
        {"what": "matrix product", "precision": "float32", "flops_per_second": 2},
        {"what": "copy on the device", "bytes_per_second": 3},
    ]
    assert limits.for_the_clock(entries, "tf32")["flops_per_second"] == 5
    assert limits.for_the_clock(entries, "float32")["flops_per_second"] == 2
    assert limits.for_the_clock(entries, "float16") == {}


# ---- The whole run without TensorFlow, and the workers' environment.


def test_workers_keep_the_callers_path_and_take_no_memory_before(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/carried")
    code = (
        "import os, sys; sys.stdin.readline(); print(__import__('json').dumps("
        "[os.environ[k] for k in ('PYTHONPATH', 'XLA_PYTHON_CLIENT_PREALLOCATE')]))"
    )
    process = peers.Process([sys.executable, "-c", code])
    process.stdin.write("1\n")
    process.stdin.flush()
    path, preallocate = process.answer()
    process.close()
    assert path.split(os.pathsep) == [str(ROOT), "/carried"]
    assert preallocate == "false"


def test_what_is_not_installed_takes_no_part(monkeypatch, capsys):
    find = main.importlib.util.find_spec
    monkeypatch.setattr(
        main.importlib.util,
        "find_spec",
        lambda name: None if name == "tensorflow" else find(name),
    )
    names = ["reference", "alternatives.pytorch", "a_package_elsewhere"]
    assert main.present(names) == names[1:]
    assert (
        "reference is left out: tensorflow is not installed" in capsys.readouterr().err
    )
    options = SimpleNamespace(python=[])
    found = main.all_peers("char_rnn", names[1:], options)
    absent = {peer.name for peer in found if peer.python is None}
    assert absent >= {"alternatives.fast_tensorflow", peers.CHAPTER}
    assert "alternatives.pytorch" not in absent


# ---- pytest --benchmark-only: what warns, what is wrong, what is on no GPU.

PORT = {
    "a_port/__init__.py": """
def device():
    return "cpu"
""",
    "a_port/positional_encoding.py": """
import warnings

class PositionalEncoding:
    def __init__(self, *, max_steps, max_dims):
        pass

    def __call__(self, inputs):
        warnings.warn("__array__ is to take another argument", DeprecationWarning)
        return inputs + 1
""",
    "a_port/multi_head_attention.py": """
class MultiHeadAttention:
    def __init__(self, *, dims, n_heads):
        pass

    def __call__(self, query, value):
        return 0 * query
""",
}


def benchmarked(folder, **variables):
    """Return how pytest ended, its result and what it streamed of the port."""
    write(folder, PORT)
    found, stream = folder / "found.json", folder / "stream"
    found.write_text("{}")  # it stays where nothing was timed
    limits_file = folder / "limits.json"
    limits_file.write_text(
        '{"flops_per_second": 1e9, "bytes_per_second": 1e9, "measured_with": "a fake", '
        '"device": "cpu"}'
    )
    stream.write_text("")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "benchmarks", "--benchmark-only", "-q"),
            *("-p", "no:cacheprovider", "-k", "test_call", "--benchmark-max-time=0.01"),
            *("--implementation=a_port", f"--benchmark-json={found}"),
        ],
        cwd=ROOT,
        env=ALONE
        | {"PYTHONPATH": str(folder), "BENCHMARK_SMALL": "1"}
        | {"BENCHMARK_STREAM": str(stream), machine.LIMITS: str(limits_file)}
        | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [json.loads(line) for line in stream.read_text().splitlines()]
    return done, json.loads(found.read_text()), lines


def test_a_warning_is_no_failure_and_a_wrong_answer_no_figure(tmp_path):
    done, result, lines = benchmarked(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    [entry] = result["benchmarks"]
    assert entry["group"] == "positional_encoding: a call"
    assert entry["extra_info"]["device"] == "cpu"
    assert result["failed"] == [
        {"group": "multi_head_attention: a call", "implementation": "a_port"}
    ]
    assert "asked" in result["precision"]
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "cpu.json").write_text(json.dumps(result))
    text = report.document(folder)
    assert "Failed, and so not measured: `a_port`, multi_head_attention: a call" in text
    measured, [failed] = (
        [line for line in lines if "stats" in line],
        [line for line in lines if "failed" in line],
    )
    assert measured[0]["group"] == "positional_encoding: a call"
    assert failed["test"] == "test_multi_head_attention::test_call"
    assert "assert" in failed["failed"]
    assert lines[-1]["precision"]["asked"] == "nothing"


def test_where_a_gpu_is_asked_for_the_cpu_is_not_timed_silently(tmp_path):
    done, result, lines = benchmarked(tmp_path, BENCHMARK_DEVICE="gpu")
    assert done.returncode == 1
    assert result.get("benchmarks", []) == []
    assert not [line for line in lines if "stats" in line]
    [first, _] = [line["failed"] for line in lines if "failed" in line]
    assert "a_port was to run on a GPU, and its answer lies on the CPU" in first


def test_results_of_before_that_hold_a_failure_are_reported(tmp_path):
    """Older files have entries without a device: a failed benchmark left them so."""
    result = {
        "machine_info": {"kind": "k", "processor": "p", "cores_used": 1},
        "datetime": "2020-02-03T04:05:06",
        "limits": {},
        "benchmarks": [{"group": "a: b", "stats": {}, "extra_info": {}}],
    }
    (tmp_path / "0.json").write_text(json.dumps(result))
    assert "not measured: `unknown`, a: b" in report.document(tmp_path)
