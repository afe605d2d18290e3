"""Which kernels ran: a run of a workload is traced, and the trace is read.

Keras's and PyTorch's recurrent layers turn to cuDNN's fused kernel on a GPU, and to a
loop, without a word, where an option or a mask does not suit it. What is not seen is not
claimed: CLAIMS says where a figure on a GPU stands for the fused kernel, and `confirm`
refuses such a figure if the kernel did not run, or ran once a time step.
"""

import gzip
import inspect
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# CudnnRNNV3 of TensorFlow, aten::_cudnn_rnn of PyTorch, XLA's custom call; and the
# kernels' own names, as GRU_elementWise_fp, RNN_blockPersist_bp_LSTM.
FUSED = r"cudnn_?rnn|(?:gru|lstm|rnn)_(?:elementwise|blockpersist)|persistrnn"
FUSED_CALL = "aten::_cudnn_rnn"  # one a layer and direction, forward
ATTENTION = r"flash|efficient_attention|fmha|mha_graph|cudnn_attention|sdpa"
# The processor waits for the device; on a CPU, what would wait there.
HOST_WAITS = {True: "cudaStreamSynchronize", False: "aten::_local_scalar_dense"}
RECURRENT = {"char_rnn", "stateful_char_rnn", "sentiment", "encoder_decoder"}
ATTENDING = {"multi_head_attention", "transformer"}
LAYERS = 2  # of each recurrent model here
CLAIMS = {
    ("reference", "char_rnn"),
    ("reference", "sentiment"),
    ("benchmarks.chapter", "char_rnn"),
    ("benchmarks.chapter", "sentiment"),
    ("alternatives.pytorch", "char_rnn"),
    ("alternatives.pytorch", "sentiment"),
    ("alternatives.pytorch", "encoder_decoder"),
}
MOST_NAMES, LONGEST_NAME = 12, 80


@dataclass(frozen=True)
class Op:
    """What a trace says of one kernel or operation, all of its calls together."""

    name: str
    calls: int
    microseconds: float
    on_device: bool


def traced_by_torch(run, on_gpu: bool) -> list[Op]:
    """Return the ops of one run in PyTorch, and its kernels where there is a GPU."""
    import torch

    kinds = torch.profiler.ProfilerActivity
    activities = [kinds.CPU, kinds.CUDA] if on_gpu else [kinds.CPU]
    # without it some versions warn that events are not kept from cycle to cycle
    names = inspect.signature(torch.profiler.profile.__init__).parameters
    options = {"acc_events": True} if "acc_events" in names else {}
    with torch.profiler.profile(activities=activities, **options) as profile:
        run()
        if on_gpu:
            torch.cuda.synchronize()
    ops = []
    for event in profile.key_averages():
        on_device = "CUDA" in str(event.device_type)
        if on_device and annotates(event):
            continue  # it spans kernels that are counted
        own = "self_device_time_total" if on_device else "self_cpu_time_total"
        microseconds = float(getattr(event, own, 0.0))
        ops.append(Op(event.key, event.count, microseconds, on_device))
    return ops


def annotates(event) -> bool:
    """Say whether an event on the device only names a range, as an optimizer does."""
    named = getattr(event, "is_user_annotation", False)
    return bool(named) or event.key.startswith(("Optimizer.", "ProfilerStep"))


def joined(events: Iterable[tuple[str, float, bool]]) -> list[Op]:
    """Return the ops of events (name, microseconds, on the device), alike ones as one."""
    found: dict[tuple[str, bool], list[float]] = {}
    for name, microseconds, on_device in events:
        found.setdefault((name, on_device), []).append(microseconds)
    return [
        Op(name, len(times), sum(times), on_device)
        for (name, on_device), times in found.items()
    ]


def events_of(trace: dict) -> Iterable[tuple[str, float, bool]]:
    """Yield the events of a trace in Chrome's format, as JAX and TensorFlow write it."""
    events = trace.get("traceEvents", [])
    devices, streams = set(), set()
    for event in events:
        name = str(event.get("args", {}).get("name", ""))
        if event.get("name") == "process_name" and "/device:GPU" in name:
            devices.add(event.get("pid"))
        if event.get("name") == "thread_name" and "Stream" in name:
            streams.add((event.get("pid"), event.get("tid")))
    for event in events:
        if event.get("ph") != "X" or str(event.get("name")).startswith("$"):
            continue  # $ marks a line of Python
        # beside its streams a GPU has lines that sum them up: each kernel counts once
        place = event.get("pid"), event.get("tid")
        on_device = place[0] in devices and (place in streams or not streams)
        if place[0] not in devices or on_device:
            yield str(event.get("name")), float(event.get("dur", 0)), on_device


