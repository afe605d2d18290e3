"""The harness: `clock` times a workload of every implementation that is named.

pytest --benchmark-only --implementation=reference,alternatives.pytorch
"""

import pytest

from benchmarks import machine, spy
from benchmarks.costs import rounded
from spec_tests.clauses import Implementation, NotProvided
from spec_tests.plugin import implementation_name
from spec_tests.report import versions


def pytest_generate_tests(metafunc):
    """Put each benchmark to every implementation, one after the other."""
    if "implementation_under_clock" in metafunc.fixturenames:
        names = implementation_name(metafunc.config).split(",")
        metafunc.parametrize("implementation_under_clock", names, scope="session")


MEASURED_LIMITS: dict[str, dict] = {}
SETTLED: set[str] = set()


@pytest.fixture(scope="session")
def limits():
    """Return the limits of each device, measured when it is first asked for."""

    def of(device: str) -> dict:
        if device not in MEASURED_LIMITS:
            MEASURED_LIMITS[device] = machine.limits(device)
        return MEASURED_LIMITS[device]

    return of


@pytest.fixture
def clock(benchmark, implementation_under_clock, limits, request):
    """Return what times a workload: `clock(make, **sizes)`."""
    name = implementation_under_clock
    implementation = Implementation(name)
    component = request.path.stem.removeprefix("test_")

    def time(make, **sizes):
        try:
            if name not in SETTLED:  # what the framework sets up once is no workload's
                make(implementation, **sizes).warm_up()
                SETTLED.add(name)
            memory = machine.PeakMemory()
            work = make(implementation, **sizes)
        except (NotProvided, NotImplementedError) as absent:
            pytest.skip(f"{name}: {absent}")
        work.warm_up()
        on_gpu = work.on_gpu()  # whatever the implementation says of itself
        device = implementation.declares("device")() if on_gpu else "cpu"
        limit = limits(device)
        benchmark(work.run)
        peak_memory = memory.growth(on_gpu)
        work.check()
        unit, amount = work.yields
        verdict = "-"
        if unit == "steps":
            verdict = spy.fused(work, on_gpu=on_gpu, component=component)
            spy.confirm(name, component, verdict)
        benchmark.extra_info.update(
            implementation=name,
            device=device,
            sizes=dict(work.sizes),
            flops=work.cost.flops,
            bytes=work.cost.bytes,
            limit_seconds=rounded(
                work.cost.seconds(limit["flops_per_second"], limit["bytes_per_second"]),
                4,
            ),
            unit=unit,
            amount=amount,
            peak_memory=peak_memory,
            fused_kernel=verdict,
        )

    return time


def pytest_terminal_summary(terminalreporter, config):
    """Say on what was measured."""
    session = getattr(config, "_benchmarksession", None)
    timed = [b.extra_info for b in getattr(session, "benchmarks", []) if b.extra_info]
    devices = sorted({(e["implementation"], e["device"]) for e in timed})
    for name, device in devices:
        terminalreporter.write_line(f"benchmarks: {name} was timed on {device}")
    for entry in timed:
        if entry["fused_kernel"] in ("ran", "did not run"):
            terminalreporter.write_line(
                f"benchmarks: cuDNN's fused kernel {entry['fused_kernel']} in "
                f"{entry['implementation']}, {entry['sizes']}"
            )


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config, benchmarks, output_json):
    """Keep what the results need: no raw times, and no name of this machine."""
    output_json["benchmarks"] = [
        {
            "group": entry["group"],
            "extra_info": entry["extra_info"],
            "stats": {
                key: rounded(entry["stats"][key], 4)
                for key in ("median", "iqr", "min", "ld15iqr", "hd15iqr")
            }
            | {"rounds": entry["stats"]["rounds"]},
        }
        for entry in output_json["benchmarks"]
    ]
    software = versions() | machine.gpu_software()
    output_json["machine_info"] = machine.description() | {"versions": software}
    output_json["limits"] = MEASURED_LIMITS
    output_json.pop("commit_info", None)
