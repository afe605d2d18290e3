"""The counts of work: parameters as the chapter prints them, FLOPs by hand."""

import pytest

from benchmarks import costs
from benchmarks.costs import Cost, Product

CHAR_RNN = {"batch_size": 32, "n_steps": 100, "vocabulary_size": 39, "units": 128}


def test_product_counts_multiplications_and_additions():
    product = Product(rows=2, inner=3, columns=5, times=7)
    assert product.flops == 2 * 30 * 7
    assert product.outputs == 70


def test_char_rnn_parameters_are_the_chapters():
    assert costs.char_rnn(**CHAR_RNN).parameters == 168_999


def test_sentiment_parameters_are_the_chapters():
    model = costs.sentiment(
        batch_size=32, n_steps=64, vocabulary_size=11_000, embed_size=128, units=128
    )
    assert model.parameters == 1_606_273


def test_pretrained_parameters_are_the_chapters():
    model = costs.pretrained(batch_size=32, n_words=64, embed_size=50, units=128)
    assert model.parameters == 6_657


def test_encoder_decoder_parameters_are_the_specified():
    model = costs.encoder_decoder(
        batch_size=32,
        encoder_steps=10,
        decoder_steps=15,
        vocabulary_size=100,
        embed_size=10,
        units=512,
    )
    assert model.parameters == 2_194_508  # clause of spec_tests/test_encoder_decoder.py


def test_char_rnn_flops_by_hand():
    model = costs.char_rnn(batch_size=2, n_steps=3, vocabulary_size=5, units=7)
    steps = 2 * 3
    inputs, state, dense = 5 * 21, 7 * 21, 7 * 5  # multiply-adds of a step
    forward = 2 * steps * (inputs + 3 * state + dense)
    assert model.forward().flops == forward
    assert model.training().flops == 3 * forward - 2 * steps * inputs


def test_work_grows_with_the_square_of_the_steps_of_attention():
    short, long = (
        costs.attention(1, n, n, dims=4)[0].flops + costs.attention(1, n, n, 4)[1].flops
        for n in (10, 20)
    )
    assert long == 4 * short


def test_heads_share_the_products():
    assert [p.flops for p in costs.attention(3, 5, 7, 8, heads=1)] == [
        p.flops for p in costs.attention(3, 5, 7, 8, heads=4)
    ]


@pytest.mark.parametrize(
    ("rates", "seconds"), [((10, 1_000), 10), ((1_000, 10), 20), ((50, 100), 2)]
)
def test_the_slower_of_the_two_binds(rates, seconds):
    assert Cost(flops=100, bytes=200).seconds(*rates) == seconds


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, 0), (1_234.5, 1_230), (0.0012345, 0.00123), (-98.76, -98.8)],
)
def test_rounded_keeps_significant_digits(number, expected):
    assert costs.rounded(number) == pytest.approx(expected)
