"""Recurrent layers: the clauses of contracts/recurrent.py."""

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.conditions import HUGE, laid_out, mask_of, real_of
from spec_tests.contracts import recurrent as contract
from spec_tests.oracles import recurrent as oracle
from spec_tests.tolerances import RECURRENT
from touchstone import agrees, array, captured, equals, guard, holds, probe, refuses
from touchstone.conditions import Conditions

B, T, D, U = 2, 7, 3, 5
WEIGHTS = witnesses.weights(1, oracle.gru_shapes(D, U))
BOTH_WAYS = {
    f"{direction}/{name}": value
    for direction, seed in (("forward", 2), ("backward", 3))
    for name, value in witnesses.weights(seed, oracle.gru_shapes(D, U)).items()
}
INPUTS = witnesses.normal(4, B, T, D)
STATE = witnesses.normal(5, B, U, scale=0.5)
STACKED = witnesses.weights(
    6,
    {
        name: weight.shape
        for name, weight in oracle.BidirectionalModel(input_size=U, units=U)
        .named_weights()
        .items()
    },
)
TO_STACK = witnesses.normal(7, B, T, U)
RAGGED = witnesses.keep_mask(3, 7, steps=T)


def run(layer, weights, *arguments, **options):
    layer.set_named_weights(weights)
    return layer(*arguments, **options)


def expected(inputs, **options):
    return run(oracle.GRU(input_size=D, units=U), WEIGHTS, inputs, **options)


def pair(found):
    """Return the outputs and the state, or say what came in their place."""
    is_pair = isinstance(found, tuple | list) and len(found) == 2
    holds(is_pair, "a pair: the outputs and the state", type(found).__name__)
    return found


@probe
def gru(implementation):
    def apply(inputs, weights=WEIGHTS, **options):
        layer = implementation.recurrent.GRU(
            input_size=inputs.shape[-1], units=len(weights["input_bias_z"])
        )
        outputs, state = pair(run(layer, weights, inputs, **options))
        return array(outputs), array(state)

    return apply


@probe
def bidirectional(implementation):
    build = implementation.recurrent.Bidirectional
    return lambda *inputs, **options: array(
        run(build(input_size=D, units=U), BOTH_WAYS, *inputs, **options)
    )


def n_parameters(layer) -> int:
    return sum(np.size(value) for value in layer.named_weights().values())


@captured
def test_gru_has_660_parameters(implementation):
    """REC-01. A GRU of 10 units on 10 inputs has 660 parameters. [G19]"""
    layer = implementation.recurrent.GRU(input_size=10, units=10)
    equals(n_parameters(layer), 660, what="the number of parameters")


@captured
def test_bidirectional_has_1320_parameters(implementation):
    """REC-02. A bidirectional GRU of 10 units on 10 inputs has 1,320 parameters. [G19]"""
    layer = implementation.recurrent.Bidirectional(input_size=10, units=10)
    equals(n_parameters(layer), 1320, what="the number of parameters")


@captured
def test_model_has_1980_parameters(implementation):
    """REC-03. A GRU and a bidirectional GRU, 10 units each, have 1,980 parameters. [G19]"""
    model = implementation.recurrent.BidirectionalModel(input_size=10, units=10)
    equals(n_parameters(model), 1980, what="the number of parameters")


