"""Ports that keep to other frameworks' conventions: what is different is said."""

import touchstone
from spec_tests import SPECIFICATION
from touchstone import Conformance, Outcome
from touchstone.report import terminal

# what asks for the weights back, whatever is computed with them
OF_WEIGHTS = {
    f"REC-{n}" for n in ("01", "02", "03", "04", "20", "21", "24", "25", "28", "29")
}
OF_STEPS = {f"REC-{n}" for n in ("05", "06", "07", "10", "11", "12", "13", "15")}
OF_STEPS |= {
    clause.id
    for clause in SPECIFICATION.clauses_of("recurrent")
    if clause.of_conditions and clause.function.__name__ != "test_rows_history"
}


def report_of(port):
    target = f"tests.ports.{port}"
    return touchstone.check(target, only=["recurrent"], specification=SPECIFICATION)


def ids_with(report, outcome) -> set[str]:
    return {name for name, r in report.results.items() if r.outcome is outcome}


def test_a_haiku_like_gru_is_different_and_the_reason_is_named():
    report = report_of("haiku_like")
    assert report.conformance("recurrent") is Conformance.DOES_NOT
    assert ids_with(report, Outcome.FAILED) == OF_STEPS
    assert len(ids_with(report, Outcome.PASSED)) == len(report.results) - len(OF_STEPS)
    for name in OF_STEPS:
        assert "reset_before_the_product" in report.results[name].resembles
    shown = terminal.failure(report.results["REC-06"], report)
    assert (
        "looks like: the reset gate applied to the state before the recurrent product "
        "[reset_before_the_product]"
    ) in shown
    [headline] = report.explanations["recurrent"]
    number = len(OF_STEPS)
    assert headline.startswith(f"recurrent: {number} of {number} failures: the reset")


def test_a_flax_like_gru_conforms():
    report = report_of("flax_like")
    assert report.conformance("recurrent") is Conformance.CONFORMS


def test_biases_that_are_folded_at_rest_are_unrepresentable():
    """Nothing that the port computes is wrong, and nothing that it lacks is passed."""
    report = report_of("folded_at_rest")
    assert report.conformance("recurrent") is Conformance.IN_PART
    assert ids_with(report, Outcome.UNREPRESENTABLE) == OF_WEIGHTS
    passed = ids_with(report, Outcome.PASSED)
    assert passed == set(report.results) - OF_WEIGHTS
