"""RESULTS.md from the files of results: what was measured, where, and beside what."""

import datetime
import json
import statistics
from collections.abc import Iterable
from pathlib import Path

# ms a step as printed by the chapter (G19), on a machine that it does not name; the
# encoder-decoder's 5 to 6 ms a pair times 32.
RECORDED = {
    "char_rnn: a training step": "169 to 195",
    "stateful_char_rnn: a training step": "288 to 322",
    "sentiment: a training step, masked by the embedding": "111 to 131",
    "sentiment: a training step, masked by hand": "110 to 131",
    "pretrained_embedding: a training step": "150 to 156",
    "encoder_decoder: a training step": "160 to 192",
}
NOT_MEASURED = "not measured"


def loaded(paths: Iterable[Path]) -> tuple[list[dict], list[dict], list[dict]]:
    """Return the results of benchmarks, of peers, and of curves."""
    found = [json.loads(Path(path).read_text("utf-8")) for path in paths]
    benchmarks = [result for result in found if "benchmarks" in result]
    peers = [result for result in found if result.get("kind") == "peers"]
    curves = [result for result in found if result.get("kind") == "curves"]
    if len(benchmarks) + len(peers) + len(curves) < len(found):
        raise ValueError("results must be of benchmarks, peers or curves")
    return benchmarks, peers, curves


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table, numbers to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(seconds: float) -> str:
    """Return milliseconds with three significant digits."""
    value = 1e3 * seconds
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def where(machine: dict, date: str = "") -> str:
    """Return a sentence that says on what was measured."""
    versions = ", ".join(f"{k} {v}" for k, v in machine["versions"].items())
    load = machine.get("load_at_start")
    busy = "" if load is None else f"; load average at the start {load:.1f}"
    day = f" on {date}" if date else ""
    return (
        f"Measured{day} on a {machine['kind']} ({machine['processor']}), "
        f"{machine['cores_used']} cores used{busy}{versions and '; ' + versions}."
    )


def benchmark_rows(entries: list[dict]) -> list[list[str]]:
    """Return a row for each implementation of one group, all of its runs together."""
    by_name: dict[str, list[dict]] = {}
    for entry in entries:
        by_name.setdefault(entry["extra_info"]["implementation"], []).append(entry)
    medians = {
        name: statistics.median(entry["stats"]["median"] for entry in own)
        for name, own in by_name.items()
    }
    base = medians.get("reference")
    rows = []
    for name, own in by_name.items():
        info, median = own[0]["extra_info"], medians[name]
        rate = f"{info['amount'] / median:,.0f} {info['unit']}/s"
        memory = [entry["extra_info"]["peak_memory"] for entry in own]
        limit = statistics.median(entry["extra_info"]["limit_seconds"] for entry in own)
        rows.append(
            [
                f"`{name}`",
                info["device"],
                milliseconds(median),
                milliseconds(spread([entry["stats"] for entry in own])),
                str(len(own)),
                "-" if info["unit"] == "steps" else rate,
                f"{median / base:.2f}" if base else "-",
                f"{limit / median:.1%}",
                "-" if None in memory else f"{max(memory) / 2**20:.0f}",
            ]
        )
    return rows


def spread(runs: list[dict]) -> float:
    """Return the larger of the spread within a run and that of the runs' medians."""
    medians = [stats["median"] for stats in runs]
    return max(max(medians) - min(medians), *(stats["iqr"] for stats in runs))


HEAD = [
    "implementation",
    "device",
    "median, ms",
    "spread, ms",
    "runs",
    "rate",
    "times the reference",
    "share of the limit",
    "memory, MiB",
]


