"""The transformer: the clauses of contracts/transformer.py."""

import functools

import numpy as np

from spec_tests import laws, witnesses
from spec_tests.oracles.transformer import Transformer as Oracle
from spec_tests.oracles.transformer import transformer_shapes
from spec_tests.tolerances import TRANSFORMER
from touchstone import agrees, array, captured, equals, guard, holds, probe, refuses

B, S, T, V, D = 2, 7, 5, 11, 6
LONG = 13
SIZES = {"vocabulary_size": V, "embed_size": D, "max_steps": LONG}
RNG = np.random.default_rng(3)
ENCODER_INPUTS = RNG.integers(0, V, [B, S])
DECODER_INPUTS = RNG.integers(0, V, [B, T])
# Averages grow alike from layer to layer: each scale is such that its layer still tells
# them apart, and is not saturated.
SCALES = {
    "encoder_1/scale": 0.25,
    "encoder_2/scale": 0.4,
    "decoder_1/self/scale": 0.3,
    "decoder_1/cross/scale": 0.6,
    "decoder_2/self/scale": 0.5,
    "decoder_2/cross/scale": 1.0,
}


def weights_of(n_layers: int, v: int = V, d: int = D) -> dict[str, np.ndarray]:
    drawn = witnesses.weights(1, transformer_shapes(v, d, n_layers))
    scales = {
        name: np.array(s, np.float32) for name, s in SCALES.items() if name in drawn
    }
    embeddings = witnesses.normal(2, v, d, scale=0.92)
    kernel = 2 * drawn["dense/kernel"]  # so that what the layers do shows
    return drawn | scales | {"embedding/embeddings": embeddings, "dense/kernel": kernel}


ONE, TWO = weights_of(1), weights_of(2)


def run(
    build, encoder_inputs=ENCODER_INPUTS, decoder_inputs=DECODER_INPUTS, weights=TWO
):
    model = build(**SIZES, n_layers=2 if "encoder_2/scale" in weights else 1)
    model.set_named_weights(weights)
    return model(encoder_inputs, decoder_inputs)


@probe
def predict(implementation):
    build = implementation.transformer.Transformer
    return lambda *inputs, **options: array(run(build, *inputs, **options))


@captured
def test_chapter_parameters(implementation):
    """TRF-01. With the chapter's sizes it has 10,250,018 parameters. [G19]"""
    weights = implementation.transformer.Transformer().named_weights()
    n_parameters = sum(np.size(array(value)) for value in weights.values())
    equals(n_parameters, 10_250_018, what="the number of parameters")


def test_has_one_embedding_and_a_scale_for_each_attention(implementation):
    """TRF-02. One embedding serves both inputs; each attention has a scale. [G19]"""
    model = implementation.transformer.Transformer(**SIZES, n_layers=2)
    shapes = {name: array(value).shape for name, value in model.named_weights().items()}
    equals(shapes, transformer_shapes(V, D, 2), what="the shapes of the weights")


def test_scales_start_at_one(implementation):
    """TRF-03. Every scale starts at 1. [K2]"""
    weights = implementation.transformer.Transformer(
        **SIZES, n_layers=2
    ).named_weights()
    scales = [float(array(v)) for name, v in weights.items() if name.endswith("scale")]
    equals(scales, [1.0] * 6, what="the scales")


def test_gives_back_its_weights(implementation):
    """TRF-04. It gives back the embeddings, scales and kernels as set. [house]"""
    model = implementation.transformer.Transformer(**SIZES, n_layers=2)
    model.set_named_weights(TWO)
    for name, value in TWO.items():
        equals(array(model.named_weights()[name]), np.asarray(value), what=name)


def test_one_encoder_step_by_hand(implementation):
    """TRF-05. Given one encoder input, the output depends on that alone. [G19]"""
    weights = {
        "embedding/embeddings": np.array([[0.3, -0.2], [-0.7, 0.4], [0.9, -0.6]]),
        "encoder_1/scale": np.array(0.6),
        "decoder_1/self/scale": np.array(0.7),
        "decoder_1/cross/scale": np.array(1.3),
        "dense/kernel": np.array([[0.8, -0.5, 0.2], [-0.3, 0.7, 1.1]]),
        "dense/bias": np.array([0.1, -0.4, 0.25]),
    }
    build = implementation.transformer.Transformer
    model = build(vocabulary_size=3, embed_size=2, max_steps=5, n_layers=1)
    model.set_named_weights({k: w.astype(np.float32) for k, w in weights.items()})
    read = np.array([[0, 2, 1, 1], [1, 0, 0, 2], [2, 2, 0, 1]])
    outputs = model(np.array([[2], [1], [0]]), read)
    # logits 0.7, -0.57, 0.87, then -0.88, 0.93, 1.65, then 0.1, 0.01, 1.19; the
    # encoding at step 0 is 0, 1
    rows = [
        [[0.4054926, 0.1138751, 0.4806323]],
        [[0.0508545, 0.3107436, 0.6384019]],
        [[0.2045741, 0.1869666, 0.6084593]],
    ]
    agrees(outputs, np.repeat(rows, 4, axis=1), TRANSFORMER)  # 20 digits of decimal


def test_one_layer_follows_the_equations(predict):
    """TRF-06. One encoder layer and one decoder layer follow the equations. [G19]"""
    agrees(predict(weights=ONE), run(Oracle, weights=ONE), TRANSFORMER)


def test_layers_follow_each_other(predict):
    """TRF-07. Every decoder layer attends to the last encoder layer's output. [G19]"""
    agrees(predict(), run(Oracle), TRANSFORMER)


