"""The char-RNN: the clauses of contracts/char_rnn.py."""

import itertools

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.oracles import char_rnn as oracle
from spec_tests.tolerances import LOSS, RECURRENT
from touchstone import agrees, array, captured, equals, guard, holds, probe, refuses

IDS = np.array([4, 0, 3, 1, 5, 2, 6, 1, 0, 5, 3])
SMALL = {"n_steps": 3, "batch_size": 2, "vocabulary_size": 7, "shuffle_buffer": 1}
B, T, V, U = 2, 7, 5, 3


def shapes(vocabulary_size, units):
    model = oracle.CharRNN(vocabulary_size=vocabulary_size, units=units)
    return {name: value.shape for name, value in model.named_weights().items()}


WEIGHTS = witnesses.weights(11, shapes(V, U))
INPUTS = oracle.one_hot(np.random.default_rng(12).integers(0, V, (B, T)), V)
TRAINED = witnesses.weights(13, shapes(3, 2))
TRAINING_BATCHES = [
    (oracle.one_hot([[0, 2], [2, 0]], 3), np.array([[2, 1], [0, 1]])),
    (oracle.one_hot([[1, 1], [1, 2]], 3), np.array([[1, 0], [2, 2]])),
    (oracle.one_hot([[2, 2], [0, 0]], 3), np.array([[2, 1], [0, 2]])),
]


@probe
def batches(implementation):
    make = implementation.char_rnn.batches
    return lambda encoded, most, seed=42, **sizes: [
        tuple(map(array, pair))
        for pair in itertools.islice(make(encoded, seed=seed, **sizes), most)
    ]


@probe
def build(implementation):
    return implementation.char_rnn.CharRNN


def run(model, weights, inputs):
    model.set_named_weights(weights)
    return array(model(inputs))


def losses(model, weights, batches):
    model.set_named_weights(weights)
    return np.array([float(model.train_step(model.place(b))) for b in batches])


@captured
def test_chapter_shapes(batches):
    """CHR-01. The chapter's batches are (32, 100, 39) and (32, 100). [G19]"""
    sizes = dict(n_steps=100, batch_size=32, vocabulary_size=39, shuffle_buffer=50)
    [(inputs, targets)] = batches(np.arange(390) % 31, 1, **sizes)
    equals(inputs.shape, (32, 100, 39), what="the shape of the inputs")
    equals(targets.shape, (32, 100), what="the shape of the targets")


@captured
def test_chapter_steps(implementation):
    """CHR-02. 1,003,854 characters in batches of 32 are 31,370 steps. [G19]"""
    found = implementation.char_rnn.steps_per_epoch(1_003_854, 32)
    equals(int(found), 31_370, what="the number of steps")


@captured
def test_chapter_parameters(build):
    """CHR-03. The layers have 64,896, 99,072 and 5,031 parameters: 168,999. [G19]"""
    weights = build(vocabulary_size=39, units=128).named_weights()
    found = dict.fromkeys(("gru_1", "gru_2", "dense"), 0)
    for name, value in weights.items():
        layer = name.partition("/")[0]
        found[layer] = found.get(layer, 0) + np.size(value)
    equals(found, {"gru_1": 64_896, "gru_2": 99_072, "dense": 5_031})


def test_one_hot_inputs(batches):
    """CHR-04. Row k of the unit matrix stands for id k, from 0. [G19]"""
    [(inputs, _)] = batches(IDS, 1, **SMALL)
    equals(inputs, np.eye(7)[[[4, 0, 3], [0, 3, 1]]], what="the inputs")


def test_inputs_are_real(batches):
    """CHR-05. The inputs are float32. [G19]"""
    [(inputs, _)] = batches(IDS, 1, **SMALL)
    equals(str(inputs.dtype), "float32", what="the dtype of the inputs")


def test_targets_are_the_next_characters(batches):
    """CHR-06. The targets are integers, the inputs one step later. [G19]"""
    [(_, targets)] = batches(IDS, 1, **SMALL)
    dtype = targets.dtype
    holds(np.issubdtype(dtype, np.integer), "an integer dtype", str(dtype))
    equals(targets, np.array([[0, 3, 1], [3, 1, 5]]), what="the targets")


def test_windows_shift_by_one(batches):
    """CHR-07. Each window starts one character after the one before. [G19]"""
    found = [y.tolist() for _, y in batches(IDS, 3, **SMALL)]
    expected = [[[0, 3, 1], [3, 1, 5]], [[1, 5, 2], [5, 2, 6]], [[2, 6, 1], [6, 1, 0]]]
    equals(found, expected, what="the targets")


def test_batches_are_endless(batches):
    """CHR-08. After the text's end come windows across the seam. [G19]"""
    found = batches(IDS, 6, **SMALL)[-1][1].tolist()
    equals(found, [[4, 0, 3], [0, 3, 1]], what="the targets of the sixth batch")


def test_batches_shuffle(batches):
    """CHR-09. The windows come shuffled, in another order from another seed. [G19]"""
    sizes = SMALL | {"shuffle_buffer": 50, "vocabulary_size": 101, "batch_size": 13}
    orders = [
        batches(np.arange(101), 1, seed=seed, **sizes)[0][1][:, 0].tolist()
        for seed in (3, 4)
    ]
    holds(orders[0] != orders[1], "another seed, another order", orders)  # 50^-13


