"""RESULTS.md from the files of results: what was measured, where, and beside what."""

import json
import statistics
from collections.abc import Iterable
from pathlib import Path

from benchmarks.gpu import tables
from benchmarks.peers import NOT_MEASURED

# ms a step as printed by the chapter (G19), on a machine that it does not name; the
# encoder-decoder's 5 to 6 ms a pair times 32.
RECORDED = {
    "char_rnn: a training step": "169 to 195",
    "stateful_char_rnn: a training step": "288 to 322",
    "sentiment: a training step, masked by the embedding": "111 to 131",
    "sentiment: a training step, masked by hand": "110 to 131",
    "pretrained_embedding: a training step": "(with whole reviews as texts) 150 to 156",
    "encoder_decoder: a training step": "160 to 192",
}
RECORDED_AS = {
    (group.partition(":")[0], "train_step"): group for group in reversed(RECORDED)
} | {
    ("sentiment", "explicit_mask_step"): "sentiment: a training step, masked by hand",
}
GROUPS = (
    *RECORDED,
    "transformer: a training step",
    "multi_head_attention: a call",
    "positional_encoding: a call",
    "text_generation: 200 characters",
)


KINDS = ("benchmarks", "peers", "curves", "scaling", "gpu")


def loaded(paths: Iterable[Path]) -> dict[str, list[dict]]:
    """Return the results by their kind."""
    found: dict[str, list[dict]] = {kind: [] for kind in KINDS}
    for path in paths:
        result = json.loads(path.read_text("utf-8"))
        kind = "benchmarks" if "benchmarks" in result else result.get("kind")
        if kind not in KINDS:
            raise ValueError(f"{path.name} must be a result of {', '.join(KINDS)}")
        found[kind].append(result | {"file": path.stem})
    return found


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table, numbers to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(seconds: float) -> str:
    """Return milliseconds with three significant digits."""
    value = 1e3 * seconds
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def where(result: dict) -> str:
    """Return a sentence that says on what was measured."""
    machine = result.get("machine") or result["machine_info"]
    date = result.get("date") or result["datetime"][:10]
    versions = ", ".join(f"{k} {v}" for k, v in machine.get("versions", {}).items())
    load = machine.get("load_at_start")
    busy = "" if load is None else f"; load average at the start {load:.1f}"
    text = (
        f"Measured on {date} on a {machine['kind']} ({machine['processor']}), "
        f"{machine['cores_used']} cores used{busy}{versions and '; ' + versions}."
    )
    if "note" in result:
        text += f" **To be measured again: {result['note']}.**"
    return text


def limits_text(limits: dict[str, dict]) -> str:
    """Return a sentence for the limits of each device."""
    return " ".join(
        f"Limits of the {device} in the same run, by {limit['measured_with']}: "
        f"{limit['flops_per_second'] / 1e9:,.0f} GFLOP/s in "
        f"{limit.get('precision', 'float32')} products, "
        f"{limit['bytes_per_second'] / 1e9:,.1f} GB/s in copies."
        for device, limit in limits.items()
    )


def spread(stats: dict) -> float:
    """Return how far a run's times lie apart, outliers left out."""
    return stats["hd15iqr"] - stats["ld15iqr"]


def agree(runs: list[dict]) -> bool:
    """Say whether the medians of runs lie no further apart than a run's own times."""
    medians = [stats["median"] for stats in runs]
    return max(medians) - min(medians) <= max(map(spread, runs))


def by_implementation(entries: list[dict]) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for entry in entries:
        found.setdefault(entry["extra_info"]["implementation"], []).append(entry)
    return found


def benchmark_rows(entries: list[dict]) -> list[list[str]]:
    """Return a row for each implementation of one group, all of its runs together."""
    by_name = by_implementation(entries)
    medians = {
        name: statistics.median(entry["stats"]["median"] for entry in own)
        for name, own in by_name.items()
    }
    base = medians.get("reference")
    rows = []
    for name, own in by_name.items():
        info, median = own[0]["extra_info"], medians[name]
        stats = [entry["stats"] for entry in own]
        memory = [entry["extra_info"]["peak_memory"] for entry in own]
        limit = statistics.median(entry["extra_info"]["limit_seconds"] for entry in own)
        one_run = len(own) == 1
        rows.append(
            [
                f"`{name}`",
                " / ".join(milliseconds(each["median"]) for each in stats),
                " / ".join(milliseconds(spread(each)) for each in stats),
                "-" if one_run else "yes" if agree(stats) else "no",
                f"{info['amount'] / median:,.0f} {info['unit']}/s",
                f"{median / base:.2f}" if base else "-",
                f"{limit / median:.2g}",
                "-" if None in memory else f"{max(memory) / 2**20:.0f}",
                info["fused_kernel"],
            ]
        )
    return rows


HEAD = [
    "implementation",
    "medians of the runs, ms",
    "spreads, ms",
    "agree",
    "rate",
    "times the reference",
    "share of the limit",
    "memory, MiB",
    "fused kernel",
]


