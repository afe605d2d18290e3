"""The stateful char-RNN: the clauses of contracts/stateful_char_rnn.py."""

from functools import partial

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.oracles import char_rnn as oracle
from spec_tests.oracles import stateful_char_rnn as stateful
from spec_tests.test_char_rnn import TRAINED, TRAINING_BATCHES, losses, shapes
from spec_tests.tolerances import LOSS, RECURRENT
from touchstone import agrees, array, captured, equals, guard, holds, probe, refuses

IDS = np.array([4, 0, 3, 1, 5, 2, 6, 1, 0, 5, 3, 2, 2, 6, 4, 0, 1, 3, 5, 5, 6, 0, 4])
PARTS = [IDS[:8], IDS[8:16], IDS[16:]]
B, V, U = 3, 5, 2
WEIGHTS = witnesses.weights(21, shapes(V, U))
INPUTS = oracle.one_hot(np.random.default_rng(22).integers(0, V, (B, 7)), V)
MANY, RATE = 1009, 0.3


@probe
def batches(implementation):
    make = implementation.stateful_char_rnn.batches
    return lambda encoded, **sizes: [
        tuple(map(array, pair)) for pair in make(encoded, **sizes)
    ]


@probe
def model(implementation):
    def build(weights=WEIGHTS, batch_size=B, dropout=0.0, recurrent_dropout=0.0):
        sizes = dict(vocabulary_size=len(weights["dense/bias"]))
        sizes |= dict(units=len(weights["dense/kernel"]), batch_size=batch_size)
        rates = dict(dropout=dropout, recurrent_dropout=recurrent_dropout)
        made = implementation.stateful_char_rnn.StatefulCharRNN(**sizes, **rates)
        made.set_named_weights(weights)
        return made

    return build


def expected(inputs):
    model = oracle.CharRNN(vocabulary_size=V, units=U)
    model.set_named_weights(WEIGHTS)
    return model(inputs)


# Weights that show the masks. No gate but the candidate reads anything; the update gate
# is shut, so that a state is tanh of what the candidate reads; the candidate of unit k
# of the second layer reads unit k of the first (INTO_2) and, through the reset gate at
# a half, unit k of its own state; logit k is unit k, and the last logit is 0.
INTO_1 = np.array([[0.9, -0.7, 0.5], [-0.4, 0.8, 1.1]])  # [characters, U]
INTO_2, BACK_1, BACK_2 = 1.3, (0.7, -0.9, 0.6), (-0.8, 0.5, 0.9)


def showing(recurrent: int) -> dict[str, np.ndarray]:
    """Return weights in which the layer of that number, or none, reads its state."""
    weights = {name: np.zeros(shape) for name, shape in shapes(4, 3).items()}
    for layer, back in ((1, BACK_1), (2, BACK_2)):
        weights[f"gru_{layer}/input_bias_z"] = np.full(3, -25.0)
        if layer == recurrent:
            weights[f"gru_{layer}/recurrent_kernel_h"] = np.diag(back)
    weights["gru_1/kernel_h"][:2] = INTO_1
    weights["gru_2/kernel_h"] = np.eye(3) * INTO_2
    weights["dense/kernel"][:, :3] = np.eye(3)
    return {name: value.astype(np.float32) for name, value in weights.items()}


def read_off(probabilities) -> np.ndarray:
    """Return the second layer's states [B, T, U] from the probabilities."""
    logs = np.log(array(probabilities))
    return logs[..., :3] - logs[..., 3:]


def characters(*steps: int) -> np.ndarray:
    return oracle.one_hot([steps] * MANY, 4)


def states(steps, kept_1=1.0, kept_2=1.0, back_1=0.0, back_2=0.0) -> np.ndarray:
    """Return [T, U]: the second layer's states, with factors on what is read."""
    first, second, found = np.zeros(3), np.zeros(3), []
    for step in steps:
        first = np.tanh(kept_1 * INTO_1[step] + back_1 * np.array(BACK_1) * first / 2)
        read = kept_2 * INTO_2 * first
        second = np.tanh(read + back_2 * np.array(BACK_2) * second / 2)
        found.append(second)
    return np.array(found)


