"""What pytest does not do: the whole run, curves, peers turn by turn, the tables.

python -m benchmarks all --cores 2 --output build/results
python -m benchmarks peers char_rnn reference alternatives.jax=PYTHON --output FILE
python -m benchmarks curves --implementation reference --output build/results
python -m benchmarks gpu --output build/gpu
python -m benchmarks report
"""

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before a framework is imported

from alternatives.ports import PORTS, WHOLE
from benchmarks import machine, report
from benchmarks.gpu import command as gpu
from benchmarks.peers import (
    CHAPTER,
    NOT_MEASURED,
    SHARED_GPU,
    TITLES,
    Peer,
    add_pythons,
    interpreters,
    measured,
)

HOME = Path(__file__).parent
RESULTS = HOME / "results"
SIDE_BY_SIDE = ["reference", *(port.name for port in WHOLE if port.shared)]
FRAMEWORKS = {port.name: port.framework for port in PORTS}
FRAMEWORKS |= dict.fromkeys(["reference", CHAPTER], "tensorflow")
# Component, function of its benchmark, rounds, runs in each turn of a round.
COMPARISONS = (
    ("char_rnn", "train_step", 15, 5),
    ("stateful_char_rnn", "train_step", 9, 4),
    ("sentiment", "train_step", 9, 5),
    ("sentiment", "explicit_mask_step", 9, 5),
    ("pretrained_embedding", "train_step", 9, 100),
    ("encoder_decoder", "train_step", 9, 5),
    ("transformer", "train_step", 7, 3),
    ("multi_head_attention", "call", 9, 20),
    ("positional_encoding", "call", 9, 100),
    ("windows", "pipeline", 7, 2),
    ("char_rnn", "pipeline", 7, 2),
    ("stateful_char_rnn", "pipeline", 5, 1),
    ("sentiment", "pipeline", 7, 5),
    ("text_generation", "complete", 5, 1),
)
REDUCED = "rounds were reduced"
PROCESSES = 3  # of each implementation in a run: one alone hides how they differ
HOW_JOINED: dict[str, Callable] = {
    "median": statistics.median,
    "iqr": max,
    "min": min,
    "ld15iqr": min,
    "hd15iqr": max,
    "rounds": sum,
}


def needs(name: str) -> str | None:
    """Return the framework that an implementation of this repository needs."""
    return FRAMEWORKS.get(name)


def installed(name: str) -> bool:
    """Say whether what an implementation needs is installed here, if that is known."""
    framework = needs(name)
    return framework is None or importlib.util.find_spec(framework) is not None


def present(names: list[str]) -> list[str]:
    """Return those of the implementations that can run here; say which cannot."""
    for name in names:
        if not installed(name):
            say(f"{name} is left out: {needs(name)} is not installed")
    return [name for name in names if installed(name)]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True)
    whole = commands.add_parser("all", help="measure everything, write every result")
    whole.add_argument("--output", type=Path, default=Path("build/results"))
    whole.add_argument(
        "--cores",
        type=int,
        help="keep to so many of them (default: 2; all where there is a GPU)",
    )
    whole.add_argument(
        "--implementation", default=",".join(SIDE_BY_SIDE), help="by commas"
    )
    add_pythons(whole)
    whole.add_argument(
        "--tensorflow-2-0",
        metavar="PYTHON",
        help="of an environment with TensorFlow 2.0.0 (on Python 3.7)",
    )
    whole.add_argument(
        "--rounds", type=int, help="so many at most: to try the run, not to publish"
    )
    whole.set_defaults(run=measure_all)
    curves = commands.add_parser("curves", help="measure how the cost grows")
    curves.add_argument(
        "--implementation", default="reference", help="names, by commas"
    )
    curves.add_argument("--seconds", type=float, default=150, help="for each of them")
    curves.add_argument("--output", type=Path, required=True, help="folder")
    curves.set_defaults(
        run=lambda o: draw_curves(o.implementation, o.seconds, o.output)
    )
    peers = commands.add_parser("peers", help="measure implementations turn by turn")
    peers.add_argument("component")
    peers.add_argument("peers", nargs="+", type=Peer.parsed, metavar="NAME[=PYTHON]")
    peers.add_argument("--function", default="train_step", help="of the benchmark")
    peers.add_argument("--rounds", type=int, default=15)
    peers.add_argument("--runs", type=int, default=5, help="in each turn")
    peers.add_argument("--output", type=Path, required=True, help="file")
    peers.set_defaults(run=compare)
    table = commands.add_parser("report", help="write the tables of the results")
    table.add_argument("results", nargs="?", type=Path, default=RESULTS, help="folder")
    table.set_defaults(run=lambda options: write_report(options.results))
    gpu.add_to(commands)
    return parser.parse_args(argv)


