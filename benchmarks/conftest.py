"""The harness: `clock` times a workload of every implementation that is named.

pytest --benchmark-only --implementation=reference,alternatives.pytorch
"""

import pytest

from benchmarks import machine
from spec_tests.clauses import Implementation, NotProvided
from spec_tests.plugin import implementation_name
from spec_tests.report import versions


def pytest_generate_tests(metafunc):
    """Put each benchmark to every implementation, one after the other."""
    if "implementation_under_clock" in metafunc.fixturenames:
        names = implementation_name(metafunc.config).split(",")
        metafunc.parametrize("implementation_under_clock", names, scope="session")


@pytest.fixture(scope="session")
def limits():
    """Return the limits of each device, measured when it is first asked for."""
    measured: dict[str, dict] = {}

    def of(device: str) -> dict:
        if device not in measured:
            measured[device] = machine.limits(device)
        return measured[device]

    return of


@pytest.fixture
def clock(benchmark, implementation_under_clock, limits):
    """Return what times a workload: `clock(make, **sizes)`."""
    name = implementation_under_clock
    implementation = Implementation(name)

    def time(make, **sizes):
        memory = machine.PeakMemory()
        memory.reset()
        try:
            work = make(implementation, **sizes)
        except (NotProvided, NotImplementedError) as absent:
            pytest.skip(f"{name}: {absent}")
        work.warm_up()
        device = "cpu"
        if work.on_gpu():
            device = implementation.declares("device")()
        limit = limits(device)
        benchmark(work.run)
        work.check()
        unit, amount = work.yields
        benchmark.extra_info.update(
            implementation=name,
            device=device,
            sizes=dict(work.sizes),
            flops=work.cost.flops,
            bytes=work.cost.bytes,
            limit_seconds=work.cost.seconds(
                limit["flops_per_second"], limit["bytes_per_second"]
            ),
            unit=unit,
            amount=amount,
            peak_memory=memory.growth(),
            **limit,
        )

    return time


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config, benchmarks, output_json):
    """Keep what the results need: no raw times, and no name of this machine."""
    for entry in output_json["benchmarks"]:
        entry["stats"].pop("data", None)
        entry["stats"] = {k: entry["stats"][k] for k in KEPT if k in entry["stats"]}
        for key in ("params", "param", "fullname", "options"):
            entry.pop(key, None)
    output_json["machine_info"] = machine.description() | {"versions": versions()}
    output_json.pop("commit_info", None)


KEPT = ("min", "max", "median", "iqr", "mean", "stddev", "rounds", "iterations")