def nearest(found, *candidates) -> np.ndarray:
    """Return, for each row and unit of [B, T, U], the candidate's [T] next to it."""
    choices = np.array(candidates)[:, np.newaxis]  # [C, B=1, T, U]
    far = np.abs(found - choices).sum(axis=2)  # [C, B, U]
    best = np.argmin(far, axis=0)  # [B, U]
    everywhere = np.broadcast_to(choices, (len(candidates), *found.shape))
    return np.take_along_axis(everywhere, best[np.newaxis, :, np.newaxis], axis=0)[0]


@captured
def test_chapter_steps(implementation):
    """STC-01. 1,003,854 characters in 32 rows of 100 steps are 313 batches. [G19]"""
    sizes = dict(n_steps=100, batch_size=32, vocabulary_size=1)
    made = implementation.stateful_char_rnn.batches(np.zeros(1_003_854, int), **sizes)
    equals(sum(1 for _ in made), 313, what="the number of batches")


def test_shapes(batches):
    """STC-02. Inputs are [B, T, V] and targets [B, T]. [G19]"""
    found = batches(IDS, n_steps=2, batch_size=3, vocabulary_size=7)
    shapes = [x.shape + y.shape for x, y in found]
    equals(shapes, [(3, 2, 7, 3, 2)] * 3, what="the shapes")


def test_rows_read_their_parts(batches):
    """STC-03. Row i reads on, from batch to batch, in part i of the text. [G19]"""
    found = batches(IDS, n_steps=2, batch_size=3, vocabulary_size=7)
    read = np.concatenate([x.argmax(axis=-1) for x, _ in found], axis=1)
    equals(read, np.stack([part[:6] for part in PARTS]), what="the characters read")


def test_inputs_are_one_hot(batches):
    """STC-04. The inputs are float32 rows of the unit matrix. [G19]"""
    (inputs, _), *_ = batches(IDS, n_steps=2, batch_size=3, vocabulary_size=7)
    equals(str(inputs.dtype), "float32", what="the dtype of the inputs")
    rows = np.array([part[:2] for part in PARTS])
    equals(inputs, np.eye(7)[rows], what="the inputs")


def test_targets_are_the_next_characters(batches):
    """STC-05. In each row, integer targets are the inputs one step later. [G19]"""
    found = batches(IDS, n_steps=2, batch_size=3, vocabulary_size=7)
    dtype = found[0][1].dtype
    holds(np.issubdtype(dtype, np.integer), "an integer dtype", str(dtype))
    targets = np.concatenate([y for _, y in found], axis=1)
    equals(targets, np.stack([part[1:7] for part in PARTS]), what="the targets")


def test_one_row_reads_the_text(batches):
    """STC-06. With one row, the windows are the text's own, in order. [G19]"""
    found = batches(IDS, n_steps=5, batch_size=1, vocabulary_size=7)
    targets = [y.tolist() for _, y in found]
    equals(targets, [[IDS[i + 1 : i + 6].tolist()] for i in (0, 5, 10, 15)])


def test_remainder_is_dropped(batches):
    """STC-07. The epoch ends with the last whole window of the shortest part. [G19]"""
    lengths = [
        len(batches(IDS[:size], n_steps=2, batch_size=3, vocabulary_size=7))
        for size in (20, 21, 22, 23)
    ]
    equals(lengths, [2, 3, 3, 3], what="the numbers of batches")


def test_reads_on(model):
    """STC-08. Consecutive batches are read as their concatenation is. [G19]"""
    made = model()
    parts = [array(made(INPUTS[:, i:j])) for i, j in ((0, 2), (2, 5), (5, 7))]
    agrees(np.concatenate(parts, axis=1), expected(INPUTS), RECURRENT)


def test_resets(model):
    """STC-09. After `reset_states` it reads as from the first call. [G19]"""
    made = model()
    made(INPUTS[:, :2])
    made.reset_states()
    agrees(array(made(INPUTS)), expected(INPUTS), RECURRENT)


def test_stateless_copy(model):
    """STC-10. The stateless copy reads as from a fresh state, any batch size. [G19]"""
    made = model(dropout=0.2, recurrent_dropout=0.2)
    made(INPUTS)
    copy = made.stateless_copy()
    rows = np.concatenate([INPUTS, INPUTS[:1, ::-1]])
    agrees(array(copy(rows)), expected(rows), RECURRENT)


