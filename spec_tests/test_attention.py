"""Attention: the clauses of contracts/attention.py."""

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.conditions import HUGE, attention_arguments, of_seeing_queries
from spec_tests.contracts import attention as contract
from spec_tests.oracles import attention as oracle
from spec_tests.oracles.attention import Attention as Oracle
from spec_tests.tolerances import ATTENTION
from touchstone import agrees, array, equals, guard, probe, refuses
from touchstone.conditions import Conditions

B, T, S, D = 2, 5, 7, 3
LONG = 13
QUERY = witnesses.normal(1, B, T, D)
VALUE = witnesses.normal(2, B, S, D)
KEY = witnesses.normal(3, B, S, D)
SCALE = np.float32(0.7)
HOLES = np.array([[1, 0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 1, 0, 0]], bool)
RAGGED = witnesses.keep_mask(4, 6, steps=S)
QUERY_MASK = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1]], bool)


def run(build, *arguments, scale=None, causal=False, **masks):
    layer = build(use_scale=scale is not None, causal=causal)
    layer.set_named_weights({} if scale is None else {"scale": scale})
    return layer(*arguments, **masks)


def expected(*arguments, **options):
    return run(Oracle, *arguments, **options)


@probe
def attend(implementation):
    build = implementation.attention.Attention
    return lambda *arguments, **options: array(run(build, *arguments, **options))


@probe
def weights(implementation):
    build = implementation.attention.Attention
    return lambda **options: {
        k: array(w) for k, w in build(**options).named_weights().items()
    }


def test_two_queries_by_hand(attend):
    """ATT-01. Two queries average three values as worked by hand. [L15]"""
    query = np.array([[[0.5, -1], [1, 0.25]]], np.float32)
    value = np.array([[[2, 1], [-1, 0.5], [0, -1.5]]], np.float32)
    outputs = attend(query, value, value)  # scores 0, -1, 1.5 and 2.25, -0.875, -0.375
    literal = [
        [[0.2790155, -0.9468380], [1.7521533, 0.8181010]]
    ]  # 20 digits of decimal
    agrees(outputs, literal, ATTENTION)


def test_averages_the_values_by_their_keys(attend):
    """ATT-02. Values are weighted by query . key, a softmax over the values. [L15]"""
    agrees(attend(QUERY, VALUE, KEY), expected(QUERY, VALUE, KEY), ATTENTION)


def test_key_defaults_to_the_value(attend):
    """ATT-03. Without keys the values are the keys. [K2]"""
    agrees(attend(QUERY, VALUE), expected(QUERY, VALUE, VALUE), ATTENTION)


def test_scale_starts_at_one(weights):
    """ATT-04. The learned scale is one number and starts at 1. [K2]"""
    found = weights(use_scale=True)
    equals(sorted(found), ["scale"], what="the names of the weights")
    equals(found["scale"], np.array(1.0), what="the scale")


def test_has_no_weights_without_a_scale(weights):
    """ATT-05. Without a scale there are no weights. [K2]"""
    equals(sorted(weights(use_scale=False)), [], what="the names of the weights")


def test_scale_multiplies_the_scores(attend):
    """ATT-06. The learned scale multiplies the scores. [K2]"""
    outputs = attend(QUERY, VALUE, scale=SCALE)
    agrees(outputs, expected(QUERY, VALUE, scale=SCALE), ATTENTION)


def test_order_of_the_values_does_not_matter(attend):
    """ATT-07. The order of the values changes nothing. [L15, derived]"""
    value = witnesses.normal(4, B, LONG, D)
    order = np.random.default_rng(6).permutation(LONG)
    permuted = attend(QUERY, value[:, order])
    agrees(permuted, attend(QUERY, value), ATTENTION)


def test_large_scores_do_not_overflow(attend):
    """ATT-08. Scores in the thousands select the value of the largest. [house]"""
    query = np.array([[[1000, 0, 0], [0, -1000, 0]]], np.float32)
    value = np.array([[[1, 5, 0.5], [3, 2, -0.25], [-2, 7, 1]]], np.float32)
    agrees(attend(query, value), value[:, [1, 1]], ATTENTION)


def test_causal_queries_see_themselves_and_the_past(attend):
    """ATT-09. When causal, the query at step t sees the values at steps 0 to t. [K2]"""
    outputs = attend(QUERY, VALUE[:, :T], causal=True)
    right = expected(QUERY, VALUE[:, :T], causal=True)
    agrees(outputs, right, ATTENTION)


def test_later_values_change_nothing_when_causal(attend):
    """ATT-10. When causal, a huge later value leaves no trace before it. [K2]"""
    value = VALUE[:, :T].copy()
    before = attend(QUERY, value, causal=True)[:, :3]
    value[:, 3:] = HUGE
    agrees(attend(QUERY, value, causal=True)[:, :3], before, ATTENTION)


def test_masked_values_are_not_seen(attend):
    """ATT-11. Values are averaged where value_mask is True, in any place. [K2]"""
    outputs = attend(QUERY, VALUE, value_mask=HOLES)
    agrees(outputs, expected(QUERY, VALUE, value_mask=HOLES), ATTENTION)


def test_masked_values_leave_no_trace(attend):
    """ATT-12. A huge masked value leaves no trace in the outputs. [K2, derived]"""
    value = np.where(RAGGED[..., np.newaxis], VALUE, np.float32(HUGE))
    outputs = attend(QUERY, value, value_mask=RAGGED)
    agrees(outputs, attend(QUERY, VALUE, value_mask=RAGGED), ATTENTION)