def test_gives_back_its_weights(build):
    """CHR-10. The char-RNN's named weights are those that were set. [house]"""
    model = build(vocabulary_size=V, units=U)
    model.set_named_weights(WEIGHTS)
    found = model.named_weights()
    equals(sorted(found), sorted(WEIGHTS), what="the names of the weights")
    for name, value in WEIGHTS.items():
        equals(array(found[name]), value, what=name)


def test_first_step_by_hand(build):
    """CHR-11. With one unit, the first step is as worked by hand. [G19]"""
    gru = dict(kernel_z=0.5, kernel_r=-0.7, kernel_h=0.9)
    gru |= dict(input_bias_z=0.1, input_bias_r=-0.2, input_bias_h=0.4)
    gru |= dict(recurrent_bias_z=0.25, recurrent_bias_r=0.35, recurrent_bias_h=-0.45)
    gru |= {f"recurrent_kernel_{gate}": 0.3 for gate in "zrh"}
    weights = {
        f"gru_{i}/{name}": np.full([1] if "bias" in name else [1, 1], value * i)
        for name, value in gru.items()
        for i in (1, 2)
    }
    for gate, second in (("z", -0.4), ("r", 0.8), ("h", -0.6)):
        first = weights[f"gru_1/kernel_{gate}"][0, 0]
        weights[f"gru_1/kernel_{gate}"] = np.array([[first], [second]])
    weights |= {
        "dense/kernel": np.array([[1.5, -2.0]]),
        "dense/bias": np.array([0.3, 0.1]),
    }
    weights = {name: value.astype(np.float32) for name, value in weights.items()}
    model = build(vocabulary_size=2, units=1)
    found = run(model, weights, np.array([[[0, 1]]], np.float32))
    agrees(found, [[[0.4718250, 0.5281750]]], RECURRENT)  # 20 digits of decimal


def test_probabilities_at_every_step(build):
    """CHR-12. Each step has a softmax of the second GRU's output. [G19]"""
    right = oracle.CharRNN(vocabulary_size=V, units=U)
    model = build(vocabulary_size=V, units=U)
    agrees(run(model, WEIGHTS, INPUTS), run(right, WEIGHTS, INPUTS), RECURRENT)


def test_calls_are_apart(build):
    """CHR-13. A call leaves no state for the next one. [G19]"""
    model = build(vocabulary_size=V, units=U)
    first = run(model, WEIGHTS, INPUTS)
    agrees(array(model(INPUTS)), first, RECURRENT)


def test_training(build):
    """CHR-14. Adam on the mean of -log p has the losses of float64 Adam. [K14, K2]"""
    sizes = dict(vocabulary_size=3, units=2)
    expected = losses(oracle.CharRNN(**sizes), TRAINED, TRAINING_BATCHES)
    found = losses(build(**sizes), TRAINED, TRAINING_BATCHES)
    agrees(found, expected, LOSS, what="the losses")


@guard
def test_refuses_a_text_shorter_than_a_window(batches):
    """CHR-15. A text without a window of n_steps + 1 is refused. [house]"""
    sizes = SMALL | {"n_steps": 11}
    refuses(lambda: batches(IDS, 1, **sizes), "window_length", 12)


@guard
def test_refuses_batches_of_none(implementation):
    """CHR-16. An epoch in batches of less than 1 is refused. [house]"""
    count = implementation.char_rnn.steps_per_epoch
    refuses(lambda: count(1_003_854, 0), "batch_size", 0)


def test_an_epoch_has_only_full_batches(implementation):
    """CHR-17. Characters that do not fill a batch are no step of an epoch. [G19]"""
    count = implementation.char_rnn.steps_per_epoch
    found = [int(count(n, 32)) for n in (95, 96, 97)]
    equals(found, [2, 3, 3], what="the numbers of steps")


def test_leaves_its_arguments(build):
    """CHR-18. No call or training step of a char-RNN changes an argument. [house]"""
    model, (batch, *_) = build(vocabulary_size=3, units=2), TRAINING_BATCHES
    laws.leaves_arguments(model, batch[0])
    laws.leaves_arguments(lambda batch: model.train_step(model.place(batch)), batch)


def test_copies_weights_in(build):
    """CHR-19. A char-RNN copies the weights that it is given. [house]"""
    model = build(vocabulary_size=V, units=U)
    laws.copies_in(model, WEIGHTS, lambda: model(INPUTS), RECURRENT)


def test_copies_weights_out(build):
    """CHR-20. A char-RNN gives out copies of its weights. [house]"""
    model, (batch, *_) = build(vocabulary_size=3, units=2), TRAINING_BATCHES
    laws.copies_out(model, TRAINED, lambda: model.train_step(model.place(batch)))


def test_keeps_its_results(build):
    """CHR-21. A result of a char-RNN is not changed by later calls. [house]"""
    model = build(vocabulary_size=V, units=U)
    laws.keeps_results(lambda: model(INPUTS), lambda: model(INPUTS[::-1].copy()))
