"""Where a port's answers lie, and on what: asked in a process of its own.

python -m benchmarks.gpu.device IMPLEMENTATION
"""

import json
import sys

import numpy as np

from benchmarks import machine
from benchmarks.frame import Implementation, versions
from benchmarks.workload import lies_on_gpu


def capability() -> str | None:
    """Return the compute capability of the GPU, where PyTorch is there to say it."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return ".".join(map(str, torch.cuda.get_device_capability()))


def found(name: str) -> dict:
    """Return on what an implementation computed an answer, whatever it declares."""
    implementation = Implementation(name)
    layer = implementation.positional_encoding.PositionalEncoding(
        max_steps=4, max_dims=4
    )
    answer = layer(np.zeros([1, 4, 4], np.float32))
    return {
        "device": implementation.declares("device")(),
        "on_gpu": lies_on_gpu(answer),
        "capability": capability(),
        "versions": versions() | machine.gpu_software(),
    }


if __name__ == "__main__":
    print(json.dumps(found(sys.argv[1])), flush=True)
