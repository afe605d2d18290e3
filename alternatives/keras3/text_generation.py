"""Text from a char-RNN: what comes next, and completions, the states carried."""

import keras
import numpy as np

from alternatives.keras3.sampling import apply_temperature
from alternatives.plain.arguments import check_positive, check_temperature, check_text


def next_char_probabilities(model, tokenizer, text: str):
    """Return [V]: the distribution of what comes after the text."""
    return read(model, tokenizer, text)[0]


def most_likely_char(model, tokenizer, text: str) -> str:
    """Return the character of the largest probability."""
    probabilities = next_char_probabilities(model, tokenizer, text)
    return character(tokenizer, int(probabilities.argmax()))


def next_char(model, tokenizer, text: str, *, temperature: float, seed: int) -> str:
    """Return a character drawn at the temperature; the seed and the place decide."""
    check_temperature(temperature)
    probabilities, _ = read(model, tokenizer, text)
    return character(tokenizer, drawn(probabilities, temperature, seed, len(text)))


def complete_text(
    model, tokenizer, text: str, *, n_chars: int, temperature: float, seed: int
) -> str:
    """Return the text and n_chars more, each drawn after all that stand before it."""
    check_positive(n_chars=n_chars)
    check_temperature(temperature)
    probabilities, states = read(model, tokenizer, text)
    classes: list[int] = []
    while len(classes) < n_chars:
        place = len(text) + len(classes)
        classes.append(drawn(probabilities, temperature, seed, place))
        probabilities, states = read_on(model, classes[-1:], states)
    return text + "".join(character(tokenizer, index) for index in classes)


def read(model, tokenizer, text: str):
    """Return the distribution [V] after the text, and the states."""
    check_text(text)
    [ids] = tokenizer.texts_to_sequences([text])
    fresh = [np.zeros([1, model.sizes["units"]], np.float32)] * 2
    return read_on(model, [id - 1 for id in ids], fresh)  # the tokenizer counts from 1


def read_on(model, classes, states):
    """Return the distribution [V] after the classes, and the states."""
    inputs = np.eye(model.sizes["vocabulary_size"], dtype=np.float32)[[classes]]
    scores, *states = model.reader.predict_on_batch([inputs, *states])
    probabilities = keras.ops.softmax(scores[0, -1])
    return keras.ops.convert_to_numpy(probabilities), states


def drawn(probabilities, temperature: float, seed: int, place: int) -> int:
    """Return the class where a number falls that the seed and the place decide."""
    probabilities = keras.ops.convert_to_numpy(
        apply_temperature(probabilities, temperature)
    ).astype(np.float64)
    uniform = np.random.default_rng([seed, place]).random()
    below = probabilities.cumsum() / probabilities.sum() <= uniform
    return int(below.sum())


def character(tokenizer, index: int) -> str:
    """Return the character of a class."""
    [text] = tokenizer.sequences_to_texts([[index + 1]])
    return text
