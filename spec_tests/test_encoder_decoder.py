"""The encoder-decoder: the clauses of contracts/encoder_decoder.py."""

from functools import cache, partial

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.oracles import encoder_decoder as oracle
from spec_tests.tolerances import RECURRENT
from touchstone import agrees, array, captured, equals, guard, probe, refuses

B, E, U, S, V, T = 2, 3, 5, 7, 11, 13
SIZES = {"vocabulary_size": V, "embed_size": E, "units": U}


def lively(seed: int, sizes: dict) -> dict:
    """Return weights with embeddings near 1, that the outputs depend on the inputs."""
    drawn = witnesses.weights(seed, oracle.shapes(**sizes))
    gains = {"embedding": 3, "dense": 3, "encoder": 1.5, "decoder": 1.5}
    return {k: w * np.float32(gains[k.split("/")[0]]) for k, w in drawn.items()}


WEIGHTS = lively(2306, SIZES)
RNG = np.random.default_rng(1)
X = RNG.integers(1, V, [B, S])  # no 0: ED-07 says what it is
Y = RNG.integers(1, V, [B, T])
FULL, RAGGED = np.array([T, T]), np.array([4, 9])
# where other ids are likeliest if the encoder reads in another order
ORDERED, WEIGHING_ORDER = (
    np.random.default_rng(0).integers(1, V, [B, S]),
    lively(18, SIZES),
)
START = 5  # after which the first ids are others than after 0, in both rows

SMALL = {"vocabulary_size": 5, "embed_size": 2, "units": 2}
SMALL_WEIGHTS = lively(7, SMALL)
BATCH = (
    (
        np.array([[1, 4], [3, 2], [4, 1]]),
        np.array([[0, 2], [0, 4], [0, 3]]),
        np.array([2, 2, 2]),
    ),
    np.array([[2, 1], [4, 4], [3, 0]]),
)


def built(module, sizes=SIZES, weights=WEIGHTS):
    model = module.EncoderDecoder(**sizes)
    model.set_named_weights(weights)
    return model


@probe
def model(implementation):
    right = built(implementation.encoder_decoder)
    return lambda x=X, y=Y, lengths=FULL: array(right(x, y, lengths))


@probe
def decode(implementation):
    module = implementation.encoder_decoder
    return lambda x=X, weights=WEIGHTS, **options: array(
        built(module, weights=weights).greedy_decode(x, **options)
    )


@probe
def losses(implementation):
    def train(batch, n_steps):
        model = built(implementation.encoder_decoder, SMALL, SMALL_WEIGHTS)
        placed = model.place(batch)
        return np.array([float(model.train_step(placed)) for _ in range(n_steps)])

    return train


@probe
def shifted(implementation):
    return lambda y: array(implementation.encoder_decoder.teacher_inputs(y))


@cache
def trajectory():
    """Return the oracle's losses on the small batch, step by step."""
    model = built(oracle, SMALL, SMALL_WEIGHTS)
    return [model.train_step(BATCH) for _ in range(3)]


def expected(x=X, y=Y, lengths=FULL):
    return built(oracle)(x, y, lengths)


def kept(outputs, lengths=RAGGED):
    """Return the outputs before the rows' ends, one below the other."""
    return np.concatenate([row[:n] for row, n in zip(outputs, lengths, strict=True)])


@captured
def test_has_2194508_parameters(implementation):
    """ED-01. With 512 units and 100 embeddings of 10 it has 2,194,508 weights. [G19]"""
    build = implementation.encoder_decoder.EncoderDecoder
    model = build(vocabulary_size=100, embed_size=10, units=512)
    count = sum(np.size(value) for value in model.named_weights().values())
    equals(count, 2194508, what="the number of parameters")


def test_gives_back_its_weights(implementation):
    """ED-02. The named weights of both LSTMs are those that were set. [house]"""
    found = built(implementation.encoder_decoder).named_weights()
    equals(sorted(found), sorted(WEIGHTS), what="the names of the weights")
    for name, value in WEIGHTS.items():
        equals(array(found[name]), value, what=name)


def test_forget_bias_starts_at_one(implementation):
    """ED-03. A fresh model's forget biases are 1, its other biases 0. [J15, K2]"""
    fresh = implementation.encoder_decoder.EncoderDecoder(**SIZES).named_weights()
    for name in sorted(name for name in WEIGHTS if "bias" in name):
        start = 1.0 if name.endswith("bias_f") else 0.0
        agrees(fresh[name], np.full(WEIGHTS[name].shape, start), RECURRENT, what=name)


