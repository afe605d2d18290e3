"""A model, and what it is trained on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf


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