def recorded_text(group: str, before: str) -> list[str]:
    if group not in RECORDED:
        return []
    return [f"{before}the chapter recorded {RECORDED[group]} ms on its own machine."]


def places(entry: dict, device_is: str) -> bool:
    """Say whether a benchmark was timed there; one that failed was timed nowhere."""
    device = entry["extra_info"].get("device")
    return device is not None and (device == "cpu") == (device_is == "cpu")


def failed_text(results: list[dict]) -> list[str]:
    """Return a sentence for the benchmarks whose answer was wrong."""
    failed = [
        f"`{failure['implementation']}`, {failure['group']}"
        for result in results
        for failure in [
            *result.get("failed", []),
            *(
                {"group": entry["group"], "implementation": "unknown"}
                | entry["extra_info"]
                for entry in result["benchmarks"]
                if "device" not in entry["extra_info"]
            ),
        ]
    ]
    unique = "; ".join(dict.fromkeys(failed))
    return [f"**Failed, and so {NOT_MEASURED}: {unique}.**"] if failed else []


def grouped(results: list[dict], device_is: str) -> dict[str, list[dict]]:
    """Return the entries of the CPU or of GPUs by their group."""
    groups: dict[str, list[dict]] = {}
    for entry in (entry for result in results for entry in result["benchmarks"]):
        if places(entry, device_is):
            groups.setdefault(entry["group"], []).append(entry)
    return groups


def agreement_text(groups: dict[str, list[dict]]) -> list[str]:
    """Return how many of the repeated measurements agree."""
    repeated = {
        f"`{name}`, {group}": [entry["stats"] for entry in own]
        for group, entries in groups.items()
        for name, own in by_implementation(entries).items()
        if len(own) > 1
    }
    if not repeated:
        return ["Run once: how far two runs agree was not measured."]
    apart = [what for what, runs in repeated.items() if not agree(runs)]
    text = (
        f"Two runs agree within the spread that they state in "
        f"{len(repeated) - len(apart)} of {len(repeated)} measurements."
    )
    return [text + (f" They do not in {'; '.join(apart)}." if apart else "")]


def benchmark_text(results: list[dict], device_is: str) -> list[str]:
    """Return the section of the benchmarks on the CPU, or on GPUs."""
    groups = grouped(results, device_is)
    text = []
    for result in results:
        if any(places(entry, device_is) for entry in result["benchmarks"]):
            text += [where(result) + " " + limits_text(result["limits"])]
    text += agreement_text(groups)
    for group, entries in groups.items():
        devices = sorted({entry["extra_info"]["device"] for entry in entries})
        on = "" if device_is == "cpu" else f" on {', '.join(devices)}"
        text += [f"### {group}{on}", table(HEAD, benchmark_rows(entries))]
        text += recorded_text(group, "For orientation, ")
    return text


PEERS_HEAD = [
    "peer",
    "versions",
    "device",
    "median, ms",
    "spread, ms",
    "ratio",
    "quartiles",
    "share of the limit",
]


def title(comparison: dict) -> str:
    return f"{comparison['component']}: {comparison['function'].replace('_', ' ')}"


def peer_row(peer: dict, limit: float | None) -> list[str]:
    name = f"`{peer['name']}`" + (f", {peer['note']}" if peer.get("note") else "")
    if "absent" in peer:
        return [name, "-", "-", peer["absent"], "-", "-", "-", "-"]
    versions = ", ".join(
        f"{k} {v}" for k, v in peer["versions"].items() if k not in ("pytest", "numpy")
    )
    ratio = peer["ratio"]
    return [
        name,
        versions,
        peer["device"],
        milliseconds(peer["median"]),
        milliseconds(peer["iqr"]),
        f"{ratio['median']:.3g}",
        f"{ratio['low']:.3g} to {ratio['high']:.3g}",
        f"{limit / peer['median']:.2g}" if limit and peer["device"] == "cpu" else "-",
    ]


def peers_text(result: dict) -> list[str]:
    """Return the section of one run of peers."""
    text = [where(result) + " " + limits_text({"cpu": result["limits"]})]
    for found in result["comparisons"]:
        limit = (found["cost"] or {}).get("limit_seconds")
        rows = [peer_row(peer, limit) for peer in found["peers"]]
        text += [
            f"### {title(found)}",
            f"{found['rounds']} rounds, {found['runs']} runs in each turn.",
            table(PEERS_HEAD, rows),
        ]
        of = RECORDED_AS.get((found["component"], found["function"]), "")
        text += recorded_text(of, "For orientation, ")
    return text


def curves_text(result: dict) -> list[str]:
    """Return the section of the curves."""
    text = [where(result) + " " + limits_text({result["device"]: result["limits"]})]
    return text + panels_text(result["curves"])