def traced_by_xla(run, framework: str) -> tuple[list[Op], bytes]:
    """Return the ops of one run in JAX or TensorFlow, and the raw trace."""
    with tempfile.TemporaryDirectory() as folder:
        if framework == "tensorflow":
            import tensorflow as tf

            with tf.profiler.experimental.Profile(folder):
                run()
        else:
            import jax

            options = {}
            if hasattr(jax.profiler, "ProfileOptions"):
                options["profiler_options"] = jax.profiler.ProfileOptions()
                options["profiler_options"].python_tracer_level = 0
            with jax.profiler.trace(folder, **options):
                run()
        events: list[tuple[str, float, bool]] = []
        for path in Path(folder).rglob("*trace.json.gz"):
            events += events_of(json.loads(gzip.decompress(path.read_bytes())))
        raw = b"".join(path.read_bytes() for path in Path(folder).rglob("*.pb"))
    return joined(events), raw


def traced(run, framework: str) -> bytes:
    """Return the trace of one run in the framework, where ops stand by their names."""
    if framework == "torch":
        ops = traced_by_torch(run, on_gpu=False)  # an op is called from the processor
        return "\n".join(op.name for op in ops).encode()
    return traced_by_xla(run, framework)[1]


def seen(run, framework: str, pattern: str = FUSED) -> bool:
    """Say whether an op whose name the pattern finds took part in a run."""
    found = re.search(pattern.encode(), traced(run, framework), re.IGNORECASE)
    return found is not None


def framework_of(value) -> str:
    """Return the name of the framework that a tensor is of."""
    package = type(value).__module__.partition(".")[0]
    return "jax" if package == "jaxlib" else package


def fused(work, *, on_gpu: bool, component: str) -> str:
    """Return "ran", "did not run", or why that was not looked for."""
    if component not in RECURRENT:
        return "-"
    if not on_gpu:
        return "not measured"  # on a processor there is none to run
    framework = framework_of(work.placed[-1])
    return "ran" if seen(work.run, framework) else "did not run"


def record(work, *, on_gpu: bool, component: str) -> dict:
    """Return what one run of a workload consisted of, and the verdict on its kernels.

    `launches` and `kernels` are of the device; on a processor they are its operations,
    which rehearse the same path and are no figures of a GPU.
    """
    framework = framework_of(work.placed[-1])
    raw = b""
    if framework == "torch":
        ops = traced_by_torch(work.run, on_gpu)
    elif framework in ("jax", "tensorflow"):
        ops, raw = traced_by_xla(work.run, framework)
    else:
        return {"fused_kernel": "-", "kernels": [], "launches": None}
    own = [op for op in ops if op.on_device == on_gpu]
    own.sort(key=lambda op: -op.microseconds)
    waits = [op.calls for op in ops if op.name == HOST_WAITS[on_gpu]]
    return {
        "fused_kernel": verdict(ops, raw, on_gpu=on_gpu, component=component),
        "launches": sum(op.calls for op in own),
        "device_microseconds": round(sum(op.microseconds for op in own), 1),
        "host_waits": sum(waits) if framework == "torch" else None,
        "kernels": [
            {
                "name": op.name[:LONGEST_NAME],
                "calls": op.calls,
                "microseconds": round(op.microseconds, 1),
            }
            for op in own[:MOST_NAMES]
        ],
    }


def verdict(ops: list[Op], raw: bytes, *, on_gpu: bool, component: str) -> str:
    """Return whether the fused kernel of a component's kind is in the trace.

    A recurrent layer that leaves cuDNN's path step by step still calls cuDNN, once a
    step: that is not the fused kernel.
    """
    if component not in RECURRENT | ATTENDING:
        return "-"
    if not on_gpu:
        return "not measured"
    pattern = FUSED if component in RECURRENT else ATTENTION
    names = "\n".join(op.name for op in ops).encode() + raw
    if re.search(pattern.encode(), names, re.IGNORECASE) is None:
        return "did not run"
    calls = sum(op.calls for op in ops if op.name == FUSED_CALL)
    if component in RECURRENT and calls > LAYERS:
        return f"ran step by step ({calls} calls)"
    return "ran"


def confirm(name: str, component: str, verdict: str) -> None:
    """Raise AssertionError where the fused kernel is claimed and did not run."""
    if (name, component) not in CLAIMS:
        return
    if verdict == "did not run" or verdict.startswith("ran step by step"):
        raise AssertionError(
            f"{name}'s {component} is to run cuDNN's fused kernel on a GPU, and a trace "
            f"of it shows {'none' if verdict == 'did not run' else 'that it ' + verdict} "
            f"(Python {sys.version.split()[0]})"
        )
