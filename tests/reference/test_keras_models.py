"""The reference's models are Keras models: they compile, fit and summarise."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from reference.char_rnn import CharRNN  # noqa: E402
from reference.encoder_decoder import EncoderDecoder  # noqa: E402
from reference.pretrained_embedding import PretrainedModel, save_embedding  # noqa: E402
from reference.recurrent import BidirectionalModel  # noqa: E402
from reference.sentiment import (  # noqa: E402
    ExplicitMaskSentimentModel,
    SentimentModel,
)
from reference.stateful_char_rnn import StatefulCharRNN  # noqa: E402
from reference.transformer import Transformer  # noqa: E402

# Keras draws its seeds with a float for an end
pytestmark = pytest.mark.filterwarnings("ignore:non-integer arg:DeprecationWarning")

B, T, S, V, U = 4, 5, 3, 7, 6  # batch, steps, encoder steps, vocabulary, units
RNG = np.random.default_rng(1)
IDS, SOURCE = RNG.integers(1, V, [B, T]), RNG.integers(1, V, [B, S])
ONE_HOT = np.eye(V, dtype=np.float32)[IDS]
LABELS = np.array([0, 1, 1, 0])
TEXTS = np.array([b"good film", b"bad film", b"good", b"a film"])
SEQUENCES, BINARY = "sparse_categorical_crossentropy", "binary_crossentropy"


def stateful():
    rates = dict(dropout=0.0, recurrent_dropout=0.0)
    return StatefulCharRNN(vocabulary_size=V, units=U, batch_size=B, **rates)


def pretrained(folder):
    words, vectors = [b"good", b"bad"], RNG.normal(size=[4, 3])
    return PretrainedModel(handle=save_embedding(folder, words, vectors), units=U)


SENTIMENT = dict(vocabulary_size=V, embed_size=3, units=U)
SIZES = dict(vocabulary_size=V, embed_size=4, max_steps=8, n_layers=1)
LENGTHS = np.full(B, T)
# by component: how to build the model, inputs, targets, loss, what a summary shows
MODELS = {
    "char_rnn": (
        lambda _: CharRNN(vocabulary_size=V, units=U),
        *(ONE_HOT, IDS, SEQUENCES, "(None, None, 6)"),
    ),
    "stateful_char_rnn": (
        lambda _: stateful(),
        *(ONE_HOT, IDS, SEQUENCES, "(4, None, 6)"),
    ),
    "sentiment": (
        lambda _: SentimentModel(**SENTIMENT),
        *(IDS, LABELS, BINARY, "(None, None, 6)"),
    ),
    "sentiment by hand": (
        lambda _: ExplicitMaskSentimentModel(**SENTIMENT),
        *(IDS, LABELS, BINARY, "(None, None, 6)"),
    ),
    "pretrained_embedding": (pretrained, TEXTS, LABELS, BINARY, "(None, 6)"),
    "encoder_decoder": (
        lambda _: EncoderDecoder(**SENTIMENT),
        *((SOURCE, IDS, LENGTHS), IDS, SEQUENCES, "(None, None, 3)"),
    ),
    "transformer": (
        lambda _: Transformer(**SIZES),
        *((SOURCE, IDS), IDS, SEQUENCES, "(None, None, 4)"),
    ),
}


@pytest.fixture(params=MODELS)
def case(request, tmp_path):
    build, *rest = MODELS[request.param]
    return build(tmp_path), *rest


def test_fits(case):
    """Keras's fit takes the step that train_step does, and train_step is as before."""
    model, x, y, loss, _ = case
    before = model.named_weights()
    batch = model.place((x, y))
    expected = model.train_step(batch)
    after = model.named_weights()
    model.set_named_weights(before)
    model.reset_states()
    model.compile("adam", loss, metrics=["accuracy"])
    found = model.fit(x, y, batch_size=B, shuffle=False, verbose=0).history
    assert set(found) == {"loss", "accuracy"}
    assert found["loss"] == [pytest.approx(float(expected), rel=1e-5)]
    for name, weights in model.named_weights().items():
        np.testing.assert_allclose(weights, after[name], atol=1e-5, err_msg=name)
    assert any(np.any(after[name] != before[name]) for name in before)
    model.reset_states()
    again = model.train_step(batch)  # a compiled model's, too, is a number
    assert again.shape == ()
    assert float(again) < float(expected)


def test_predicts_and_evaluates(case):
    model, x, y, loss, _ = case
    model.compile("adam", loss)
    inputs = x if isinstance(x, tuple) else (x,)
    said = np.asarray(model(*map(tf.constant, inputs)))
    model.reset_states()
    np.testing.assert_allclose(model.predict(x, batch_size=B, verbose=0), said, 1e-5)
    assert np.isfinite(model.evaluate(x, y, batch_size=B, verbose=0))


def summary(model) -> str:
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    return "\n".join(lines)


def test_summary_shows_shapes(case):
    model, *_, shape = case
    text = summary(model)
    assert shape in text
    assert "multiple" not in text
    assert "?" not in text
    assert summary(model) == text


def test_fits_eagerly():
    model = Transformer(**SIZES)
    model.compile("adam", SEQUENCES, run_eagerly=True)
    history = model.fit((SOURCE, IDS), IDS, batch_size=B, epochs=2, verbose=0).history
    assert history["loss"][1] < history["loss"][0]
    wrong = SOURCE, IDS + V
    with pytest.raises(ValueError, match=f"decoder_inputs must be from 0 to {V - 1}"):
        model.fit(wrong, IDS, verbose=0)


def test_summary_of_a_model_that_does_not_train():
    text = summary(BidirectionalModel(input_size=3, units=U))
    assert f"(None, None, {2 * U})" in text