def test_copy_keeps_no_state(model):
    """STC-11. The stateless copy carries nothing from call to call. [G19]"""
    copy = model().stateless_copy()
    copy(INPUTS[:, :3])
    agrees(array(copy(INPUTS)), expected(INPUTS), RECURRENT)


def test_dropout_is_off_outside_training(model):
    """STC-12. Outside training nothing is dropped, after training either. [S14]"""
    made = model(dropout=0.4, recurrent_dropout=0.4)
    agrees(array(made(INPUTS)), expected(INPUTS), RECURRENT)
    made = model(showing(recurrent=0), batch_size=MANY, dropout=0.4)
    made(characters(0), training=True)
    found = read_off(made(characters(1)))
    agrees(found, np.broadcast_to(states([1]), found.shape), RECURRENT)


def test_training_calls_leave_their_state(model):
    """STC-13. A call in training leaves the state for the next call. [G19]"""
    made = model()
    made(INPUTS[:, :3], training=True)
    agrees(array(made(INPUTS[:, 3:])), expected(INPUTS)[:, 3:], RECURRENT)


def test_dropped_inputs(model):
    """STC-14. In training an input is left out, or divided by 1 - dropout. [S14]"""
    made = model(showing(recurrent=0), batch_size=MANY, dropout=RATE)
    found = read_off(made(characters(0), training=True))
    kept = 1 / (1 - RATE)
    right = nearest(found, np.zeros([1, 3]), states([0], kept_1=kept, kept_2=kept))
    agrees(found, right, RECURRENT, what="what the layers read")


def test_dropped_states(model):
    """STC-15. In training a state is read as 0, or over 1 - recurrent_dropout. [G16]"""
    for layer, back in ((1, "back_1"), (2, "back_2")):
        made = model(showing(layer), batch_size=MANY, recurrent_dropout=RATE)
        found = read_off(made(characters(0, 1), training=True))
        candidates = (states([0, 1], **{back: f}) for f in (0, 1 / (1 - RATE)))
        what = f"what layer {layer} reads of its state"
        agrees(found, nearest(found, *candidates), RECURRENT, what=what)


def test_share_of_dropped_inputs(model):
    """STC-16. Each layer's inputs are left out at the rate of dropout. [S14]"""
    made = model(showing(recurrent=0), batch_size=MANY, dropout=RATE)
    found = read_off(made(characters(0), training=True))[:, 0, 0]
    share = np.mean(np.abs(found) > 0.1)  # kept in the first layer, and in the second
    # [H63] further off with a probability of at most 2 exp(-2 * 1009 * 0.105^2) < 1e-9
    near = abs(share - (1 - RATE) ** 2) < 0.105
    holds(bool(near), f"a kept share within 0.105 of {(1 - RATE) ** 2:.2f}", share)


def test_share_of_dropped_states(model):
    """STC-17. States are left out at the rate of recurrent_dropout. [G16]"""
    made = model(showing(recurrent=2), batch_size=MANY, recurrent_dropout=RATE)
    found = read_off(made(characters(0, 1), training=True))[:, 1, 0]
    dropped = states([0, 1])[1, 0]
    share = np.mean(np.abs(found - dropped) > 0.02)
    # [H63] as above
    near = abs(share - (1 - RATE)) < 0.105
    holds(bool(near), f"a kept share within 0.105 of {1 - RATE:.2f}", share)


def test_one_mask_for_all_steps(model):
    """STC-18. What is left out of the inputs is left out at every step. [G16]"""
    made = model(showing(recurrent=0), batch_size=MANY, dropout=RATE)
    found = read_off(made(characters(0, 0, 0, 0, 0), training=True))
    agrees(found, np.repeat(found[:, :1], 5, axis=1), RECURRENT)


def test_one_state_mask_for_all_steps(model):
    """STC-19. What is left out of the states is left out at every step. [G16]"""
    made = model(showing(recurrent=2), batch_size=MANY, recurrent_dropout=RATE)
    found = read_off(made(characters(0, 1, 1, 0), training=True))
    candidates = (states([0, 1, 1, 0], back_2=f) for f in (0, 1 / (1 - RATE)))
    agrees(found, nearest(found, *candidates), RECURRENT)


