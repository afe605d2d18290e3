"""What the char-RNN's components refuse names the argument, the rule and the value."""

import importlib
import re

import numpy as np
import pytest

from tests.running import FRAMEWORKS

IDS = np.arange(23) % 7
STATEFUL = dict(vocabulary_size=5, units=3, batch_size=2)


@pytest.fixture(params=FRAMEWORKS)
def component(request):
    """Return a function that imports a component of an implementation."""
    pytest.importorskip(FRAMEWORKS[request.param])
    return lambda name: importlib.import_module(f"{request.param}.{name}")


def refuses(call, *parts) -> None:
    with pytest.raises(ValueError, match=".*".join(map(re.escape, map(str, parts)))):
        call()


@pytest.mark.parametrize("value", [0, -3])
def test_steps_per_epoch(component, value):
    count = component("char_rnn").steps_per_epoch
    refuses(lambda: count(value, 32), "n_characters must be positive, got", value)
    refuses(lambda: count(100, value), "batch_size must be positive, got", value)


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("n_steps", 23, ("window_length", "got 24")),
        ("n_steps", 0, ("window_length", "got 1")),
        ("batch_size", 0, ("batch_size must be positive, got 0",)),
        ("shuffle_buffer", 0, ("shuffle_buffer must be positive, got 0",)),
    ],
)
def test_batches(component, name, value, parts):
    sizes = dict(n_steps=3, batch_size=2, vocabulary_size=7, shuffle_buffer=5, seed=1)
    make = component("char_rnn").batches
    refuses(lambda: next(iter(make(IDS, **sizes | {name: value}))), *parts)


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("n_steps", 12, ("encoded must have", "got 23")),
        ("n_steps", 0, ("n_steps must be positive, got 0",)),
        ("batch_size", -1, ("batch_size must be positive, got -1",)),
        ("batch_size", 24, ("encoded must have", "got 23")),
    ],
)
def test_stateful_batches(component, name, value, parts):
    sizes = dict(n_steps=3, batch_size=2, vocabulary_size=7) | {name: value}
    make = component("stateful_char_rnn").batches
    refuses(lambda: next(iter(make(IDS, **sizes))), *parts)


@pytest.mark.parametrize("name", ["dropout", "recurrent_dropout"])
@pytest.mark.parametrize("value", [1.0, 1.5, -0.1, float("nan")])
def test_rates(component, name, value):
    rates = dict(dropout=0.0, recurrent_dropout=0.0) | {name: value}
    build = component("stateful_char_rnn").StatefulCharRNN
    message = f"{name} must be at least 0 and below 1, got {value}"
    refuses(lambda: build(**STATEFUL, **rates), message)


@pytest.fixture
def pair(component):
    tokenizer = component("char_tokenizer").CharTokenizer("tell a tale")
    model = component("char_rnn").CharRNN(vocabulary_size=tokenizer.max_id, units=3)
    return model, tokenizer


@pytest.mark.parametrize("name", ["next_char_probabilities", "most_likely_char"])
def test_texts(component, pair, name):
    ask = getattr(component("text_generation"), name)
    refuses(lambda: ask(*pair, ""), "text must not be empty, got ''")
    refuses(lambda: ask(*pair, "tall~"), "texts must hold", "~")


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan")])
def test_temperature(component, pair, value):
    text, options = component("text_generation"), dict(temperature=value, seed=1)
    message = f"temperature must be positive, got {value}"
    refuses(lambda: text.next_char(*pair, "tell", **options), message)
    refuses(lambda: text.complete_text(*pair, "tell", n_chars=3, **options), message)


@pytest.mark.parametrize("value", [0, -2])
def test_n_chars(component, pair, value):
    complete = component("text_generation").complete_text
    options = dict(n_chars=value, temperature=1.0, seed=1)
    refuses(
        lambda: complete(*pair, "tell", **options),
        f"n_chars must be positive, got {value}",
    )


def test_weights_of_another_size(component, pair):
    model, _ = pair
    other = component("char_rnn").CharRNN(vocabulary_size=7, units=3)
    refuses(lambda: model.set_named_weights(other.named_weights()), "weights", "(7, 3)")
