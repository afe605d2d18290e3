"""What the machine could do, measured in the run whose figures stand beside it."""

import os
import platform
import time
from pathlib import Path

import numpy as np

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def best_time(run, repeats: int) -> float:
    """Return the shortest time of the repeats: what the machine can, undisturbed."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def matrix_rate(size: int = 1_024, repeats: int = 12) -> float:
    """Return the FLOPs a second of a square float32 product in NumPy."""
    a = np.random.default_rng(0).standard_normal([size, size]).astype(np.float32)
    out = np.empty_like(a)
    np.matmul(a, a, out=out)
    return 2 * size**3 / best_time(lambda: np.matmul(a, a, out=out), repeats)


def copy_bandwidth(n_bytes: int = 2**27, repeats: int = 8) -> float:
    """Return the bytes a second that a copy in NumPy reads and writes, on one core."""
    source = np.ones(n_bytes // 8)
    target = np.zeros_like(source)
    return 2 * n_bytes / best_time(lambda: np.copyto(target, source), repeats)


def gpu_limits() -> tuple[float, float]:
    """Return the float32 matrix rate and the copy bandwidth of the GPU, by PyTorch."""
    import torch

    def timed(run, repeats=10):
        def waited():
            run()
            torch.cuda.synchronize()

        waited()
        return best_time(waited, repeats)

    a = torch.randn(8_192, 8_192, device="cuda")
    out = torch.empty_like(a)
    rate = 2 * 8_192**3 / timed(lambda: torch.matmul(a, a, out=out))
    return rate, 2 * a.nbytes / timed(lambda: out.copy_(a))


def limits(device: str) -> dict:
    """Return the measured limits of a device, and how they were measured."""
    if device == "cpu":
        rate, bandwidth, way = matrix_rate(), copy_bandwidth(), "NumPy"
    else:
        (rate, bandwidth), way = gpu_limits(), "PyTorch"
    return {
        "flops_per_second": rate,
        "bytes_per_second": bandwidth,
        "measured_with": way,
    }


def usable_cores() -> int:
    """Return on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def description() -> dict:
    """Return the machine in words, with no name of its own."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "kind": f"{os.cpu_count()}-core {platform.machine().replace('_', '-')} machine",
        "processor": processor(),
        "system": platform.system(),
        "cores_used": usable_cores(),
        "load_at_start": load,
    }


def processor() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else "unknown"


class PeakMemory:
    """The most memory of the process since `reset`, where the system tells it."""

    def __init__(self):
        self.at_reset = None

    def reset(self) -> None:
        try:
            CLEAR.write_text("5")  # Linux: the peak is what is resident now
            self.at_reset = self._read("VmRSS")
        except OSError:
            self.at_reset = None

    def growth(self) -> int | None:
        """Return by how many bytes the peak lies above the state at the reset."""
        if self.at_reset is None:
            return None
        return max(0, self._read("VmHWM") - self.at_reset)

    @staticmethod
    def _read(field: str) -> int:
        for line in STATUS.read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return 1_024 * int(value.split()[0])
        raise OSError(f"{STATUS} has no {field}")