def test_two_steps_by_hand(implementation):
    """ED-04. One unit reads 2, 1, then 0, 2, as worked by hand. [H97, G00, S14]"""
    lstms = {
        "encoder/kernel": (0.5, -0.7, 0.9, 0.2),
        "encoder/recurrent_kernel": (0.3, 0.6, -0.8, 0.45),
        "encoder/bias": (0.1, 0.4, -0.2, 0.35),
        "decoder/kernel": (-0.4, 0.65, 0.8, -0.6),
        "decoder/recurrent_kernel": (0.55, -0.35, 0.75, 0.85),
        "decoder/bias": (0.25, 0.15, -0.3, 0.05),
    }
    weights = {
        f"{kind}_{gate}": np.full([1] if "bias" in kind else [1, 1], value, np.float32)
        for kind, values in lstms.items()
        for gate, value in zip("ifco", values, strict=True)
    }
    weights["embedding/embeddings"] = np.array([[-0.4], [0.7], [-1.3]], np.float32)
    weights["dense/kernel"] = np.array([[1.5, -0.9, 0.6]], np.float32)
    weights["dense/bias"] = np.array([0.2, -0.1, 0.3], np.float32)
    sizes = {"vocabulary_size": 3, "embed_size": 1, "units": 1}
    model = built(implementation.encoder_decoder, sizes, weights)
    outputs = model(np.array([[2, 1]]), np.array([[0, 2]]), np.array([2]))
    worked = [
        [[0.3054701, 0.3131847, 0.3813452], [0.2225820, 0.4262018, 0.3512162]]
    ]  # 40 digits of decimal
    agrees(outputs, worked, RECURRENT)


def test_probabilities_at_every_step(model):
    """ED-05. The probabilities at every step follow the equations. [H97, G00, S14]"""
    agrees(model(), expected(), RECURRENT)


def test_no_later_input_changes_an_output(model):
    """ED-06. A later decoder input changes no earlier output. [S14]"""
    later = Y.copy()
    later[:, 6:] = V - Y[:, 6:]
    agrees(model(y=later)[:, :6], model()[:, :6], RECURRENT)


def test_zero_is_an_id_like_any_other(model):
    """ED-07. Id 0 is read as any other id, and masks nothing. [G19]"""
    x, y = X.copy(), Y.copy()
    x[0, 5:], x[1, 2], y[:, [0, 3, 4]] = 0, 0, 0
    agrees(model(x, y), expected(x, y), RECURRENT)


def test_reads_any_number_of_steps(model):
    """ED-08. Inputs may be of any length, a single encoder step included. [G19]"""
    agrees(
        model(X[:, :1], Y[:, :3], [3, 3]),
        expected(X[:, :1], Y[:, :3], [3, 3]),
        RECURRENT,
    )


def test_stops_at_the_longest_length(model):
    """ED-09. There are as many outputs as steps in the longest sequence. [A23]"""
    outputs = model(lengths=RAGGED)
    equals(outputs.shape, (B, max(RAGGED), V), what="the shape")


def test_lengths_change_nothing_before_the_end(model):
    """ED-10. A length changes nothing before the sequence's end. [A23]"""
    agrees(kept(model(lengths=RAGGED)), kept(model()), RECURRENT)


def test_nothing_after_the_end_is_read(model):
    """ED-11. What stands after a sequence's end changes nothing before it. [A23]"""
    other = np.where(witnesses.keep_mask(*RAGGED, steps=T), Y, V - Y)
    before = kept(model(lengths=RAGGED))
    agrees(kept(model(y=other, lengths=RAGGED)), before, RECURRENT)


def test_an_empty_sequence_is_a_sequence(model):
    """ED-12. A sequence of length 0 beside a longer one leaves that as it is. [A23]"""
    lengths = np.array([0, 3])
    agrees(kept(model(lengths=lengths), lengths), model()[1, :3], RECURRENT)


def test_teacher_inputs_are_shifted_by_one(shifted):
    """ED-13. The decoder's inputs are 0, then the targets but the last. [G19]"""
    equals(shifted(np.array([[5, 3, 8], [7, 1, 2]])), np.array([[0, 5, 3], [0, 7, 1]]))


def test_teacher_inputs_leave_the_targets(shifted):
    """ED-14. Taking the decoder's inputs leaves the targets as they are. [house]"""
    targets = Y.copy()
    shifted(targets)
    equals(targets, Y, what="the targets")


def test_greedy_decoding(decode):
    """ED-15. Greedy decoding starts from 0 and feeds back the likeliest id. [S14]"""
    ids = decode(ORDERED, WEIGHING_ORDER, n_steps=4)
    right = built(oracle, weights=WEIGHING_ORDER)
    equals(ids, right.greedy_decode(ORDERED, n_steps=4))


def test_greedy_decoding_is_the_argmax_of_the_model(model, decode):
    """ED-16. Decoded ids are the likeliest after those before them. [S14, derived]"""
    ids = decode(n_steps=4)
    fed = np.concatenate([np.zeros([B, 1], int), ids[:, :-1]], axis=1)
    equals(model(y=fed, lengths=np.array([4, 4])).argmax(axis=-1), ids)


def test_greedy_decoding_from_another_start(decode):
    """ED-17. Greedy decoding starts from the start id that it is given. [S14]"""
    ids = decode(start_id=START, n_steps=2)
    equals(ids, built(oracle).greedy_decode(X, start_id=START, n_steps=2))


