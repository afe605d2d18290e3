"""How the char-RNNs are trained, on Shakespeare.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Generating Fake
Shakespearean Text" and "Stateful RNN".
"""

import itertools
from pathlib import Path

import numpy as np

from reference import char_rnn, corpora, stateful_char_rnn
from reference.char_tokenizer import CharTokenizer
from reference.training.saved_char_rnn import note
from reference.training.task import Task

N_STEPS, BATCH_SIZE, UNITS, SHUFFLE_BUFFER, RATE = 100, 32, 128, 10_000, 0.2


def shakespeare(data: Path | None) -> tuple[CharTokenizer, np.ndarray]:
    """Return the tokenizer of the whole text and the training split's ids from 0."""
    text = corpora.shakespeare(data)
    tokenizer = CharTokenizer(text)
    [ids] = tokenizer.texts_to_sequences([corpora.training_split(text)])
    return tokenizer, np.array(ids, np.int32) - 1


def char_rnn_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    """Return the task of the char-RNN: shuffled windows, without end."""
    tokenizer, encoded = shakespeare(data)
    whole = char_rnn.steps_per_epoch(len(encoded), BATCH_SIZE)
    sizes = dict(n_steps=N_STEPS, batch_size=BATCH_SIZE, shuffle_buffer=SHUFFLE_BUFFER)

    def batches(step: int):
        return char_rnn.batches(
            encoded, vocabulary_size=tokenizer.max_id, seed=seed, **sizes
        ).skip(step)

    return Task(
        model=char_rnn.CharRNN(vocabulary_size=tokenizer.max_id, units=UNITS),
        steps_per_epoch=steps_per_epoch or whole,
        batches=batches,
        about=note(tokenizer, UNITS),
    )


def stateful_task(data: Path | None, steps_per_epoch: int | None, seed: int) -> Task:
    """Return the task of the stateful char-RNN; each epoch begins with the text."""
    tokenizer, encoded = shakespeare(data)
    sizes = dict(vocabulary_size=tokenizer.max_id, batch_size=BATCH_SIZE)
    rates = dict(dropout=RATE, recurrent_dropout=RATE)
    epoch = stateful_char_rnn.batches(encoded, n_steps=N_STEPS, **sizes)
    n_steps = steps_per_epoch or len(epoch)
    model = stateful_char_rnn.StatefulCharRNN(units=UNITS, **sizes, **rates)

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
