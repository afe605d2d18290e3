"""The systematic rivals: nearly all are rejected, and each survivor is explained."""

import re

import pytest

from spec_tests import SPECIFICATION
from tests.running import ROOT
from tests.spec.findings import findings_of
from touchstone.mutation import page
from touchstone.mutation.systematic import systematic_rivals

COMPONENTS = SPECIFICATION.components
PAGE = (ROOT / "docs" / "RIVALS.md").read_text(encoding="utf-8")


def survey_of(component):
    return findings_of(component).survey


@pytest.mark.parametrize("component", COMPONENTS)
def test_survivors_are_explained(component):
    reasons = SPECIFICATION.survivors
    survivors = survey_of(component).survivors
    assert [name for name in survivors if not reasons.get(name)] == []


def test_every_explanation_explains_a_survivor():
    survivors = {name for c in COMPONENTS for name in survey_of(c).survivors}
    assert [name for name in SPECIFICATION.survivors if name not in survivors] == []


def test_nearly_all_are_rejected():
    surveys = [survey_of(component) for component in COMPONENTS]
    survivors = sum(len(survey.survivors) for survey in surveys)
    assert survivors <= 0.02 * sum(survey.n_rivals for survey in surveys)


def test_every_reason_leaves_something_out():
    changes = [name for c in COMPONENTS for name in survey_of(c).left_out]
    patterns = SPECIFICATION.left_out
    assert [p for p in patterns if not any(re.search(p, c) for c in changes)] == []


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_page_lists_the_survivors(component):
    survey = survey_of(component)
    row = page.table(page.systematic_row(survey), [])[0]
    assert f"\n{row}\n" in PAGE
    assert f"\n{page.systematic_part(SPECIFICATION, survey)}" in PAGE


@pytest.fixture(scope="module")
def wrong_grus():
    return systematic_rivals(SPECIFICATION, "recurrent")


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
def test_a_wrong_gru_is_made_and_rejected(wrong_grus, owner, operator):
    """The operators reach what they are for."""
    made = {
        str(rival)
        for rival in wrong_grus
        if str(rival.site).startswith(owner) and rival.operator == operator
    }
    assert made
    assert not made & set(survey_of("recurrent").survivors)