def benchmark_text(results: list[dict]) -> list[str]:
    """Return the section of the runs of the benchmarks on one machine."""
    groups: dict[str, list[dict]] = {}
    for entry in (entry for result in results for entry in result["benchmarks"]):
        groups.setdefault(entry["group"], []).append(entry)
    text = []
    for result in results:
        limit = result["benchmarks"][0]["extra_info"]
        text += [
            where(result["machine_info"], result["datetime"][:10]),
            f"Limits in the same run, by {limit['measured_with']}: "
            f"{limit['flops_per_second'] / 1e9:.0f} GFLOP/s in float32 products, "
            f"{limit['bytes_per_second'] / 1e9:.1f} GB/s in copies.",
        ]
    for group, entries in groups.items():
        text += [f"### {group}", table(HEAD, benchmark_rows(entries))]
        if group in RECORDED:
            text.append(
                f"The chapter recorded {RECORDED[group]} ms on its own machine."
            )
    return text


def peers_text(result: dict) -> list[str]:
    """Return the section of one run of peers."""
    rows = [
        [
            f"`{peer['name']}`",
            peer["versions"].get("python", "-"),
            ", ".join(
                f"{k} {v}"
                for k, v in peer["versions"].items()
                if k not in ("python", "pytest", "numpy")
            ),
            milliseconds(peer["median"]),
            milliseconds(peer["iqr"]),
            f"{peer['ratio']['median']:.2f}",
            f"{peer['ratio']['low']:.2f}-{peer['ratio']['high']:.2f}",
        ]
        for peer in result["peers"]
    ]
    head = [
        "peer",
        "Python",
        "versions",
        "median, ms",
        "spread, ms",
        "ratio",
        "quartiles",
    ]
    return [
        f"### {result['component']}: {result['function']}",
        where(result["machine"], result["date"])
        + f" {result['rounds']} rounds, {result['runs']} runs in each turn.",
        table(head, rows),
    ]


def curves_text(result: dict) -> list[str]:
    """Return the section of the curves."""
    text = [where(result["machine"], result.get("date", ""))]
    for curve in result["curves"]:
        head = [curve["axis"], *(f"{p['value']:,}" for p in curve["points"])]
        row = ["ms", *(milliseconds(p["median"]) for p in curve["points"])]
        left = ", ".join(map(str, curve["left_out"]))
        text += [
            f"`{curve['implementation']}`, {curve['name']}"
            + (f" (left out for time: {left})" if left else ""),
            table(head, [row]),
        ]
    return text


def document(paths: Iterable[Path]) -> str:
    """Return the text of RESULTS.md."""
    benchmarks, peers, curves = loaded(paths)
    devices = {
        entry["extra_info"]["device"] for r in benchmarks for entry in r["benchmarks"]
    }
    text = [
        "# Results",
        "Generated by `python -m benchmarks report`; not edited by hand. Spread is "
        "the distance of the quartiles within a run or that of the runs' medians, the "
        "larger. The limit is the time that the component's FLOPs or bytes, counted "
        "from its shapes (`benchmarks/costs.py`), take at the rate measured in that "
        "run, whichever binds; what lies in the cache is copied faster than that. "
        "Memory is how far the peak of the process rose. The chapter's recorded times "
        "are of its own machine, which it does not name. Where the load is above 1, "
        "other work took part of the machine: ratios within a run then mean more than "
        "times.",
    ]
    if peers:
        text += [
            "## Peers, turn by turn",
            "Each in a process of its own, one after the other, round after round. "
            "A ratio is taken within a round, to the first of the table.",
        ]
        text += [line for result in peers for line in peers_text(result)]
    if benchmarks:
        text.append("## Benchmarks")
        machines: dict[str, list[dict]] = {}
        for result in benchmarks:
            device = result["benchmarks"][0]["extra_info"]["device"]
            machines.setdefault(device, []).append(result)
        text += [
            line for results in machines.values() for line in benchmark_text(results)
        ]
    if curves:
        text += ["## How the cost grows", "![Cost curves](results/curves.png)"]
        text += [line for result in curves for line in curves_text(result)]
    if devices <= {"cpu"}:
        rows = [[group, NOT_MEASURED] for group in RECORDED]
        text += ["## On a GPU", table(["component", "time"], rows)]
    return "\n\n".join(text) + "\n"


def today() -> str:
    """Return the date in UTC."""
    return datetime.datetime.now(datetime.timezone.utc).date().isoformat()
