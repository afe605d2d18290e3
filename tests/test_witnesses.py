"""The witnesses are such that mistakes show."""

import numpy as np
import pytest

from spec_tests.clauses import Implementation, clauses_of, components
from spec_tests.oracles import recurrent
from spec_tests.oracles.arithmetic import sigmoid
from spec_tests.test_recurrent import BOTH_WAYS, INPUTS, STATE, WEIGHTS

# clauses whose point is a special weight
SPECIAL = {
    "REC-05": "one unit, worked by hand",
    "GEN-05": "the same distribution after every text",
    "GEN-10": "the same distribution after every text",
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
    clause.put_to(spy)
    return spy.seen


ALL = [c for name in components() for c in clauses_of(name) if c.level != "stream"]
CLAUSES = [clause for clause in ALL if clause.id not in SPECIAL]


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_weights_are_distinct_and_asymmetric(clause):
    for weights in weights_of(clause):
        for name, value in weights.items():
            value = np.asarray(value)
            assert np.all(value != 0), name
            assert len(np.unique(value)) == value.size, name
            if value.ndim == 2 and value.shape[0] == value.shape[1] > 1:
                assert not np.allclose(value, value.T), name


def test_sizes_are_distinct_primes():
    sizes = [*INPUTS.shape, STATE.shape[1]]
    assert sorted(sizes) == [2, 3, 5, 7]


@pytest.mark.parametrize("weights", [WEIGHTS, recurrent.below("forward", BOTH_WAYS)])
def test_gates_are_not_saturated(weights):
    layer = recurrent.GRU(input_size=INPUTS.shape[-1], units=STATE.shape[1])
    layer.set_named_weights(weights)
    states = [STATE, *np.moveaxis(layer(INPUTS, initial_state=STATE)[0], 1, 0)]
    for t, state in enumerate(states[:-1]):
        for gate in "zr":
            total = layer.input_part(gate, INPUTS[:, t])
            total = total + layer.recurrent_part(gate, state)
            assert np.mean(np.abs(sigmoid(total) - 0.5)) < 0.35


def test_special_clauses_exist():
    assert set(SPECIAL) <= {clause.id for clause in ALL}