def test_later_inputs_change_nothing_before_them(predict):
    """TRF-08. A later decoder input leaves no trace in earlier outputs. [G19]"""
    loud = TWO["embedding/embeddings"].copy()
    loud[V - 1] *= -1000  # which draws every query, if the mask leaks
    weights = TWO | {"embedding/embeddings": loud}
    inputs = DECODER_INPUTS % (V - 1)
    changed = np.concatenate([inputs[:, :3], np.full([B, T - 3], V - 1)], axis=1)
    encoder_inputs = ENCODER_INPUTS % (V - 1)
    before = predict(encoder_inputs, inputs, weights=weights)[:, :3]
    after = predict(encoder_inputs, changed, weights=weights)[:, :3]
    agrees(after, before, TRANSFORMER)


def test_order_of_the_encoder_inputs_matters(predict):
    """TRF-09. Encoder inputs eight steps apart, exchanged, change the output. [V17]"""
    inputs = np.arange(B * LONG).reshape(B, LONG) * 3 % V
    exchanged = inputs.copy()
    exchanged[:, [2, 10]] = inputs[:, [10, 2]]
    change = np.abs(predict(exchanged) - predict(inputs)).max(axis=(1, 2))
    holds(bool(np.all(change > 1e-3)), "a change above 0.001 in every row", change)


def test_every_encoder_step_is_read(predict):
    """TRF-10. The last of many encoder inputs changes every step's output. [G19]"""
    inputs = np.random.default_rng(5).integers(0, V, [B, LONG])
    other = inputs.copy()
    other[:, -1] = (inputs[:, -1] + 3) % V
    change = np.abs(predict(other) - predict(inputs)).max(axis=2)
    holds(bool(np.all(change > 1e-4)), "a change above 0.0001 at every step", change)


SMALL = {"vocabulary_size": 5, "embed_size": 3, "max_steps": 7, "n_layers": 1}
SMALL_WEIGHTS = weights_of(1, v=5, d=3)
IDS = [RNG.integers(0, 5, [B, steps]) for steps in (3, 5, 5)]
BATCH = (IDS[0], IDS[1]), IDS[2]


def losses(build) -> np.ndarray:
    model = build(**SMALL)
    model.set_named_weights(SMALL_WEIGHTS)
    placed = model.place(BATCH)
    return np.array([float(model.train_step(placed)) for _ in range(3)])


@functools.cache
def right_losses() -> np.ndarray:
    return losses(Oracle)


def test_losses_of_adam(implementation):
    """TRF-11. Adam on the mean cross-entropy gives these losses. [K14, K2]"""
    expected = right_losses()
    found = losses(implementation.transformer.Transformer)
    agrees(found, expected, TRANSFORMER, what="the losses")


@guard
def test_refuses_too_many_steps(predict):
    """TRF-12. More encoder steps than max_steps are refused. [house]"""
    inputs = np.ones([B, LONG + 1], int)
    refuses(lambda: predict(inputs), "max_steps", LONG + 1)
    refuses(lambda: predict(inputs), "encoder_inputs", LONG + 1)


@guard
def test_refuses_too_many_decoder_steps(predict):
    """TRF-13. More decoder steps than max_steps are refused. [house]"""
    inputs = np.ones([B, LONG + 1], int)
    refuses(lambda: predict(ENCODER_INPUTS, inputs), "decoder_inputs", LONG + 1)


def test_refuses_ids_above_the_vocabulary(predict):
    """TRF-14. An encoder input of vocabulary_size is refused. [house]"""
    inputs = np.where(ENCODER_INPUTS == ENCODER_INPUTS[1, 2], V, ENCODER_INPUTS)
    refuses(lambda: predict(inputs), "encoder_inputs", V)


def test_refuses_negative_ids(predict):
    """TRF-15. A decoder input below 0 is refused. [house]"""
    inputs = np.where(DECODER_INPUTS == DECODER_INPUTS[1, 2], -4, DECODER_INPUTS)
    refuses(lambda: predict(ENCODER_INPUTS, inputs), "decoder_inputs", -4)


@guard
def test_refuses_a_wrong_rank(predict):
    """TRF-16. Encoder inputs of another rank than 2 are refused. [house]"""
    refuses(lambda: predict(ENCODER_INPUTS[0]), "encoder_inputs", (S,))


@guard
def test_refuses_another_batch(predict):
    """TRF-17. Decoder inputs of fewer rows than the encoder's are refused. [house]"""
    refuses(lambda: predict(ENCODER_INPUTS, DECODER_INPUTS[:1]), "decoder_inputs", 1)


def test_leaves_its_arguments(implementation):
    """TRF-18. No call or training step of a transformer changes an argument. [house]"""
    model = implementation.transformer.Transformer(**SMALL)
    laws.leaves_arguments(model, *BATCH[0])
    laws.leaves_arguments(lambda batch: model.train_step(model.place(batch)), BATCH)


def test_copies_weights_in(implementation):
    """TRF-19. A transformer copies the weights that it is given. [house]"""
    model = implementation.transformer.Transformer(**SMALL)
    laws.copies_in(model, SMALL_WEIGHTS, lambda: model(*BATCH[0]), TRANSFORMER)


def test_copies_weights_out(implementation):
    """TRF-20. A transformer gives out copies of its weights. [house]"""
    model = implementation.transformer.Transformer(**SMALL)
    step = functools.partial(model.train_step, model.place(BATCH))
    laws.copies_out(model, SMALL_WEIGHTS, step)


def test_keeps_its_results(implementation):
    """TRF-21. A result of a transformer is not changed by later calls. [house]"""
    model = implementation.transformer.Transformer(**SMALL)
    model.set_named_weights(SMALL_WEIGHTS)
    one, other = BATCH[0]
    laws.keeps_results(lambda: model(one, other), lambda: model(one, 4 - other))
