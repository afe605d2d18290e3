"""The systematic rivals: nearly all are rejected, and each survivor is explained."""

import re

import pytest

from spec_tests.clauses import components
from spec_tests.systematic import SURVIVORS, mutants_of, survey


@pytest.mark.parametrize("component", components())
def test_survivors_are_explained(component):
    assert survey(component).unexplained() == []


def test_nearly_all_are_rejected():
    surveys = [survey(component) for component in components()]
    survivors = sum(len(found.survivors) for found in surveys)
    assert survivors <= 0.02 * sum(found.n_mutants for found in surveys)


def test_every_explanation_explains_something():
    survivors = [str(m) for name in components() for m in survey(name).survivors]
    assert [p for p in SURVIVORS if not any(re.search(p, s) for s in survivors)] == []


def test_a_transposed_kernel_does_not_survive():
    [found] = [
        mutant
        for mutant in mutants_of("recurrent")
        if mutant.site.owner == "GRU"
        and mutant.operator == "recurrent_kernel_z transposed"
    ]
    assert found not in survey("recurrent").survivors
