"""Training with a history, a curve and weights on disk; interrupted, it goes on.

After every epoch, every five minutes and at an interrupt, everything that the next step
depends on is saved: weights, the optimizer's moments, recurrent states, random streams
and the place in the text. On a CPU the resumed run is the uninterrupted one, bit for
bit.
"""

import itertools
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from reference import device
from reference.archives import WEIGHTS, check_arrays, load_arrays, save_arrays
from reference.claims import claimed
from reference.progress import Progress
from reference.storage import (
    Interrupted,
    check_plain_file,
    remove_drafts,
    save_json,
)

SECONDS_BETWEEN_SAVES = 300
CHECKPOINT, HISTORY, CURVE = "checkpoint.npz", "history.json", "curve.png"
RESULTS = CHECKPOINT, WEIGHTS, HISTORY, CURVE
# What a run knows besides arrays: counts are of steps, sums of this epoch.
PROGRESS = {
    "step": int,
    "losses": float,
    "seconds": float,
    "timed_steps": int,
    "epochs": list,
}


class Diverged(FloatingPointError):
    """The loss is no longer a number, nor are the weights."""


@dataclass(frozen=True)
class Task:
    """A model and what it is trained on.

    `batches(step)` gives the batches from a step on, counted over all epochs, without
    end. `metrics` are those that the model updates in its loss. `evaluate()` measures
    after the last epoch. `about` is what rebuilds the model around its weights.
    """

    model: Any  # a reference.trainable.Trainable with named weights
    steps_per_epoch: int
    batches: Callable[[int], Iterable]
    about: Mapping[str, Any]
    begin_epoch: Callable[[], None] = lambda: None
    metrics: Mapping[str, tf.keras.metrics.Metric] = field(default_factory=dict)
    evaluate: Callable[[], Mapping[str, float]] | None = None


@contextmanager
def deferred_interrupts() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C or SIGTERM sets; a second one raises."""
    asked = threading.Event()

    def ask(number, frame):
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked  # signals reach the main thread alone
        return
    before = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Run:
    """A training run in a folder, as far as it has come."""

    def __init__(self, task: Task, identity: Mapping, recorded: Mapping, output: Path):
        self.task, self.identity, self.recorded = task, dict(identity), recorded
        self.output = output
        self.step = 0  # over all epochs
        self.losses = self.seconds = 0.0  # summed over the steps of this epoch
        self.timed_steps = 0  # those of this epoch that traced nothing
        self.epochs: list[dict] = []
        self.evaluation: dict = {}

    def variables(self) -> dict[str, tf.Variable]:
        """Return, by name, what a step changes besides the weights."""
        task = self.task
        named = {f"carried/{k}": v for k, v in task.model.carried().items()}
        for i, variable in enumerate(task.model.adam.variables):
            named[f"adam/{i}"] = variable
        for name, metric in task.metrics.items():
            named |= {f"metrics/{name}/{i}": v for i, v in enumerate(metric.variables)}
        return named

    def arrays(self) -> dict[str, np.ndarray]:
        """Return, by name, the weights and what else a step changes."""
        arrays = {f"weights/{k}": w for k, w in self.task.model.named_weights().items()}
        return arrays | {name: v.numpy() for name, v in self.variables().items()}

    def save(self) -> None:
        """Write the checkpoint, or leave the one before it in place."""
        progress = {name: getattr(self, name) for name in PROGRESS}
        about = {"identity": self.identity, "progress": progress}
        save_arrays(self.output / CHECKPOINT, about, self.arrays())

    def resume(self) -> None:
        """Go back to the checkpoint; ValueError where it is another run's."""
        path = self.output / CHECKPOINT
        about, arrays = load_arrays(path)
        if about.get("identity") != self.identity:
            raise ValueError(
                f"--output holds another run, {about.get('identity')}, "
                f"got {self.identity}: choose another folder"
            )
        try:
            own = {name: (a.shape, a.dtype) for name, a in self.arrays().items()}
            check_arrays(arrays, own)
            check_progress(about.get("progress"), self.task.steps_per_epoch)
        except ValueError as error:
            raise ValueError(f"{path} is damaged: {error}") from error
        variables = self.variables()
        for name, variable in variables.items():
            variable.assign(arrays[name])
        self.task.model.set_named_weights(
            {
                name.removeprefix("weights/"): array
                for name, array in arrays.items()
                if name not in variables
            }
        )
        vars(self).update(about["progress"])

    def open_batches(self) -> None:
        """Get the batches from this step on; the first one finds what is wrong."""
        batches = iter(self.task.batches(self.step))
        self.batches = itertools.chain([next(batches)], batches)

    def train(self, epochs: int, asked: threading.Event) -> None:
        """Take steps until the epochs are done; Interrupted where asked to stop."""
        while len(self.epochs) < epochs:
            self.finish_epoch(epochs, asked)
            self.save()
            self.report()
            if asked.is_set():
                raise Interrupted(f"saved after epoch {len(self.epochs)}")

    def finish_epoch(self, epochs: int, asked: threading.Event) -> None:
        task, place = self.task, self.step % self.task.steps_per_epoch
        if place == 0:
            task.begin_epoch()
            for metric in task.metrics.values():
                metric.reset_states()
        saved_at, first = time.monotonic(), True
        label = f"epoch {len(self.epochs) + 1}/{epochs}"
        with Progress(label, total=task.steps_per_epoch, done=place) as progress:
            for done in range(place + 1, task.steps_per_epoch + 1):
                start = time.perf_counter()
                batch = task.model.place(next(self.batches))
                loss = float(task.model.train_step(batch))
                if not math.isfinite(loss):
                    raise Diverged(
                        f"the loss must be finite, got {loss} at step {self.step + 1}; "
                        f"what was saved before it is kept"
                    )
                if not first:  # the first step, which may trace, is not timed
                    self.seconds += time.perf_counter() - start
                    self.timed_steps += 1
                first = False
                self.step += 1
                self.losses += loss
                progress.step(self.losses / done)
                if done == task.steps_per_epoch:
                    break  # a finished epoch is saved with its results
                if asked.is_set():
                    self.save()
                    raise Interrupted(f"saved after step {self.step}")
                if time.monotonic() - saved_at > SECONDS_BETWEEN_SAVES:
                    self.save()
                    saved_at = time.monotonic()
        results = {name: float(m.result()) for name, m in task.metrics.items()}
        self.epochs.append(
            {
                "epoch": len(self.epochs) + 1,
                "loss": self.losses / task.steps_per_epoch,
                **results,
                "seconds_per_step": self.seconds / max(1, self.timed_steps),
            }
        )
        self.losses = self.seconds = 0.0
        self.timed_steps = 0

    def history(self) -> dict:
        """Return the epochs so far, beside what the chapter recorded."""
        machine = {"device": device(), "processors": os.cpu_count()}
        return {
            **self.identity,
            "machine": machine,
            "epochs": self.epochs,
            "evaluation": self.evaluation,
            "recorded": dict(self.recorded),
        }

    def report(self) -> None:
        """Write history, curve and weights as they are now."""
        from reference.curves import save_curve  # Matplotlib takes a second to import

        weights = self.task.model.named_weights()
        save_arrays(self.output / WEIGHTS, self.task.about, weights)
        save_json(self.output / HISTORY, self.history())
        save_curve(self.output / CURVE, self.history())


