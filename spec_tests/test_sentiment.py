"""Sentiment analysis: the clauses of contracts/sentiment.py."""

import functools

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.oracles import sentiment as oracle
from spec_tests.tolerances import LOSS, PROBABILITY, RECURRENT
from touchstone import agrees, array, captured, equals, probe

CHAPTER = {"vocabulary_size": 11_000, "embed_size": 128, "units": 128}
SIZES = {"vocabulary_size": 11, "embed_size": 3, "units": 5}
SMALL = {"vocabulary_size": 7, "embed_size": 2, "units": 2}
IDS = np.array([[4, 9, 1, 6, 2, 10, 3], [7, 1, 0, 0, 0, 0, 0], [5, 5, 8, 2, 0, 0, 0]])


def weights(seed: int, sizes: dict) -> dict[str, np.ndarray]:
    """Return witness weights; the embeddings have the size of normal inputs."""
    model = oracle.SentimentModel(**sizes)
    shapes = {name: value.shape for name, value in model.named_weights().items()}
    table = witnesses.normal(seed + 1, *shapes["embedding/embeddings"])
    drawn = witnesses.weights(seed, shapes)
    return drawn | {
        "embedding/embeddings": table,
        "dense/kernel": 2 * drawn["dense/kernel"],
    }


WEIGHTS = weights(21, SIZES)
BIAS = np.array([0.6], np.float32)
TRAINED = weights(111, SMALL)
TRAINING_BATCHES = [
    (np.array([[3, 1], [6, 0], [2, 5]]), np.array([1, 0, 1])),
    (np.array([[4, 3], [1, 1], [5, 0]]), np.array([0, 0, 1])),
]  # id 2 is in the first batch alone


def built(model, sizes, values):
    model = model(**sizes)
    model.set_named_weights(values)
    return model


@probe
def predict(implementation):
    build = implementation.sentiment.SentimentModel
    return lambda ids, values=WEIGHTS, sizes=SIZES: array(
        built(build, sizes, values)(ids)
    )


@probe
def predict_explicitly(implementation):
    build = implementation.sentiment.ExplicitMaskSentimentModel
    return lambda ids, values=WEIGHTS, sizes=SIZES: array(
        built(build, sizes, values)(ids)
    )


@functools.cache
def expected(ids: bytes = IDS.tobytes()) -> np.ndarray:
    model = built(oracle.SentimentModel, SIZES, WEIGHTS)
    return model(np.frombuffer(ids, IDS.dtype).reshape(3, -1))


@functools.cache
def trained() -> tuple[list[float], np.ndarray]:
    """Return the oracle's losses of the two steps, and its embeddings after them."""
    model = built(oracle.SentimentModel, SMALL, TRAINED)
    losses = [model.train_step(batch) for batch in TRAINING_BATCHES]
    return losses, model.named_weights()["embedding/embeddings"]


def losses(model, batches) -> np.ndarray:
    return np.array([float(model.train_step(model.place(batch))) for batch in batches])


def n_parameters(model) -> int:
    return sum(np.size(value) for value in model.named_weights().values())


@captured
def test_chapter_parameters(implementation):
    """SEN-01. The chapter's model has 1,606,273 parameters. [G19]"""
    model = implementation.sentiment.SentimentModel(**CHAPTER)
    equals(n_parameters(model), 1_606_273, what="the number of parameters")


@captured
def test_chapter_parameters_with_an_explicit_mask(implementation):
    """SEN-02. The model with an explicit mask has as many: 1,606,273. [G19]"""
    model = implementation.sentiment.ExplicitMaskSentimentModel(**CHAPTER)
    equals(n_parameters(model), 1_606_273, what="the number of parameters")


def test_gives_back_its_weights(implementation):
    """SEN-03. Both models' named weights are those that were set. [house]"""
    for name in "SentimentModel", "ExplicitMaskSentimentModel":
        model = built(getattr(implementation.sentiment, name), SIZES, WEIGHTS)
        found = model.named_weights()
        equals(sorted(found), sorted(WEIGHTS), what=f"{name}'s names of weights")
        for key, value in WEIGHTS.items():
            equals(array(found[key]), value, what=f"{name}'s {key}")


