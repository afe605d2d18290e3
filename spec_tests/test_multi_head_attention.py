"""Multi-head attention: the clauses of contracts/multi_head_attention.py."""

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.conditions import (
    attention_arguments,
    of_seeing_queries,
    permutation,
)
from spec_tests.contracts import multi_head_attention as contract
from spec_tests.oracles import multi_head_attention as oracle
from spec_tests.oracles.attention import Attention
from spec_tests.oracles.multi_head_attention import KERNELS
from spec_tests.oracles.multi_head_attention import MultiHeadAttention as Oracle
from spec_tests.tolerances import ATTENTION
from touchstone import agrees, array, captured, equals, guard, probe, refuses
from touchstone.conditions import Conditions

B, T, S, D, H = 2, 5, 7, 12, 3
LONG = 13
WEIGHTS = witnesses.weights(1, dict.fromkeys(KERNELS, (D, D)))
IDENTITY = dict.fromkeys(KERNELS, np.eye(D, dtype=np.float32))
SCALE = {"scale": np.float32(0.7)}
QUERY = witnesses.normal(2, B, T, D, scale=0.8)
VALUE = witnesses.normal(3, B, S, D, scale=0.8)
KEY = witnesses.normal(4, B, S, D, scale=0.8)
HOLES = np.array([[1, 0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 1, 0, 0]], bool)
QUERY_MASK = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1]], bool)
HUGE = 1e5  # a trace of a hidden value would show


def run(build, *arguments, weights=WEIGHTS, n_heads=H, causal=False, **masks):
    use_scale = "scale" in weights
    dims = len(weights["query_kernel"])
    layer = build(dims=dims, n_heads=n_heads, causal=causal, use_scale=use_scale)
    layer.set_named_weights(weights)
    return layer(*arguments, **masks)


def expected(*arguments, **options):
    return run(Oracle, *arguments, **options)


@probe
def attend(implementation):
    build = implementation.multi_head_attention.MultiHeadAttention
    return lambda *arguments, **options: array(run(build, *arguments, **options))


@probe
def weights(implementation):
    build = implementation.multi_head_attention.MultiHeadAttention
    return lambda **sizes: {
        k: array(w) for k, w in build(**sizes).named_weights().items()
    }


@captured
def test_chapter_shape(implementation):
    """MHA-01. Queries [2, 50, 512], values [2, 80, 512]: [2, 50, 512] out. [G19]"""
    layer = implementation.multi_head_attention.MultiHeadAttention(dims=512, n_heads=8)
    query, value = witnesses.normal(5, 2, 50, 512), witnesses.normal(6, 2, 80, 512)
    equals(list(array(layer(query, value)).shape), [2, 50, 512], what="the shape")


@captured
def test_chapter_parameters(weights):
    """MHA-02. 512 dims and 8 heads have 1,048,576 parameters. [G19]"""
    n_parameters = sum(w.size for w in weights(dims=512, n_heads=8).values())
    equals(n_parameters, 1_048_576, what="the number of parameters")


def test_has_four_kernels_and_a_scale(weights):
    """MHA-03. Its weights are four kernels, and with use_scale a scale of 1. [G19]"""
    kernels = dict.fromkeys(KERNELS, (D, D))
    plain, scaled = (
        weights(dims=D, n_heads=H),
        weights(dims=D, n_heads=H, use_scale=True),
    )
    equals({k: w.shape for k, w in plain.items()}, kernels, what="the shapes")
    equals({k: w.shape for k, w in scaled.items()}, kernels | {"scale": ()})
    equals(scaled["scale"], np.array(1.0), what="the scale")


def test_gives_back_its_weights(implementation):
    """MHA-04. It gives back the kernels and the scale that were set. [house]"""
    build = implementation.multi_head_attention.MultiHeadAttention
    layer = build(dims=D, n_heads=H, use_scale=True)
    layer.set_named_weights(WEIGHTS | SCALE)
    for name, value in (WEIGHTS | SCALE).items():
        equals(array(layer.named_weights()[name]), np.asarray(value), what=name)


def test_two_heads_by_hand(attend):
    """MHA-05. Two heads of two dims attend to two values as worked by hand. [V17]"""
    kernels = {
        "query_kernel": [
            [1, 0, 0, 0.5],
            [0, -1, 0.5, 0],
            [0, 2, 1, 0],
            [0.5, 0, 0, -1],
        ],
        "value_kernel": [[0, 1, 0, 0], [1, 0, 0, -1], [0, 0, 0.5, 2], [0, -0.25, 1, 0]],
        "key_kernel": [
            [0.5, 0, 1, 0],
            [0, 1, 0, -0.5],
            [0, -0.5, 0, 1],
            [1, 0, 0.25, 0],
        ],
        "output_kernel": [
            [1, 0, 0.5, 0],
            [0, -1, 0, 0],
            [0.5, 0, 0, 1],
            [0, 0, 2, -0.5],
        ],
    }
    shaped = {name: np.array(rows, np.float32) for name, rows in kernels.items()}
    query = np.array([[[1, -0.5, 0.25, 2]]], np.float32)
    value = np.array([[[1, 0, 2, -1], [0.5, -1, 1, 1]]], np.float32)
    literal = [
        [[-0.4431901, -0.2974259, 6.1653555, -0.6416426]]
    ]  # 20 digits of decimal
    agrees(attend(query, value, value, weights=shaped, n_heads=2), literal, ATTENTION)


