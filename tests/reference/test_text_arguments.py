"""Wrong arguments of windows, corpora, char_tokenizer and sampling: what is said."""

import importlib
import re

import numpy as np
import pytest

from tests.running import FRAMEWORKS

SIZES = {
    "window_length": 5,
    "shift": 2,
    "batch_size": 3,
    "shuffle_buffer": 10,
    "seed": 1,
}


@pytest.fixture(params=FRAMEWORKS)
def component(request):
    pytest.importorskip(FRAMEWORKS[request.param])
    return lambda name: importlib.import_module(f"{request.param}.{name}")


def says(*parts):
    """Return a context that wants a ValueError with the parts in their order."""
    return pytest.raises(ValueError, match="(?s)" + ".*".join(map(re.escape, parts)))


@pytest.mark.parametrize("function", ["batches", "endless_batches"])
@pytest.mark.parametrize(
    ("argument", "value", "rule"),
    [
        ("window_length", 16, "15"),
        ("window_length", 1, "2"),
        ("window_length", 0, "2"),
        ("window_length", -5, "2"),
        ("shift", 0, "positive"),
        ("shift", -2, "positive"),
        ("batch_size", 0, "positive"),
        ("batch_size", -3, "positive"),
        ("shuffle_buffer", 0, "positive"),
        ("shuffle_buffer", -1, "positive"),
    ],
)
def test_windows_sizes(component, function, argument, value, rule):
    make = getattr(component("windows"), function)
    with says(argument, rule, f"got {value}"):  # at the call, before any batch is asked
        make(np.arange(15), **SIZES | {argument: value})


@pytest.mark.parametrize("function", ["batches", "endless_batches"])
@pytest.mark.parametrize("shape", [(), (7, 3)])
def test_windows_sequence(component, function, shape):
    make = getattr(component("windows"), function)
    with says("sequence", "one axis", f"got shape {shape}"):
        make(np.zeros(shape, int), **SIZES)


@pytest.mark.parametrize("function", ["batches", "endless_batches"])
def test_windows_of_an_empty_sequence(component, function):
    make = getattr(component("windows"), function)
    with says("window_length", "got 5"):
        make(np.zeros([0], int), **SIZES)


def test_empty_training_split(component):
    with says("text", "must not be empty", "got ''"):
        component("corpora").training_split("")


def test_empty_tokenizer_text(component):
    with says("text", "must not be empty", "got ''"):
        component("char_tokenizer").CharTokenizer("")


def test_unseen_character(component):
    tokenizer = component("char_tokenizer").CharTokenizer("abc")
    with says("texts", "characters", "'é'"):
        tokenizer.texts_to_sequences(["cab", "caé"])


@pytest.mark.parametrize("number", [-1, 0, 4])
def test_id_without_a_character(component, number):
    tokenizer = component("char_tokenizer").CharTokenizer("abc")
    with says("sequences", "1 to 3", f"got {number}"):
        tokenizer.sequences_to_texts([[1, 2], [3, number]])


@pytest.mark.parametrize("temperature", [0, -1.5, float("nan"), float("-inf")])
def test_temperature(component, temperature):
    with says("temperature", "positive", f"got {temperature}"):
        component("sampling").apply_temperature([[0.5, 0.5]], temperature)


@pytest.mark.parametrize("n_samples", [0, -3])
def test_n_samples(component, n_samples):
    with says("n_samples", "positive", f"got {n_samples}"):
        component("sampling").categorical([[0.0, 1.0]], n_samples, seed=1)


@pytest.mark.parametrize("shape", [(3,), (2, 3, 5)])
def test_logits(component, shape):
    with says("logits", "[B, V]", f"got shape {shape}"):
        component("sampling").categorical(np.zeros(shape, np.float32), 4, seed=1)


def test_infinite_temperature_is_uniform(component):
    found = component("sampling").apply_temperature([[0.0, 0.9, 0.1]], float("inf"))
    assert np.allclose(np.asarray(found), [[0, 0.5, 0.5]])


def test_tiny_temperature_is_the_most_likely(component):
    found = component("sampling").apply_temperature([[0.0, 0.4, 0.6]], 1e-50)
    assert np.asarray(found).tolist() == [[0, 0, 1]]
