"""How the cost grows with the work: one size varied, the others at the base."""

import json
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.costs import rounded
from benchmarks.frame import Implementation, versions
from benchmarks.workloads import (
    char_rnn,
    multi_head_attention,
    positional_encoding,
    transformer,
)

CHAR_RNN = char_rnn.SIZES


@dataclass(frozen=True)
class Curve:
    """A workload whose sizes follow one number."""

    name: str
    axis: str
    make: Callable
    sizes: Callable[[int], dict]
    values: tuple[int, ...]


def doubling(first: int, last: int) -> tuple[int, ...]:
    """Return first, twice that, and so on up to the last."""
    return tuple(first * 2**i for i in range((last // first).bit_length()))


def attention_sizes(n_steps: int) -> dict:
    return multi_head_attention.SIZES | {"batch_size": 1, "n_steps": n_steps}


def encoding_sizes(n_steps: int) -> dict:
    return positional_encoding.SIZES | {"n_steps": n_steps}


def transformer_sizes(n_steps: int) -> dict:
    """Return a narrow transformer's sizes, that the attention is what grows."""
    return dict(
        batch_size=1,
        encoder_steps=n_steps,
        decoder_steps=n_steps,
        vocabulary_size=100,
        embed_size=128,
        n_layers=2,
        max_steps=n_steps,
    )


STEP = char_rnn.train_step
CURVES = (
    Curve(
        "multi_head_attention call",
        "time steps",
        multi_head_attention.call,
        attention_sizes,
        doubling(64, 2_048),
    ),
    Curve(
        "transformer step",
        "time steps",
        transformer.train_step,
        transformer_sizes,
        doubling(64, 2_048),
    ),
    Curve(
        "positional_encoding call",
        "time steps",
        positional_encoding.call,
        encoding_sizes,
        doubling(64, 2_048),
    ),
    Curve(
        "char_rnn step",
        "time steps",
        STEP,
        lambda n: CHAR_RNN | {"n_steps": n},
        doubling(25, 800),
    ),
    Curve(
        "char_rnn step",
        "batch size",
        STEP,
        lambda n: CHAR_RNN | {"batch_size": n},
        doubling(8, 512),
    ),
    Curve(
        "char_rnn step",
        "units",
        STEP,
        lambda n: CHAR_RNN | {"units": n},
        doubling(32, 1_024),
    ),
)


def point(work, *, longest: float, most: int = 20) -> dict:
    """Return the median time of a workload that has run, its spread and its cost."""
    work.run()
    times: list[float] = []
    while len(times) < 3 or (sum(times) < longest and len(times) < most):
        start = time.perf_counter()
        work.run()
        times.append(time.perf_counter() - start)
    work.check()
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive")
    return {
        "median": middle,
        "iqr": high - low,
        "rounds": len(times),
        "flops": work.cost.flops,
        "bytes": work.cost.bytes,
    }


def measured(names, *, seconds: float, progress=lambda text: None) -> dict:
    """Return every curve of every implementation, in about so many seconds each.

    A curve ends early where its next point would start too late; what one leaves of its
    time, the next may take.
    """
    limits: dict[str, dict] = {}
    curves = []
    for name in names:
        implementation = Implementation(name)
        start = time.monotonic()
        for i, curve in enumerate(CURVES, start=1):
            points: list[dict] = []
            for value in curve.values:
                late = time.monotonic() - start > seconds * i / len(CURVES)
                if late and len(points) > 1:
                    break
                progress(f"{name}: {curve.name}, {curve.axis} {value}")
                work = curve.make(implementation, **curve.sizes(value))
                work.run()
                device = "cpu"
                if work.on_gpu():
                    device = implementation.declares("device")()
                if device not in limits:
                    limits[device] = machine.limits(device)
                points.append({"value": value, **point(work, longest=0.3)})
            curves.append(
                {
                    "implementation": name,
                    "name": curve.name,
                    "axis": curve.axis,
                    "points": points,
                }
            )
    if len(limits) != 1:
        raise RuntimeError(f"curves must be of one device, got {', '.join(limits)}")
    [(device, limit)] = limits.items()
    return {
        "kind": "curves",
        "machine": machine.description() | {"versions": versions()},
        "device": device,
        "limits": limit,
        "curves": curves,
    }


def written(results: dict, output: Path) -> list[Path]:
    """Write the results as JSON and as one picture; return both paths."""
    output.mkdir(parents=True, exist_ok=True)
    for curve in results["curves"]:
        for found in curve["points"]:
            found.update(median=rounded(found["median"]), iqr=rounded(found["iqr"]))
    stem = "curves" if results["device"] == "cpu" else "gpu_curves"
    data, picture = output / f"{stem}.json", output / f"{stem}.png"
    data.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    drawn(results, picture)
    return [data, picture]


def drawn(results: dict, path: Path) -> None:
    """Draw every curve, and below each the time that the machine's limits allow."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    titles = list(dict.fromkeys((c["name"], c["axis"]) for c in results["curves"]))
    figure = Figure(figsize=(12, 7), dpi=80, layout="constrained")
    FigureCanvasAgg(figure)
    n_rows = max(2, math.ceil(len(titles) / 3))
    panels = list(figure.subplots(n_rows, 3).flat)
    for unused in panels[len(titles) :]:
        unused.set_axis_off()
    limits = results["limits"]
    for panel, title in zip(panels, titles, strict=False):
        own = [c for c in results["curves"] if (c["name"], c["axis"]) == title]
        for curve in own:
            x = [p["value"] for p in curve["points"]]
            y = [1e3 * p["median"] for p in curve["points"]]
            panel.plot(x, y, "o-", label=curve["implementation"])
        longest = max(own, key=lambda curve: len(curve["points"]))
        floor = [
            1e3
            * max(
                p["flops"] / limits["flops_per_second"],
                p["bytes"] / limits["bytes_per_second"],
            )
            for p in longest["points"]
        ]
        x = [p["value"] for p in longest["points"]]
        panel.plot(x, floor, "k--", label="limit")
        values = sorted({p["value"] for curve in own for p in curve["points"]})
        panel.set(xscale="log", yscale="log", xlabel=title[1], ylabel="ms")
        panel.set_xticks(values, [f"{value:,}" for value in values])
        panel.set_xticks([], minor=True)
        panel.grid(alpha=0.3)
        panel.set_title(title[0])
        panel.legend(fontsize=8)
    figure.savefig(path)