def test_gives_back_its_weights(implementation):
    """REC-04. The named weights are those that were set. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    layer.set_named_weights(WEIGHTS)
    found = layer.named_weights()
    equals(sorted(found), sorted(WEIGHTS), what="the names of the weights")
    for name, value in WEIGHTS.items():
        equals(array(found[name]), value, what=name)


def test_two_steps_by_hand(gru):
    """REC-05. One unit reads 1 and -2 from state 0.6 as worked by hand. [C14, K2]"""
    weights = {
        "kernel_z": 0.5,
        "kernel_r": -0.7,
        "kernel_h": 0.9,
        "recurrent_kernel_z": 0.3,
        "recurrent_kernel_r": 0.6,
        "recurrent_kernel_h": -0.8,
        "input_bias_z": 0.1,
        "input_bias_r": -0.2,
        "input_bias_h": 0.4,
        "recurrent_bias_z": 0.25,
        "recurrent_bias_r": 0.35,
        "recurrent_bias_h": -0.45,
    }
    shaped = {
        name: np.full([1] if "bias" in name else [1, 1], value, np.float32)
        for name, value in weights.items()
    }
    inputs = np.array([[[1], [-2]]], np.float32)
    outputs, _ = gru(inputs, shaped, initial_state=np.array([[0.6]], np.float32))
    agrees(outputs, [[[0.6278709], [-0.3566816]]], RECURRENT)  # 20 digits of decimal


def test_outputs_at_every_step(gru):
    """REC-06. From a given state, every step's output follows the equations. [C14, K2]"""
    outputs, _ = gru(INPUTS, initial_state=STATE)
    agrees(outputs, expected(INPUTS, initial_state=STATE)[0], RECURRENT)


def test_starts_at_zero(gru):
    """REC-07. Without an initial state it starts from zeros. [K2]"""
    agrees(gru(INPUTS[:, :1])[0], expected(INPUTS[:, :1])[0], RECURRENT)


def test_state_is_the_last_output(gru):
    """REC-08. The state is the last output. [C14]"""
    outputs, state = gru(INPUTS)
    agrees(state, outputs[:, -1], RECURRENT, what="the state")


def test_reads_on_from_its_state(gru):
    """REC-09. Reading on from the state equals reading in one go. [C14, derived]"""
    _, state = gru(INPUTS[:, :3])
    agrees(gru(INPUTS[:, 3:], initial_state=state)[0], gru(INPUTS)[0][:, 3:], RECURRENT)


def test_masked_steps_leave_the_state(gru):
    """REC-10. The state after padding is the state before it. [K2]"""
    given = {"initial_state": STATE, "keep_mask": RAGGED}
    agrees(gru(INPUTS, **given)[1], expected(INPUTS, **given)[1], RECURRENT)


def test_masked_steps_inside_are_passed_over(gru):
    """REC-11. Masked steps before kept ones change nothing after them. [K2]"""
    mask = np.array([[False, True, True, False, True, False, True]] * B)
    outputs, _ = gru(INPUTS, initial_state=STATE, keep_mask=mask)
    kept, _ = expected(INPUTS[:, mask[0]], initial_state=STATE)
    agrees(outputs[:, mask[0]], kept, RECURRENT)


def test_forward_half_stands_first(bidirectional):
    """REC-12. The first U outputs are the forward GRU's. [G19, K2]"""
    forward = run(
        oracle.GRU(input_size=D, units=U), oracle.below("forward", BOTH_WAYS), INPUTS
    )
    agrees(bidirectional(INPUTS)[..., :U], forward[0], RECURRENT)


def test_backward_half_is_in_forward_order(bidirectional):
    """REC-13. The last U outputs at step t have read the steps from the end to t. [K2]"""
    layer = oracle.GRU(input_size=D, units=U)
    backward, _ = run(layer, oracle.below("backward", BOTH_WAYS), INPUTS[:, ::-1])
    agrees(bidirectional(INPUTS)[..., U:], backward[:, ::-1], RECURRENT)


def test_backward_half_starts_before_the_padding(bidirectional):
    """REC-14. Padding changes no output of either half at a kept step. [K2]"""
    outputs = bidirectional(INPUTS, keep_mask=RAGGED)
    agrees(outputs[:1, :3], bidirectional(INPUTS[:1, :3]), RECURRENT)


def test_model_stacks_the_layers(implementation):
    """REC-15. The model's bidirectional layer reads the outputs of its GRU. [G19]"""
    right = oracle.BidirectionalModel(input_size=U, units=U)
    outputs = run(right, STACKED, TO_STACK)
    model = implementation.recurrent.BidirectionalModel(input_size=U, units=U)
    agrees(run(model, STACKED, TO_STACK), outputs, RECURRENT)


