"""The systematic rivals: nearly all are rejected, and each survivor is explained."""

import re

import pytest

from spec_tests import rivals_page
from spec_tests.clauses import components
from spec_tests.survivors import SURVIVORS
from spec_tests.systematic import LEFT_OUT, changes_of, mutants_of, survey
from tests.running import ROOT

PAGE = (ROOT / "docs" / "RIVALS.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("component", components())
def test_survivors_are_explained(component):
    assert survey(component).unexplained() == []


def test_every_explanation_explains_a_survivor():
    survivors = {str(m) for name in components() for m in survey(name).survivors}
    assert [name for name in SURVIVORS if name not in survivors] == []


def test_nearly_all_are_rejected():
    surveys = [survey(component) for component in components()]
    survivors = sum(len(found.survivors) for found in surveys)
    assert survivors <= 0.02 * sum(found.n_mutants for found in surveys)


def test_every_reason_leaves_something_out():
    changes = [str(change) for name in components() for change in changes_of(name)]
    assert [p for p in LEFT_OUT if not any(re.search(p, c) for c in changes)] == []


@pytest.mark.parametrize("component", components())
def test_the_page_lists_the_survivors(component):
    row = rivals_page.table(rivals_page.systematic_row(component), [])[0]
    assert f"\n{row}\n" in PAGE
    assert f"\n{rivals_page.systematic_part(component)}" in PAGE


@pytest.mark.parametrize(
    ("owner", "operator"),
    [
        ("GRU.set_named_weights", "recurrent_kernel_z axes 0 and 1 exchanged"),
        ("GRU.set_named_weights", "kernel_r and kernel_z exchanged"),
        ("GRU.set_named_weights", "input_bias_h dropped"),
        ("GRU.set_named_weights", "recurrent_bias_h negated"),
        ("GRU.kept", "all kept"),
        ("GRU.first_state", "times 1.01"),
        ("GRU.__call__", "reversed along axis 1"),
        ("np.tanh", "replaced by sigmoid"),
    ],
)
def test_a_wrong_gru_is_made_and_rejected(owner, operator):
    """The operators reach what they are for."""
    made = [
        mutant
        for mutant in mutants_of("recurrent")
        if str(mutant.site).startswith(owner) and mutant.operator == operator
    ]
    assert made
    assert not set(made) & set(survey("recurrent").survivors)
