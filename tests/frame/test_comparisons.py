"""What the comparisons of clauses accept, what they do not, and what they say."""

import numpy as np
import pytest

from touchstone.comparisons import (
    PRECISION,
    Mismatch,
    agrees,
    array,
    equals,
    holds,
    recording,
    refuses,
)
from touchstone.tolerances import Tolerance

TOLERANCE = Tolerance(float32=1e-3, tf32=1e-2, bfloat16=1e-1)


def said_by(compare, *arguments, **options):
    """Return the message of the Mismatch that the comparison raises."""
    with pytest.raises(Mismatch) as raised:
        compare(*arguments, **options)
    return str(raised.value)


@pytest.fixture
def at():
    """Return the function that puts the tolerances of a precision in force."""
    token = PRECISION.set("float32")
    yield PRECISION.set
    PRECISION.reset(token)


# Real values


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_real_values_of_any_ieee_width_agree(dtype):
    agrees(np.array([0.5, -2], dtype), np.array([0.5, -2]), TOLERANCE)


@pytest.mark.parametrize(
    "actual",
    [
        np.array([1, 2]),
        np.array([True, False]),
        np.array([1 + 0j, 2]),
        np.array(["1", "2"]),
        np.array([b"1", b"2"]),
        np.array([1, 2], np.longdouble),
        np.array([1.0, 2.0], object),
        np.ma.array([1.0, 2.0], mask=[True, True]),
        np.ma.array([1.0, 2.0]),
        [1, 2],
        [object(), object()],
        [[1.0], [1.0, 2.0]],
        {"a": 1.0},
        "text",
        None,
    ],
    ids=lambda value: f"{type(value).__name__}-{getattr(value, 'dtype', '')}",
)
def test_other_values_are_not_real(actual):
    message = said_by(agrees, actual, np.array([1.0, 2.0]), TOLERANCE)
    assert message.startswith("output: got ")


def test_a_list_of_real_numbers_is_an_array_of_them():
    agrees([1.0, 2.0], np.array([1.0, 2.0]), TOLERANCE)
    agrees((1.0, 2.0), np.array([1.0, 2.0]), TOLERANCE)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.zeros([1]), np.zeros([])),
        (np.zeros([]), np.zeros([1])),
        (np.zeros([1, 2]), np.zeros([2])),
        (np.zeros([2]), np.zeros([1, 2])),
        (np.zeros([1]), np.zeros([2])),
        (np.zeros([2]), np.zeros([1])),
        (np.zeros([2, 3]), np.zeros([3, 2])),
        (np.zeros([0]), np.zeros([2])),
        (np.zeros([2]), np.zeros([0])),
        (np.zeros([0, 2]), np.zeros([2, 0])),
    ],
)
def test_nothing_is_broadcast(actual, expected):
    shapes = f"got shape {actual.shape}, expected {expected.shape}"
    assert shapes in said_by(agrees, actual, expected, TOLERANCE)
    assert shapes in said_by(equals, actual.astype(int), expected.astype(int))


def test_a_tuple_for_an_array_is_named():
    message = said_by(agrees, (np.zeros(2),), np.zeros(2), TOLERANCE)
    assert "got shape (1, 2) (a tuple of 1), expected (2,)" in message


def test_empty_arrays_of_one_shape_agree():
    with recording() as comparisons:
        agrees(np.zeros([0, 3], np.float32), np.zeros([0, 3]), TOLERANCE)
        equals(np.zeros([0, 3], int), np.zeros([0, 3], int))
    assert [c.ratio for c in comparisons] == [0, 0]


def test_arrays_without_axes_agree():
    agrees(np.float32(0.5), 0.5, TOLERANCE)
    agrees(0.5, np.array(0.5), TOLERANCE)
    assert "output: got 0.5, expected 0.6\n" in said_by(agrees, 0.5, 0.6, TOLERANCE)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_nan_and_infinity_are_errors(wrong, place):
    actual = np.zeros(3)
    actual[place] = wrong
    message = said_by(agrees, actual, np.zeros(3), TOLERANCE)
    assert f"output[{place}]: got {wrong}, expected 0" in message
    assert "not a finite multiple of the tolerance" in message


def test_nan_is_an_error_where_nan_is_expected():
    said_by(agrees, np.array([np.nan]), np.array([np.nan]), TOLERANCE)


# The tolerance


