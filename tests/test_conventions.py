"""Ports that keep to other frameworks' conventions: what is different is said."""

from spec_tests.clauses import clauses_of
from tests.running import ROOT, run_spec

SPEC = ROOT / "spec_tests" / "test_recurrent.py"
# what is asked of the weights alone, whatever is computed with them
OF_WEIGHTS = {f"REC-{n}" for n in ("01", "02", "03", "04")}
OF_STEPS = {
    "REC-05",
    "REC-06",
    "REC-07",
    "REC-10",
    "REC-11",
    "REC-12",
    "REC-13",
    "REC-15",
}


def outcomes(folder, port):
    run = run_spec(
        folder, f"--implementation=tests.ports.{port}", spec=SPEC, PYTHONPATH=str(ROOT)
    )
    assert run.report is not None, run.output
    return run, {c["id"]: c["outcome"] for c in run.report["clauses"]}


def test_a_haiku_like_gru_is_different_and_the_reason_is_named(tmp_path):
    run, found = outcomes(tmp_path, "haiku_like")
    assert run.status == 1
    assert {name for name, outcome in found.items() if outcome == "failed"} == OF_STEPS
    assert run.report["totals"]["passed"] == len(clauses_of("recurrent")) - len(
        OF_STEPS
    )
    for name in OF_STEPS:
        assert "reset_before_the_product" in run.outcome(name)["resembles"]
    assert run.outcome("REC-06")["resembles"] == ["reset_before_the_product"]
    assert (
        "looks like: the reset gate applied to the state before the recurrent product "
        "[reset_before_the_product]"
    ) in run.output
    assert "failed clauses look like the rival reset_before_the_product" in run.output


def test_a_flax_like_gru_conforms(tmp_path):
    run, found = outcomes(tmp_path, "flax_like")
    assert run.status == 0, run.output
    assert set(found.values()) == {"passed"}


def test_biases_that_are_folded_at_rest_are_unrepresentable(tmp_path):
    """Nothing that the port computes is wrong, and nothing that it lacks is passed."""
    run, found = outcomes(tmp_path, "folded_at_rest")
    assert run.status == 0, run.output
    absent = {name for name, outcome in found.items() if outcome == "unrepresentable"}
    assert absent == OF_WEIGHTS
    assert run.report["totals"]["passed"] == len(found) - len(absent)
