"""The witnesses are such that mistakes show."""

import importlib

import numpy as np
import pytest

from spec_tests import (
    SPECIFICATION,
    test_attention,
    test_encoder_decoder,
    test_multi_head_attention,
    test_recurrent,
)
from spec_tests.oracles import encoder_decoder, recurrent
from spec_tests.test_recurrent import STATE
from touchstone import Implementation, Level
from touchstone.arithmetic import sigmoid

# clauses whose point is a special weight
SPECIAL = {
    "REC-05": "one unit, worked by hand",
    "GEN-05": "the same distribution after every text",
    "GEN-10": "the same distribution after every text",
    "GEN-22": "the same distribution after every text",
    "STC-12": "masks are read off the outputs",
    "STC-14": "masks are read off the outputs",
    "STC-15": "masks are read off the outputs",
    "STC-16": "masks are read off the outputs",
    "STC-17": "masks are read off the outputs",
    "STC-18": "masks are read off the outputs",
    "STC-19": "masks are read off the outputs",
    "STC-20": "masks are read off the outputs",
    "STC-22": "masks are read off the outputs",
    "MHA-05": "two heads, worked by hand",
    "MHA-09": "identity kernels leave attention alone",
    "MHA-10": "identity kernels leave the heads' slices alone",
}


class Spy:
    """The oracles; keeps every mapping of weights that is set on their layers."""

    def __init__(self):
        self._oracles = Implementation("spec_tests.oracles")
        self.seen = []

    def declares(self, attribute, default=None):
        return default

    def __getattr__(self, component):
        return _Watched(getattr(self._oracles, component), self.seen)


class _Watched:
    def __init__(self, inner, seen):
        self._inner, self._seen = inner, seen

    def __getattr__(self, name):
        value = getattr(self._inner, name)
        if name != "set_named_weights":
            return _Watched(value, self._seen) if callable(value) else value

        def keep(weights):
            self._seen.append(weights)
            return value(weights)

        return keep

    def __call__(self, *arguments, **options):
        value = self._inner(*arguments, **options)
        return _Watched(value, self._seen) if hasattr(value, "named_weights") else value


def weights_of(clause):
    spy = Spy()
    clause.check(spy)
    return spy.seen


ALL = [clause for clause in SPECIFICATION.clauses.values() if not clause.stream]
# rows have plain levels on purpose, such as zeros
CLAUSES = [c for c in ALL if c.id not in SPECIAL and not c.of_conditions]


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_weights_are_distinct_and_asymmetric(clause):
    for weights in weights_of(clause):
        for name, value in weights.items():
            value = np.asarray(value)
            assert np.all(value != 0), name
            assert len(np.unique(value)) == value.size, name
            if value.ndim == 2 and value.shape[0] == value.shape[1] > 1:
                assert not np.allclose(value, value.T), name


# what cannot be prime, and why
COMPOSITE = {
    ("multi_head_attention", "D"): "as many heads of as many dims",
    ("sampling", "N"): "a number of draws",
    ("text_generation", "V"): "the different characters of the text",
    ("transformer", "D"): "sines and cosines come in pairs",
}


@pytest.mark.parametrize("component", SPECIFICATION.components)
def test_sizes_are_distinct_primes(component):
    """An axis that is taken for another shows, and so does one that is split or tiled."""
    spec = importlib.import_module(f"spec_tests.test_{component}")
    axes = {n: v for n, v in vars(spec).items() if len(n) == 1 and type(v) is int}
    axes.pop("H", None)  # of D
    assert len(set(axes.values())) == len(axes)
    for name, size in axes.items():
        prime = size > 1 and all(size % n for n in range(2, size))
        assert prime or (component, name) in COMPOSITE, name


WITH_GATES = (
    "recurrent",
    "char_rnn",
    "stateful_char_rnn",
    "sentiment",
    "text_generation",
    "encoder_decoder",
)


def gates_in(clause):
    """Return the gates' values, one list for all layers and steps of a clause."""
    gates = []

    def keep(x):
        gates.append(np.ravel(sigmoid(x)))
        return sigmoid(x)

    with pytest.MonkeyPatch.context() as patch:
        for module in recurrent, encoder_decoder:
            patch.setattr(module, "sigmoid", keep)
        clause.check(Implementation("spec_tests.oracles"))
    return gates


@pytest.mark.parametrize("component", WITH_GATES)
def test_gates_are_not_saturated(component):
    """Neither open nor closed: a gate at its flat end hides what it reads."""
    seen = set()
    for clause in SPECIFICATION.clauses_of(component):
        if clause not in CLAUSES or clause.level is not Level.CORE:
            continue
        gates = gates_in(clause)
        if gates:
            seen.add(clause.id)
            mean = np.mean(np.abs(np.concatenate(gates) - 0.5))
            assert 0.02 < mean < 0.35, (clause.id, mean)
    assert seen


def test_initial_states_are_not_zero():
    assert np.all(STATE != 0)
    assert len(np.unique(STATE)) == STATE.size


@pytest.mark.parametrize(
    "mask",
    [test_recurrent.RAGGED, test_attention.RAGGED, test_multi_head_attention.HOLES],
)
def test_masks_are_ragged(mask):
    """No two rows are alike, and some row is masked."""
    assert len(np.unique(mask, axis=0)) == len(mask) > 1
    assert not mask.all()
    assert mask.any(axis=1).all()


def test_lengths_are_ragged():
    lengths = test_encoder_decoder.RAGGED
    assert len(set(lengths)) == len(lengths) > 1
    assert max(lengths) < test_encoder_decoder.T


def test_special_clauses_exist():
    assert set(SPECIAL) <= {clause.id for clause in ALL}
