"""The tables of a run on a GPU; what it did not measure is said, part by part."""

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.gpu.limits import for_the_clock
from benchmarks.gpu.plan import PLAN

NOT_MEASURED = "not measured"
NEAR = 1.2  # times the best form: what a port's step is to be within
PORT = "the port"
GROUPS = {  # of a model's benchmark
    "char_rnn": "char_rnn: a training step",
    "encoder_decoder": "encoder_decoder: a training step",
    "sentiment": "sentiment: a training step, masked by the embedding",
    "multi_head_attention": "multi_head_attention: a call",
    "transformer": "transformer: a training step",
    "stateful_char_rnn": "stateful_char_rnn: a training step",
}
RUNS = ("benchmarks 1", "benchmarks 2")
LONGEST_KERNELS = 3


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, numbers to the right."""
    rule = ["---"] + ["---:"] * (len(head) - 1)
    lines = [head, rule, *rows]
    return "\n".join("| " + " | ".join(map(safe, line)) + " |" for line in lines)


def safe(cell: str) -> str:
    """Return a cell on one line, no part of which is a border."""
    return " ".join(str(cell).split()).replace("|", "\\|")


def number(value: float, digits: int = 3) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{digits}g}"


def entries(result: dict, part: str) -> list[dict]:
    return result["parts"].get(part, {}).get("entries", [])


def limits(result: dict, precision: str) -> dict | None:
    """Return the limits of the run at a precision, if they were all measured."""
    return for_the_clock(entries(result, "limits"), precision) or None


def card(result: dict) -> str:
    found = [e["card"] for e in entries(result, "device") if "card" in e]
    return found[0] if found else "an unknown card"


def machine(result: dict) -> dict:
    """Return the machine of the run, with the versions of all its processes."""
    versions: dict = {}
    found: dict = {}
    for entry in entries(result, "device"):
        found |= entry.get("machine", {})
        versions |= entry.get("versions", {})
    return found | {"versions": versions}


def as_benchmarks(result: dict) -> list[dict]:
    """Return the two runs of the benchmarks in the form of pytest-benchmark's files."""
    found = []
    for part in RUNS:
        measured = [e for e in entries(result, part) if "stats" in e]
        if not measured:
            continue
        limit = limits(result, measured_precision(result))
        found.append(
            {
                "machine_info": machine(result),
                "datetime": result["parts"][part].get("date", result["date"]),
                "limits": {card(result): limit} if limit else {},
                "benchmarks": [
                    {
                        "group": e["group"],
                        "stats": e["stats"],
                        "extra_info": e["extra_info"] | {"implementation": e["port"]},
                    }
                    for e in measured
                ],
                "failed": [
                    {"group": e["test"], "implementation": e["port"]}
                    for e in entries(result, part)
                    if "failed" in e and "test" in e
                ],
            }
        )
    return found


def measured_precision(result: dict) -> str:
    """Return at which precision the benchmarks ran, as it was asked for."""
    for part in RUNS:
        for entry in entries(result, part):
            if "precision" in entry:
                return entry["precision"]["asked"]
    return "tf32"


def parts_table(result: dict) -> list[str]:
    """Return what became of each part."""
    rows = []
    for slot in PLAN:
        part = result["parts"].get(slot.name, {})
        status = part.get("status", NOT_MEASURED)
        why = f" ({part['why']})" if "why" in part else ""
        took = f"{part['seconds']:.0f}" if "seconds" in part else "-"
        given = f"{part['limit_seconds']:.0f}" if "limit_seconds" in part else "-"
        other = part.get("card", "unknown")
        there = "" if other in (card(result), "unknown") else f", on {other}"
        rows.append([slot.name, given, took, status + why + there])
    return [table(["part", "limit, s", "took, s", "status"], rows)]


def limits_table(result: dict) -> list[str]:
    rows = []
    for e in entries(result, "limits"):
        if "flops_per_second" in e:
            what = f"{e['what']}, {e['precision']}, {e['size']:,} a side"
            rows.append([what, f"{number(e['flops_per_second'] / 1e12)} TFLOP/s"])
        elif "bytes_per_second" in e:
            rows.append([e["what"], f"{number(e['bytes_per_second'] / 1e9)} GB/s"])
        elif "seconds" in e:
            what = f"{e['what']}, {e['framework']}"
            rows.append([what, f"{number(e['seconds'] * 1e6)} µs"])
    return [table(["limit", "measured"], rows)] if rows else [NOT_MEASURED]


