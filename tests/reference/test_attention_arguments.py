"""Wrong arguments of the attentions and the transformer are named with their values."""

import re

import numpy as np
import pytest

from tests.running import FRAMEWORKS
from touchstone import Implementation

B, T, S, D = 2, 5, 7, 12
QUERY, VALUE = np.ones([B, T, D], np.float32), np.ones([B, S, D], np.float32)
IDS = np.ones([B, T], np.int64)


@pytest.fixture(scope="module", params=FRAMEWORKS)
def port(request):
    pytest.importorskip(FRAMEWORKS[request.param])
    return Implementation(request.param)


def refused(call, *parts):
    """Assert a ValueError that has the parts in this order."""
    with pytest.raises(
        ValueError, match=".*".join(re.escape(str(part)) for part in parts)
    ):
        call()


WRONG_INPUTS = [
    pytest.param({"query": QUERY[0]}, ("query", "axes", (T, D)), id="query-rank"),
    pytest.param({"value": VALUE[0]}, ("value", "axes", (S, D)), id="value-rank"),
    pytest.param({"key": VALUE[..., 0]}, ("key", "axes", (B, S)), id="key-rank"),
    pytest.param({"value": VALUE[:1]}, ("value", "batch", (1, S, D)), id="value-batch"),
    pytest.param({"key": VALUE[:1]}, ("key", "batch", (1, S, D)), id="key-batch"),
    pytest.param(
        {"value": VALUE[..., :9]}, ("value", "dims", (B, S, 9)), id="value-dims"
    ),
    pytest.param({"key": VALUE[..., :9]}, ("key", "dims", (B, S, 9)), id="key-dims"),
    pytest.param({"key": VALUE[:, :4]}, ("key", "steps", (B, 4, D)), id="key-steps"),
    pytest.param(
        {"query_mask": np.ones([B, S], bool)},
        ("query_mask", "shape", (B, T), (B, S)),
        id="query-mask",
    ),
    pytest.param(
        {"value_mask": np.ones([B, T], bool)},
        ("value_mask", "shape", (B, S), (B, T)),
        id="value-mask",
    ),
    pytest.param(
        {"value_mask": np.ones([S], bool)},
        ("value_mask", "shape", (B, S), (S,)),
        id="value-mask-rank",
    ),
]


@pytest.mark.parametrize(("wrong", "parts"), WRONG_INPUTS)
def test_attention_names_the_input(port, wrong, parts):
    layer = port.attention.Attention()
    refused(lambda: layer(**{"query": QUERY, "value": VALUE} | wrong), *parts)


@pytest.mark.parametrize(("wrong", "parts"), WRONG_INPUTS)
def test_multi_head_attention_names_the_input(port, wrong, parts):
    layer = port.multi_head_attention.MultiHeadAttention(dims=D, n_heads=3)
    refused(lambda: layer(**{"query": QUERY, "value": VALUE} | wrong), *parts)


def test_multi_head_attention_names_the_width_of_the_query(port):
    layer = port.multi_head_attention.MultiHeadAttention(dims=9, n_heads=3)
    refused(lambda: layer(QUERY, VALUE), "query", "dims=9", (B, T, D))


@pytest.mark.parametrize("n_heads", [5, 0, -3, 24])
def test_multi_head_attention_names_the_heads(port, n_heads):
    build = port.multi_head_attention.MultiHeadAttention
    refused(
        lambda: build(dims=D, n_heads=n_heads), "n_heads must divide dims=12", n_heads
    )


@pytest.mark.parametrize("use_scale", [False, True])
def test_attention_names_the_wrong_weight(port, use_scale):
    layer = port.attention.Attention(use_scale=use_scale)
    refused(lambda: layer.set_named_weights({"root": np.ones(())}), "weights", "root")


def test_attention_names_the_wrong_shape(port):
    layer = port.attention.Attention(use_scale=True)
    refused(lambda: layer.set_named_weights({"scale": np.ones(1)}), "scale", (), (1,))


@pytest.fixture(scope="module")
def model(port):
    sizes = {"vocabulary_size": 11, "embed_size": 6, "max_steps": 8, "n_layers": 2}
    return port.transformer.Transformer(**sizes)


def with_id(value):
    ids = IDS.copy()
    ids[1, 3] = value
    return ids


WRONG_IDS = [
    pytest.param(IDS[0], ("axes", (T,)), id="rank-1"),
    pytest.param(IDS[..., np.newaxis], ("axes", (B, T, 1)), id="rank-3"),
    pytest.param(np.ones([B, 9], int), ("max_steps=8", 9), id="steps"),
    pytest.param(with_id(11), ("from 0 to 10", 11), id="above"),
    pytest.param(with_id(-1), ("from 0 to 10", -1), id="below"),
]


@pytest.mark.parametrize("name", ["encoder_inputs", "decoder_inputs"])
@pytest.mark.parametrize(("wrong", "parts"), WRONG_IDS)
def test_transformer_names_the_ids(model, name, wrong, parts):
    inputs = {"encoder_inputs": IDS, "decoder_inputs": IDS} | {name: wrong}
    refused(lambda: model(**inputs), name, *parts)
    refused(lambda: model.place((tuple(inputs.values()), IDS)), name, *parts)


@pytest.mark.parametrize(("wrong", "parts"), WRONG_IDS)
def test_transformer_names_the_targets(model, wrong, parts):
    refused(lambda: model.place(((IDS, IDS), wrong)), "targets", *parts)


def test_transformer_names_targets_of_another_shape(model):
    parts = "targets", (B, T), (B, 4)
    refused(lambda: model.place(((IDS, IDS), IDS[:, :4])), *parts)


def test_transformer_names_another_batch(model):
    refused(lambda: model(IDS, IDS[:1]), "decoder_inputs", B, 1)


@pytest.mark.parametrize(
    "name", ["vocabulary_size", "embed_size", "max_steps", "n_layers"]
)
@pytest.mark.parametrize("size", [0, -2])
def test_transformer_names_the_size(port, name, size):
    refused(lambda: port.transformer.Transformer(**{name: size}), name, size)
