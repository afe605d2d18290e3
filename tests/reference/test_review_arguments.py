"""What the components of movie reviews say of wrong arguments, in full."""

import importlib

import numpy as np
import pytest

from tests.running import FRAMEWORKS


@pytest.fixture(params=FRAMEWORKS)
def component(request):
    """Return a function from a component's name to its module in the package."""
    pytest.importorskip(FRAMEWORKS[request.param])
    return lambda name: importlib.import_module(f"{request.param}.{name}")


@pytest.mark.parametrize("id_", [3, 7, -1])
def test_ids(component, id_):
    word_index = {"the": 1, "a": 2, "film": 3}
    with pytest.raises(ValueError, match=f"^ids must be those of words, got {id_}$"):
        component("indexed_reviews").decode([4, id_], word_index)


@pytest.mark.parametrize("vocab_size", [0, -5])
def test_vocab_size(component, vocab_size):
    wanted = f"^vocab_size must be at least 1, got {vocab_size}$"
    with pytest.raises(ValueError, match=wanted):
        component("vocabulary").truncate({b"a": 1}, vocab_size)


@pytest.mark.parametrize("n_oov_buckets", [0, -5])
def test_n_oov_buckets(component, n_oov_buckets):
    wanted = f"^n_oov_buckets must be at least 1, got {n_oov_buckets}$"
    with pytest.raises(ValueError, match=wanted):
        component("vocabulary").LookupTable([b"a"], n_oov_buckets)


def test_repeated_words(component):
    wanted = "^words must differ from one another, got b'the' twice$"
    with pytest.raises(ValueError, match=wanted):
        component("vocabulary").LookupTable([b"the", b"a", b"the"], 10)


def test_names_and_shapes_of_weights(component):
    sizes = {"vocabulary_size": 5, "embed_size": 2, "units": 3}
    model = component("sentiment").SentimentModel(**sizes)
    weights = model.named_weights()
    with pytest.raises(ValueError, match=r"dense/kernel must have shape \(3, 1\)"):
        model.set_named_weights(weights | {"dense/kernel": np.zeros([1, 3])})
    with pytest.raises(ValueError, match=r"names, got \['gru_3/kernel_z'\]"):
        model.set_named_weights(weights | {"gru_3/kernel_z": np.zeros([3, 3])})


def test_a_batch_of_padding_has_a_loss_and_trains(component):
    sizes = {"vocabulary_size": 5, "embed_size": 2, "units": 3}
    model = component("sentiment").SentimentModel(**sizes)
    weights = model.named_weights()
    batch = model.place((np.zeros([2, 4], int), np.array([1, 0])))
    loss = float(model.train_step(batch))
    bias = weights["dense/bias"].item()  # all that a state of zeros leaves
    odds = np.log1p(np.exp([-bias, bias]))
    assert loss == pytest.approx(odds.mean(), rel=1e-5)
    assert np.isfinite(float(model.train_step(batch)))
    for name, value in model.named_weights().items():
        assert np.all(np.isfinite(value)), name
        if name != "dense/bias":  # all other weights read the state or the words
            np.testing.assert_array_equal(value, weights[name], err_msg=name)


def test_vectors(component, tmp_path):
    vectors = np.zeros([2, 3], np.float32)
    with pytest.raises(
        ValueError, match=r"^vectors must have more than 2 rows, got 2$"
    ):
        component("pretrained_embedding").save_embedding(
            tmp_path, [b"a", b"b"], vectors
        )