def conformance_table(result: dict) -> list[str]:
    """Return how many clauses passed, and what the others say, whole."""
    found: dict[tuple[str, str], list[dict]] = {}
    for entry in entries(result, "conformance"):
        found.setdefault((entry["port"], entry["precision"]), []).append(entry)
    if not found:
        return [NOT_MEASURED]
    rows, failures = [], []
    for (port, precision), own in found.items():
        passed = sum(e.get("totals", {}).get("passed", 0) for e in own)
        clauses = sum(e.get("clauses", 0) for e in own)
        lost = [e for e in own if "cut" in e or "failed" in e or not e.get("complete")]
        whole = "yes" if not lost else f"no: {len(lost)} of {len(own)} processes ended"
        seconds = max(e["seconds"] for e in own)
        device = ", ".join(sorted({e["device"] for e in own if "device" in e})) or "-"
        counts = f"{passed} of {clauses}"
        rows.append([f"`{port}`", precision, counts, whole, f"{seconds:.0f}", device])
        for entry in own:
            for failure in entry.get("failures", []):
                what = f"`{port}`, {precision}, {failure['id']} ({failure['outcome']})"
                failures.append(f"{what}:\n\n```text\n{failure['message']}\n```")
            if "failed" in entry:
                failures.append(f"`{port}`, {precision}: {safe(entry['failed'])}")
    head = ["port", "precision", "clauses passed", "complete", "longest, s", "device"]
    return [table(head, rows), *failures]


def steps(result: dict) -> dict[tuple[str, str], dict]:
    """Return the benchmarks' entries by port and group, the first run's first."""
    found: dict[tuple[str, str], dict] = {}
    for part in RUNS:
        for e in entries(result, part):
            if "stats" in e:
                found.setdefault((e["port"], e["group"]), e)
    return found


def kernels_table(result: dict) -> list[str]:
    """Return which kernels each step consisted of."""
    rows = []
    for (port, group), entry in steps(result).items():
        info = entry["extra_info"]
        if not info.get("kernels"):
            continue
        step = 1e6 * entry["stats"]["median"]
        longest = "; ".join(
            f"{k['name']} ({k['calls']}, {number(k['microseconds'])} µs)"
            for k in info["kernels"][:LONGEST_KERNELS]
        )
        memory, waits = info.get("peak_memory"), info.get("host_waits")
        rows.append(
            [
                f"`{port}`, {group}",
                info["fused_kernel"],
                f"{info['launches']:,}",
                f"{info['device_microseconds'] / step:.2f}",
                "-" if waits is None else str(waits),
                "-" if memory is None else f"{memory / 2**20:,.0f}",
                longest,
            ]
        )
    precision = [
        f"`{e['port']}`: asked for {e['precision']['asked']}, observed "
        + ", ".join(f"{k} {v}" for k, v in e["precision"]["observed"].items())
        for e in entries(result, RUNS[0])
        if "precision" in e
    ]
    head = ["step", "fused kernel", "launches", "device busy", "waits of the host"]
    head += ["memory, MiB", "longest kernels (calls, time)"]
    if not rows:
        return [NOT_MEASURED]
    return ["Precision: " + "; ".join(precision) + ".", table(head, rows)]


def launch_seconds(result: dict, framework: str, what: str) -> float | None:
    for e in entries(result, "limits"):
        if (e.get("framework"), e["what"]) == (framework, what) and "seconds" in e:
            return e["seconds"]
    return None


def bound(result: dict, port: str, model: str, seconds: float) -> str:
    """Return what the step of a port waits for most, as far as that was measured."""
    entry = steps(result).get((port, GROUPS[model]))
    if entry is None:
        return f"what binds was {NOT_MEASURED}"
    info = entry["extra_info"]
    framework = "JAX" if "jax" in port.lower() else "PyTorch"
    costs = {"the kernels themselves": info.get("device_microseconds", 0) / 1e6}
    if each := launch_seconds(result, framework, "launch, in a queue"):
        costs[f"{info.get('launches') or 0:,} launches"] = each * (
            info.get("launches") or 0
        )
    if each := launch_seconds(result, framework, "launch, waited for"):
        waits = info.get("host_waits") or 0
        costs[f"{waits} waits of the host"] = each * waits
    what = max(costs, key=lambda key: costs[key])
    share = costs[what] / seconds
    return f"bound by {what}: {number(1e3 * costs[what])} ms, {share:.2f} of the step"


