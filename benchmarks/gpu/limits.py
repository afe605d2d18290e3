"""What the GPU could do at best: products, copies, launches; a line of JSON each.

python -m benchmarks.gpu.limits [--small]
"""

import argparse
import json
import time
from collections.abc import Iterator

from benchmarks import machine
from benchmarks.costs import rounded

LARGE, SMALL = 8_192, 256  # the sides of the products
COPIED, COPIED_SMALL = 2**31, 2**22  # bytes
LAUNCHES, ROUND_TRIPS = 2_000, 200


def products(device: str, size: int) -> Iterator[dict]:
    """Yield the matrix rate at each precision."""
    import torch

    for name, dtype, way in (
        ("float32", torch.float32, "highest"),
        ("tf32", torch.float32, "high"),
        ("bfloat16", torch.bfloat16, None),
        ("float16", torch.float16, None),
    ):
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision(way or before)
        try:
            rate = machine.torch_matrix_rate(device, dtype, size)
        finally:
            torch.set_float32_matmul_precision(before)
        yield {
            "what": "matrix product",
            "precision": name,
            "size": size,
            "flops_per_second": rounded(rate, 4),
        }


def copies(device: str, n_bytes: int) -> Iterator[dict]:
    """Yield the bandwidth of copies on the device, and to and from it."""
    import torch

    rate = machine.torch_copy_bandwidth(device, n_bytes)
    yield {"what": "copy on the device", "bytes_per_second": rounded(rate, 4)}
    pinned = device == "cuda"
    on_host = torch.randn(n_bytes // 32, pin_memory=pinned)
    there = torch.empty_like(on_host, device=device)
    wait = machine.torch_wait(there)
    for what, source, target in (
        ("copy to the device", on_host, there),
        ("copy from the device", there, on_host),
    ):

        def copy(source=source, target=target):
            target.copy_(source, non_blocking=True)

        rate = machine.rate_of(copy, wait, on_host.nbytes)
        yield {"what": what, "bytes_per_second": rounded(rate, 4)}


def seconds_of(run, wait, times: int, *, each: bool) -> float:
    """Return the seconds of a run: waited for each time, or once for all."""
    run()
    wait()
    start = time.perf_counter()
    for _ in range(times):
        run()
        if each:
            wait()
    wait()
    return (time.perf_counter() - start) / times


def launches(device: str) -> Iterator[dict]:
    """Yield how long the smallest kernel takes, in a queue and waited for."""
    import torch

    x = torch.zeros(1, device=device)
    wait = machine.torch_wait(x)

    def launch():
        x.add_(1)

    for what, times, each in (
        ("launch, in a queue", LAUNCHES, False),
        ("launch, waited for", ROUND_TRIPS, True),
    ):
        seconds = seconds_of(launch, wait, times, each=each)
        yield {"what": what, "framework": "PyTorch", "seconds": rounded(seconds, 3)}


def launches_of_jax() -> Iterator[dict]:
    """Yield the same of JAX's smallest program."""
    import jax

    add = jax.jit(lambda x: x + 1)
    state = [jax.numpy.zeros(1)]

    def launch():
        state[0] = add(state[0])

    def wait():
        state[0].block_until_ready()

    for what, times, each in (
        ("launch, in a queue", LAUNCHES, False),
        ("launch, waited for", ROUND_TRIPS, True),
    ):
        seconds = seconds_of(launch, wait, times, each=each)
        yield {"what": what, "framework": "JAX", "seconds": rounded(seconds, 3)}


def for_the_clock(entries: list[dict], precision: str) -> dict:
    """Return the limits as the benchmarks take them, at the precision they run in.

    {} where one of them was not measured.
    """
    rates = [e["flops_per_second"] for e in entries if e.get("precision") == precision]
    copied = [
        e["bytes_per_second"] for e in entries if e["what"] == "copy on the device"
    ]
    if not rates or not copied:
        return {}
    return {
        "flops_per_second": rates[0],
        "bytes_per_second": copied[0],
        "precision": precision,
        "measured_with": "PyTorch",
    }


def main(argv: list[str] | None = None) -> None:
    import torch

    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.limits")
    parser.add_argument("--small", action="store_true")
    small = parser.parse_args(argv).small
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for found in (
        products(device, SMALL if small else LARGE),
        copies(device, COPIED_SMALL if small else COPIED),
        launches(device),
        launches_of_jax(),
    ):
        for entry in found:
            print(json.dumps(entry), flush=True)


if __name__ == "__main__":
    main()
