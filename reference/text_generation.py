"""Text from a char-RNN: what comes next, and completions.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Generating Fake
Shakespearean Text".
Axes: T characters read, V vocabulary.
"""

import tensorflow as tf

from reference.arguments import (
    check_at_most,
    check_not_empty,
    check_positive,
    check_seed,
)
from reference.sampling import NONE, drawn_class

MOST_CHARACTERS = 10_000_000  # at once; a thousand times as many are out of memory


def next_char_probabilities(model, tokenizer, text: str) -> tf.Tensor:
    """Return [V]: how likely each character is to follow the text."""
    ids = ids_from_zero(tokenizer, text)  # [T]
    one_hot = tf.one_hot(ids, tokenizer.max_id)  # [T, V]
    return model(one_hot[tf.newaxis])[0, -1]


def most_likely_char(model, tokenizer, text: str) -> str:
    """Return the most likely character to follow the text."""
    best = tf.argmax(next_char_probabilities(model, tokenizer, text))
    return characters(tokenizer, [best.numpy()])


def next_char(model, tokenizer, text: str, *, temperature: float, seed: int) -> str:
    """Return a character drawn at the temperature; the seed and the place decide."""
    check_positive(temperature=temperature)
    check_seed(seed)
    probabilities = next_char_probabilities(model, tokenizer, text)
    chosen = drawn_class(probabilities, temperature, seed, len(text))
    return characters(tokenizer, [chosen.numpy()])


def complete_text(
    model, tokenizer, text: str, *, n_chars: int, temperature: float, seed: int
) -> str:
    """Return the text and n_chars more, each drawn after all that stand before it."""
    check_positive(n_chars=n_chars, temperature=temperature)
    check_at_most(MOST_CHARACTERS, n_chars=n_chars)
    check_seed(seed)
    ids = ids_from_zero(tokenizer, text)
    new = model.continued(ids, len(text), n_chars, temperature, seed)
    return text + characters(tokenizer, new.numpy())


def ids_from_zero(tokenizer, text: str) -> tf.Tensor:
    """Return the classes [T] of the text's characters: the tokenizer counts from 1."""
    check_not_empty(text=text)
    return tf.constant(tokenizer.texts_to_sequences([text])[0], tf.int32) - 1


def characters(tokenizer, classes) -> str:
    """Return the classes' characters, one after the other."""
    if NONE in classes:
        raise ValueError("the model's weights must give finite probabilities, got NaN")
    return "".join(tokenizer.sequences_to_texts([[i + 1] for i in classes]))