def peers_table(result: dict) -> list[str]:
    """Return each model's forms, and how far each port is from the best of its own."""
    measured = entries(result, "peers")
    models = list(dict.fromkeys(e["model"] for e in measured if "model" in e))
    text: list[str] = []
    limit = limits(result, measured_precision(result))
    for model in models:
        own = [e for e in measured if e.get("model") == model]
        timed = [e for e in own if "median" in e]
        best = min((e["median"] for e in timed), default=None)
        rows = []
        for e in own:
            form = (
                f"`{e['port']}`" if e.get("form") == PORT else f"{e.get('form', '-')}"
            )
            form += "" if e.get("form") == PORT else f" ({e['port']})"
            if "median" not in e or best is None:
                why = (
                    "dropped" if "dropped" in e else e.get("failed") or e.get("absent")
                )
                rows.append([form, f"{NOT_MEASURED}: {why}", "-", "-", "-"])
                continue
            share = "-"
            if limit:
                by_rate = e["flops"] / limit["flops_per_second"]
                by_bandwidth = e["bytes"] / limit["bytes_per_second"]
                share = f"{max(by_rate, by_bandwidth) / e['median']:.2g}"
            rows.append(
                [
                    form,
                    number(1e3 * e["median"]),
                    number(1e3 * e["iqr"]),
                    f"{e['median'] / best:.2f}",
                    share,
                ]
            )
        head = ["form", "median, ms", "spread, ms", "times the best"]
        text += [f"#### {model}", table([*head, "share of the limit"], rows)]
        text += nearness(result, model, timed)
    return text or [NOT_MEASURED]


def nearness(result: dict, model: str, timed: list[dict]) -> list[str]:
    """Return for each port how far it is from the best form in its own framework."""
    lines = []
    for port in dict.fromkeys(e["port"] for e in timed):
        own = [e for e in timed if e["port"] == port]
        ports = [e for e in own if e["form"] == PORT]
        if not ports or len(own) < 2:
            continue
        best = min(own, key=lambda e: e["median"])
        ratio = ports[0]["median"] / best["median"]
        line = f"`{port}` takes {ratio:.2f} times its best form here ({best['form']})"
        if ratio > NEAR:
            line += f": {bound(result, port, model, ports[0]['median'])}"
        lines.append(line + ".")
    return lines


def curves_of(result: dict) -> dict | None:
    """Return the curves in the form in which those of the CPU are drawn."""
    limit = limits(result, measured_precision(result))
    found: dict[tuple[str, str, str], list[dict]] = {}
    for e in entries(result, "curves"):
        if "median" in e:
            found.setdefault((e["port"], e["name"], e["axis"]), []).append(e)
    if not found or limit is None:
        return None
    return {
        "limits": limit,
        "curves": [
            {
                "implementation": port,
                "name": name,
                "axis": axis,
                "points": sorted(points, key=lambda point: point["value"]),
            }
            for (port, name, axis), points in found.items()
        ],
    }


def rates(result: dict) -> list[str]:
    """Return how many characters a second each port writes, at the most."""
    found: dict[str, list[float]] = {}
    for e in entries(result, "curves"):
        if "median" in e and e.get("unit") == "characters":
            found.setdefault(e["port"], []).append(e["amount"] / e["median"])
    rows = [[f"`{port}`", number(max(values))] for port, values in found.items()]
    return [table(["port", "characters a second, at most"], rows)] if rows else []


def total_seconds(result: dict) -> float:
    return sum(part.get("seconds", 0) for part in result["parts"].values())


def spread_of_runs(result: dict) -> float | None:
    """Return the median distance of the two runs' medians, relative to the first."""
    medians: dict[tuple[str, str], list[float]] = {}
    for part in RUNS:
        for e in entries(result, part):
            if "stats" in e:
                key = e["port"], e["group"]
                medians.setdefault(key, []).append(e["stats"]["median"])
    ratios = [abs(b / a - 1) for a, b in (m for m in medians.values() if len(m) == 2)]
    return statistics.median(ratios) if ratios else None


def text_of(result: dict, curves: Sequence[str]) -> list[str]:
    """Return the section of one run; `curves` is that of its curves."""
    apart = spread_of_runs(result)
    again = "" if apart is None else f" Two runs differ by {apart:.1%} in the median."
    return [
        f"On {result['date']} on {card(result)}, {total_seconds(result):.0f} s in all."
        + again,
        *parts_table(result),
        "### What the card can do",
        *limits_table(result),
        "### Conformance",
        *conformance_table(result),
        "### Which kernels ran",
        *kernels_table(result),
        "### The ports beside the frameworks' own forms",
        *peers_table(result),
        "### How the cost grows on a GPU",
        *(curves or [NOT_MEASURED]),
        *rates(result),
    ]


def nothing() -> list[str]:
    """Return the section where there is no run."""
    rows = [[slot.about, NOT_MEASURED] for slot in PLAN[1:]]
    return [table(["part of the run", "figures"], rows)]
