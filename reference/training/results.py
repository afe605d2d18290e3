"""What a training leaves in its folder: weights, a history and a curve."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from reference import device
from reference.files import check_plain_file, write_atomically
from reference.training.array_files import save_arrays
from reference.training.task import Task

CHECKPOINT, WEIGHTS = "checkpoint.npz", "weights.npz"
HISTORY, CURVE = "history.json", "curve.png"
RESULTS = CHECKPOINT, WEIGHTS, HISTORY, CURVE


def check_output(output: Path) -> None:
    """Raise ValueError for a folder that the results cannot be written to."""
    if output.exists() and not output.is_dir():
        raise ValueError(f"--output must be a folder, got the file {output}")
    for name in RESULTS:
        check_plain_file(output / name)


def machine() -> dict:
    """Return what the times of a run depend on."""
    return {"device": device(), "processors": os.cpu_count()}


def save_results(output: Path, task: Task, history: Mapping) -> None:
    """Write weights, history and curve as they are now."""
    from reference.training.curve import save_curve  # Matplotlib loads for a second

    save_arrays(output / WEIGHTS, task.about, task.model.named_weights())
    save_json(output / HISTORY, history)
    save_curve(output / CURVE, history)


def save_json(path: Path, value) -> None:
    """Write a value as JSON, indented."""
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    write_atomically(path, lambda file: file.write(text.encode()))
