"""The training curve, with what the chapter recorded drawn beside it."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from reference.files import write_atomically

OURS, RECORDED = "#1f5fa8", "#b3541e"


def save_curve(path: Path, history: Mapping) -> None:
    """Draw every quantity of the history over the epochs, and write it as PNG."""
    epochs = history["epochs"]
    names = [n for n in epochs[0] if n not in ("epoch", "seconds_per_step")]
    size = 6.4 * len(names), 4
    figure, axes = plt.subplots(
        1, len(names), figsize=size, squeeze=False, layout="constrained"
    )
    for name, ax in zip(names, axes[0], strict=True):
        draw(ax, "recorded", RECORDED, 1, history["recorded"].get(name, []))
        draw(ax, "this run", OURS, 1.5, [epoch[name] for epoch in epochs])
        ax.set(xlabel="epoch", ylabel=name, title=history["recipe"])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(alpha=0.3)
        ax.legend()
    write_figure(path, figure)


def draw(ax, label: str, color: str, width: float, values: list) -> None:
    """Draw one quantity over the epochs; None leaves a gap."""
    if values:
        values = [float("nan") if v is None else v for v in values]
        steps = range(1, len(values) + 1)
        ax.plot(steps, values, "o-", color=color, ms=3, lw=width, label=label)


def write_figure(path: Path, figure) -> None:
    metadata = {"Software": None}  # no version: equal curves are equal files
    try:
        write_atomically(path, lambda f: figure.savefig(f, dpi=150, metadata=metadata))
    finally:
        plt.close(figure)
