"""A trained char-RNN and its tokenizer, read from a file of weights.

Axes: V vocabulary, U units.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from reference.char_rnn import CharRNN
from reference.char_tokenizer import CharTokenizer
from reference.recurrent import GATES
from reference.training.array_files import check_arrays, load_arrays


def note(tokenizer: CharTokenizer, units: int) -> dict:
    """Return what rebuilds a char-RNN and its tokenizer around the weights."""
    characters = list(tokenizer.char_index)
    return {"model": "char-rnn", "units": units, "characters": characters}


def weight_shapes(vocabulary_size: int, units: int) -> dict[str, tuple[tuple, Any]]:
    """Return the shapes and dtypes of a char-RNN's weights, without building it."""
    shapes: dict[str, tuple[int, ...]] = {
        "dense/kernel": (units, vocabulary_size),
        "dense/bias": (vocabulary_size,),
    }
    for layer, n_inputs in ("gru_1", vocabulary_size), ("gru_2", units):
        for gate in GATES:
            shapes[f"{layer}/kernel_{gate}"] = (n_inputs, units)
            shapes[f"{layer}/recurrent_kernel_{gate}"] = (units, units)
            shapes[f"{layer}/input_bias_{gate}"] = (units,)
            shapes[f"{layer}/recurrent_bias_{gate}"] = (units,)
    return {name: (shape, np.float32) for name, shape in shapes.items()}


def tokenizer_of(about: Mapping) -> CharTokenizer:
    """Return the tokenizer whose characters the note lists in the order of their ids."""
    characters = about.get("characters")
    if not isinstance(characters, list) or not all(
        isinstance(c, str) and len(c) == 1 for c in characters
    ):
        raise ValueError("characters must be a list of single characters")
    tokenizer = CharTokenizer("".join(characters))
    if list(tokenizer.char_index) != characters:
        raise ValueError("characters must be in lower case, each listed once")
    return tokenizer


def load_char_rnn(path: Path, prompt: str) -> tuple[CharRNN, CharTokenizer]:
    """Return the model and its tokenizer, which knows all characters of the prompt."""
    about, weights = load_arrays(path)
    model_name = about.get("model")
    if model_name != "char-rnn":
        raise ValueError(f"--weights must be a char-RNN's, got {model_name!r}'s")
    try:
        tokenizer = tokenizer_of(about)
        units = about.get("units")
        if type(units) is not int or units < 1:
            raise ValueError(f"units must be a positive integer, got {units!r}")
        check_arrays(weights, weight_shapes(tokenizer.max_id, units))
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    for char in prompt.lower():
        if char not in tokenizer.char_index:
            raise ValueError(
                f"--prompt must hold characters that the model knows, got {char!r}"
            )
    model = CharRNN(vocabulary_size=tokenizer.max_id, units=units)
    model.set_named_weights(weights)
    return model, tokenizer
