"""`--precision` widens the tolerances for rounded products, and for nothing else."""

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import check, write
from tests.spec.findings import measured_of
from touchstone import Outcome, Status
from touchstone.engine import check_clause
from touchstone.mutation import Rounding
from touchstone.tolerances import PRECISIONS

CLAUSES = SPECIFICATION.clauses
# clauses of a few matrix products each, one after another
OF_PRODUCTS = ["REC-06", "ATT-02", "MHA-06", "CHR-12", "ED-05", "SEN-07", "TRF-06"]
# what rounding hides: what a few small steps of training move less than rounding does
HIDDEN = {
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
    "second_layer_reset_before_the_product last_layer_alone_reset",
    ("transformer", "tf32"): "scales_frozen embeddings_frozen",
    ("transformer", "bfloat16"): "causal_in_the_first_layer never_trained "
    "scales_frozen embeddings_frozen gradient_descent ascent loss_after_the_step",
}
# Those of the field that rounding hides at either precision.
HIDDEN_FIELD = {
    "stateful_char_rnn": "step_never_counted",
    "attention": "value_steps_counted_in_16_bits",
    "char_rnn": "second_beta_too_small step_never_counted steps_counted_for_each_weight",
    "encoder_decoder": "adam_counts_from_2 loss_of_each_row_averaged_first",
    "sentiment": "rows_without_gradient_left_alone steps_counted_for_each_weight",
    "text_generation": "prompt_read_up_to_288_characters",
    "transformer": "adam_without_the_step_number",
}
COARSE = [name for name in PRECISIONS if name != "float32"]


@pytest.mark.parametrize("precision", COARSE)
@pytest.mark.parametrize("clause_id", OF_PRODUCTS)
def test_rounded_products_pass_at_their_precision_alone(clause_id, precision):
    clause = CLAUSES[clause_id]

    def passes(rounding, at):
        implementation = Rounding(SPECIFICATION, rounding)
        result = check_clause(clause, implementation, precision=at)
        return result.outcome is Outcome.PASSED

    assert passes(precision, at=precision)
    assert not passes(precision, at="float32")
    assert passes("float32", at="float32")


@pytest.mark.parametrize("precision", COARSE)
@pytest.mark.parametrize("component", SPECIFICATION.components)
def test_what_a_precision_hides_is_listed(component, precision):
    """Any other rival is rejected at every precision."""
    hidden = set(measured_of(component).hidden[precision])
    listed = HIDDEN.get((component, precision), "").split()
    listed += HIDDEN_FIELD.get(component, "").split()
    assert hidden - set(SPECIFICATION.accepted(component)) == set(listed)


TF32 = """
from spec_tests import SPECIFICATION
from touchstone.mutation import Rounding

attention = Rounding(SPECIFICATION, "tf32").attention
"""


@pytest.fixture
def port(tmp_path, monkeypatch):
    write(tmp_path, {"rounding_port.py": TF32})
    monkeypatch.syspath_prepend(tmp_path)
    return "rounding_port"


def test_check_puts_the_tolerances_in_force(port):
    report = touchstone.check(port, only=["ATT-02"], specification=SPECIFICATION)
    [result] = report.results.values()
    assert report.status() is Status.FAILED
    assert "(float32)" in result.message
    report = touchstone.check(
        port, only=["ATT-02"], specification=SPECIFICATION, precision="tf32"
    )
    assert report.status() is Status.PASSED


def test_the_command_puts_the_tolerances_in_force(port, tmp_path):
    run = check(tmp_path, port, "--only=ATT-02")
    assert (run.status, run.outcome("ATT-02")["outcome"]) == (1, "failed")
    assert "(float32)" in run.outcome("ATT-02")["message"]
    run = check(tmp_path, port, "--only=ATT-02", "--precision=tf32")
    assert (run.status, run.outcome("ATT-02")["outcome"]) == (0, "passed")