def panels_text(all_curves: list[dict]) -> list[str]:
    """Return a table for each curve that was measured."""
    text = []
    panels: dict[tuple[str, str], list[dict]] = {}
    for curve in all_curves:
        panels.setdefault((curve["name"], curve["axis"]), []).append(curve)
    for (name, axis), curves in panels.items():
        values = sorted({p["value"] for curve in curves for p in curve["points"]})
        rows = []
        for curve in curves:
            medians = {p["value"]: milliseconds(p["median"]) for p in curve["points"]}
            cells = [medians.get(value, "left out") for value in values]
            rows.append([f"`{curve['implementation']}`", *cells])
        head = [axis, *(f"{value:,}" for value in values)]
        text += [f"{name}, ms:", table(head, rows)]
    return text


def scaling_text(result: dict) -> list[str]:
    """Return the section of data-parallel training and of the sharded spec."""
    base = result["ways"][0]["seconds"]
    head = ["way", "median, ms", "spread, ms", "speed-up", "losses differ by at most"]
    rows = [
        [
            way["way"],
            milliseconds(way["seconds"]),
            milliseconds(way["iqr"]),
            f"{base / way['seconds']:.2f}",
            f"{way['largest_relative_difference']:.1e}",
        ]
        for way in result["ways"]
    ]
    seconds = result["spec_seconds"]
    return [
        where(result)
        + f" {result['updates']} steps of the reference's char-RNN on one batch of 32.",
        table(head, rows),
        f"The specification on the reference takes {seconds['1']} s in one process and "
        f"{seconds['2']} s in two of pytest-xdist, their start included.",
    ]


def draw_gpu_curves(folder: Path) -> list[Path]:
    """Draw the curves of each GPU run in a folder beside its file; return the paths."""
    from benchmarks.curves import drawn

    found = []
    for result in loaded(sorted(folder.glob("*.json")))["gpu"]:
        curves = None if result["rehearsal"] else tables.curves_of(result)
        if curves is not None:
            found.append(folder / f"{result['file']}.png")
            drawn(curves, found[-1])
    return found


def gpu_text(result: dict, folder: Path) -> list[str]:
    """Return the section of a run of `python -m benchmarks gpu`."""
    if result["rehearsal"]:
        return [
            f"A rehearsal on a CPU, of {result['date']}, is in {result['file']}.json: it "
            "shows that the run works, and no figure of it is a measurement."
        ]
    drawn = tables.curves_of(result)
    picture = f"![Cost curves]({folder.name}/{result['file']}.png)"
    curves = [picture, *panels_text(drawn["curves"])] if drawn else []
    return tables.text_of(result, curves)


INTRODUCTION = """\
Generated by `python -m benchmarks report`; not edited by hand. The limit is the time that
the component's FLOPs or bytes, counted from its shapes (`benchmarks/costs.py`), take at
the rate measured in that run, whichever binds; what lies in the cache is copied faster
than that. Memory is how far the peak of the process rose, on a GPU the device's own. The
chapter's recorded times are of its own machine, which it does not name: they are no
measure of ours. Where the load is well above 0, other work took part of the machine:
ratios within a run then mean more than times."""


def document(folder: Path) -> str:
    """Return the text of RESULTS.md for the results in a folder."""
    found = loaded(sorted(folder.glob("*.json")))
    runs = [result for result in found["gpu"] if not result["rehearsal"]]
    benchmarks = [
        *found["benchmarks"],
        *(part for run in runs for part in tables.as_benchmarks(run)),
    ]
    text = ["# Results", INTRODUCTION]
    if found["peers"]:
        text += [
            "## Peers, turn by turn",
            "Each in a process of its own, one after the other, round after round. A "
            "ratio is taken within a round, to the first of the table; spread is the "
            "distance of the quartiles.",
        ]
        text += [line for result in found["peers"] for line in peers_text(result)]
    if grouped(benchmarks, "cpu"):
        text += [
            "## Benchmarks on the CPU",
            "`pytest --benchmark-only`, each implementation alone, in three processes one "
            "after the other. The median is that of theirs; spread is the distance from "
            "the least to the greatest time in any of them, outliers left out; two runs "
            "agree where their medians differ by no more than the greater of their "
            "spreads.",
            *benchmark_text(benchmarks, "cpu"),
        ]
    text += failed_text(benchmarks)
    text.append("## Benchmarks on a GPU")
    on_gpu = grouped(benchmarks, "gpu")
    if on_gpu:
        text += benchmark_text(benchmarks, "gpu")
    missing = [group for group in GROUPS if group not in on_gpu]
    if missing:
        rows = [[group, NOT_MEASURED] for group in missing]
        text.append(table(["component", "time"], rows))
    text.append("## A run on a GPU")
    for result in found["gpu"]:
        text += gpu_text(result, folder)
    if not runs:
        text += tables.nothing()
    if found["curves"]:
        text.append("## How the cost grows")
        for result in found["curves"]:
            picture = f"{folder.name}/{result['file']}.png"
            text += [f"![Cost curves]({picture})", *curves_text(result)]
    if found["scaling"]:
        text.append("## Beyond one process")
        text += [line for result in found["scaling"] for line in scaling_text(result)]
    return "\n\n".join(text) + "\n"
