"""The training curve, with what the chapter recorded drawn beside it."""

from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.ticker import MaxNLocator

from reference.storage import write_atomically

OURS, RECORDED = "#1f5fa8", "#b3541e"


def save_curve(path: Path, history: dict) -> None:
    """Draw every quantity of the history over the epochs, and write it as PNG."""
    epochs, recorded = history["epochs"], history["recorded"]
    names = [n for n in epochs[0] if n not in ("epoch", "seconds_per_step")]
    figure, axes = plt.subplots(
        1,
        len(names),
        figsize=(6.4 * len(names), 4),
        squeeze=False,
        layout="constrained",
    )
    for name, ax in zip(names, axes[0], strict=True):
        ours = [epoch[name] for epoch in epochs]
        values = [float("nan") if v is None else v for v in recorded.get(name, [])]
        if values:
            steps = range(1, len(values) + 1)
            ax.plot(steps, values, "o-", color=RECORDED, ms=3, lw=1, label="recorded")
        steps = range(1, len(ours) + 1)
        ax.plot(steps, ours, "o-", color=OURS, ms=3, lw=1.5, label="this run")
        ax.set(xlabel="epoch", ylabel=name, title=history["recipe"])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(alpha=0.3)
        ax.legend()
    metadata = {"Software": None}
    try:
        write_atomically(path, lambda f: figure.savefig(f, dpi=150, metadata=metadata))
    finally:
        plt.close(figure)