def written(path: Path, result: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    say(f"wrote {path}")


def headed(kind: str, **more) -> dict:
    """Return the head of a result: of what kind, from when, on what machine."""
    return {
        "kind": kind,
        "date": machine.today(),
        "machine": machine.description(),
    } | more


def note(rounds: int | None) -> dict:
    return {} if rounds is None else {"note": REDUCED}


def measure_all(options) -> None:
    """Measure everything on so many cores; the tables and plots go beside it."""
    if options.cores or not machine.has_gpu():
        machine.use_cores(options.cores or 2)
    names = present(options.implementation.split(","))
    if not names:
        raise SystemExit("none of the implementations can run here")
    folder, rounds = options.output, options.rounds
    parts: dict[str, Callable[[], object]] = {
        "the benchmarks, for the first time": lambda: run_pytest(
            names, folder, 1, rounds
        ),
        "the peers": lambda: compare_all(names, options),
        "the curves": lambda: draw_curves(
            ",".join(names),
            150 if rounds is None else 20,
            folder,
            **note(rounds),
        ),
        "data-parallel training": lambda: measure_scaling(folder, rounds),
        "the benchmarks, for the second time": lambda: run_pytest(
            names, folder, 2, rounds
        ),
    }
    start = time.monotonic()
    for i, (what, part) in enumerate(parts.items()):
        minutes = (time.monotonic() - start) / 60
        say(f"==== {i + 1} of {len(parts)}: {what} (after {minutes:.1f} minutes)")
        part()
    write_report(folder)
    say(f"done after {(time.monotonic() - start) / 60:.1f} minutes")


def run_pytest(names: list[str], folder: Path, run: int, rounds: int | None) -> None:
    """Run the benchmarks, each implementation several times in a process of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for turn in range(PROCESSES if rounds is None else 1):
        for name in names:
            say(f"the benchmarks of {name}, process {turn + 1}")
            found.append(timed(name, folder / "draft.json", quick=rounds is not None))
    result = found[0] | note(rounds) | {"benchmarks": together(found)}
    result["failed"] = [failure for one in found for failure in one.get("failed", [])]
    for other in found:
        result["machine_info"]["versions"] |= other["machine_info"]["versions"]
    on_gpu = any(
        entry["extra_info"].get("device", "cpu") != "cpu"
        for entry in result["benchmarks"]
    )
    written(folder / f"{'gpu' if on_gpu else 'cpu'}_{run}.json", result)


def timed(name: str, draft: Path, *, quick: bool) -> dict:
    """Return what pytest-benchmark measures of one implementation, in a process."""
    command = [sys.executable, "-m", "pytest", str(HOME), "--benchmark-only", "-q"]
    options = [
        "-p",
        "no:cacheprovider",
        "--benchmark-columns=min,median,iqr,rounds",
        f"--implementation={name}",
        f"--benchmark-json={draft.absolute()}",
        *(["--benchmark-max-time=0.1"] if quick else []),
    ]
    ran = subprocess.run(
        [*command, *options],
        check=False,
        cwd=HOME.parent,
        env=os.environ | SHARED_GPU,
        stdout=sys.stderr,
    )
    if ran.returncode not in (0, 1) or not draft.exists():  # 1: a benchmark failed
        raise RuntimeError(f"the benchmarks of {name} ended with {ran.returncode}")
    found = json.loads(draft.read_text("utf-8"))
    draft.unlink()
    return found


def together(results: list[dict]) -> list[dict]:
    """Return one entry for what several processes measured of the same thing.

    Its median is that of the processes' medians, its range holds theirs.
    """
    same: dict[tuple, list[dict]] = {}
    for entry in (entry for result in results for entry in result["benchmarks"]):
        key = entry["extra_info"]["implementation"], entry["group"]
        same.setdefault(key, []).append(entry)
    return [entries[0] | {"stats": joined(entries)} for entries in same.values()]


def joined(entries: list[dict]) -> dict:
    stats = {key: [e["stats"][key] for e in entries] for key in entries[0]["stats"]}
    return {key: HOW_JOINED[key](values) for key, values in stats.items()}


def elsewhere(port, python: str | None) -> list[Peer]:
    """Return a port in an environment of its own, after the port to its backend there."""
    backend = port.backends[0] if port.backends else port.framework
    title = TITLES[backend]
    beside = [
        Peer(other.name, python, f"the newest {title} for this Python")
        for other in WHOLE
        if other.shared and other.framework == backend
    ]
    return [*beside, Peer(port.name, python, f"on {title}")]


def all_peers(component: str, names: list[str], options) -> list[Peer]:
    """Return who takes part in the whole run; the others stand beside the first."""
    peers = [Peer(name) for name in names]
    peers += [Peer(port.name) for port in PORTS if not port.whole]
    peers.append(Peer(CHAPTER, note="the chapter's way"))
    pythons = interpreters(options)
    for port in WHOLE:
        if not port.shared:
            peers += elsewhere(port, pythons.get(port.name))
    return [
        peer if peer.python != sys.executable or installed(peer.name) else peer.absent()
        for peer in peers
        if peer.provides(component)
    ]


def compare_all(names: list[str], options) -> None:
    limits = machine.limits("cpu")
    result = headed("peers", limits=limits, **note(options.rounds), comparisons=[])
    old = Peer(CHAPTER, options.tensorflow_2_0, "the chapter's way, TensorFlow 2.0.0")
    for component, function, rounds, runs in COMPARISONS:
        peers = all_peers(component, names, options)
        with_old = (component, function) == ("char_rnn", "train_step")
        found = measured(
            component,
            function,
            [*peers, old] if with_old else peers,
            rounds=min(rounds, options.rounds or rounds),
            runs=runs,
            limits=limits,
            progress=say,
        )
        result["comparisons"].append(found)
    devices = {
        p.get("device", "cpu") for c in result["comparisons"] for p in c["peers"]
    }
    written(
        options.output / ("peers.json" if devices == {"cpu"} else "gpu_peers.json"),
        result,
    )


def compare(options) -> None:
    limits = machine.limits("cpu")
    result = headed("peers", limits=limits, comparisons=[])
    found = measured(
        options.component,
        options.function,
        options.peers,
        rounds=options.rounds,
        runs=options.runs,
        limits=limits,
        progress=say,
    )
    result["comparisons"].append(found)
    written(options.output, result)
    print("\n\n".join(report.peers_text(result)))


def draw_curves(names: str, seconds: float, folder: Path, **more) -> None:
    from benchmarks import curves

    found = curves.measured(names.split(","), seconds=seconds, progress=say)
    found["date"] = machine.today()
    for path in curves.written(found | more, folder):
        say(f"wrote {path}")


def measure_scaling(folder: Path, rounds: int | None) -> None:
    """Measure it on the reference, where that can run."""
    from benchmarks import scaling

    if not installed("reference"):
        say(f"data-parallel training is {NOT_MEASURED}: TensorFlow is not installed")
        return
    result = headed("scaling", **note(rounds))
    result |= scaling.measured(60 if rounds is None else 6, say)
    result["spec_seconds"] = {}
    for n_processes in (1, 2):
        say(f"the specification in {n_processes} processes")
        result["spec_seconds"][n_processes] = scaling.spec_seconds(n_processes)
    written(folder / "scaling.json", result)


def write_report(folder: Path) -> None:
    """Write RESULTS.md beside the folder of results, and the plots of GPU runs in it."""
    for picture in report.draw_gpu_curves(folder):
        say(f"wrote {picture}")
    path = folder.parent / "RESULTS.md"
    path.write_text(report.document(folder), "utf-8")
    say(f"wrote {path}")
    print(path.read_text("utf-8"))


if __name__ == "__main__":
    chosen = arguments(None)
    chosen.run(chosen)
