"""Which kernels ran: a run of a workload is traced, and the trace is searched.

Keras's and PyTorch's recurrent layers turn to cuDNN's fused kernel on a GPU, and to a
loop, without a word, where an option or a mask does not suit it. What is not seen is not
claimed: CLAIMS says where a figure on a GPU stands for the fused kernel, and `confirm`
refuses such a figure if the kernel did not run.
"""

import re
import sys
import tempfile
from pathlib import Path

FUSED = r"cudnn_?rnn"  # CudnnRNNV3 of TensorFlow, aten::_cudnn_rnn of PyTorch
RECURRENT = {"char_rnn", "stateful_char_rnn", "sentiment", "encoder_decoder"}
CLAIMS = {
    ("reference", "char_rnn"),
    ("reference", "sentiment"),
    ("benchmarks.chapter", "char_rnn"),
    ("benchmarks.chapter", "sentiment"),
    ("alternatives.pytorch", "char_rnn"),
    ("alternatives.pytorch", "encoder_decoder"),
}


def traced(run, framework: str) -> bytes:
    """Return the trace of one run in the framework, where ops stand by their names."""
    if framework == "torch":
        import torch

        # a GPU's op is called by its name from the processor
        activities = [torch.profiler.ProfilerActivity.CPU]
        with torch.profiler.profile(activities=activities) as profile:
            run()
        return "\n".join(event.key for event in profile.key_averages()).encode()
    with tempfile.TemporaryDirectory() as folder:
        if framework == "tensorflow":
            import tensorflow as tf

            with tf.profiler.experimental.Profile(folder):
                run()
        else:
            import jax

            with jax.profiler.trace(folder):
                run()
        return b"".join(path.read_bytes() for path in Path(folder).rglob("*.pb"))


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


def confirm(name: str, component: str, verdict: str) -> None:
    """Raise AssertionError where the fused kernel is claimed and did not run."""
    if (name, component) in CLAIMS and verdict == "did not run":
        raise AssertionError(
            f"{name}'s {component} is to run cuDNN's fused kernel on a GPU, and a trace "
            f"of it shows none (Python {sys.version.split()[0]})"
        )
