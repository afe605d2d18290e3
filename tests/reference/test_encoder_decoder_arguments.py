"""What the encoder-decoders say of wrong arguments."""

import importlib
import subprocess
import sys

import numpy as np
import pytest

from tests.running import FRAMEWORKS, ROOT

SIZES = {"vocabulary_size": 7, "embed_size": 3, "units": 5}
X, Y, LENGTHS = np.array([[1, 2], [3, 4]]), np.array([[0, 5, 6], [0, 1, 2]]), [3, 2]


@pytest.fixture(scope="module", params=FRAMEWORKS)
def module(request):
    pytest.importorskip(FRAMEWORKS[request.param])
    return importlib.import_module(f"{request.param}.encoder_decoder")


@pytest.fixture(scope="module")
def model(module):
    return module.EncoderDecoder(**SIZES)


@pytest.mark.parametrize(
    ("x", "y", "lengths", "message"),
    [
        (X + 3, Y, LENGTHS, "encoder_inputs must be from 0 to 6, got 7"),
        (X - 2, Y, LENGTHS, "encoder_inputs must be from 0 to 6, got -1"),
        (X, Y + 1, LENGTHS, "decoder_inputs must be from 0 to 6, got 7"),
        (X, Y - 1, LENGTHS, "decoder_inputs must be from 0 to 6, got -1"),
        (X, Y, [4, 2], "sequence_lengths must be from 0 to 3, got 4"),
        (X, Y, [3, -1], "sequence_lengths must be from 0 to 3, got -1"),
        (X[0], Y, LENGTHS, r"encoder_inputs must have 2 axes, got shape \(2,\)"),
        (
            X,
            Y[None],
            LENGTHS,
            r"decoder_inputs must have 2 axes, got shape \(1, 2, 3\)",
        ),
        (X, Y, 3, r"sequence_lengths must have 1 axes, got shape \(\)"),
        (X, Y[:1], [3], "decoder_inputs must have 2 rows, got 1"),
        (X, Y, [3, 2, 1], "sequence_lengths must have 2 rows, got 3"),
    ],
)
def test_wrong_inputs_are_named(model, x, y, lengths, message):
    with pytest.raises(ValueError, match=message):
        model(x, y, lengths)
    with pytest.raises(ValueError, match=message):
        model.place(((x, y, lengths), Y))


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (Y + 1, "targets must be from 0 to 6, got 7"),
        (Y[0], r"targets must have 2 axes, got shape \(3,\)"),
        (Y[:, :2], r"targets must have shape \(2, 3\), got \(2, 2\)"),
    ],
)
def test_wrong_targets_are_named(model, targets, message):
    with pytest.raises(ValueError, match=message):
        model.place(((X, Y, LENGTHS), targets))


def test_wrong_targets_of_a_teacher_are_named(module):
    with pytest.raises(ValueError, match=r"targets must have 2 axes, got shape \(3,\)"):
        module.teacher_inputs(Y[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_steps": 0}, "n_steps must be (at least 1|positive), got 0"),
        ({"n_steps": 2, "start_id": 7}, "start_id must be from 0 to 6, got 7"),
        ({"n_steps": 2, "start_id": -1}, "start_id must be from 0 to 6, got -1"),
    ],
)
def test_wrong_decoding_is_named(model, options, message):
    with pytest.raises(ValueError, match=message):
        model.greedy_decode(X, **options)


def test_no_length_at_all_gives_no_step(model):
    assert tuple(model(X, Y, [0, 0]).shape) == (2, 0, 7)


def test_addons_says_nothing_at_import():
    pytest.importorskip("tensorflow_addons")
    code = "import reference.encoder_decoder"
    strict = ["-W", "error", "-W", "ignore:jax:DeprecationWarning"]  # JAX's, not ours
    done = subprocess.run(
        [sys.executable, *strict, "-c", code], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert b"Addons" not in done.stderr


def test_one_trace_serves_batches_of_all_sizes():
    pytest.importorskip("tensorflow_addons")
    model = importlib.import_module("reference.encoder_decoder").EncoderDecoder(**SIZES)
    for rows, steps in ((2, 3), (1, 3), (2, 2)):
        inputs = X[:rows], Y[:rows, :steps], np.full(rows, steps)
        model.train_step(model.place((inputs, Y[:rows, :steps])))
    assert model._compiled_step.experimental_get_tracing_count() == 1


def test_reversal_pairs_are_reversed():
    pytest.importorskip("tensorflow_addons")
    translation = importlib.import_module("reference.training.translation_tasks")
    (ids, taught, lengths), targets = translation.reversal_batch(50, [1, 2])
    for row, said, n, target in zip(ids, taught, lengths, targets, strict=True):
        assert list(target[:n]) == list(row[:n][::-1])
        assert list(said[1:n]) == list(target[: n - 1])
        assert said[0] == 0
        assert np.all(row[:n] > 0)
        assert not row[n:].any()
    assert set(lengths) == {2, 3, 4, 5}


def test_an_epoch_of_random_pairs_has_each_once():
    pytest.importorskip("tensorflow_addons")
    translation = importlib.import_module("reference.training.translation_tasks")
    stream = translation.shuffled_batches(0, seed=3)
    epochs = [[next(stream) for _ in range(32)] for _ in range(2)]
    targets = [np.concatenate([t for _, t in epoch]) for epoch in epochs]
    assert targets[0].shape == (1000, 15)
    assert not np.array_equal(*targets)
    assert sorted(map(tuple, targets[0])) == sorted(map(tuple, targets[1]))
    resumed = next(translation.shuffled_batches(33, seed=3))
    np.testing.assert_array_equal(resumed[1], epochs[1][1][1])
