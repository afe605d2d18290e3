"""Sampling: the clauses of contracts/sampling.py."""

from functools import partial

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.contracts import sampling as contract
from spec_tests.oracles import sampling as oracle
from spec_tests.tolerances import PROBABILITY
from touchstone import agrees, array, equals, guard, holds, probe, refuses, stream
from touchstone.arithmetic import softmax
from touchstone.conditions import Conditions

CHAPTER = np.array([[0.5, 0.4, 0.1]], np.float32)
P = softmax(witnesses.normal(3, 2, 3, 5))
GAPPED = np.array([[0.0, 0.2, 0.5, 0.3], [0.6, 0.1, 0.0, 0.3]], np.float32)
SKEWED = np.array([[0.7, 0.2, 0.1], [0.15, 0.25, 0.6]])
UNNORMALISED = np.float32(np.log(SKEWED) + np.array([[2.3], [-1.7]]))
N, MANY = 20_000, 310_000
# [H63] A mean of N independent draws in 0..1 is further than this from its expectation
# with a probability of at most 1e-10: at most 6e-10 for the 6 means of a clause.
FAR = np.sqrt(np.log(2 / 1e-10) / (2 * N))  # 0.024


@probe
def tempered(implementation):
    apply = implementation.sampling.apply_temperature
    return lambda p, temperature: array(apply(np.float32(p), temperature))


@probe
def draws(implementation):
    draw = implementation.sampling.categorical
    return lambda logits, n_samples=N, seed=1: array(
        draw(np.float32(logits), n_samples=n_samples, seed=seed)
    )