def test_a_difference_of_exactly_the_tolerance_passes():
    half = Tolerance(float32=0.5, tf32=0.5, bfloat16=0.5)
    with recording() as comparisons:
        agrees(np.array([0.5, -0.5]), np.zeros(2), half)
    assert comparisons[0].ratio == 1
    said_by(agrees, np.nextafter([0.5], 1), np.zeros(1), half)
    said_by(agrees, np.nextafter([-0.5], -1), np.zeros(1), half)


def test_values_above_1_are_compared_relative_to_themselves():
    agrees(np.array([1000.9]), np.array([1000.0]), TOLERANCE)
    agrees(np.array([-1000.9]), np.array([-1000.0]), TOLERANCE)
    said_by(agrees, np.array([1001.1]), np.array([1000.0]), TOLERANCE)
    said_by(agrees, np.array([0.0011]), np.array([1e-6]), TOLERANCE)


def test_the_expected_value_sets_the_tolerance():
    """A large wrong value does not widen it."""
    said_by(agrees, np.array([1e6]), np.array([1.0]), TOLERANCE)


def test_scale_widens_the_tolerance_value_by_value():
    actual, scale = np.array([0.0015, 0.0015]), np.array([1, 2])
    message = said_by(agrees, actual, np.zeros(2), TOLERANCE, scale=scale)
    assert "output[0]: " in message
    assert "1 of 2 values differ" in message
    agrees(actual, np.zeros(2), TOLERANCE, scale=2)


@pytest.mark.parametrize(
    ("precision", "limit"), [("float32", 1e-3), ("tf32", 1e-2), ("bfloat16", 1e-1)]
)
def test_the_precision_in_force_decides(at, precision, limit):
    at(precision)
    agrees(np.array([0.99 * limit]), np.zeros(1), TOLERANCE)
    message = said_by(agrees, np.array([1.01 * limit]), np.zeros(1), TOLERANCE)
    assert f"the tolerance {limit:.3g} ({precision})" in message


def test_the_largest_error_is_the_one_shown():
    actual = np.zeros([2, 3])
    actual[0, 1], actual[1, 2] = 0.002, -0.5
    message = said_by(agrees, actual, np.zeros([2, 3]), TOLERANCE, what="scores")
    assert message == (
        "scores[1, 2]: got -0.5, expected 0\n"
        "the difference 0.5 is 500 times the tolerance 0.001 (float32); "
        "2 of 6 values differ"
    )


def test_a_small_error_beside_a_right_value_is_found():
    said_by(agrees, np.array([0, 0, 0.0011]), np.zeros(3), TOLERANCE)


# Integers, truth values, text


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.array([1, 2], np.int8), np.array([1, 2], np.int64)),
        (np.array([1, 2], np.uint16), np.array([1, 2])),
        ([1, 2], np.array([1, 2])),
        (np.array([True]), np.array([True])),
        (np.array(["a", "bc"]), np.array(["a", "bc"], "U9")),
        (np.array(1), np.array(1)),
    ],
)
def test_arrays_of_one_kind_are_equal_at_any_width(actual, expected):
    equals(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.array([1.0, 2.0]), np.array([1, 2])),
        (np.array([1, 0]), np.array([True, False])),
        (np.array([True, False]), np.array([1, 0])),
        (np.array(["1"]), np.array([1])),
        (np.array([1], object), np.array([1])),
        (np.ma.array([1], mask=[True]), np.array([1])),
        (np.ma.array([1]), np.array([1])),
        (660, np.array([660])),
        (np.array([660]), np.array(660)),
        (None, np.array([1])),
    ],
)
def test_arrays_of_another_kind_or_shape_are_not(actual, expected):
    said_by(equals, actual, expected)


def test_the_first_different_value_is_shown():
    actual, expected = np.array([[1, 2], [4, 3]]), np.array([[1, 2], [3, 4]])
    message = said_by(equals, actual, expected, what="ids")
    assert message.startswith("ids[1, 0]: got ")
    assert message.endswith("; 2 of 4 values differ")


