"""`--precision` widens the tolerances for rounded products, and for nothing else."""

import pytest

from spec_tests.calibration import Rounding
from spec_tests.clauses import all_clauses, clauses_of, components
from spec_tests.compare import PROFILE
from spec_tests.rivals import rivals_of
from spec_tests.tolerances import PROFILES
from tests.running import ROOT, run_spec, write

CLAUSES = all_clauses()
# clauses of a few matrix products each, one after another
OF_PRODUCTS = ["REC-06", "ATT-02", "MHA-06", "CHR-12", "ED-05", "SEN-07", "TRF-06"]
# what rounding hides: traces of what is masked, and what a few small steps of training
# move less than the rounding does
HIDDEN = {
    ("attention", "tf32"): "value_mask_by_a_penalty",
    ("attention", "bfloat16"): "causal_by_a_penalty value_mask_by_a_penalty",
    ("char_rnn", "tf32"): "loss_after_the_step optimizer_begun_anew "
    "dense_layer_trained_alone states_not_trained_through",
    ("char_rnn", "bfloat16"): "state_kept_between_calls loss_after_the_step "
    "plain_gradient_descent moments_not_corrected steps_against_the_moment_alone "
    "optimizer_begun_anew dense_layer_trained_alone states_not_trained_through",
    ("encoder_decoder", "tf32"): "separate_embeddings_set_alike "
    "loss_averaged_row_by_row loss_after_the_step encoder_not_trained "
    "embedding_not_trained two_biases_trained",
    ("encoder_decoder", "bfloat16"): "separate_embeddings_set_alike "
    "loss_averaged_row_by_row loss_after_the_step never_trained encoder_not_trained "
    "embedding_not_trained two_biases_trained",
    ("multi_head_attention", "tf32"): "causal_by_a_penalty",
    ("multi_head_attention", "bfloat16"): "causal_by_a_penalty",
    ("pretrained_embedding", "tf32"): "frozen_in_the_gradient_only "
    "plain_gradient_descent first_layer_frozen",
    ("pretrained_embedding", "bfloat16"): "symbols_taken_out digits_taken_out "
    "frozen_in_the_gradient_only plain_gradient_descent first_layer_frozen",
    ("sentiment", "tf32"): "explicit_model_not_trained plain_gradient_descent "
    "embeddings_frozen lazy_adam weights_decayed padding_moved",
    ("sentiment", "bfloat16"): "loss_after_the_step explicit_model_not_trained "
    "plain_gradient_descent moments_not_corrected embeddings_frozen lazy_adam "
    "weights_decayed padding_moved",
    ("stateful_char_rnn", "bfloat16"): "batch_read_twice_in_training "
    "second_layer_reset_before_the_product",
    ("transformer", "tf32"): "scales_frozen embeddings_frozen",
    ("transformer", "bfloat16"): "causal_in_the_first_layer never_trained "
    "scales_frozen embeddings_frozen gradient_descent ascent loss_after_the_step",
}
COARSE = [name for name in PROFILES if name != "float32"]


@pytest.fixture
def at():
    """Put the tolerances of a precision in force."""
    token = PROFILE.set("float32")
    yield PROFILE.set
    PROFILE.reset(token)


@pytest.mark.parametrize("precision", COARSE)
@pytest.mark.parametrize("clause_id", OF_PRODUCTS)
def test_rounded_products_pass_at_their_precision_alone(at, clause_id, precision):
    clause = CLAUSES[clause_id]
    at(precision)
    assert not clause.rejects(Rounding(precision))
    at("float32")
    assert clause.rejects(Rounding(precision))
    assert not clause.rejects(Rounding("float32"))


@pytest.mark.parametrize("precision", COARSE)
@pytest.mark.parametrize("component", components())
def test_what_a_precision_hides_is_said(at, component, precision):
    """Any other rival is rejected at every precision."""
    at(precision)
    clauses = [c for c in clauses_of(component) if c.level != "stream"]
    accepted = {
        rival.name
        for rival in rivals_of(component)
        if not any(clause.rejects(rival) for clause in clauses)
    }
    assert accepted == set(HIDDEN.get((component, precision), "").split())


TF32 = """
from spec_tests.calibration import Rounding
attention = Rounding("tf32").attention
"""


def test_the_command_puts_the_tolerances_in_force(tmp_path):
    write(tmp_path, {"my_port.py": TF32})
    options = ["--implementation=my_port", "-k", "ATT-02"]
    spec = ROOT / "spec_tests" / "test_attention.py"
    run = run_spec(tmp_path, *options, spec=spec)
    assert run.status == 1
    assert run.report["precision"] == "float32"
    assert "(float32), error budget" in run.output
    run = run_spec(tmp_path, *options, "--precision=tf32", spec=spec)
    assert run.status == 0, run.output
    assert run.report["precision"] == "tf32"
    assert "implementation under test: my_port (tf32)" in run.output
