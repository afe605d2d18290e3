"""How the chapter's models are trained: what, how long, and what it recorded of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reference.training import recorded
from reference.training.char_rnn_tasks import char_rnn_task, stateful_task
from reference.training.review_tasks import (
    explicit_mask_task,
    masked_task,
    pretrained_task,
)
from reference.training.task import Task
from reference.training.translation_tasks import reversal_task, translation_task


@dataclass(frozen=True)
class Recipe:
    """A way to train: `prepare(data, steps_per_epoch, seed)` returns the task.

    `data` is the folder of the corpora, or None for the default one; `steps_per_epoch`
    None stands for the chapter's. `recorded` has the chapter's values by quantity, one
    an epoch, None where the printed output left some out.
    """

    title: str
    prepare: Callable[[Path | None, int | None, int], Task]
    epochs: int
    recorded: Mapping[str, list[float | None]]


RECIPES = {
    "char-rnn": Recipe("Char-RNN", char_rnn_task, 10, recorded.CHAR_RNN),
    "stateful-char-rnn": Recipe(
        "Stateful char-RNN", stateful_task, 50, recorded.STATEFUL_CHAR_RNN
    ),
    "sentiment": Recipe(
        "Sentiment, masked by the embedding", masked_task, 5, recorded.SENTIMENT
    ),
    "sentiment-explicit-mask": Recipe(
        "Sentiment, masked by hand", explicit_mask_task, 5, recorded.EXPLICIT_MASK
    ),
    "pretrained": Recipe(
        "Sentiment on a pretrained embedding", pretrained_task, 5, recorded.PRETRAINED
    ),
    "translation": Recipe(
        "Encoder-decoder on random pairs", translation_task, 2, recorded.TRANSLATION
    ),
    "translation-reversal": Recipe(
        "Encoder-decoder reversing sequences", reversal_task, 10, {}
    ),  # ours: the chapter has no task that can be learned
}


def recipe_of(name: str) -> Recipe:
    """Return the recipe of the name; ValueError where there is none."""
    if name not in RECIPES:
        raise ValueError(f"name must be one of {', '.join(RECIPES)}, got {name}")
    return RECIPES[name]
