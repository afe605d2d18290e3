"""The parts of the run: what each starts, and what it adds to the record."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

from benchmarks import machine
from benchmarks.frame import clause_run, clauses_read
from benchmarks.gpu import limits
from benchmarks.gpu.plan import Refused
from benchmarks.gpu.ports import Port, Setting
from benchmarks.gpu.processes import Ended, Follower, Job, ran, side_by_side

Add = Callable[[dict], None]

# Those whose clauses compare real numbers within a tolerance, and the weight of each:
# the seconds that its clauses took the JAX port on a CPU, most of them to compile.
REAL: dict[str, float] = {
    "stateful_char_rnn": 30,
    "text_generation": 24,
    "encoder_decoder": 18,
    "char_rnn": 13,
    "sentiment": 10,
    "pretrained_embedding": 8,
    "sampling": 7,
    "transformer": 5,
    "recurrent": 4,
    "multi_head_attention": 4,
    "positional_encoding": 1,
    "attention": 1,
}
OTHER = (
    "char_tokenizer",
    "corpora",
    "indexed_reviews",
    "reviews",
    "vocabulary",
    "windows",
)
PRECISIONS = ("float32", "tf32", "bfloat16")
BENCHMARKED = "tf32"  # what the card's users get, in every port alike
SHARDS = {"torch": 1, "jax": 4}  # processes of a port's clauses: JAX compiles
REHEARSED = ["positional_encoding"]
MOST_AT_ONCE = 14


def python(module: str, *options: object, interpreter: str | None = None) -> list[str]:
    return [interpreter or sys.executable, "-m", module, *map(str, options)]


def failure(ended: Ended) -> dict:
    """Return what to record of a process that did not end well; {} if it did."""
    if ended.cut:
        return {"cut": f"not done after {ended.seconds:.0f} s"}
    if ended.status != 0:
        return {"failed": ended.last_words or f"ended with {ended.status}"}
    return {}


def device(setting: Setting, add: Add, seconds: float) -> None:
    """Ask each port where its answers lie; go on with those that use the GPU."""
    gpus = [] if setting.rehearse else machine.nvidia_gpus()
    if not setting.rehearse and not gpus:
        raise Refused("no GPU: nvidia-smi lists none")
    card = gpus[0].partition(",")[0] if gpus else "no GPU: a rehearsal on the CPU"
    add({"card": card, "nvidia_smi": gpus, "machine": machine.description()})
    usable: list[Port] = []

    def job(port: Port) -> Job:
        heard: list[dict] = []

        def done(ended: Ended) -> None:
            entry = {"port": port.label}
            if wrong := failure(ended):
                [why] = wrong.values()
                add(entry | {"absent": why.strip().splitlines()[-1]})
                return
            entry |= heard[-1]
            if not (entry["on_gpu"] or setting.rehearse):
                entry["absent"] = "its answer lies on the CPU"
            else:
                usable.append(port)
            add(entry)

        return Job(
            python(
                "benchmarks.gpu.device", port.name, interpreter=setting.python(port)
            ),
            setting.environment(None, port),
            done,
            heard.append,
        )

    side_by_side([job(port) for port in setting.ports], at_once(setting), seconds)
    setting.ports = tuple(port for port in setting.ports if port in usable)
    if not usable:
        raise Refused("no port runs here" + ("" if setting.rehearse else " on the GPU"))


def at_once(setting: Setting) -> int:
    """Return how many processes may run side by side."""
    return 2 if setting.rehearse else min(MOST_AT_ONCE, machine.usable_cores())


def measure_limits(setting: Setting, add: Add, seconds: float) -> None:
    """Measure what the card can do; the benchmarks' limits come from it."""
    heard: list[dict] = []

    def take(entry: dict) -> None:
        heard.append(entry)
        add(entry)

    options = ["--small"] if setting.rehearse else []
    ended = ran(
        python("benchmarks.gpu.limits", *options),
        setting.environment(None),
        seconds,
        take,
    )
    if wrong := failure(ended):
        add({"what": "limits"} | wrong)
    setting.limits = limits.for_the_clock(heard, BENCHMARKED)


def shards(weights: dict[str, float], n: int) -> list[list[str]]:
    """Return the components in n lists that weigh about alike, the heaviest first."""
    found: list[list[str]] = [[] for _ in range(min(n, len(weights)))]
    loads = [0.0] * len(found)
    for name in sorted(weights, key=lambda name: -weights[name]):
        lightest = loads.index(min(loads))
        found[lightest].append(name)
        loads[lightest] += weights[name]
    return found


def clause_jobs(setting: Setting) -> Iterable[tuple[Port, str, list[str]]]:
    """Yield which port's clauses run at which precision, the most wanted first.

    float32 is whole. The other precisions of a port with backends come last: its
    products are theirs. PyTorch has no variable that rounds its operands to bfloat16.
    """
    wanted = [
        (precision != "float32" and bool(port.variables), i, port)
        for i, precision in enumerate(PRECISIONS)
        for port in setting.ports
        if precision != "bfloat16" or port.framework == "jax"
    ]
    for _, i, port in sorted(wanted, key=lambda each: each[:2]):
        precision = PRECISIONS[i]
        if setting.rehearse:
            if setting.ports.index(port) == min(i, 1):  # each precision, each port once
                yield port, precision, REHEARSED
            continue
        weights = REAL
        if precision == "float32":
            weights = REAL | dict.fromkeys(OTHER, 0.5)
        for only in shards(weights, SHARDS[port.framework]):
            yield port, precision, only