def log(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


def test_at_one_changes_nothing(tempered):
    """SAM-01. A temperature of 1 gives back the probabilities, on any axes. [G19]"""
    agrees(tempered(P, 1.0), P, PROBABILITY)


def test_cold_squares(tempered):
    """SAM-02. At 1/2, probabilities .5, .4, .1 go as .25, .16, .01. [G19]"""
    expected = [[0.5952381, 0.3809524, 0.0238095]]  # over .42, by bc
    agrees(tempered(CHAPTER, 0.5), expected, PROBABILITY)


def test_heat_takes_roots(tempered):
    """SAM-03. At 2, probabilities .5, .4, .1 go as their square roots. [G19]"""
    expected = [[0.4270510, 0.3819660, 0.1909830]]  # by bc
    agrees(tempered(CHAPTER, 2.0), expected, PROBABILITY)


def test_rows_sum_to_one(tempered):
    """SAM-04. At any temperature the last axis sums to 1. [G19, derived]"""
    agrees(tempered(P, 0.7).sum(axis=-1), np.ones([2, 3]), PROBABILITY, what="the sum")


def test_cold_limit_is_the_most_likely(tempered):
    """SAM-05. Near 0 the most likely class has all the probability. [G19, derived]"""
    agrees(tempered(P, 1e-4), np.eye(5)[P.argmax(axis=-1)], PROBABILITY)


def test_hot_limit_is_uniform(tempered):
    """SAM-06. At a great temperature all classes are equally likely. [G19, derived]"""
    agrees(tempered(P, 1e9), np.full(P.shape, 1 / 5), PROBABILITY)


def test_impossible_stays_impossible(tempered):
    """SAM-07. A class of probability 0 keeps it; the others share 1. [G19, derived]"""
    agrees(tempered(GAPPED, 1e9), (GAPPED > 0) / 3, PROBABILITY)


def test_impossible_stays_impossible_when_cold(tempered):
    """SAM-08. Near 0 too, a class of probability 0 keeps it. [G19, derived]"""
    agrees(tempered(GAPPED, 1e-3), [[0, 0, 1, 0], [1, 0, 0, 0]], PROBABILITY)


@guard
def test_refuses_a_temperature_of_zero(tempered):
    """SAM-09. A temperature of 0 is refused. [house]"""
    refuses(lambda: tempered(CHAPTER, 0.0), "temperature", 0.0)


@guard
def test_refuses_a_negative_temperature(tempered):
    """SAM-10. A negative temperature is refused. [house]"""
    refuses(lambda: tempered(CHAPTER, -0.5), "temperature", -0.5)


@guard
def test_refuses_a_temperature_that_is_no_number(tempered):
    """SAM-11. A temperature that is not a number is refused. [house]"""
    refuses(lambda: tempered(CHAPTER, float("nan")), "temperature", float("nan"))


def test_draws_have_their_shape(draws):
    """SAM-12. B rows of logits and n_samples give classes [B, n_samples]. [G19]"""
    equals(draws(UNNORMALISED, 7).shape, (2, 7), what="the shape")


def test_draws_are_integers(draws):
    """SAM-13. The classes are integers. [G19]"""
    dtype = draws(UNNORMALISED, 7).dtype
    holds(np.issubdtype(dtype, np.integer), "an integer dtype", str(dtype))


def test_frequencies_are_the_probabilities(draws):
    """SAM-14. Each row's classes come as often as softmax of its logits says. [G19]"""
    drawn = draws(UNNORMALISED)
    frequencies = (drawn[..., np.newaxis] == np.arange(3)).mean(axis=1)  # [B, V]
    holds(
        np.abs(frequencies - SKEWED).max() < FAR,
        f"frequencies within {FAR:.3f} of {SKEWED.tolist()}",
        frequencies,
    )


def test_impossible_is_never_drawn(draws):
    """SAM-15. A class with the logit minus infinity is never drawn. [G19, derived]"""
    drawn = draws(log(GAPPED))
    equals([int((drawn[0] == 0).sum()), int((drawn[1] == 2).sum())], [0, 0])


def test_a_certain_class_is_always_drawn(draws):
    """SAM-16. The only possible class is drawn each time. [G19, derived]"""
    certain = np.array([[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    equals(draws(log(certain), 4), np.array([[2] * 4, [0] * 4, [3] * 4]))


def test_rows_are_independent(draws):
    """SAM-17. Rows of equal logits agree as often as independent draws do. [G19]"""
    first, second = draws(log(np.repeat(SKEWED[:1], 2, axis=0)))
    often = float((first == second).mean())
    expected = float((SKEWED[0] ** 2).sum())
    holds(
        abs(often - expected) < FAR, f"agreement within {FAR:.3f} of {expected}", often
    )


def test_draws_are_independent(draws):
    """SAM-18. A draw equals the one before it as often as chance says. [G19]"""
    [drawn] = draws(log(SKEWED[:1]), 2 * N)
    often = float((drawn[::2] == drawn[1::2]).mean())
    expected = float((SKEWED[0] ** 2).sum())
    holds(
        abs(often - expected) < FAR, f"repetition within {FAR:.3f} of {expected}", often
    )


def test_same_seed_same_draws(draws):
    """SAM-19. The same seed gives the same draws. [G19]"""
    equals(draws(UNNORMALISED, 100, seed=3), draws(UNNORMALISED, 100, seed=3))


def test_other_seed_other_draws(draws):
    """SAM-20. Another seed gives other draws. [G19]"""
    one, other = draws(UNNORMALISED, 100, seed=3), draws(UNNORMALISED, 100, seed=4)
    holds((one != other).any(), "another seed, other draws", other)  # equal by 1e-25


@guard
def test_refuses_no_draws(draws):
    """SAM-21. A number of draws below 1 is refused. [house]"""
    refuses(lambda: draws(UNNORMALISED, 0), "n_samples", 0)


def test_shares_of_many_classes(draws):
    """SAM-23. Of a hundred classes, the likeliest and the last have their shares. [G19]"""
    rest = softmax(witnesses.normal(7, 99, scale=0.3)) * 0.49
    p = np.array([[0.49, *rest, 0.02]], np.float32)
    [drawn] = draws(np.log(p), MANY)
    shares = np.array([(drawn == 0).mean(), (drawn == 100).mean()])
    # [H63] further off with a probability of at most 4 exp(-2 * 310,000 * 0.006^2) < 1e-9
    near = np.abs(shares - [0.49, 0.02]).max() < 0.006
    holds(near, "shares within 0.006 of 0.49 and 0.02", shares)


@stream("tensorflow")
def test_chapter_draws(draws):
    """SAM-22. Seed 42 and probabilities .5, .4, .1 give the printed 40 draws. [G19]"""
    expected = "0102100100110111021021012111200100101002"
    equals(draws(log(CHAPTER), 40, seed=42), np.array([[int(i) for i in expected]]))


def test_leaves_its_arguments(implementation):
    """SAM-24. Probabilities and logits are left as they were. [house]"""
    component = implementation.sampling
    laws.leaves_arguments(component.apply_temperature, np.float32(P), 0.7)
    laws.leaves_arguments(component.categorical, UNNORMALISED, n_samples=7, seed=1)


def test_keeps_its_results(implementation):
    """SAM-25. Probabilities and draws stay as they are when others are made. [house]"""
    apply, p = implementation.sampling.apply_temperature, np.float32(P)
    laws.keeps_results(lambda: apply(p, 0.7), lambda: apply(p, 2.0))
    draw = implementation.sampling.categorical
    laws.keeps_results(
        lambda: draw(UNNORMALISED, n_samples=31, seed=1),
        lambda: draw(UNNORMALISED, n_samples=31, seed=2),
    )


def test_refuses_a_row_without_a_possible_class(draws):
    """SAM-26. A row whose logits are all minus infinity is refused. [house]"""
    logits = np.array([[0, 1, 2], [-np.inf] * 3])
    refuses(lambda: draws(logits, 7), "logits", logits)


def test_refuses_logits_that_are_no_number(draws):
    """SAM-27. A logit that is NaN, or infinite, is refused. [house]"""
    for wrong in (np.nan, np.inf):
        logits = np.array([[0, 1, 2], [0, wrong, -np.inf]])
        refuses(partial(draws, logits, 7), "logits", logits)


# Conditions: each row rescales probabilities, and draws from their shifted logarithms.


def probabilities_of(row):
    """Return [..., V]: the best class has what powers of two leave, in other places."""
    n, possible = row["classes"], np.ones(row["classes"], bool)
    if row["impossible"] == "all but one":
        possible[:-1] = False
    elif row["impossible"] != "none":
        possible[{"first": 0, "last": -1}[row["impossible"]]] = False
    number = int(possible.sum())
    steps = {"halves": 1, "far apart": 30}
    p = np.full(number, 1 / number)
    if row["spread"] == "close":
        p = (1 + np.arange(number) / 50) / (1 + np.arange(number) / 50).sum()
    elif row["spread"] != "uniform":
        step = steps[row["spread"]]
        p = 2.0 ** -np.minimum(1 + step * np.arange(1, number + 1), 110)
        p[0] = 1 - p[1:].sum()
    rows = np.zeros([int(np.prod(row["batch"], dtype=int)), n])
    for place, each in enumerate(rows):
        each[possible] = np.roll(p, place + 1)
    return rows.reshape(*row["batch"], n)


def make(module, row):
    return module


def call(module, row):
    p = probabilities_of(row).astype(row["dtype"])
    logits = log(p.reshape(-1, p.shape[-1]))
    shift = row["shift"]
    if shift == "other in each row":
        shift = 300 * np.arange(-1, len(logits) - 1)[:, np.newaxis] % 900
    shifted = (logits + shift).astype(row["dtype"])
    n_samples = row["n_samples"]
    drawn = array(module.categorical(shifted, n_samples=n_samples, seed=row["seed"]))
    right = softmax(shifted.astype(np.float64))
    # [H63] further off by chance with a probability of at most 1e-12 for each class
    far = np.sqrt(np.log(2e12) / (2 * n_samples))
    classes = np.arange(p.shape[-1])
    shares = np.stack([(drawn == k).mean(axis=1) for k in classes], axis=1)  # [B, V]
    # what is close is drawn apart by a small temperature, and so is its rounding
    growth = max(1, 0.25 / row["temperature"]) if row["spread"] == "close" else 1
    return {
        "probabilities": array(module.apply_temperature(p, row["temperature"]))
        / growth,
        "draws": drawn.shape,
        "integers": drawn.dtype.kind in "iu",
        "classes": bool(((drawn >= 0) & (drawn < p.shape[-1])).all()),
        "impossible drawn": bool((shares > 0)[logits == -np.inf].any()),
        "near": bool((np.abs(shares - right) < far).all()),
    }


ROWS = Conditions(contract, oracle, make=make, call=call, tolerance=PROBABILITY)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.sampling)


def test_rows_batch(conditions):
    """SAM-28. Results are right at every number of rows and axes. [G19]"""
    conditions.hold("batch")


def test_rows_classes(conditions):
    """SAM-29. Results are right at every number of classes, one among them. [G19]"""
    conditions.hold("classes")


def test_rows_spread(conditions):
    """SAM-30. Results are right at probabilities that are equal or far apart. [G19]"""
    conditions.hold("spread")


def test_rows_impossible(conditions):
    """SAM-31. Results are right wherever a class is impossible. [G19]"""
    conditions.hold("impossible")


def test_rows_temperature(conditions):
    """SAM-32. Results are right at every temperature, between the usual too. [G19]"""
    conditions.hold("temperature")


def test_rows_shift(conditions):
    """SAM-33. Draws are right wherever the logits of a row lie. [G19]"""
    conditions.hold("shift")


def test_rows_n_samples(conditions):
    """SAM-34. Draws are right at every number of them, one among them. [G19]"""
    conditions.hold("n_samples")


def test_rows_seed(conditions):
    """SAM-35. Draws are right at every seed. [G19]"""
    conditions.hold("seed")


def test_rows_dtype(conditions):
    """SAM-36. Results are right at single and double precision. [house]"""
    conditions.hold("dtype")


def test_rows_history(conditions):
    """SAM-37. Results are right whatever was drawn before. [house]"""
    conditions.hold("history")
