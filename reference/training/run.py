"""Training in a folder; interrupted, it goes on as if it had not been.

A checkpoint is saved after every epoch, every five minutes and at an interrupt. On a CPU
the resumed run is the uninterrupted one, bit for bit.
"""

import itertools
import math
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reference.files import remove_drafts
from reference.training.checkpoint import Counts, load_checkpoint, save_checkpoint
from reference.training.interrupts import Interrupted, deferred_interrupts
from reference.training.lock import locked_folder
from reference.training.progress_bar import ProgressBar
from reference.training.results import (
    CHECKPOINT,
    RESULTS,
    check_output,
    machine,
    save_results,
)
from reference.training.task import Task

SECONDS_BETWEEN_SAVES = 300


class Diverged(FloatingPointError):
    """The loss is no longer a number, nor are the weights."""


class Run:
    """A training run in a folder, as far as it has come."""

    def __init__(self, task: Task, identity: Mapping, recorded: Mapping, output: Path):
        self.task, self.identity, self.recorded = task, dict(identity), dict(recorded)
        self.output = output
        self.counts = Counts()
        self.evaluation: dict[str, float] = {}
        self.saved_at = time.monotonic()

    def save(self) -> None:
        """Write the checkpoint."""
        path = self.output / CHECKPOINT
        save_checkpoint(path, self.task, self.identity, self.counts)
        self.saved_at = time.monotonic()

    def resume(self) -> None:
        """Go back to the checkpoint."""
        path = self.output / CHECKPOINT
        self.counts = load_checkpoint(path, self.task, self.identity)

    def open_batches(self) -> None:
        """Get the batches from this step on; the first one finds what is wrong."""
        batches = iter(self.task.batches(self.counts.step))
        self.batches = itertools.chain([next(batches)], batches)

    def train(self, epochs: int, asked: threading.Event) -> None:
        """Take steps until the epochs are done; Interrupted where asked to stop."""
        while len(self.counts.epochs) < epochs:
            self.take_steps(epochs, asked)
            self.record_epoch()
            self.save()
            save_results(self.output, self.task, self.history())
            if asked.is_set():
                raise Interrupted(f"saved after epoch {len(self.counts.epochs)}")

    def take_steps(self, epochs: int, asked: threading.Event) -> None:
        """Take the steps that this epoch has left."""
        n_steps, counts = self.task.steps_per_epoch, self.counts
        begun_at = counts.step % n_steps
        if begun_at == 0:
            self.begin_epoch()
        label = f"epoch {len(counts.epochs) + 1}/{epochs}"
        with ProgressBar(label, total=n_steps, done=begun_at) as bar:
            for done in range(begun_at + 1, n_steps + 1):
                self.take_step(is_timed=done > begun_at + 1)  # the first may trace
                bar.step(counts.losses / done)
                if done < n_steps:  # a finished epoch is saved with its results
                    self.save_in_time(asked)

    def begin_epoch(self) -> None:
        self.task.begin_epoch()
        for metric in self.task.metrics.values():
            metric.reset_states()

    def take_step(self, *, is_timed: bool) -> None:
        counts, model = self.counts, self.task.model
        start = time.perf_counter()
        loss = float(model.train_step(model.place(next(self.batches))))
        if not math.isfinite(loss):
            raise Diverged(
                f"the loss must be finite, got {loss} at step {counts.step + 1}; "
                f"what was saved before it is kept"
            )
        if is_timed:
            counts.seconds += time.perf_counter() - start
            counts.timed_steps += 1
        counts.step += 1
        counts.losses += loss

    def save_in_time(self, asked: threading.Event) -> None:
        """Save where asked to stop, or where the last save is too long ago."""
        if asked.is_set():
            self.save()
            raise Interrupted(f"saved after step {self.counts.step}")
        if time.monotonic() - self.saved_at > SECONDS_BETWEEN_SAVES:
            self.save()

    def record_epoch(self) -> None:
        """Add the finished epoch to those before it; sums begin again."""
        counts = self.counts
        results = {name: float(m.result()) for name, m in self.task.metrics.items()}
        epoch = {
            "epoch": len(counts.epochs) + 1,
            "loss": counts.losses / self.task.steps_per_epoch,
            **results,
            "seconds_per_step": counts.seconds / max(1, counts.timed_steps),
        }
        self.counts = Counts(step=counts.step, epochs=[*counts.epochs, epoch])

    def finish(self) -> None:
        """Evaluate where the task says how, and write the results."""
        if self.task.evaluate is not None:
            measured = self.task.evaluate()
            self.evaluation = {name: float(v) for name, v in measured.items()}
        save_results(self.output, self.task, self.history())

    def history(self) -> dict[str, Any]:
        """Return the epochs so far, beside what the chapter recorded."""
        return {
            **self.identity,
            "machine": machine(),
            "epochs": self.counts.epochs,
            "evaluation": self.evaluation,
            "recorded": self.recorded,
        }


def make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"output {output} cannot be made: {error.strerror}"
        raise OSError(reason) from error


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
        is_new = not (output / CHECKPOINT).exists()
        if is_new:
            run.open_batches()  # before anything is written: it may be refused
        make_folder(output)
        with locked_folder(output):
            remove_drafts(output, RESULTS)
            begin(run, is_new, epochs)
            run.train(epochs, asked)
            run.finish()
    return run.history()


def begin(run: Run, is_new: bool, epochs: int) -> None:
    """Go back to the folder's checkpoint, or write the first one."""
    if (
        is_new and not (run.output / CHECKPOINT).exists()
    ):  # another may have been faster
        run.save()  # a full disk is found before the first step
        return
    run.resume()
    if len(run.counts.epochs) < epochs:
        run.open_batches()
