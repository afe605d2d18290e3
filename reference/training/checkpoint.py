"""The checkpoint: everything that the next step depends on, in one file.

It holds the weights, the optimizer's moments, recurrent states, random streams, metrics
and the counts of the run.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np
import tensorflow as tf

from reference.training.array_files import check_arrays, load_arrays, save_arrays
from reference.training.task import Task


@dataclass
class Counts:
    """How far a run has come; sums are over the steps of this epoch."""

    step: int = 0  # over all epochs
    losses: float = 0.0
    seconds: float = 0.0
    timed_steps: int = 0  # those of this epoch that traced nothing
    epochs: list[dict] = field(default_factory=list)


def save_checkpoint(path: Path, task: Task, identity: Mapping, counts: Counts) -> None:
    """Write the checkpoint, or leave the one before it in place."""
    about = {"identity": dict(identity), "progress": asdict(counts)}
    save_arrays(path, about, arrays(task))


def load_checkpoint(path: Path, task: Task, identity: Mapping) -> Counts:
    """Put the task back to the checkpoint; ValueError where it is another run's."""
    about, saved = load_arrays(path)
    if about.get("identity") != identity:
        raise ValueError(
            f"--output holds another run, {about.get('identity')}, "
            f"got {identity}: choose another folder"
        )
    try:
        own = {name: (a.shape, a.dtype) for name, a in arrays(task).items()}
        check_arrays(saved, own)
        check_counts(about.get("progress"), task.steps_per_epoch)
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    for name, variable in variables(task).items():
        variable.assign(saved.pop(name))
    weights = {name.removeprefix("weights/"): a for name, a in saved.items()}
    task.model.set_named_weights(weights)
    return Counts(**about["progress"])


def variables(task: Task) -> dict[str, tf.Variable]:
    """Return, by name, what a step changes besides the weights."""
    named = {f"carried/{k}": v for k, v in task.model.carried().items()}
    for i, variable in enumerate(task.model.adam.variables):
        named[f"adam/{i}"] = variable
    for name, metric in task.metrics.items():
        named |= {f"metrics/{name}/{i}": v for i, v in enumerate(metric.variables)}
    return named


def arrays(task: Task) -> dict[str, np.ndarray]:
    """Return, by name, the weights and what else a step changes."""
    named = {f"weights/{k}": w for k, w in task.model.named_weights().items()}
    return named | {name: v.numpy() for name, v in variables(task).items()}


def check_counts(progress, steps_per_epoch: int) -> None:
    """Raise ValueError unless a run of so many steps an epoch can have come so far."""
    kinds = {f.name: type(getattr(Counts(), f.name)) for f in fields(Counts)}
    if not isinstance(progress, dict) or set(progress) != set(kinds):
        raise ValueError(f"its progress must have {', '.join(kinds)}")
    for name, kind in kinds.items():
        value = progress[name]
        if type(value) is not kind or (kind is not list and not is_finite(value)):
            raise ValueError(f"its {name} must be a finite {kind.__name__}")
    step, epochs = progress["step"], progress["epochs"]
    if step < 0 or step // steps_per_epoch != len(epochs):
        raise ValueError(f"step {step} is not in epoch {len(epochs) + 1}")
    for i, epoch in enumerate(epochs, start=1):
        check_epoch(i, epoch, epochs[0])


def check_epoch(i: int, epoch, first) -> None:
    """Raise ValueError unless this can be the record of epoch i."""
    if not isinstance(epoch, dict) or epoch.get("epoch") != i:
        raise ValueError(f"the record of epoch {i} is missing")
    if not all(map(is_finite, epoch.values())):
        raise ValueError(f"the record of epoch {i} must hold finite numbers")
    if set(epoch) != set(first) or "loss" not in epoch:
        raise ValueError(f"the record of epoch {i} has other names")


def is_finite(value) -> bool:
    """Return whether a value of JSON is a finite number."""
    return type(value) in (int, float) and math.isfinite(value)