def conformance(setting: Setting, add: Add, seconds: float) -> None:
    """Run the clauses of every port, in several processes side by side."""

    def job(number: int, port: Port, precision: str, only: list[str]) -> Job:
        report = setting.scratch / f"clauses_{number}.json"
        entry: dict = {"port": port.label, "precision": precision, "components": only}

        def done(ended: Ended) -> None:
            entry["seconds"] = round(ended.seconds, 1)
            if report.exists():  # written by a run that was asked to end, too
                entry.update(clauses_read(report))
            if ended.cut:
                entry.update(failure(ended))
            elif ended.status not in (0, 1) or not report.exists():  # 1: some failed
                entry["failed"] = ended.last_words
            add(entry)

        command = clause_run(
            port.name,
            only,
            precision=precision,
            report=report,
            python=setting.python(port),
        )
        return Job(command, setting.environment(precision, port, clauses=True), done)

    jobs = [job(i, *what) for i, what in enumerate(clause_jobs(setting))]
    side_by_side(jobs, at_once(setting), seconds)


def benchmarks_again(setting: Setting, add: Add, seconds: float) -> None:
    """Run the benchmarks a second time; a rehearsal repeats only a few."""
    benchmarks(setting, add, seconds, again=True)


def imports(interpreter: str, module: str) -> bool:
    """Say whether an interpreter finds a module."""
    code = "import sys, importlib.util as u; sys.exit(u.find_spec(sys.argv[1]) is None)"
    done = subprocess.run([interpreter, "-c", code, module], check=False)
    return done.returncode == 0


def benchmarks(
    setting: Setting, add: Add, seconds: float, *, again: bool = False
) -> None:
    """Run `pytest --benchmark-only` for each port, one after the other.

    A rehearsal takes all of the first port, and of the others what compiles soon.
    """
    deadline = time.monotonic() + seconds
    written = setting.scratch / "limits.json"
    place = {"device": "cpu" if setting.rehearse else "gpu"}
    written.write_text(json.dumps(setting.limits | place), "utf-8")
    # those that compile little come first: what is cut short is one port, not all
    ports = sorted(setting.ports, key=lambda port: port.framework != "torch")
    if setting.rehearse and again:
        ports = ports[:1]
    for i, port in enumerate(ports):
        left = deadline - time.monotonic()
        waiting = len(ports) - i
        share = left if waiting == 1 else min(left, 1.5 * left / waiting)
        stream = setting.scratch / f"stream_{i}.jsonl"
        environment = setting.environment(BENCHMARKED, port)
        environment["BENCHMARK_STREAM"] = str(stream)
        if setting.limits:
            environment[machine.LIMITS] = str(written)
        environment |= (
            {"BENCHMARK_SMALL": "1"}
            if setting.rehearse
            else {"BENCHMARK_DEVICE": "gpu"}
        )
        options = ["--benchmark-only", "-q", "-p", "no:cacheprovider", "--tb=short"]
        options += ["--benchmark-warmup=off", "--benchmark-columns=median"]
        options += [f"--implementation={port.name}"]
        times = (0.01, 2) if setting.rehearse else (0.5, 5)
        options += [f"--benchmark-max-time={times[0]}"]
        options += [f"--benchmark-min-rounds={times[1]}"]
        if setting.rehearse and (again or i > 0):
            options += [
                "-k",
                "test_call" if again else "test_call or (test_char_rnn and train_step)",
            ]

        def heard(entry: dict, port: Port = port) -> None:
            add({"port": port.label} | entry)

        own = setting.python(port)
        if not imports(own, "pytest_benchmark"):
            add(
                {"port": port.label, "absent": "its environment lacks pytest-benchmark"}
            )
            continue
        timed = python("pytest", "benchmarks", *options, interpreter=own)
        with Follower(stream, heard):
            ended = ran(timed, environment, share)
        if ended.cut:
            add({"port": port.label} | failure(ended))
        elif ended.status not in (0, 1):  # 1: what failed is in the stream
            add({"port": port.label, "failed": ended.last_words})


def peers(setting: Setting, add: Add, seconds: float) -> None:
    """Time each framework's own forms of the models beside the port, one by one."""
    in_turn(setting, add, seconds, "benchmarks.gpu.forms", BENCHMARKED)


def curves(setting: Setting, add: Add, seconds: float) -> None:
    """Time how the cost grows, for each port in the time that is left."""
    in_turn(setting, add, seconds, "benchmarks.gpu.growth", BENCHMARKED)


def in_turn(
    setting: Setting, add: Add, seconds: float, module: str, precision: str
) -> None:
    """Run a module for each port, alone on the card; it is told how long it may take."""
    deadline = time.monotonic() + seconds
    for i, port in enumerate(setting.ports):
        share = (deadline - time.monotonic()) / (len(setting.ports) - i)
        options = ["--seconds", f"{max(1.0, 0.8 * share):.0f}"]
        options += ["--small"] if setting.rehearse else []

        def heard(entry: dict, port: Port = port) -> None:
            add({"port": port.label} | entry)

        ended = ran(
            python(module, port.name, *options, interpreter=setting.python(port)),
            setting.environment(precision, port),
            share,
            heard,
        )
        if wrong := failure(ended):
            add({"port": port.label} | wrong)


RUN: dict[str, Callable[[Setting, Add, float], None]] = {
    "device": device,
    "limits": measure_limits,
    "conformance": conformance,
    "benchmarks 1": benchmarks,
    "benchmarks 2": benchmarks_again,
    "peers": peers,
    "curves": curves,
}