def test_two_words_by_hand(predict):
    """SEN-04. One unit in each layer reads ids 2 and 1 as worked by hand. [C14, G19]"""
    first = {"z": (0.5, 0.3, 0.1, 0.25), "r": (-0.7, 0.6, -0.2, 0.35)}
    first["h"] = (0.9, -0.8, 0.4, -0.45)
    second = {"z": (-0.6, 0.7, -0.15, 0.3), "r": (0.4, -0.3, 0.2, -0.45)}
    second["h"] = (1.2, 0.5, 0.05, 0.6)
    kinds = "kernel", "recurrent_kernel", "input_bias", "recurrent_bias"
    values = {
        f"{layer}/{kind}_{gate}": np.full([1] if "bias" in kind else [1, 1], value)
        for layer, gates in (("gru_1", first), ("gru_2", second))
        for gate, row in gates.items()
        for kind, value in zip(kinds, row, strict=True)
    }
    values |= {
        "embedding/embeddings": np.array([[9.0], [0.8], [-1.1]]),
        "dense/kernel": np.array([[1.5]]),
        "dense/bias": np.array([-0.4]),
    }
    values = {name: np.asarray(value, np.float32) for name, value in values.items()}
    sizes = {"vocabulary_size": 3, "embed_size": 1, "units": 1}
    found = predict(np.array([[2, 1]]), values, sizes)
    agrees(found, [[0.4409932]], RECURRENT)  # 28 digits of decimal


def test_reads_ragged_reviews(predict):
    """SEN-05. Reviews of several lengths in a batch follow the equations. [C14, K2]"""
    agrees(predict(IDS), expected(), RECURRENT)


def test_explicit_mask_gives_the_same(predict_explicitly):
    """SEN-06. With the same weights the explicit mask gives the same. [G19]"""
    agrees(predict_explicitly(IDS), expected(), RECURRENT)


def test_padding_changes_nothing(predict):
    """SEN-07. Padding at the end changes nothing, whatever its length. [K2]"""
    alone = expected(IDS[:, :2].tobytes())
    for n_pads in 0, 1, 13:
        found = predict(np.pad(IDS[:, :2], [(0, 0), (0, n_pads)]))
        agrees(found, alone, RECURRENT, what=f"the output with {n_pads} pads")


def test_padding_changes_nothing_with_an_explicit_mask(predict_explicitly):
    """SEN-08. With an explicit mask, padding of any length changes nothing. [G19]"""
    alone = expected(IDS[:, :2].tobytes())
    for n_pads in 0, 1, 13:
        found = predict_explicitly(np.pad(IDS[:, :2], [(0, 0), (0, n_pads)]))
        agrees(found, alone, RECURRENT, what=f"the output with {n_pads} pads")


def test_padding_in_front_is_passed_over(predict):
    """SEN-09. Padding in front of a review changes nothing. [K2]"""
    found = predict(np.pad(IDS[:, :2], [(0, 0), (3, 0)]))
    agrees(found, expected(IDS[:, :2].tobytes()), RECURRENT)


def test_padding_inside_is_passed_over(predict):
    """SEN-10. Id 0 between words changes nothing. [K2]"""
    words = IDS[:, [0, 1]]
    found = predict(np.insert(words, 1, 0, axis=1))
    agrees(found, expected(words.tobytes()), RECURRENT)


def test_explicit_mask_passes_over_padding_inside(predict_explicitly):
    """SEN-11. With an explicit mask, too, id 0 between words changes nothing. [G19]"""
    words = IDS[:, [0, 1]]
    found = predict_explicitly(np.insert(words, 1, 0, axis=1))
    agrees(found, expected(words.tobytes()), RECURRENT)


def test_review_of_padding(predict):
    """SEN-12. A review of padding alone is judged by a state of zeros. [K2]"""
    found = predict(np.array([[0, 0, 0], [4, 9, 0]]), WEIGHTS | {"dense/bias": BIAS})
    agrees(found[0], [0.6456563], RECURRENT)  # the sigmoid of 0.6, by decimal