def test_causal_and_masked(attend):
    """ATT-13. When causal and masked, a value must be allowed by both. [K2]"""
    inputs = QUERY, VALUE[:, :T]
    mask = witnesses.keep_mask(2, 4, steps=T)
    outputs = attend(*inputs, causal=True, value_mask=mask)
    right = expected(*inputs, causal=True, value_mask=mask)
    agrees(outputs, right, ATTENTION)


def test_rows_of_masked_queries_are_zero(attend):
    """ATT-14. Rows of masked queries are zero, the others unchanged. [K2]"""
    outputs = attend(QUERY, VALUE, query_mask=QUERY_MASK)
    agrees(outputs, expected(QUERY, VALUE, query_mask=QUERY_MASK), ATTENTION)


@guard
def test_refuses_a_wrong_rank(attend):
    """ATT-15. A query that has not three axes is refused. [house]"""
    refuses(lambda: attend(QUERY[0], VALUE), "query", (T, D))


@guard
def test_refuses_values_of_another_width(attend):
    """ATT-16. Values that are not as wide as the query are refused. [house]"""
    value = witnesses.normal(7, B, S, D + 2)
    refuses(lambda: attend(QUERY, value), "value", value.shape)


@guard
def test_refuses_keys_of_another_length(attend):
    """ATT-17. Keys that are not as many as the values are refused. [house]"""
    refuses(lambda: attend(QUERY, VALUE, KEY[:, :4]), "key", (B, 4, D))


@guard
def test_refuses_a_mask_of_another_shape(attend):
    """ATT-18. A value_mask that is not of the values' shape is refused. [house]"""
    refuses(lambda: attend(QUERY, VALUE, value_mask=HOLES[:1]), "value_mask", (1, S))


@guard
def test_refuses_a_query_mask_of_another_shape(attend):
    """ATT-19. A query_mask that is not of the query's shape is refused. [house]"""
    refuses(
        lambda: attend(QUERY, VALUE, query_mask=QUERY_MASK[:1]), "query_mask", (1, T)
    )


def test_leaves_its_arguments(implementation):
    """ATT-20. A call of attention changes none of its arguments. [house]"""
    layer = implementation.attention.Attention()
    masks = {"query_mask": QUERY_MASK, "value_mask": HOLES}
    laws.leaves_arguments(layer, QUERY, VALUE, KEY, **masks)


def test_copies_weights_in(implementation):
    """ATT-21. Attention copies the weights that it is given. [house]"""
    layer = implementation.attention.Attention(use_scale=True)
    weights = {"scale": SCALE}
    laws.copies_in(layer, weights, lambda: layer(QUERY, VALUE), ATTENTION)


def test_copies_weights_out(implementation):
    """ATT-22. Attention gives out copies of its weights. [house]"""
    laws.copies_out(
        implementation.attention.Attention(use_scale=True), {"scale": SCALE}
    )


def test_keeps_its_results(implementation):
    """ATT-23. A result of attention is not changed by later calls. [house]"""
    layer = implementation.attention.Attention()
    laws.keeps_results(lambda: layer(QUERY, VALUE), lambda: layer(QUERY, -VALUE))


# Conditions: each row is a call, compared with the oracle's.


def make(module, row):
    return module.Attention(use_scale=row["scale"] is not None, causal=row["causal"])


def call(layer, row):
    given, masks = attention_arguments(row, row["dims"])
    scale = {} if row["scale"] is None else {"scale": np.float32(row["scale"])}
    layer.set_named_weights(scale)
    return {"output": of_seeing_queries(array(layer(*given, **masks)), row)}


ROWS = Conditions(
    contract,
    oracle,
    make=make,
    call=call,
    settings=("scale", "causal"),
    tolerance=ATTENTION,
)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.attention)


def test_rows_steps(conditions):
    """ATT-24. Outputs are right at every number of queries and values. [K2]"""
    conditions.hold("steps")


def test_rows_batch(conditions):
    """ATT-25. Outputs are right at every batch size. [K2]"""
    conditions.hold("batch")


def test_rows_dims(conditions):
    """ATT-26. Outputs are right at every width, one among them. [K2]"""
    conditions.hold("dims")


def test_rows_scale(conditions):
    """ATT-27. Outputs are right at every learned scale, negative and zero too. [K2]"""
    conditions.hold("scale")


def test_rows_causal(conditions):
    """ATT-28. Outputs are right causal or not, whatever else is given. [K2]"""
    conditions.hold("causal")


def test_rows_key(conditions):
    """ATT-29. Outputs are right with keys and without, whatever else is given. [K2]"""
    conditions.hold("key")


def test_rows_query_mask(conditions):
    """ATT-30. Outputs are right at every query mask, whatever else is given. [K2]"""
    conditions.hold("query_mask")


def test_rows_value_mask(conditions):
    """ATT-31. Outputs are right at every value mask, whatever else is given. [K2]"""
    conditions.hold("value_mask")


def test_rows_magnitude(conditions):
    """ATT-32. Outputs are right from near zero to scores in the hundred thousands. [K2]"""
    conditions.hold("magnitude")


def test_rows_memory(conditions):
    """ATT-33. Outputs are right however arrays lie in memory, read-only ones too. [K2]"""
    conditions.hold("memory")


def test_rows_history(conditions):
    """ATT-34. A call is right whatever the layer was called with before. [K2]"""
    conditions.hold("history")