# Plain values


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (3, 3),
        (np.int64(3), 3),
        (np.array(3), 3),
        (3.0, 3),
        (True, True),
        (np.bool_(True), True),
        ("a", "a"),
        (np.str_("a"), "a"),
        (b"a", b"a"),
        ([1, [2, "a"]], [1, [2, "a"]]),
        ((1, 2), (1, 2)),
        ([], []),
        ({"a": [1]}, {"a": [1]}),
        ({1, 2}, frozenset([1, 2])),
        (None, None),
    ],
)
def test_plain_values_of_one_type_are_equal(actual, expected):
    equals(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ([660], 660),
        (660, [660]),
        (np.array([660]), 660),
        (np.array([]), 660),
        (np.array([]), "text"),
        (np.array([]), []),
        (np.zeros([0]), [1]),
        (np.array([1, 2]), [1, 2]),
        ((1, 2), [1, 2]),
        ([1, 2], (1, 2)),
        ([1, 2], [1, 2, 3]),
        ([1, 2, 3], [1, 2]),
        (1, True),
        (True, 1),
        (0, False),
        ([1], [True]),
        ("1", 1),
        (1, "1"),
        (b"a", "a"),
        ("a", b"a"),
        ([b"a"], ["a"]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}),
        ([("a", 1)], {"a": 1}),
        ([1, 2], {1, 2}),
        (None, 0),
        (np.ma.masked, 1),
        (np.ma.array(1, mask=True), 1),
        (float("nan"), 1),
    ],
)
def test_plain_values_of_another_type_or_value_are_not(actual, expected):
    message = said_by(equals, actual, expected)
    assert message.startswith("output: got ")
    assert message.endswith(f"expected {expected!r}")


def test_long_values_are_shown_in_part():
    message = said_by(equals, "a" * 10_000, "b")
    assert len(message) < 300
    assert "(10002 characters)" in message


# Claims and refusals


def test_a_claim_that_does_not_hold_is_the_message():
    with recording() as comparisons:
        holds(True, "a positive loss", 1.0)
    assert len(comparisons) == 1
    assert said_by(holds, False, "a positive loss", -1.0) == (
        "expected a positive loss; got -1.0"
    )


def raising(error):
    def call():
        raise error

    return call


class Unrepresentable(Exception):
    """Stands for an implementation's own exception of that name."""


class OwnError(ValueError):
    """Stands for an implementation's own kind of ValueError."""


@pytest.mark.parametrize(
    ("error", "value"),
    [
        (ValueError("units must be positive, got -3"), -3),
        (ValueError("units must be positive"), -3),
        (ValueError("got -3"), -3),
        (OwnError("units"), -3),
        (ValueError("no 'GRU'"), "GRU"),
        (ValueError("wrong shape"), np.zeros([2, 3])),
    ],
)
def test_a_value_error_that_says_which_is_a_refusal(error, value):
    with recording() as comparisons:
        refuses(raising(error), "units", value)
    assert len(comparisons) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: None,
        raising(ValueError("wrong")),
        raising(TypeError("units must be positive, got -3")),
        raising(KeyError("units -3")),
    ],
)
def test_anything_else_is_no_refusal(call):
    assert said_by(refuses, call, "units", -3).startswith("units=-3: ")


@pytest.mark.parametrize("error", [NotImplementedError("no"), Unrepresentable("no")])
def test_an_absence_is_passed_on(error):
    with pytest.raises(type(error)):
        refuses(raising(error), "units", -3)


# What is kept


def test_comparisons_are_kept_inside_the_block_alone():
    with recording() as outer:
        equals(1, 1)
        with recording() as inner:
            equals(2, 2)
        equals(3, 3)
    equals(4, 4)
    assert [c.actual for c in outer] == [1, 3]
    assert [c.actual for c in inner] == [2]


def test_a_mismatch_knows_its_place_and_values():
    with recording():
        equals(1, 1)
        with pytest.raises(Mismatch) as raised:
            agrees(np.array([1.0]), np.array([2.0]), TOLERANCE)
    assert raised.value.position == 1
    assert raised.value.comparison.tolerance == 2e-3
    assert raised.value.comparison.ratio == 500


def test_what_is_compared_is_a_copy():
    mine = np.zeros(2)
    with recording() as comparisons:
        agrees(mine, np.zeros(2), TOLERANCE)
    mine[:] = 9
    assert comparisons[0].actual.tolist() == [0, 0]


def test_tensors_on_a_device_are_fetched():
    class Tensor:
        def detach(self):
            return self

        def cpu(self):
            return np.array([1.0, 2.0])

    assert array(Tensor()).tolist() == [1, 2]