def test_follows_the_equations(attend):
    """MHA-06. Queries, values and keys are projected, and the heads once more. [V17]"""
    agrees(attend(QUERY, VALUE, KEY), expected(QUERY, VALUE, KEY), ATTENTION)


def test_key_defaults_to_the_value(attend):
    """MHA-07. Without keys the values are what key_kernel projects. [G19]"""
    agrees(attend(QUERY, VALUE), expected(QUERY, VALUE, VALUE), ATTENTION)


def test_scale_multiplies_the_scores(attend):
    """MHA-08. One learned scale multiplies the scores of every head. [G19, K2]"""
    weights = WEIGHTS | SCALE
    right = expected(QUERY, VALUE, weights=weights)
    agrees(attend(QUERY, VALUE, weights=weights), right, ATTENTION)


def test_one_head_is_attention(attend):
    """MHA-09. One head with identity kernels is dot-product attention. [V17]"""
    outputs = attend(QUERY, VALUE, weights=IDENTITY, n_heads=1)
    agrees(outputs, Attention()(QUERY, VALUE), ATTENTION)


def test_heads_are_contiguous_slices(attend):
    """MHA-10. Head h attends by the projections' columns h D/H to (h+1) D/H. [G19]"""
    slices = [np.split(x, H, axis=-1) for x in (QUERY, VALUE)]
    heads = [Attention()(*parts) for parts in zip(*slices, strict=True)]
    outputs = attend(QUERY, VALUE, weights=IDENTITY)
    agrees(outputs, np.concatenate(heads, axis=-1), ATTENTION)


def test_order_of_the_values_does_not_matter(attend):
    """MHA-11. The order of the values changes no head. [V17]"""
    value = witnesses.normal(7, B, LONG, D, scale=0.8)
    order = np.random.default_rng(9).permutation(LONG)
    permuted = attend(QUERY, value[:, order])
    agrees(permuted, attend(QUERY, value), ATTENTION)


def test_causal_queries_see_themselves_and_the_past(attend):
    """MHA-12. When causal, every head at step t sees the values at 0 to t. [G19, K2]"""
    outputs = attend(QUERY, VALUE[:, :T], causal=True)
    right = expected(QUERY, VALUE[:, :T], causal=True)
    agrees(outputs, right, ATTENTION)


def test_later_values_change_nothing_when_causal(attend):
    """MHA-13. When causal, no head has a trace of a huge later value. [K2, derived]"""
    value = VALUE[:, :T].copy()
    before = attend(QUERY, value, causal=True)[:, :3]
    value[:, 3:] = HUGE
    agrees(attend(QUERY, value, causal=True)[:, :3], before, ATTENTION)


def test_masked_values_are_not_seen(attend):
    """MHA-14. No head sees a value whose value_mask is False. [K2]"""
    outputs = attend(QUERY, VALUE, value_mask=HOLES)
    agrees(outputs, expected(QUERY, VALUE, value_mask=HOLES), ATTENTION)


def test_causal_and_masked(attend):
    """MHA-15. When causal and masked, every head obeys both masks. [K2]"""
    inputs = QUERY, VALUE[:, :T]
    mask = np.array([[1, 0, 1, 1, 0]] * B, bool)  # MHA-14's differs from row to row
    outputs = attend(*inputs, causal=True, value_mask=mask)
    right = expected(*inputs, causal=True, value_mask=mask)
    agrees(outputs, right, ATTENTION)


def test_rows_of_masked_queries_are_zero(attend):
    """MHA-16. Rows whose query_mask is False are zero, the others unchanged. [K2]"""
    outputs = attend(QUERY, VALUE, query_mask=QUERY_MASK)
    agrees(outputs, expected(QUERY, VALUE, query_mask=QUERY_MASK), ATTENTION)


@guard
def test_refuses_heads_that_do_not_divide_the_dims(weights):
    """MHA-17. A number of heads that does not divide dims is refused. [house]"""
    refuses(lambda: weights(dims=D, n_heads=7), "n_heads", 7)
    refuses(lambda: weights(dims=D, n_heads=7), "dims", D)


@guard
def test_refuses_no_heads(weights):
    """MHA-18. Fewer heads than one are refused. [house]"""
    refuses(lambda: weights(dims=D, n_heads=-H), "n_heads", -H)


