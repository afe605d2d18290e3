"""Rivals that are patches of an oracle's source."""

import numpy as np
import pytest

from spec_tests.oracles import attention
from touchstone.rivals import patch, patched

HOME = "spec_tests.rivals.attention"
QUERY = np.arange(6, dtype=np.float32).reshape(1, 2, 3)


def made(*changes, home=HOME):
    [rival] = patched(home, {"wrong": patch("a mistake", *changes)}).values()
    return rival


def attended(package):
    return package.attention.Attention()(QUERY, QUERY)


def test_a_patch_changes_its_component_alone():
    rival = made(("product(query, key", "product(-query, key"))
    assert not np.allclose(attended(rival), attention.Attention()(QUERY, QUERY))
    assert rival.recurrent is not None
    from spec_tests.oracles import attention as again

    assert again is attention


def test_a_patch_of_a_lower_file_reaches_the_component():
    change = "attention", "product(query, key", "product(-query, key"
    rival = made(change, home="spec_tests.rivals.multi_head_attention")
    layer = rival.multi_head_attention.MultiHeadAttention(dims=3, n_heads=1)
    right = made(
        ("import numpy as np", "import numpy as np  # same"),
        home="spec_tests.rivals.multi_head_attention",
    )
    same = right.multi_head_attention.MultiHeadAttention(dims=3, n_heads=1)
    same.set_named_weights(layer.named_weights())
    assert not np.allclose(layer(QUERY, QUERY), same(QUERY, QUERY))


@pytest.mark.parametrize("old", ["no such text", "self"])
def test_a_patch_matches_exactly_once(old):
    with pytest.raises(ValueError, match=r"must match once in attention\.py, got \d+"):
        attended(made((old, "other")))


@pytest.mark.parametrize("changes", [(), (("same", "same"),), (("alone",),)])
def test_a_patch_that_changes_nothing_is_refused(changes):
    with pytest.raises(ValueError, match="changes must"):
        patch("a mistake", *changes)