def test_review_of_padding_with_an_explicit_mask(predict_explicitly):
    """SEN-13. With an explicit mask, too, its state is zeros. [K2]"""
    values = WEIGHTS | {"dense/bias": BIAS}
    found = predict_explicitly(np.array([[0, 0, 0], [4, 9, 0]]), values)
    agrees(found[0], [0.6456563], RECURRENT)


def test_loss(implementation):
    """SEN-14. The loss is the mean of -log p of the labels. [K2]"""
    probabilities = np.array([[0.8], [0.3], [0.4]], np.float32)
    found = array(implementation.sentiment.loss(np.array([1, 0, 0]), probabilities))
    agrees(found, 0.3635480, PROBABILITY, what="the loss")  # by decimal


def test_accuracy(implementation):
    """SEN-15. A label is met by a probability on its side of one half. [K2]"""
    labels = np.array([1, 0, 1, 0, 0, 1, 1])
    probabilities = np.array([0.51, 0.49, 0.7, 0.8, 0.2, 0.9, 0.6], np.float32)[:, None]
    found = array(implementation.sentiment.accuracy(labels, probabilities))
    agrees(found, 6 / 7, PROBABILITY, what="the accuracy")


def test_one_half_is_negative(implementation):
    """SEN-16. A probability of one half counts as negative. [K2]"""
    labels, probabilities = np.array([1, 0, 0]), np.full([3, 1], 0.5, np.float32)
    found = array(implementation.sentiment.accuracy(labels, probabilities))
    agrees(found, 2 / 3, PROBABILITY, what="the accuracy")


def test_training_steps(implementation):
    """SEN-17. A step of Adam on padded reviews leads to these losses. [K2, K14]"""
    model = built(implementation.sentiment.SentimentModel, SMALL, TRAINED)
    agrees(losses(model, TRAINING_BATCHES), trained()[0], LOSS, what="the losses")


def test_training_steps_with_an_explicit_mask(implementation):
    """SEN-18. The model with an explicit mask takes the same step. [G19]"""
    model = built(implementation.sentiment.ExplicitMaskSentimentModel, SMALL, TRAINED)
    agrees(losses(model, TRAINING_BATCHES), trained()[0], LOSS, what="the losses")


def test_training_moves_the_embeddings(implementation):
    """SEN-19. Words move at each step once they were read; padding never. [K2, K14]"""
    model = built(implementation.sentiment.SentimentModel, SMALL, TRAINED)
    losses(model, TRAINING_BATCHES)
    found = array(model.named_weights()["embedding/embeddings"])
    agrees(found, trained()[1], RECURRENT, what="the embeddings")


def both_models(implementation, sizes=SIZES, values=WEIGHTS):
    """Yield a model of each kind."""
    for name in "SentimentModel", "ExplicitMaskSentimentModel":
        yield built(getattr(implementation.sentiment, name), sizes, values)


def test_leaves_its_arguments(implementation):
    """SEN-20. No call or training step of a sentiment model changes an argument. [house]"""
    for model in both_models(implementation):
        laws.leaves_arguments(model, np.insert(IDS, 1, 0, axis=1))
    for model in both_models(implementation, SMALL, TRAINED):
        step = functools.partial(losses, model)
        laws.leaves_arguments(step, TRAINING_BATCHES[:1])


def test_copies_weights_in(implementation):
    """SEN-21. A sentiment model copies the weights that it is given. [house]"""
    for model in both_models(implementation):
        laws.copies_in(model, WEIGHTS, functools.partial(model, IDS), RECURRENT)


def test_copies_weights_out(implementation):
    """SEN-22. A sentiment model gives out copies of its weights. [house]"""
    for model in both_models(implementation, SMALL, TRAINED):
        step = functools.partial(losses, model, TRAINING_BATCHES[:1])
        laws.copies_out(model, TRAINED, step)


def test_keeps_its_results(implementation):
    """SEN-23. A result of a sentiment model is not changed by later calls. [house]"""
    for model in both_models(implementation):
        call = functools.partial(model, IDS)
        laws.keeps_results(call, functools.partial(model, IDS[::-1].copy()))