@guard
def test_refuses_a_wrong_rank(attend):
    """MHA-19. A query without a batch axis is refused. [house]"""
    refuses(lambda: attend(QUERY[0], VALUE), "query", (T, D))


@guard
def test_refuses_values_of_another_width(attend):
    """MHA-20. Values that are not dims wide are refused. [house]"""
    refuses(lambda: attend(QUERY, VALUE[..., :9]), "value", (B, S, 9))


@guard
def test_refuses_a_mask_of_another_shape(attend):
    """MHA-21. A value_mask of one row for two is refused. [house]"""
    refuses(lambda: attend(QUERY, VALUE, value_mask=HOLES[:1]), "value_mask", (1, S))


def test_leaves_its_arguments(implementation):
    """MHA-22. A call of multi-head attention changes none of its arguments. [house]"""
    layer = implementation.multi_head_attention.MultiHeadAttention(dims=D, n_heads=H)
    masks = {"query_mask": QUERY_MASK, "value_mask": HOLES}
    laws.leaves_arguments(layer, QUERY, VALUE, KEY, **masks)


def test_copies_weights_in(implementation):
    """MHA-23. Multi-head attention copies the weights that it is given. [house]"""
    layer = implementation.multi_head_attention.MultiHeadAttention(dims=D, n_heads=H)
    laws.copies_in(layer, WEIGHTS, lambda: layer(QUERY, VALUE), ATTENTION)


def test_copies_weights_out(implementation):
    """MHA-24. Multi-head attention gives out copies of its weights. [house]"""
    build = implementation.multi_head_attention.MultiHeadAttention
    laws.copies_out(build(dims=D, n_heads=H, use_scale=True), WEIGHTS | SCALE)


def test_keeps_its_results(implementation):
    """MHA-25. A result of multi-head attention is not changed by later calls. [house]"""
    layer = implementation.multi_head_attention.MultiHeadAttention(dims=D, n_heads=H)
    laws.keeps_results(lambda: layer(QUERY, VALUE), lambda: layer(QUERY, -VALUE))


# Conditions: each row is a call, compared with the oracle's.


def make(module, row):
    return module.MultiHeadAttention(
        dims=row["heads"] * row["head_dims"],
        n_heads=row["heads"],
        causal=row["causal"],
        use_scale=row["scale"] is not None,
    )


def call(layer, row):
    dims = row["heads"] * row["head_dims"]
    given, masks = attention_arguments(row, dims)
    weights = witnesses.weights(1, dict.fromkeys(KERNELS, (dims, dims)))
    if row["magnitude"] == "huge scores":
        weights = {name: permutation(i, dims) for i, name in enumerate(KERNELS)}
    if row["scale"] is not None:
        weights["scale"] = np.array(row["scale"], np.float32)
    layer.set_named_weights(weights)
    return {"output": of_seeing_queries(array(layer(*given, **masks)), row)}


ROWS = Conditions(
    contract,
    oracle,
    make=make,
    call=call,
    settings=("heads", "head_dims", "causal", "scale"),
    tolerance=ATTENTION,
)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.multi_head_attention)


def test_rows_steps(conditions):
    """MHA-26. Heads are right at every number of queries and values. [K2]"""
    conditions.hold("steps")


def test_rows_batch(conditions):
    """MHA-27. Heads are right at every batch size. [K2]"""
    conditions.hold("batch")


def test_rows_heads(conditions):
    """MHA-28. Heads are right whatever their number. [K2]"""
    conditions.hold("heads")


def test_rows_head_dims(conditions):
    """MHA-29. Heads are right at every width, one among them. [K2]"""
    conditions.hold("head_dims")


def test_rows_scale(conditions):
    """MHA-30. Heads are right at every learned scale, a negative one too. [K2]"""
    conditions.hold("scale")


def test_rows_causal(conditions):
    """MHA-31. Heads are right causal or not, whatever else is given. [K2]"""
    conditions.hold("causal")


def test_rows_key(conditions):
    """MHA-32. Heads are right with keys and without, whatever else is given. [K2]"""
    conditions.hold("key")


def test_rows_query_mask(conditions):
    """MHA-33. Heads are right at every query mask, whatever else is given. [K2]"""
    conditions.hold("query_mask")


def test_rows_value_mask(conditions):
    """MHA-34. Heads are right at every value mask, whatever else is given. [K2]"""
    conditions.hold("value_mask")


def test_rows_magnitude(conditions):
    """MHA-35. Heads are right from near zero to scores in the hundred thousands. [K2]"""
    conditions.hold("magnitude")


def test_rows_memory(conditions):
    """MHA-36. Heads are right however arrays lie in memory, read-only ones too. [K2]"""
    conditions.hold("memory")


def test_rows_history(conditions):
    """MHA-37. Heads are right whatever the layer was called with before. [K2]"""
    conditions.hold("history")
