"""What the machine could do, measured in the run whose figures stand beside it."""

import contextlib
import ctypes
import gc
import os
import platform
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.costs import rounded

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
    """Return the bytes a second that a copy reads and writes, every core at it."""
    n = usable_cores()
    sources = np.array_split(np.ones(n_bytes // 8), n)
    targets = np.array_split(np.zeros(n_bytes // 8), n)
    with ThreadPoolExecutor(n) as threads:  # NumPy copies without the lock

        def copy():
            list(threads.map(np.copyto, targets, sources))

        copy()
        return 2 * n_bytes / best_time(copy, repeats)


def torch_limits(device: str, size: int = 8_192) -> tuple[float, float]:
    """Return the float32 matrix rate and the copy bandwidth of a device, by PyTorch.

    Products may round to TF32, as some frameworks let them without being asked.
    """
    import torch

    def timed(run, repeats=10):
        def waited():
            run()
            float(out[0, 0])  # waits for the device

        waited()
        return best_time(waited, repeats)

    a = torch.ones(size, size, device=device)
    out = torch.empty_like(a)
    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        rate = 2 * size**3 / timed(lambda: torch.matmul(a, a, out=out))
    finally:
        torch.set_float32_matmul_precision(precision)
    return rate, 2 * a.nbytes / timed(lambda: out.copy_(a))


def limits(device: str) -> dict:
    """Return the measured limits of a device, and how they were measured."""
    if device == "cpu":
        rate, bandwidth, way = matrix_rate(), copy_bandwidth(), "NumPy"
    else:
        (rate, bandwidth), way = torch_limits("cuda"), "PyTorch, TF32 allowed"
    return {
        "flops_per_second": rounded(rate, 4),
        "bytes_per_second": rounded(bandwidth, 4),
        "measured_with": way,
    }


def use_cores(n: int) -> None:
    """Keep this process, and what it starts, to n of the cores that it may use."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, chosen_cores(os.sched_getaffinity(0), n))


def chosen_cores(usable: set[int], n: int, siblings=None) -> set[int]:
    """Return n cores, no two of them threads of one core where that can be."""
    siblings = siblings or thread_siblings
    first_of: dict[str, int] = {}
    for core in sorted(usable):
        first_of.setdefault(siblings(core), core)
    whole = sorted(first_of.values())
    return set((whole + sorted(usable - set(whole)))[:n])


def thread_siblings(core: int) -> str:
    """Return which threads share a core with this one, as the system writes it."""
    topology = Path(f"/sys/devices/system/cpu/cpu{core}/topology")
    try:
        return (topology / "thread_siblings_list").read_text("ascii").strip()
    except OSError:
        return str(core)


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
        "load_at_start": None if load is None else round(load, 2),
    }


def processor() -> str:
    """Return what the processor calls itself."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return names[0] if names else "unknown"


def gpu_software() -> dict[str, str]:
    """Return the versions of what stands between a framework and the GPU."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return {}
    return {
        "cuda": str(torch.version.cuda),
        "cudnn": str(torch.backends.cudnn.version()),
    }


class PeakMemory:
    """The most memory that a process has taken, on a GPU the device's own.

    What a framework has freed and kept for later is handed back before the count, as
    far as it lets itself be asked. JAX counts from its start and is not asked on a GPU.
    """

    def __init__(self):
        self.at_reset = None
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
        with contextlib.suppress(OSError):
            CLEAR.write_text("5")  # Linux: the peak is what is resident now
            self.at_reset = self._read("VmRSS")
        self._of_gpu("reset")

    def growth(self, on_gpu: bool = False) -> int | None:
        """Return by how many bytes the peak lies above the start, if that is known."""
        if on_gpu:
            return self._of_gpu("read")
        if self.at_reset is None:
            return None
        return max(0, self._read("VmHWM") - self.at_reset)

    @staticmethod
    def _of_gpu(what: str) -> int | None:
        peaks = []
        if (torch := sys.modules.get("torch")) and torch.cuda.is_initialized():
            if what == "reset":
                torch.cuda.reset_peak_memory_stats()
            peaks.append(torch.cuda.max_memory_allocated())
        tf = sys.modules.get("tensorflow")
        if tf and tf.config.list_logical_devices("GPU"):
            if what == "reset":
                tf.config.experimental.reset_memory_stats("GPU:0")
            peaks.append(tf.config.experimental.get_memory_info("GPU:0")["peak"])
        return max(peaks, default=None)

    @staticmethod
    def _read(field: str) -> int:
        for line in STATUS.read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return 1_024 * int(value.split()[0])
        raise OSError(f"{STATUS} has no {field}")