def test_greedy_decoding_starts_afresh(implementation):
    """ED-18. Decoding again gives the same ids: no state is kept. [house]"""
    model = built(implementation.encoder_decoder)
    first, again = (array(model.greedy_decode(X, n_steps=3)) for _ in range(2))
    equals(again, first)


def test_training_lowers_the_loss_as_adam_does(losses):
    """ED-19. The loss at three steps of Adam on one batch is the oracle's. [K2]"""
    agrees(losses(BATCH, 3), trajectory(), RECURRENT)


def test_loss_leaves_out_what_follows_the_end(losses):
    """ED-20. The loss is the mean over the steps before the sequences' ends. [house]"""
    (x, y, _), targets = BATCH
    ragged = ((x, y, np.array([1, 2, 2])), targets)
    right = built(oracle, SMALL, SMALL_WEIGHTS)
    agrees(losses(ragged, 1), [right.loss(ragged)], RECURRENT)


def test_refuses_encoder_ids_outside_the_vocabulary(model):
    """ED-21. Encoder ids outside the vocabulary are refused. [house]"""
    for odd in (-1, V):
        refuses(partial(model, x=np.where(X == X[1, 3], odd, X)), "encoder_inputs", odd)


def test_refuses_decoder_ids_outside_the_vocabulary(model):
    """ED-22. Decoder ids outside the vocabulary are refused. [house]"""
    for odd in (-1, V):
        refuses(partial(model, y=np.where(Y == Y[1, 3], odd, Y)), "decoder_inputs", odd)


@guard
def test_refuses_lengths_outside_the_inputs(model):
    """ED-23. Negative lengths and lengths above the inputs' are refused. [house]"""
    for odd in (-2, T + 1):
        refuses(partial(model, lengths=np.array([T, odd])), "sequence_lengths", odd)


@guard
def test_refuses_wrong_ranks(model):
    """ED-24. Ids with another number of axes than two are refused. [house]"""
    refuses(partial(model, x=X[0]), "encoder_inputs", (S,))
    refuses(partial(model, y=Y[..., np.newaxis]), "decoder_inputs", (B, T, 1))


@guard
def test_refuses_lengths_of_another_rank(model):
    """ED-25. Lengths with another number of axes than one are refused. [house]"""
    refuses(partial(model, lengths=FULL[:, np.newaxis]), "sequence_lengths", (B, 1))


@guard
def test_refuses_rows_that_do_not_pair(model):
    """ED-26. Another number of decoder rows than encoder rows is refused. [house]"""
    three = np.concatenate([Y, Y[:1]])
    refuses(partial(model, y=three, lengths=[T] * 3), "decoder_inputs", 3)


def test_refuses_targets_outside_the_vocabulary(losses):
    """ED-27. Target ids outside the vocabulary are refused. [house]"""
    inputs, targets = BATCH
    for odd in (-1, 5):
        wrong = np.where(targets == 1, odd, targets)
        refuses(partial(losses, (inputs, wrong), 1), "targets", odd)


def test_refuses_a_start_outside_the_vocabulary(decode):
    """ED-28. A start id outside the vocabulary is refused. [house]"""
    for odd in (-1, V):
        refuses(partial(decode, start_id=odd, n_steps=2), "start_id", odd)


@guard
def test_refuses_to_decode_no_steps(decode):
    """ED-29. Decoding fewer than one step is refused. [house]"""
    refuses(partial(decode, n_steps=0), "n_steps", 0)


def test_leaves_its_arguments(implementation):
    """ED-30. No call or training step of an encoder-decoder changes an argument. [house]"""
    model = built(implementation.encoder_decoder)
    laws.leaves_arguments(model, X, Y, RAGGED)
    laws.leaves_arguments(model.greedy_decode, X, n_steps=2)
    model = built(implementation.encoder_decoder, SMALL, SMALL_WEIGHTS)
    laws.leaves_arguments(lambda batch: model.train_step(model.place(batch)), BATCH)


def test_copies_weights_in(implementation):
    """ED-31. An encoder-decoder copies the weights that it is given. [house]"""
    model = built(implementation.encoder_decoder)
    laws.copies_in(model, WEIGHTS, lambda: model(X, Y, FULL), RECURRENT)


def test_copies_weights_out(implementation):
    """ED-32. An encoder-decoder gives out copies of its weights. [house]"""
    model = built(implementation.encoder_decoder, SMALL, SMALL_WEIGHTS)
    step = partial(model.train_step, model.place(BATCH))
    laws.copies_out(model, SMALL_WEIGHTS, step)


def test_keeps_its_results(implementation):
    """ED-33. A result of an encoder-decoder is not changed by later calls. [house]"""
    model = built(implementation.encoder_decoder)
    laws.keeps_results(lambda: model(X, Y, FULL), lambda: model(X, V - Y, FULL))
