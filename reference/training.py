"""Training with a history, a curve and weights on disk; interrupted, it goes on.

After every epoch, every five minutes and at an interrupt, everything that the next step
depends on is saved: weights, the optimizer's moments, recurrent states, random streams
and the place in the text. On a CPU the resumed run is the uninterrupted one, bit for
bit.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tensorflow as tf
from tqdm import tqdm

from reference import device
from reference.storage import Interrupted, load_arrays, save_arrays, save_json

SECONDS_BETWEEN_SAVES = 300
CHECKPOINT, WEIGHTS = "checkpoint.npz", "weights.npz"
HISTORY, CURVE = "history.json", "curve.png"


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

    def save(self) -> None:
        """Write the checkpoint, or leave the one before it in place."""
        arrays = {f"weights/{k}": w for k, w in self.task.model.named_weights().items()}
        arrays |= {name: v.numpy() for name, v in self.variables().items()}
        names = "step", "losses", "seconds", "timed_steps", "epochs"
        progress = {name: getattr(self, name) for name in names}
        about = {"identity": self.identity, "progress": progress}
        save_arrays(self.output / CHECKPOINT, about, arrays)

    def resume(self) -> None:
        """Go back to the checkpoint; ValueError where it is another run's."""
        path = self.output / CHECKPOINT
        about, arrays = load_arrays(path)
        if about.get("identity") != self.identity:
            raise ValueError(
                f"--output holds another run, {about.get('identity')}, "
                f"got {self.identity}: choose another folder"
            )
        weights = {
            name.removeprefix("weights/"): arrays.pop(name)
            for name in list(arrays)
            if name.startswith("weights/")
        }
        variables = self.variables()
        if set(arrays) != set(variables):
            raise ValueError(f"{path} is damaged: it lacks variables of the run")
        self.task.model.set_named_weights(weights)
        for name, variable in variables.items():
            variable.assign(arrays[name])
        vars(self).update(about["progress"])

    def train(self, epochs: int) -> None:
        """Take steps until the epochs are done; Interrupted where asked to stop."""
        with deferred_interrupts() as asked:
            if len(self.epochs) < epochs:
                batches = iter(self.task.batches(self.step))
            while len(self.epochs) < epochs:
                self.finish_epoch(batches, epochs, asked)
                self.save()
                self.report()
                if asked.is_set():
                    raise Interrupted(f"saved after epoch {len(self.epochs)}")

    def finish_epoch(self, batches, epochs: int, asked: threading.Event) -> None:
        task, place = self.task, self.step % self.task.steps_per_epoch
        if place == 0:
            task.begin_epoch()
            for metric in task.metrics.values():
                metric.reset_states()
        saved_at, first = time.monotonic(), True
        label = f"epoch {len(self.epochs) + 1}/{epochs}"
        with tqdm(total=task.steps_per_epoch, initial=place, desc=label) as bar:
            for done in range(place + 1, task.steps_per_epoch + 1):
                start = time.perf_counter()
                loss = float(task.model.train_step(task.model.place(next(batches))))
                if not first:  # the first step, which may trace, is not timed
                    self.seconds += time.perf_counter() - start
                    self.timed_steps += 1
                first = False
                self.step += 1
                self.losses += loss
                bar.set_postfix_str(f"loss {self.losses / done:.4f}", refresh=False)
                bar.update()
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


def fit(
    task: Task, *, epochs: int, output, identity: Mapping, recorded: Mapping
) -> dict[str, Any]:
    """Train to the number of epochs, going on where the folder's run stopped.

    Returns the history. `identity` says which run it is: its recipe, seed and sizes.
    """
    output = Path(output)
    if epochs < 1:
        raise ValueError(f"epochs must be positive, got {epochs}")
    run = Run(task, identity, recorded, output)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OSError(f"output {output} cannot be made: {error.strerror}") from error
    if (output / CHECKPOINT).exists():
        run.resume()
    else:
        run.save()  # a folder that cannot be written is found before the first step
    run.train(epochs)
    if task.evaluate is not None:
        run.evaluation = {name: float(v) for name, v in task.evaluate().items()}
    run.report()
    return run.history()