@guard
def test_refuses_a_wrong_shape(implementation):
    """REC-16. A weight of a wrong shape is refused. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    transposed = WEIGHTS | {"kernel_r": WEIGHTS["kernel_r"].T}
    refuses(lambda: layer.set_named_weights(transposed), "kernel_r", (U, D))


@guard
def test_refuses_an_unknown_name(implementation):
    """REC-17. A weight that the layer does not have is refused. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    extra = WEIGHTS | {"kernel_q": WEIGHTS["kernel_r"]}
    refuses(lambda: layer.set_named_weights(extra), "weights", "kernel_q")


@guard
def test_refuses_a_missing_name(implementation):
    """REC-18. A mapping that lacks a weight is refused. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    fewer = {name: value for name, value in WEIGHTS.items() if name != "kernel_r"}
    refuses(lambda: layer.set_named_weights(fewer), "weights", "kernel_r")


def test_gru_leaves_its_arguments(implementation):
    """REC-19. A call of a GRU changes none of its arguments. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    given = {"initial_state": STATE, "keep_mask": RAGGED}
    laws.leaves_arguments(layer, INPUTS, **given)


def test_gru_copies_weights_in(implementation):
    """REC-20. A GRU copies the weights that it is given. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    laws.copies_in(layer, WEIGHTS, lambda: layer(INPUTS), RECURRENT)


def test_gru_copies_weights_out(implementation):
    """REC-21. A GRU gives out copies of its weights. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    laws.copies_out(layer, WEIGHTS)


def test_gru_keeps_its_results(implementation):
    """REC-22. A result of a GRU is not changed by later calls. [house]"""
    layer = implementation.recurrent.GRU(input_size=D, units=U)
    laws.keeps_results(lambda: layer(INPUTS), lambda: layer(-INPUTS))


def test_bidirectional_leaves_its_arguments(implementation):
    """REC-23. A call of a bidirectional GRU changes none of its arguments. [house]"""
    layer = implementation.recurrent.Bidirectional(input_size=D, units=U)
    laws.leaves_arguments(layer, INPUTS, keep_mask=RAGGED)


def test_bidirectional_copies_weights_in(implementation):
    """REC-24. A bidirectional GRU copies the weights that it is given. [house]"""
    layer = implementation.recurrent.Bidirectional(input_size=D, units=U)
    laws.copies_in(layer, BOTH_WAYS, lambda: layer(INPUTS), RECURRENT)


def test_bidirectional_copies_weights_out(implementation):
    """REC-25. A bidirectional GRU gives out copies of its weights. [house]"""
    layer = implementation.recurrent.Bidirectional(input_size=D, units=U)
    laws.copies_out(layer, BOTH_WAYS)


def test_bidirectional_keeps_its_results(implementation):
    """REC-26. A result of a bidirectional GRU is not changed by later calls. [house]"""
    layer = implementation.recurrent.Bidirectional(input_size=D, units=U)
    laws.keeps_results(lambda: layer(INPUTS), lambda: layer(-INPUTS))


def test_model_leaves_its_arguments(implementation):
    """REC-27. A call of the model changes no argument of it. [house]"""
    model = implementation.recurrent.BidirectionalModel(input_size=U, units=U)
    laws.leaves_arguments(model, TO_STACK)


def test_model_copies_weights_in(implementation):
    """REC-28. The model copies the weights that it is given. [house]"""
    model = implementation.recurrent.BidirectionalModel(input_size=U, units=U)
    laws.copies_in(model, STACKED, lambda: model(TO_STACK.copy()), RECURRENT)


def test_model_copies_weights_out(implementation):
    """REC-29. The model gives out copies of its weights. [house]"""
    model = implementation.recurrent.BidirectionalModel(input_size=U, units=U)
    laws.copies_out(model, STACKED)


def test_model_keeps_its_results(implementation):
    """REC-30. A result of the model is not changed by later calls. [house]"""
    model = implementation.recurrent.BidirectionalModel(input_size=U, units=U)
    laws.keeps_results(lambda: model(TO_STACK), lambda: model(-TO_STACK))


# Conditions: each row is a call, compared with the oracle's.

