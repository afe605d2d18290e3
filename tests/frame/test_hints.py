"""Hints: what is said of a wrong value is true of it; of chance nothing is said."""

import numpy as np
import pytest

from touchstone.comparisons import Comparison
from touchstone.hints import ROUNDINGS, hints

RNG = np.random.default_rng(7)
REALS = RNG.normal(size=[3, 5, 4])
SQUARE = RNG.normal(size=[4, 4])
IDS = RNG.permutation(np.arange(250, 274)).reshape(4, 6)


def said(actual, expected, tolerance=1e-5):
    return hints(Comparison(actual, expected, np.inf, tolerance))


def part(index):
    wrong = REALS.copy()
    wrong[index] += RNG.normal(size=wrong[index].shape)
    return wrong


def rounded(values, bits):
    significand, exponent = np.frexp(values)
    return np.ldexp(np.rint(significand * 2 ** (bits + 1)) / 2 ** (bits + 1), exponent)


FORMS = [
    (2 * REALS, REALS, "every value is 2 times the expected one"),
    (REALS / np.sqrt(5), REALS, "every value is 0.4472 times the expected one"),
    (-REALS, REALS, "every value has the opposite sign"),
    (REALS + 0.25, REALS, "every value is 0.25 more than the expected one"),
    (0 * REALS, REALS, "every value is 0"),
    (REALS.clip(-1, 1), REALS, "values are cut off at -1 and 1"),
    (SQUARE.T, SQUARE, "axes 0 and 1 are exchanged"),
    (REALS.swapaxes(0, 1), REALS, "axes 0 and 1 are exchanged"),
    (
        REALS.swapaxes(0, 1).reshape(REALS.shape),
        REALS,
        "axes 0 and 1 are reshaped where they should be exchanged",
    ),
    (REALS.transpose(2, 0, 1), REALS, "the axes are in the order (2, 0, 1)"),
    (REALS.reshape(15, 4), REALS, "the shape is (15, 4)"),
    (REALS[:, ::-1], REALS, "the values are reversed along axis 1"),
    (np.roll(REALS, 1, axis=1), REALS, "the values turn by 1 along axis 1"),
    (
        np.concatenate([0 * REALS[:, :1], REALS[:, :-1]], axis=1),
        REALS,
        "the values are one late along axis 1",
    ),
    (
        np.concatenate([REALS[:, 1:], 0 * REALS[:, :1]], axis=1),
        REALS,
        "the values are one early along axis 1",
    ),
    (
        REALS[[2, 0, 1]][:, [1, 0, 3, 4, 2]][[1, 2, 0]],
        REALS,
        "in the order [1, 0, 3, 4",
    ),
    (np.repeat(REALS[:1], 3, 0), REALS, "all slices along axis 0 are the first"),
    (REALS[:, 1:], REALS, "the first 1 along axis 1 are missing"),
    (REALS[:, :-2], REALS, "the last 2 along axis 1 are missing"),
    (part(1), REALS, "wrong only at index 1 of 3 along axis 0"),
    (part(np.s_[:, 2:]), REALS, "right before index 2 of 5 along axis 1, then wrong"),
    (part(np.s_[1:]), REALS, "right before index 1 of 3 along axis 0, then wrong"),
    (
        np.where(np.arange(4) == 2, np.nan, REALS),
        REALS,
        "15 of 60 values are NaN; all others are right",
    ),
    (rounded(REALS, 7), REALS, "every value is a bfloat16 number"),
    (REALS.astype(np.float16), REALS, "every value is a float16 or TF32 number"),
    (REALS * (1 + 2e-3 * RNG.normal(size=REALS.shape)), REALS, "rounding to bfloat16"),
    (IDS + 1, IDS, "every value is 1 more than the expected one"),
    (IDS % 256, IDS, "every value is cut to 8 bits"),
    (IDS.astype(np.int8), IDS, "every value is cut to 8 bits with a sign"),
    (rounded(IDS.astype(float), 7).astype(int), IDS, "rounded to bfloat16"),
    ([[1, 2], [3, 4]], [[1, 3], [2, 4]], "axes 0 and 1 are exchanged"),
    (["ab", "cd", "ef", "g"], ["AB", "Cd", "ef", "g"], "all is in lower case"),
    (["b", "a", "c", "d"], ["a", "b", "c", "d"], "in the order [1, 0, 2, 3]"),
    ("ab c", "Ab c", "all is in lower case"),
    ("abc", "abcd", "its last 1 are missing"),
    ("dcba", "abcd", "all is reversed"),
    ("e\u0301", "\u00e9", "all is normalised to NFD"),
    ("Ã©", "é", "UTF-8 is read as Latin-1"),
    ("a\nb", "a\r\nb", "carriage returns are missing"),
    (b"a b", b"a  b ", "each run of white space is one space"),
    ("", "a", "it is empty"),
]


@pytest.mark.parametrize(("actual", "expected", "hint"), FORMS)
def test_the_form_is_said(actual, expected, hint):
    found = said(actual, expected)
    assert any(hint in one for one in found), found
    assert len(found) <= 3


class Hostile:
    def __array__(self, *arguments, **options):
        raise RuntimeError("call detach first")


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (Hostile(), REALS),
        ([Hostile(), Hostile()], [1, 2]),
        (RNG.normal(size=REALS.shape), REALS),
        (RNG.permutation(24).reshape(4, 6) * 7, IDS),
        (np.array([2.0]), np.array([1.0])),  # one value: any factor fits
        (np.array([2, 3]), np.array([1, 2])),
        ("something else", "abcd"),
        ({"a": 1}, {"a": 2}),
        ([[1], [2, 3]], [[1, 2], [3]]),
        (None, REALS),
        ("text", REALS),
        (object(), 3),
        (np.array([]), np.array([])),
        (np.zeros([0, 3]), np.ones([2, 3])),
    ],
)
def test_nothing_is_said_of_what_has_no_form(actual, expected):
    assert said(actual, expected) == []


def test_a_form_that_leaves_the_expected_value_as_it_is_says_nothing():
    symmetric = SQUARE + SQUARE.T
    assert not any("exchanged" in one for one in said(2 * symmetric, symmetric))
    constant = np.ones([3, 4])
    assert said(2 * constant, constant) == []


def test_the_roundings_are_those_of_the_formats():
    for bits, value in zip(ROUNDINGS.values(), (1 + 2**-7, 1 + 2**-10), strict=True):
        assert rounded(np.array(value), bits) == value
        assert rounded(np.array(1 + 2.0 ** -(bits + 2)), bits) == 1
