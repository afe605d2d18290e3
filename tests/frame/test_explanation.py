"""What explains the failures of a component is decided when its clauses have run."""

import sys

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import check, write
from touchstone.explanation import account_for

RIGHT = "from spec_tests.oracles.recurrent import *\n"
RIVALS = "from spec_tests.rivals import recurrent as rivals\n"
RAISES = """
class GRU(GRU):
    def __call__(self, inputs, initial_state=None, keep_mask=None):
        if keep_mask is not None:
            raise ValueError("my own bug")
        return super().__call__(inputs, initial_state)
"""
LAST_OUTPUT = """
import numpy as np
class GRU(GRU):
    def __call__(self, inputs, initial_state=None, keep_mask=None):
        outputs, state = super().__call__(inputs, initial_state, keep_mask)
        if keep_mask is not None:
            outputs = outputs * np.asarray(keep_mask)[..., None]
        return outputs, outputs[:, -1]
"""


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Return the report of a module of this text as the component `recurrent`."""

    def report(text, *only):
        write(tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": text})
        monkeypatch.syspath_prepend(tmp_path)
        for name in "my_port", "my_port.recurrent":
            monkeypatch.delitem(sys.modules, name, raising=False)
        names = only or ["recurrent"]
        return touchstone.check("my_port", only=names, specification=SPECIFICATION)

    return report


def of_rival(name):
    target = f"spec_tests.rivals.recurrent:{name}"
    return touchstone.check(target, only=["recurrent"], specification=SPECIFICATION)


@pytest.mark.parametrize("name", ["gates_swapped", "mask_zeroes_the_output"])
def test_a_rival_explains_all_its_failures(name):
    report = of_rival(name)
    number = sum(r.outcome.is_failure for r in report.results.values())
    mistake = next(
        r.mistake for r in SPECIFICATION.rivals_of("recurrent") if r.name == name
    )
    [said] = report.explanations["recurrent"]
    assert said.startswith(f"recurrent: {number} of {number} failures: ")
    assert f"{mistake} [{name}]" in said


def test_a_rival_that_fails_what_passed_is_not_named(checked):
    report = checked(RIGHT + LAST_OUTPUT)
    failed = [r for r in report.results.values() if r.outcome.is_failure]
    assert failed
    assert not any("mask_zeroes_the_output" in (r.resembles or ()) for r in failed)
    assert not any("mask_zeroes_the_output" in r.looks for r in failed)
    [said] = report.explanations["recurrent"]
    assert said.startswith("recurrent: no known mistake fits; the nearest is ")
    assert said.endswith(", which passed")


def test_an_exception_alone_is_no_evidence(checked):
    report = checked(RIGHT + RAISES)
    failed = [r for r in report.results.values() if r.outcome.is_failure]
    assert len(failed) > 2
    for result in failed:
        assert result.message.endswith("my own bug")
        assert not result.looks, result.looks
    assert "recurrent" not in report.explanations


def test_one_clause_alone_is_consistent_with_a_mistake(checked):
    wrong = RIVALS + "GRU = rivals.gates_swapped.recurrent.GRU\n"
    report = checked(RIGHT + wrong, "REC-06")
    [result] = report.results.values()
    assert result.looks.startswith("consistent with: the update and reset gates")
    assert not report.explanations


def test_two_mistakes_are_two_explanations(checked):
    """A GRU and a Bidirectional layer, each with a mistake of its own."""
    wrong = RIVALS + (
        "GRU = rivals.gates_swapped.recurrent.GRU\n"
        "Bidirectional = rivals.halves_swapped.recurrent.Bidirectional\n"
    )
    first, second = checked(RIGHT + wrong).explanations["recurrent"]
    assert "[gates_swapped]" in first
    assert "[halves_swapped]" in second


def test_what_is_said_goes_into_the_report(checked):
    wrong = RIVALS + "GRU = rivals.gates_swapped.recurrent.GRU\n"
    document = checked(RIGHT + wrong).document()
    [said] = document["explanations"]["recurrent"]
    assert "gates_swapped" in said


def test_the_command_says_the_failures_of_a_component_when_it_is_through(tmp_path):
    wrong = RIGHT + RIVALS + "GRU = rivals.gates_swapped.recurrent.GRU\n"
    write(tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": wrong})
    run = check(tmp_path, "my_port", "--only=recurrent")
    assert run.status == 1
    assert (
        "looks like: the update and reset gates swapped [gates_swapped]" in run.output
    )
    [said] = run.report["explanations"]["recurrent"]
    assert " ".join(said.split()) in " ".join(run.output.split())


def test_nothing_is_said_of_a_component_that_conforms():
    report = touchstone.check(
        "spec_tests.oracles", only=["recurrent"], specification=SPECIFICATION
    )
    account_for(report, "recurrent")
    assert not report.explanations
