"""What the machine could do, measured in the run whose figures stand beside it."""

import contextlib
import ctypes
import datetime
import gc
import json
import os
import platform
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.costs import rounded

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
LIMITS = "BENCHMARK_LIMITS"  # environment variable: a file of measured limits
PEAK = "peak_bytes_in_use"  # of JAX's counts


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
    """Return the matrix rate and the copy bandwidth of a device, by PyTorch.

    Products may round to TF32, as some frameworks let them without being asked.
    """
    import torch

    precision = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        rate = torch_matrix_rate(device, torch.float32, size)
    finally:
        torch.set_float32_matmul_precision(precision)
    return rate, torch_copy_bandwidth(device, 4 * size**2)


def rate_of(run, wait, work: float, *, at_once: int = 10, repeats: int = 5) -> float:
    """Return the work a second of a device: it is waited for once in several runs.

    Waiting costs time of its own, which is no part of what the device can do.
    """

    def several():
        for _ in range(at_once):
            run()
        wait()

    several()
    return at_once * work / best_time(several, repeats)


def torch_wait(tensor):
    """Return what waits for all that was asked of a tensor's device."""
    import torch

    on_gpu = tensor.device.type == "cuda"
    return torch.cuda.synchronize if on_gpu else lambda: None


def torch_matrix_rate(device: str, dtype, size: int, **how) -> float:
    """Return the FLOPs a second of a square product of random numbers.

    A product of ones takes less power, and so is faster than any that one needs.
    """
    import torch

    a, b = (torch.randn(size, size, device=device, dtype=dtype) for _ in "ab")
    out = torch.empty_like(a)
    wait = torch_wait(out)
    return rate_of(lambda: torch.matmul(a, b, out=out), wait, 2 * size**3, **how)


def torch_copy_bandwidth(device: str, n_bytes: int, **how) -> float:
    """Return the bytes a second that a copy on the device reads and writes."""
    import torch

    source = torch.randn(n_bytes // 4, device=device)
    target = torch.empty_like(source)
    return rate_of(
        lambda: target.copy_(source), torch_wait(target), 2 * source.nbytes, **how
    )


def limits(device: str) -> dict:
    """Return the measured limits of a device, and how they were measured.

    A GPU's are measured in a process of its own: what they take of its memory is no
    workload's. LIMITS names a file of those that the same run has measured before.
    """
    if path := os.environ.get(LIMITS):
        known = json.loads(Path(path).read_text("utf-8"))
        if (device == "cpu") == (known.pop("device") == "cpu"):
            return known
    if device != "cpu":
        return gpu_limits()
    return {
        "flops_per_second": rounded(matrix_rate(), 4),
        "bytes_per_second": rounded(copy_bandwidth(), 4),
        "measured_with": "NumPy",
    }


def gpu_limits() -> dict:
    """Return a GPU's limits, as another process measures them."""
    code = (
        "import json; from benchmarks import machine; "
        "print(json.dumps(machine.torch_limits('cuda')))"
    )
    root = Path(__file__).parents[1]
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    rate, bandwidth = json.loads(found.stdout.splitlines()[-1])
    return {
        "flops_per_second": rounded(rate, 4),
        "bytes_per_second": rounded(bandwidth, 4),
        "measured_with": "PyTorch, TF32 allowed",
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


def has_gpu() -> bool:
    """Say whether the driver of an NVIDIA GPU lists one, whatever frameworks see."""
    return bool(nvidia_gpus())


def nvidia_gpus() -> list[str]:
    """Return a line for each NVIDIA GPU: its name, its memory and its driver."""
    query = "--query-gpu=name,memory.total,driver_version"
    try:
        found = subprocess.run(
            ["nvidia-smi", query, "--format=csv,noheader"],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.strip() for line in found.stdout.splitlines() if line.strip()]


class PeakMemory:
    """The most memory that a process has taken, on a GPU the device's own.

    What a framework has freed and kept for later is handed back before the count, as
    far as it lets itself be asked. On a GPU the framework that is measured is asked,
    and no other. JAX's peak counts from its start: where the peak has not risen since,
    that of the workload is not known.
    """

    def __init__(self):
        self.at_reset = None
        gc.collect()
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
        with contextlib.suppress(OSError):
            CLEAR.write_text("5")  # Linux: the peak is what is resident now
            self.at_reset = self._read("VmRSS")
        self._jax_before = jax_memory()
        if (torch := sys.modules.get("torch")) and torch.cuda.is_initialized():
            torch.cuda.reset_peak_memory_stats()
        tf = sys.modules.get("tensorflow")
        if tf and tf.config.list_logical_devices("GPU"):
            tf.config.experimental.reset_memory_stats("GPU:0")

    def growth(self, on_gpu: bool = False, framework: str = "") -> int | None:
        """Return by how many bytes the peak lies above the start, if that is known."""
        if on_gpu:
            return self._of_gpu(framework)
        if self.at_reset is None:
            return None
        return max(0, self._read("VmHWM") - self.at_reset)

    def _of_gpu(self, framework: str) -> int | None:
        """Return the peak of what the framework has held on the device."""
        if framework == "torch":
            return sys.modules["torch"].cuda.max_memory_allocated()
        if framework == "tensorflow":
            info = sys.modules["tensorflow"].config.experimental.get_memory_info
            return info("GPU:0")["peak"]
        if framework == "jax":
            before, after = self._jax_before.get(PEAK, 0), jax_memory().get(PEAK)
            return after if after is not None and after > before else None
        return None

    @staticmethod
    def _read(field: str) -> int:
        for line in STATUS.read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == field:
                return 1_024 * int(value.split()[0])
        raise OSError(f"{STATUS} has no {field}")


def jax_memory() -> dict:
    """Return what JAX says of its first device's memory; {} where it says nothing."""
    jax = sys.modules.get("jax")
    if jax is None or not hasattr(jax, "devices"):
        return {}
    try:
        return jax.devices()[0].memory_stats() or {}
    except Exception:  # a backend that keeps no count, or none that starts
        return {}


def today() -> str:
    """Return the date in UTC."""
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()
