"""Laws that hold for all inputs: the oracle and the PyTorch port keep them.

A clause looks at chosen inputs; here the sizes, lengths, weights and texts are drawn. The
same examples are drawn in every run.
"""

import itertools
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from spec_tests import SPECIFICATION, witnesses
from touchstone import Implementation, array

pytest.importorskip("torch")

ATOL = 2e-5  # float32, twice the largest tolerance of a few layers
BATCH, STEPS, SIZE = st.integers(1, 4), st.integers(2, 9), st.integers(1, 6)
SEED = st.integers(0, 2**32 - 1)

settings.register_profile(
    "laws", max_examples=40, derandomize=True, deadline=None, database=None
)
law = settings(settings.get_profile("laws"))


@pytest.fixture(params=["spec_tests.oracles", "alternatives.pytorch"], scope="module")
def port(request):
    package = Implementation(request.param)
    return types.SimpleNamespace(
        **{n: getattr(package, n) for n in SPECIFICATION.components}
    )


def fresh(layer, seed):
    """Return the layer with drawn weights."""
    shapes = {name: array(w).shape for name, w in layer.named_weights().items()}
    layer.set_named_weights(witnesses.weights(seed, shapes))
    return layer


def close(found, expected):
    assert_allclose(array(found), array(expected), atol=ATOL)


def gru(port, seed, dims, units):
    return fresh(port.recurrent.GRU(input_size=dims, units=units), seed)


def char_rnn(port, seed, size, units):
    model = port.char_rnn.CharRNN(vocabulary_size=size, units=units)
    return fresh(model, seed)


def one_hot(seed, batch, steps, size):
    ids = np.random.default_rng(seed).integers(0, size, (batch, steps))
    return np.eye(size, dtype=np.float32)[ids]


# A prefix is read as if nothing followed: causality.


@law
@given(SEED, BATCH, STEPS, SIZE, SIZE, st.data())
def test_gru_reads_a_prefix_alone(port, seed, batch, steps, dims, units, data):
    t = data.draw(st.integers(1, steps))
    layer, x = gru(port, seed, dims, units), witnesses.normal(seed, batch, steps, dims)
    close(layer(x[:, :t])[0], array(layer(x)[0])[:, :t])


@law
@given(SEED, BATCH, STEPS, SIZE, SIZE, st.data())
def test_gru_reads_on_from_its_state(port, seed, batch, steps, dims, units, data):
    t = data.draw(st.integers(1, steps - 1))
    layer, x = gru(port, seed, dims, units), witnesses.normal(seed, batch, steps, dims)
    _, state = layer(x[:, :t])
    close(layer(x[:, t:], initial_state=array(state))[1], layer(x)[1])


@law
@given(SEED, BATCH, STEPS, SIZE, SIZE, st.data())
def test_char_rnn_reads_a_prefix_alone(port, seed, batch, steps, size, units, data):
    t = data.draw(st.integers(1, steps))
    model, x = char_rnn(port, seed, size, units), one_hot(seed, batch, steps, size)
    close(model(x[:, :t]), array(model(x))[:, :t])


@law
@given(SEED, BATCH, STEPS, st.integers(1, 3), st.integers(1, 3), st.data())
def test_causal_heads_see_no_later_step(port, seed, batch, steps, heads, width, data):
    t, dims = data.draw(st.integers(1, steps)), heads * width
    build = port.multi_head_attention.MultiHeadAttention
    layer = fresh(build(dims=dims, n_heads=heads, causal=True), seed)
    x = witnesses.normal(seed, batch, steps, dims)
    close(layer(x[:, :t], x[:, :t]), array(layer(x, x))[:, :t])


@law
@given(SEED, BATCH, STEPS, st.integers(1, 3), st.data())
def test_decoder_sees_no_later_step(port, seed, batch, steps, half, data):
    t = data.draw(st.integers(1, steps))
    sizes = {"vocabulary_size": 5, "embed_size": 2 * half, "n_layers": 2}
    model = fresh(port.transformer.Transformer(max_steps=steps + 1, **sizes), seed)
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 5, (2, batch, steps))
    close(model(x, y[:, :t]), array(model(x, y))[:, :t])


@law
@given(STEPS, st.integers(1, 8), st.data())
def test_encoding_depends_on_position_alone(port, steps, dims, data):
    t = data.draw(st.integers(1, steps))
    build = port.positional_encoding.PositionalEncoding
    encode = build(max_steps=steps, max_dims=dims)
    x = np.zeros([2, steps, dims], np.float32)
    close(encode(x[:1, :t]), array(encode(x))[1:, :t])


# Rows of a batch know nothing of one another.


@law
@given(SEED, BATCH, STEPS, SIZE, SIZE)
def test_rows_of_a_gru_are_independent(port, seed, batch, steps, dims, units):
    layer, x = gru(port, seed, dims, units), witnesses.normal(seed, batch, steps, dims)
    close(np.concatenate([array(layer(row[None])[0]) for row in x]), layer(x)[0])


@law
@given(SEED, BATCH, STEPS, SIZE)
def test_rows_of_attention_are_independent(port, seed, batch, steps, dims):
    layer = port.attention.Attention()
    query, value = (witnesses.normal(seed + i, batch, steps, dims) for i in (0, 1))
    rows = zip(query, value, strict=True)
    alone = [array(layer(q[None], v[None])) for q, v in rows]
    close(np.concatenate(alone), layer(query, value))


