"""The attention weights of the witnesses are off their flat ends, in every layer."""

import numpy as np
import pytest

from spec_tests import SPECIFICATION
from spec_tests.oracles.attention import Attention
from spec_tests.test_transformer import SCALES, TWO, Oracle, run
from touchstone import Implementation

CLAUSES = SPECIFICATION.clauses


@pytest.fixture
def weights(monkeypatch):
    """Return the list in which every attention's weights [B, T, S] are kept."""
    kept, compute = [], Attention.weights

    def keep(self, scores, seen):
        kept.append(compute(self, scores, seen))
        return kept[-1]

    monkeypatch.setattr(Attention, "weights", keep)
    return kept


@pytest.mark.parametrize(
    "clause_id",
    "ATT-02 ATT-06 ATT-09 ATT-11 MHA-06 MHA-08 MHA-12 MHA-14 TRF-06 TRF-07".split(),
)
def test_weights_are_neither_uniform_nor_decided(clause_id, weights):
    CLAUSES[clause_id].check(Implementation("spec_tests.oracles"))
    assert weights
    for layer in weights:
        free = (layer > 1e-6).sum(axis=-1) > 1  # rows that have a choice
        largest, smallest = layer.max(axis=-1)[free], layer.min(axis=-1)[free]
        assert np.mean(largest) < 0.85
        assert np.mean(largest - smallest) > 0.1


@pytest.mark.parametrize("name", SCALES)
def test_every_layer_of_the_transformer_shows(name):
    changed = run(Oracle, weights=TWO | {name: TWO[name] * np.float32(1.2)})
    assert np.abs(changed - run(Oracle)).max() > 1e-3
