"""What pytest does not do: curves, peers turn by turn, and the table of it all.

python -m benchmarks curves --output benchmarks/results
python -m benchmarks peers char_rnn reference benchmarks.chapter=PYTHON --output FILE
python -m benchmarks report RESULT.json ... --output benchmarks/RESULTS.md
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # before a framework is imported

from benchmarks import machine, report
from benchmarks.costs import rounded
from benchmarks.peers import Peer, measured


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    commands = parser.add_subparsers(required=True)
    curves = commands.add_parser("curves", help="measure how the cost grows")
    curves.add_argument(
        "--implementation", default="reference", help="names, by commas"
    )
    curves.add_argument("--seconds", type=float, default=90, help="for each of them")
    curves.add_argument("--output", type=Path, required=True, help="folder")
    curves.set_defaults(run=draw_curves)
    peers = commands.add_parser("peers", help="measure implementations turn by turn")
    peers.add_argument("component")
    peers.add_argument("peers", nargs="+", type=Peer.parsed, metavar="NAME[=PYTHON]")
    peers.add_argument("--function", default="train_step", help="of the benchmark")
    peers.add_argument("--rounds", type=int, default=15)
    peers.add_argument("--runs", type=int, default=10, help="in each turn")
    peers.add_argument("--output", type=Path, required=True, help="file")
    peers.set_defaults(run=compare)
    table = commands.add_parser("report", help="write the table of results")
    table.add_argument("results", nargs="+", type=Path)
    table.add_argument("--output", type=Path, required=True, help="file")
    table.set_defaults(run=write_report)
    return parser.parse_args(argv)


def draw_curves(options) -> None:
    from benchmarks import curves

    names = options.implementation.split(",")
    found = curves.measured(names, seconds=options.seconds, progress=say)
    found["date"] = report.today()
    for path in curves.written(found, options.output):
        say(f"wrote {path}")


def compare(options) -> None:
    start = machine.description()
    found = measured(
        options.component,
        options.function,
        options.peers,
        rounds=options.rounds,
        runs=options.runs,
        progress=say,
    )
    for peer in found["peers"]:
        for value in (peer, peer["ratio"]):
            value.update(
                {k: rounded(v, 4) for k, v in value.items() if isinstance(v, float)}
            )
    result = {
        "kind": "peers",
        "date": report.today(),
        "machine": start | {"versions": {}},
        **found,
    }
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print("\n\n".join(report.peers_text(result)))


def write_report(options) -> None:
    text = report.document(options.results)
    options.output.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    chosen = arguments(None)
    chosen.run(chosen)