@law
@given(SEED, BATCH, STEPS, SIZE)
def test_rows_of_reviews_are_independent(port, seed, batch, steps, units):
    model, ids = sentiment(port, seed, units), reviews(seed, batch, steps)
    close(np.concatenate([array(model(row[None])) for row in ids]), model(ids))


def sentiment(port, seed, units):
    build = port.sentiment.SentimentModel
    return fresh(build(vocabulary_size=7, embed_size=3, units=units), seed)


def reviews(seed, batch, steps):
    return np.random.default_rng(seed).integers(1, 7, (batch, steps))


# Padding adds nothing.


@law
@given(SEED, BATCH, STEPS, SIZE, st.integers(1, 4))
def test_padding_leaves_the_answer(port, seed, batch, steps, units, padding):
    model, ids = sentiment(port, seed, units), reviews(seed, batch, steps)
    close(model(np.pad(ids, [(0, 0), (0, padding)])), model(ids))


@law
@given(SEED, BATCH, STEPS, SIZE, SIZE, st.integers(1, 4))
def test_padding_leaves_the_state(port, seed, batch, steps, dims, units, padding):
    layer = gru(port, seed, dims, units)
    x = witnesses.normal(seed, batch, steps + padding, dims)
    keep = witnesses.keep_mask(*[steps] * batch, steps=steps + padding)
    close(layer(x, keep_mask=keep)[1], layer(x[:, :steps])[1])


@law
@given(SEED, BATCH, STEPS, SIZE, st.integers(1, 4))
def test_masked_values_are_not_seen(port, seed, batch, steps, dims, padding):
    layer = port.attention.Attention()
    query = witnesses.normal(seed, batch, 3, dims)
    value = witnesses.normal(seed + 1, batch, steps + padding, dims)
    keep = witnesses.keep_mask(*[steps] * batch, steps=steps + padding)
    close(layer(query, value, value_mask=keep), layer(query, value[:, :steps]))


# Permutation: attention asks what there is, not where.


@law
@given(SEED, BATCH, STEPS, SIZE, st.randoms(use_true_random=False))
def test_attention_knows_no_order(port, seed, batch, steps, dims, random):
    order = random.sample(range(steps), steps)
    layer = port.attention.Attention()
    query, value, key = (
        witnesses.normal(seed + i, batch, steps, dims) for i in range(3)
    )
    right = array(layer(query, value, key))
    close(layer(query, value[:, order], key[:, order]), right)
    close(layer(query[:, order], value, key), right[:, order])


@law
@given(SEED, STEPS, SIZE, SIZE, st.randoms(use_true_random=False))
def test_order_of_the_batch_is_kept(port, seed, steps, size, units, random):
    order = random.sample(range(4), 4)
    model, x = char_rnn(port, seed, size, units), one_hot(seed, 4, steps, size)
    close(model(x[order]), array(model(x))[order])


@law
@given(SEED, SIZE, SIZE, st.floats(-3, 3))
def test_probabilities_sum_to_one(port, seed, size, units, power):
    model, x = char_rnn(port, seed, size, units), one_hot(seed, 2, 3, size)
    p = array(model(x))
    close(p.sum(axis=-1), np.ones([2, 3]))
    hot = array(port.sampling.apply_temperature(p[0], 10**power))
    assert np.isfinite(hot).all()


# Round trips.

# lower-case letters of one character each, and what a text has beside them
CHARACTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz àçéñöß.,;!?'\n-0123456789")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=60)


@law
@given(TEXTS)
def test_decoding_undoes_encoding(port, text):
    tokenizer = port.char_tokenizer.CharTokenizer(text)
    [ids] = tokenizer.texts_to_sequences([text])
    assert tokenizer.sequences_to_texts([ids]) == [" ".join(text)]
    assert set(array(ids).tolist()) == set(range(1, tokenizer.max_id + 1))


@law
@given(TEXTS)
def test_rarer_characters_have_larger_ids(port, text):
    index = port.char_tokenizer.CharTokenizer(text).char_index
    for one, other in itertools.combinations(index, 2):
        if text.count(one) > text.count(other):
            assert index[one] < index[other]


@law
@given(SEED, SIZE, SIZE)
def test_weights_come_back_as_they_were_set(port, seed, size, units):
    model = char_rnn(port, seed, size, units)
    given_ = {k: array(w).copy() for k, w in model.named_weights().items()}
    again = port.char_rnn.CharRNN(vocabulary_size=size, units=units)
    again.set_named_weights(given_)
    for name, value in again.named_weights().items():
        np.testing.assert_array_equal(array(value), given_[name])


@law
@given(st.integers(2, 40), st.integers(2, 7), SIZE, SIZE, SIZE, SEED)
def test_windows_are_all_there_once(port, n, length, shift, batch, buffer, seed):
    length = min(length, n)
    batches = port.windows.batches(
        np.arange(n),
        window_length=length,
        shift=shift,
        batch_size=batch,
        shuffle_buffer=buffer,
        seed=seed % 2**31,
    )
    pairs = [tuple(map(array, pair)) for pair in batches]
    starts = sorted(int(row[0]) for inputs, _ in pairs for row in inputs)
    assert starts == list(range(0, n - length + 1, shift))
    for inputs, targets in pairs:
        np.testing.assert_array_equal(inputs + 1, targets)


@law
@given(st.lists(st.binary(min_size=1, max_size=90), min_size=1, max_size=9))
def test_words_that_are_known_are_their_places(port, words):
    words = list(dict.fromkeys(word.replace(b"\0", b"0") for word in words))
    table = port.vocabulary.LookupTable(words, 3)
    ids = array(table(np.array([words], object)))
    assert ids.tolist() == [list(range(len(words)))]
