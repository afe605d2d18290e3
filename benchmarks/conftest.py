"""The harness: `clock` times a workload of every implementation that is named.

pytest --benchmark-only --implementation=reference,alternatives.pytorch

Environment variables, set by the GPU run: BENCHMARK_DEVICE=gpu makes a step that did not
run on a GPU an error, BENCHMARK_STREAM names a file that takes each result as it comes,
BENCHMARK_SMALL shrinks the sizes to rehearse.
"""

import json
import os
from pathlib import Path

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # before JAX is there

import pytest

from benchmarks import machine, precision, spy, workload
from benchmarks.costs import rounded
from benchmarks.frame import Implementation, NotProvided, implementation_name, versions

DEVICE, STREAM, SMALL = "BENCHMARK_DEVICE", "BENCHMARK_STREAM", "BENCHMARK_SMALL"
STATISTICS = ("median", "iqr", "min", "ld15iqr", "hd15iqr")


def pytest_collection_modifyitems(items):
    """A framework's warnings are its own affair, and no failure; pipelines come last."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("default"))
    if os.environ.get(STREAM):  # what is cut short has timed the steps
        items.sort(key=lambda item: "pipeline" in item.name)


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
    """Return what times a workload: `clock(make, **sizes)`, of sizes those it takes."""
    name = implementation_under_clock
    implementation = Implementation(name)
    component = request.path.stem.removeprefix("test_")

    def time(make, **sizes):
        benchmark.extra_info["implementation"] = name
        sizes = workload.taken(make, sizes)
        if os.environ.get(SMALL) and make.__name__ != "pipeline":  # longer if small
            sizes = workload.small(sizes)
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
        unit, amount = work.yields
        if os.environ.get(DEVICE) == "gpu" and unit != "batches" and not on_gpu:
            pytest.fail(f"{name} was to run on a GPU, and its answer lies on the CPU")
        device = implementation.declares("device")() if on_gpu else "cpu"
        limit = limits(device)
        benchmark(work.run)
        peak_memory = memory.growth(on_gpu, spy.framework_of(work.placed[-1]))
        work.check()
        seen = {"fused_kernel": "-"}
        if unit == "steps":
            seen = kernels(work, on_gpu=on_gpu, component=component)
        about = dict(
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
            **seen,
        )
        if (path := os.environ.get(STREAM)) and benchmark.stats is not None:
            stats = benchmark.stats.stats
            streamed(
                path,
                group=benchmark.group,
                extra_info={"implementation": name} | about,
                stats={key: rounded(getattr(stats, key), 4) for key in STATISTICS}
                | {"rounds": stats.rounds},
            )
        spy.confirm(name, component, seen["fused_kernel"])  # or it is no figure
        benchmark.extra_info.update(about)

    return time


def kernels(work, *, on_gpu: bool, component: str) -> dict:
    """Return which kernels ran, where there is a GPU or a run of one is rehearsed."""
    if not on_gpu and not os.environ.get(STREAM):
        recurrent = component in spy.RECURRENT
        return {"fused_kernel": "not measured" if recurrent else "-"}
    try:
        return spy.record(work, on_gpu=on_gpu, component=component)
    except (
        Exception
    ) as error:  # the times stand; which kernels they are of is not known
        return {"fused_kernel": f"not seen: {type(error).__name__}: {error}"}


def streamed(path: str, **entry) -> None:
    """Add a result to the file, one line of JSON."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Keep what failed, with its whole message, beside what was measured."""
    made = yield
    if (path := os.environ.get(STREAM)) and made.outcome != "passed":
        message = made.longreprtext if made.failed else str(call.excinfo.value)
        name = item.callspec.params.get("implementation_under_clock")
        test = f"{item.path.stem}::{item.originalname}"
        streamed(path, implementation=name, test=test, **{made.outcome: message})
    return made


def pytest_sessionfinish():
    """Say to what the frameworks of this process round, once all is measured."""
    if path := os.environ.get(STREAM):
        software = versions() | machine.gpu_software()
        streamed(path, precision=precision.described(), versions=software)


def pytest_terminal_summary(terminalreporter, config):
    """Say on what was measured."""
    session = getattr(config, "_benchmarksession", None)
    timed = [
        benchmark.extra_info
        for benchmark in getattr(session, "benchmarks", [])
        if "device" in benchmark.extra_info
    ]
    devices = sorted({(e["implementation"], e["device"]) for e in timed})
    for name, device in devices:
        terminalreporter.write_line(f"benchmarks: {name} was timed on {device}")
    for entry in timed:
        if entry["fused_kernel"] not in ("-", "not measured"):
            terminalreporter.write_line(
                f"benchmarks: cuDNN's fused kernel {entry['fused_kernel']} in "
                f"{entry['implementation']}, {entry['sizes']}"
            )


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config, benchmarks, output_json):
    """Keep what the results need: no raw times, and no name of this machine."""
    measured = [b for b in output_json["benchmarks"] if "device" in b["extra_info"]]
    output_json["failed"] = [
        {
            "group": entry["group"],
            "implementation": entry["extra_info"].get("implementation", "unknown"),
        }
        for entry in output_json["benchmarks"]
        if entry not in measured  # its answer was wrong: its time is no figure
    ]
    output_json["benchmarks"] = [
        {
            "group": entry["group"],
            "extra_info": entry["extra_info"],
            "stats": {key: rounded(entry["stats"][key], 4) for key in STATISTICS}
            | {"rounds": entry["stats"]["rounds"]},
        }
        for entry in measured
    ]
    software = versions() | machine.gpu_software()
    output_json["machine_info"] = machine.description() | {"versions": software}
    output_json["precision"] = precision.described()
    output_json["limits"] = MEASURED_LIMITS
    output_json.pop("commit_info", None)
