"""How the chapter's models are trained, and what the chapter recorded of it.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, and the outputs of its
notebook.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reference import char_rnn, corpora, stateful_char_rnn
from reference.char_tokenizer import CharTokenizer
from reference.review_tasks import explicit_mask_task, masked_task, pretrained_task
from reference.saved_char_rnn import note
from reference.training import Task
from reference.translation import reversal_task, translation_task

N_STEPS, BATCH_SIZE, UNITS, SHUFFLE_BUFFER, RATE = 100, 32, 128, 10_000, 0.2


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


def shakespeare(data: Path | None) -> tuple[CharTokenizer, np.ndarray]:
    """Return the tokenizer of the whole text and the training split's ids from 0."""
    text = corpora.shakespeare(data)
    tokenizer = CharTokenizer(text)
    [ids] = tokenizer.texts_to_sequences([corpora.training_split(text)])
    return tokenizer, np.array(ids, np.int32) - 1


def char_rnn_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    tokenizer, encoded = shakespeare(data)
    vocabulary_size = tokenizer.max_id

    def batches(step: int):
        return char_rnn.batches(
            encoded,
            n_steps=N_STEPS,
            batch_size=BATCH_SIZE,
            vocabulary_size=vocabulary_size,
            shuffle_buffer=SHUFFLE_BUFFER,
            seed=seed,
        ).skip(step)

    return Task(
        model=char_rnn.CharRNN(vocabulary_size=vocabulary_size, units=UNITS),
        steps_per_epoch=steps_per_epoch
        or char_rnn.steps_per_epoch(len(encoded), BATCH_SIZE),
        batches=batches,
        about=note(tokenizer, UNITS),
    )


def stateful_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    tokenizer, encoded = shakespeare(data)
    vocabulary_size = tokenizer.max_id
    epoch = stateful_char_rnn.batches(
        encoded, n_steps=N_STEPS, batch_size=BATCH_SIZE, vocabulary_size=vocabulary_size
    )
    n_steps = steps_per_epoch or len(epoch)
    model = stateful_char_rnn.StatefulCharRNN(
        vocabulary_size=vocabulary_size,
        units=UNITS,
        batch_size=BATCH_SIZE,
        dropout=RATE,
        recurrent_dropout=RATE,
    )

    def batches(step: int):
        yield from epoch.repeat().take(n_steps).skip(step % n_steps)
        for _ in itertools.count():
            yield from epoch.repeat().take(n_steps)

    return Task(
        model=model,
        steps_per_epoch=n_steps,
        batches=batches,
        about=note(tokenizer, UNITS),
        begin_epoch=model.reset_states,
    )


# fmt: off
RECIPES = {
    "char-rnn": Recipe(
        "Char-RNN", char_rnn_task, 10,
        {"loss": [1.7662, 1.6649, 1.6508, 1.6400, 1.6359,
                  1.6344, 1.6336, 1.6277, 1.6309, 1.6317]},
    ),
    "stateful-char-rnn": Recipe(
        "Stateful char-RNN", stateful_task, 50,
        {"loss": [2.6180, 2.2312, 2.2992, 2.4599, 2.4062, 2.0630, 2.0933, 2.0784,
                  2.0101, 1.9146, 1.9204, 1.9049, 1.8894, 1.8397, 1.8147, 1.8147,
                  1.7741, *[None] * 15, 1.6102, 1.6063, 1.6022, 1.5984, 1.5964,
                  1.5924, 1.5903, 1.5882, 1.5867, 1.5826, 1.5817, 1.5796, 1.5765,
                  1.5741, 1.5733, 1.5706, 1.5703, 1.5666]},
    ),
    "sentiment": Recipe(
        "Sentiment, masked by the embedding", masked_task, 5,
        {"loss": [0.5378, 0.3485, 0.1877, 0.1236, 0.0964],
         "accuracy": [0.7238, 0.8567, 0.9332, 0.9573, 0.9667]},
    ),
    "sentiment-explicit-mask": Recipe(
        "Sentiment, masked by hand", explicit_mask_task, 5,
        {"loss": [0.5436, 0.3519, 0.1950, 0.1226, 0.0922],
         "accuracy": [0.7172, 0.8564, 0.9306, 0.9579, 0.9679]},
    ),
    "pretrained": Recipe(
        "Sentiment on a pretrained embedding", pretrained_task, 5,
        {"loss": [0.5499, 0.5133, 0.5078, 0.5042, 0.5010],
         "accuracy": [0.7230, 0.7486, 0.7518, 0.7540, 0.7574]},
    ),
    "translation": Recipe(
        "Encoder-decoder on random pairs", translation_task, 2,
        {"loss": [4.6054, 4.6041]},
    ),
    "translation-reversal": Recipe(
        "Encoder-decoder reversing sequences", reversal_task, 10,
        {},  # ours: the chapter has no task that can be learned
    ),
}
# fmt: on
