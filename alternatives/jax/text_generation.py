"""Text from a char-RNN: what comes next, and completions in one compiled loop.

The key of each character is the seed's, folded with the length of the text before it.
Axes: T characters read, N characters drawn, V vocabulary.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from alternatives.jax.char_rnn import dense
from alternatives.jax.recurrent import gru
from alternatives.jax.sampling import tempered
from alternatives.plain.arguments import check_positive, check_temperature, check_text


def ids(tokenizer, text: str) -> np.ndarray:
    """Return the classes [T] of a text; ValueError where it is empty."""
    check_text(text)
    [sequence] = tokenizer.texts_to_sequences([text])
    return np.asarray(sequence, np.int32) - 1  # the tokenizer's ids start at 1


def characters(tokenizer, classes) -> str:
    """Return the characters of classes [N]."""
    numbers = [[int(each) + 1] for each in classes]
    return "".join(tokenizer.sequences_to_texts(numbers))


def padded(classes) -> tuple[np.ndarray, np.ndarray]:
    """Return classes [P] and which of them count, P a power of two: one compilation."""
    padding = (1 << (len(classes) - 1).bit_length()) - len(classes)
    keep = np.arange(len(classes) + padding) < len(classes)
    return np.pad(classes, [0, padding]), keep


@jax.jit
def after(params, classes, keep, states=(None, None)):
    """Return the distribution [V] after the classes [T] that count, and the states."""
    one_hot = jax.nn.one_hot(classes, len(params["dense"]["bias"]))  # [T, V]
    keep = keep[jnp.newaxis]  # [B=1, T]
    hidden, state_1 = gru(params["gru_1"], one_hot[jnp.newaxis], states[0], keep)
    _, state_2 = gru(params["gru_2"], hidden, states[1], keep)  # [B=1, U]
    return jax.nn.softmax(dense(params["dense"], state_2[0])), (state_1, state_2)


@functools.partial(jax.jit, static_argnames="n_chars")
def completion(params, classes, keep, key, temperature, *, n_chars: int):
    """Return the classes [N] drawn after those that count, each after those before."""

    def draw(carried, length):
        p, states = carried
        own = jax.random.fold_in(key, length)
        drawn = jax.random.categorical(own, tempered(p, temperature))
        return after(params, drawn[jnp.newaxis], jnp.ones(1, bool), states), drawn

    lengths = keep.sum() + jnp.arange(n_chars)
    _, drawn = lax.scan(draw, after(params, classes, keep), lengths)
    return drawn


def next_char_probabilities(model, tokenizer, text: str) -> jax.Array:
    """Return [V]: the distribution of what comes after the text."""
    return after(model.params, *padded(ids(tokenizer, text)))[0]


def most_likely_char(model, tokenizer, text: str) -> str:
    """Return the character of the largest probability."""
    p = next_char_probabilities(model, tokenizer, text)
    return characters(tokenizer, [p.argmax()])


def next_char(model, tokenizer, text: str, *, temperature: float, seed: int) -> str:
    """Return a character drawn at the temperature."""
    return complete_text(
        model, tokenizer, text, n_chars=1, temperature=temperature, seed=seed
    )[-1]


def complete_text(
    model, tokenizer, text: str, *, n_chars: int, temperature: float, seed: int
) -> str:
    """Return the text and n_chars more, each drawn after all before it."""
    check_positive(n_chars=n_chars)
    check_temperature(temperature)
    drawn = completion(
        model.params,
        *padded(ids(tokenizer, text)),
        jax.random.key(seed),
        temperature,
        n_chars=n_chars,
    )
    return text + characters(tokenizer, np.asarray(drawn))