MASKED = {"huge": HUGE, "not a number": np.nan}
STATES = {"zeros": 0.0, "given": 0.5, "large": 3.0}


def make(module, row):
    build = getattr(module, row["layer"])
    return build(input_size=row["input_size"], units=row["units"])


def call(layer, row):
    """Return the outputs at kept steps, and a GRU's last state."""
    inputs = real_of(row["magnitude"], 4, row["batch"], row["steps"], row["input_size"])
    options = {}
    keep_mask = mask_of(row["keep_mask"], row["batch"], row["steps"])
    if keep_mask is not None:
        options["keep_mask"] = keep_mask
        inputs[~keep_mask] = MASKED.get(row["masked_inputs"], inputs[~keep_mask])
    if row["initial_state"] != "none":
        scale = STATES[row["initial_state"]]
        state = witnesses.normal(5, row["batch"], row["units"], scale=scale)
        options["initial_state"] = np.round(state) if scale > 1 else state
    inputs = laid_out(row["memory"], inputs)
    found = run(layer, weights_of(row), inputs, **options)
    if row["layer"] != "GRU":
        return {"output": at_kept_steps(array(found), keep_mask)}
    outputs, state = pair(found)
    return {"output": at_kept_steps(array(outputs), keep_mask), "state": array(state)}


def weights_of(row):
    """Return weights with few binary digits: whole numbers times them are exact."""
    shapes = {name: w.shape for name, w in make(oracle, row).named_weights().items()}
    drawn = witnesses.weights(1, shapes)
    rounded = {name: np.round(w * 32) / np.float32(32) for name, w in drawn.items()}
    if row["weights"] == "drawn":
        return rounded
    return {name: w * np.float32("bias" not in name) for name, w in rounded.items()}


def at_kept_steps(outputs, keep_mask):
    """Return outputs [B, T, U] with zeros at masked steps: these are left open."""
    if keep_mask is None or outputs.shape[:2] != keep_mask.shape:
        return outputs
    return np.where(keep_mask[..., np.newaxis], outputs, np.zeros((), outputs.dtype))


ROWS = Conditions(
    contract,
    oracle,
    make=make,
    call=call,
    settings=("layer", "input_size", "units"),
    tolerance=RECURRENT,
)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.recurrent)


def test_rows_layer(conditions):
    """REC-31. Steps are right in a GRU, a bidirectional one and the model of both. [K2]"""
    conditions.hold("layer")


def test_rows_steps(conditions):
    """REC-32. Steps are right in sequences of every length, one step among them. [K2]"""
    conditions.hold("steps")


def test_rows_batch(conditions):
    """REC-33. Steps are right at every batch size. [K2]"""
    conditions.hold("batch")


def test_rows_input_size(conditions):
    """REC-34. Steps are right at every number of inputs, one among them. [K2]"""
    conditions.hold("input_size")


def test_rows_units(conditions):
    """REC-35. Steps are right at every number of units, one among them. [K2]"""
    conditions.hold("units")


def test_rows_keep_mask(conditions):
    """REC-36. Kept steps are right at every mask, whatever else is given. [K2]"""
    conditions.hold("keep_mask")


def test_rows_initial_state(conditions):
    """REC-37. Steps are right from every initial state, whatever else is given. [K2]"""
    conditions.hold("initial_state")


def test_rows_weights(conditions):
    """REC-38. Steps are right with biases and without. [K2]"""
    conditions.hold("weights")


def test_rows_magnitude(conditions):
    """REC-39. Steps are right from inputs near zero to the hundred thousands. [K2]"""
    conditions.hold("magnitude")


def test_rows_masked_inputs(conditions):
    """REC-40. Masked inputs leave no trace, not a number among them. [K2]"""
    conditions.hold("masked_inputs")


def test_rows_memory(conditions):
    """REC-41. Steps are right however arrays lie in memory, read-only ones too. [K2]"""
    conditions.hold("memory")


def test_rows_history(conditions):
    """REC-42. A step is right whatever the layer was called with before. [K2]"""
    conditions.hold("history")
