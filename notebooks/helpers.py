"""What every notebook begins with: versions checked, seeds set, figures kept.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, the setup of its notebook.
"""

import json
import os
import sys
import warnings
from pathlib import Path

import numpy as np

PYTHON, TENSORFLOW = (3, 10), "2.15"
IMAGES = Path("images") / "nlp"  # in the notebook's folder; git ignores it
RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
OURS, RECORDED = "#1f5fa8", "#b3541e"
STYLE = {"figure.dpi": 72, "figure.constrained_layout.use": True, "image.cmap": "Blues"}


def start(*, seed: int = 42, tensorflow: bool = True) -> None:
    """Check versions, silence logs, seed, and say so where there is no GPU. [G19]

    A notebook that needs no TensorFlow is spared its import.
    """
    python = sys.version.split()[0]
    check("Python", sys.version_info[:2] >= PYTHON, "3.10 or later", python)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # before TensorFlow is imported
    for needless in "pkg_resources is deprecated", "IProgress not found":
        warnings.filterwarnings("ignore", needless)  # by TF-Hub, and by the corpora
    draw_inline()
    np.random.seed(seed)  # noqa: NPY002  # what G19 seeds
    if tensorflow:
        start_tensorflow(seed)


def start_tensorflow(seed: int) -> None:
    """Do for TensorFlow what `start` does."""
    try:
        import tensorflow as tf
    except ImportError as error:
        check("TensorFlow", False, f"installed, version {TENSORFLOW}", str(error))
    rightly = tf.__version__.startswith(f"{TENSORFLOW}.")
    check("TensorFlow", rightly, TENSORFLOW, tf.__version__)
    tf.get_logger().setLevel("ERROR")
    tf.keras.utils.set_random_seed(seed)
    if not tf.config.list_physical_devices("GPU"):
        print("No GPU was found. The models here are small and train on the CPU.")


def check(name: str, right: bool, rule: str, found: str) -> None:
    """Raise RuntimeError where a version is not right."""
    if not right:
        raise RuntimeError(
            f"{name} must be {rule}, got {found}: `make notebooks` builds an "
            "environment in .venv that has it"
        )


def draw_inline() -> None:
    """Let figures appear below their cells, small enough to keep."""
    import matplotlib as mpl
    from IPython import get_ipython

    if shell := get_ipython():
        shell.run_line_magic("matplotlib", "inline")
    mpl.rcParams.update(STYLE)


def save_figure(figure, name: str) -> None:
    """Write the figure as `name`.png, at 300 dots an inch. [G19]"""
    IMAGES.mkdir(parents=True, exist_ok=True)
    figure.savefig(IMAGES / f"{name}.png", dpi=300)


def on_real_corpora() -> bool:
    """Say whether CHAPTER_DATA names the real corpora; there are made ones, else."""
    return bool(os.environ.get("CHAPTER_DATA"))


def curves(recipe: str) -> dict[str, dict[str, list[float]]]:
    """Return, by quantity, the recorded epochs, and the measured ones if there are any.

    What a recorded output leaves out is NaN.
    """
    from reference.training.recipes import RECIPES

    path = RESULTS / recipe / "history.json"
    measured = json.loads(path.read_text("utf-8"))["epochs"] if path.exists() else []
    return {
        quantity: {
            "recorded": [np.nan if v is None else v for v in values],
            "measured": [epoch[quantity] for epoch in measured],
        }
        for quantity, values in RECIPES[recipe].recorded.items()
    }


def draw_curves(axes, recipe: str, quantity: str) -> None:
    """Draw what a full training run measured beside what the chapter recorded."""
    for which, color in (("recorded", RECORDED), ("measured", OURS)):
        if values := curves(recipe)[quantity][which]:
            epochs = range(1, len(values) + 1)
            size = 3 if len(values) > 1 else 7  # a lone dot has no line to lead to it
            axes.plot(epochs, values, "o-", ms=size, lw=1.5, color=color, label=which)
    axes.set(xlabel="epoch", ylabel=quantity, title=f"{recipe}, full runs")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(alpha=0.3)
    axes.legend()