def check_progress(progress, steps_per_epoch: int) -> None:
    """Raise ValueError unless a run of so many steps an epoch can have come so far."""
    if not isinstance(progress, dict) or set(progress) != set(PROGRESS):
        raise ValueError(f"its progress must have {', '.join(PROGRESS)}")
    for name, kind in PROGRESS.items():
        value = progress[name]
        if type(value) is not kind or (kind is not list and not is_finite(value)):
            raise ValueError(f"its {name} must be a finite {kind.__name__}")
    step, epochs = progress["step"], progress["epochs"]
    if step < 0 or step // steps_per_epoch != len(epochs):
        raise ValueError(f"step {step} is not in epoch {len(epochs) + 1}")
    for i, epoch in enumerate(epochs, start=1):
        if not isinstance(epoch, dict) or epoch.get("epoch") != i:
            raise ValueError(f"the record of epoch {i} is missing")
        if not all(
            type(v) in (int, float) and math.isfinite(v) for v in epoch.values()
        ):
            raise ValueError(f"the record of epoch {i} must hold finite numbers")
        if set(epoch) != set(epochs[0]) or "loss" not in epoch:
            raise ValueError(f"the record of epoch {i} has other names")


def is_finite(value) -> bool:
    """Return whether a value of JSON is a finite number."""
    return type(value) in (int, float) and math.isfinite(value)


def check_output(output: Path) -> None:
    """Raise ValueError for a folder that the results cannot be written to."""
    if output.exists() and not output.is_dir():
        raise ValueError(f"--output must be a folder, got the file {output}")
    for name in RESULTS:
        check_plain_file(output / name)


def fit(
    task: Task, *, epochs: int, output, identity: Mapping, recorded: Mapping
) -> dict[str, Any]:
    """Train to the number of epochs, going on where the folder's run stopped.

    Returns the history. `identity` says which run it is: its recipe, seed and sizes.
    """
    output = Path(output)
    if epochs < 1:
        raise ValueError(f"epochs must be positive, got {epochs}")
    check_output(output)
    run = Run(task, identity, recorded, output)
    with deferred_interrupts() as asked:
        begun = (output / CHECKPOINT).exists()
        if not begun:
            run.open_batches()  # before anything is written: it may be refused
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"output {output} cannot be made: {error.strerror}"
            raise OSError(reason) from error
        with claimed(output):
            remove_drafts(output, RESULTS)
            if begun or (output / CHECKPOINT).exists():
                run.resume()
                if len(run.epochs) < epochs:
                    run.open_batches()
            else:
                run.save()  # a full disk is found before the first step
            run.train(epochs, asked)
            if task.evaluate is not None:
                evaluation = task.evaluate()
                run.evaluation = {name: float(v) for name, v in evaluation.items()}
            run.report()
    return run.history()