def test_new_masks_in_every_call(model):
    """STC-20. Each call in training leaves out others. [S14]"""
    made = model(showing(recurrent=0), batch_size=MANY, dropout=RATE)
    first, second = (read_off(made(characters(0), training=True)) for _ in range(2))
    both = np.array([first[:, 0, 0], second[:, 0, 0]])
    # equal with a probability of (0.49^2 + 0.51^2)^1009
    holds(bool(np.any(np.abs(both[0] - both[1]) > 0.1)), "other masks", both)


def test_training(model):
    """STC-21. Training steps read on from one batch to the next. [G19]"""
    right = stateful.StatefulCharRNN(
        vocabulary_size=3, units=2, batch_size=2, dropout=0.0, recurrent_dropout=0.0
    )
    expected = losses(right, TRAINED, TRAINING_BATCHES)
    found = losses(model(TRAINED, batch_size=2), TRAINED, TRAINING_BATCHES)
    agrees(found, expected, LOSS, what="the losses")


def test_training_drops(model):
    """STC-22. A training step drops: its loss is not that of a call. [G19]"""
    inputs, targets = characters(0, 1)[:31], np.array([[1, 0]] * 31)
    p = array(model(showing(recurrent=0), batch_size=31)(inputs)).astype(float)
    rows, steps = np.indices(targets.shape)
    undropped = -np.log(p[rows, steps, targets]).mean()
    made = model(showing(recurrent=0), batch_size=31, dropout=RATE)
    found = float(made.train_step(made.place((inputs, targets))))
    # nothing is dropped with a probability of 0.7^124
    holds(abs(found - undropped) > 1e-4, f"a loss other than {undropped:.6f}", found)


@guard
def test_refuses_a_rate_of_one(model):
    """STC-23. A rate of dropout of 1, or below 0, is refused. [house]"""
    refuses(lambda: model(dropout=1.0), "dropout", 1.0)
    refuses(lambda: model(dropout=-0.1), "dropout", -0.1)


@guard
def test_refuses_a_recurrent_rate_of_one(model):
    """STC-24. A rate of recurrent dropout of 1, or below 0, is refused. [house]"""
    refuses(lambda: model(recurrent_dropout=1.0), "recurrent_dropout", 1.0)
    refuses(lambda: model(recurrent_dropout=-0.1), "recurrent_dropout", -0.1)


@guard
def test_refuses_a_text_shorter_than_its_windows(batches):
    """STC-25. A text with a part shorter than a window is refused. [house]"""
    sizes = dict(n_steps=7, batch_size=3, vocabulary_size=7)
    refuses(lambda: batches(IDS, **sizes), "encoded", len(IDS))


@guard
def test_refuses_sizes_of_zero(batches):
    """STC-26. A batch or a window of no characters is refused. [house]"""
    for name in ("n_steps", "batch_size"):
        sizes = dict(n_steps=2, batch_size=3, vocabulary_size=7) | {name: 0}
        refuses(partial(batches, IDS, **sizes), name, 0)


def test_a_window_in_each_part_is_enough(batches):
    """STC-27. A text whose shortest part is one window is one batch. [G19, derived]"""
    found = batches(IDS, n_steps=6, batch_size=3, vocabulary_size=7)
    equals([y.shape for _, y in found], [(3, 6)], what="the shapes of the targets")


def test_leaves_its_arguments(model):
    """STC-28. No call or step of a stateful char-RNN changes an argument. [house]"""
    made, (batch, *_) = model(TRAINED, batch_size=2), TRAINING_BATCHES
    laws.leaves_arguments(made, batch[0])
    laws.leaves_arguments(lambda batch: made.train_step(made.place(batch)), batch)


def test_copies_weights_in(model):
    """STC-29. A stateful char-RNN copies the weights that it is given. [house]"""
    made = model()
    laws.copies_in(made, WEIGHTS, lambda: made.stateless_copy()(INPUTS), RECURRENT)


def test_copies_weights_out(model):
    """STC-30. A stateful char-RNN gives out copies of its weights. [house]"""
    made, (batch, *_) = model(TRAINED, batch_size=2), TRAINING_BATCHES
    laws.copies_out(made, TRAINED, lambda: made.train_step(made.place(batch)))


def test_keeps_its_results(model):
    """STC-31. A result of a stateful char-RNN is not changed by later calls. [house]"""
    made = model()
    laws.keeps_results(lambda: made(INPUTS), lambda: made(INPUTS[::-1].copy()))
