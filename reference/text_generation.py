"""Text from a char-RNN: what comes next, and completions.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Generating Fake
Shakespearean Text".
Axes: T characters read, N characters drawn, V vocabulary, U units.
"""

import functools

import tensorflow as tf

MOST_CHARACTERS = 10_000_000  # at once; a thousand times as many are out of memory
TEMPERATURES = 1e-300, 1e300  # a smaller one is 0 to a processor, a larger one infinite


def next_char_probabilities(model, tokenizer, text: str) -> tf.Tensor:
    """Return [V]: how likely each character is to follow the text."""
    return model(one_hot(model, ids_from_zero(tokenizer, text)))[0, -1]


def most_likely_char(model, tokenizer, text: str) -> str:
    """Return the most likely character to follow the text."""
    best = tf.argmax(next_char_probabilities(model, tokenizer, text))
    return characters(tokenizer, [best.numpy()])


def next_char(model, tokenizer, text: str, *, temperature: float, seed: int) -> str:
    """Return a character drawn at the temperature; the seed and the place decide."""
    check_draw(temperature, seed)
    probabilities = next_char_probabilities(model, tokenizer, text)
    chosen = drawn(probabilities, temperature, seed, len(text))
    return characters(tokenizer, finite([chosen.numpy()]))


def complete_text(
    model, tokenizer, text: str, *, n_chars: int, temperature: float, seed: int
) -> str:
    """Return the text and n_chars more, each drawn after all that stand before it."""
    if n_chars < 1:
        raise ValueError(f"n_chars must be positive, got {n_chars}")
    if n_chars > MOST_CHARACTERS:
        raise ValueError(f"n_chars must be at most {MOST_CHARACTERS}, got {n_chars}")
    check_draw(temperature, seed)
    ids = ids_from_zero(tokenizer, text)
    new = completion_loop(model)(ids, len(text), n_chars, temperature, seed)  # [N]
    return text + characters(tokenizer, finite(new.numpy()))


def completion_loop(model):
    """Return the model's compiled loop, traced once for every text, length and seed."""
    if not hasattr(model, "completion"):
        loop = functools.partial(completion, model)
        model.completion = tf.function(
            loop,
            input_signature=[
                tf.TensorSpec([None], tf.int32),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], tf.int32),
                tf.TensorSpec([], tf.float64),
                tf.TensorSpec([], tf.int64),
            ],
        )
    return model.completion


def completion(model, ids, length, n_chars, temperature, seed):
    """Return [N] classes, the recurrent states carried from each to the next.

    The text's length is not always that of its ids: "İ" is two in lower case.
    """
    state_1 = state_2 = tf.zeros([1, model.gru_1.units])
    for read in ids:
        state_1, state_2 = after(model, read, state_1, state_2)
    new = tf.TensorArray(tf.int32, n_chars)
    for i in tf.range(n_chars):
        probabilities = model.dense(state_2)[0]  # [V]
        chosen = drawn(probabilities, temperature, seed, length + i)
        new = new.write(i, chosen)
        state_1, state_2 = after(model, chosen, state_1, state_2)
    return new.stack()


def after(model, character, state_1, state_2):
    """Return both layers' states [1, U] after one more character."""
    state_1, _ = model.gru_1.cell(one_hot(model, [character])[0], state_1)
    state_2, _ = model.gru_2.cell(state_1, state_2)
    return state_1, state_2


def drawn(probabilities, temperature, seed, place):
    """Return a class drawn at the temperature; the seed and the place decide.

    The best class gets 0, so that no temperature takes every class to -infinity. Where a
    probability is not finite, the class is -1.
    """
    log_p = tf.cast(tf.math.log(probabilities), tf.float64)  # [V]
    temperature = tf.clip_by_value(tf.cast(temperature, tf.float64), *TEMPERATURES)
    rescaled = (log_p - tf.reduce_max(log_p)) / temperature  # [V]
    key = tf.stack([tf.cast(seed, tf.int64), tf.cast(place, tf.int64)])
    logits = rescaled[tf.newaxis]
    chosen = tf.random.stateless_categorical(logits, 1, key, tf.int32)[0, 0]
    is_finite = tf.reduce_all(tf.math.is_finite(probabilities))
    return tf.where(is_finite, chosen, -1)


def finite(classes):
    """Return the classes; ValueError where there was none to draw."""
    if -1 in classes:
        raise ValueError("the model's weights must give finite probabilities, got NaN")
    return classes


def check_draw(temperature: float, seed: int) -> None:
    """Raise ValueError for what no distribution can be rescaled by, or drawn with."""
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    if not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed must be an integer of 64 bits, got {seed}")


def one_hot(model, ids):
    """Return [1, T, V]: one row of the classes."""
    return tf.one_hot(ids, model.dense.units)[tf.newaxis]


def ids_from_zero(tokenizer, text: str) -> tf.Tensor:
    """Return the classes [T] of the text's characters: the tokenizer counts from 1."""
    if not text:
        raise ValueError(f"text must not be empty, got {text!r}")
    return tf.constant(tokenizer.texts_to_sequences([text])[0], tf.int32) - 1


def characters(tokenizer, classes) -> str:
    """Return the classes' characters, one after the other."""
    return "".join(tokenizer.sequences_to_texts([[i + 1] for i in classes]))
