"""The recipes of the review models, on a few made-up reviews."""

import itertools

import numpy as np
import pytest

pytest.importorskip("tensorflow")
pytest.importorskip("tqdm")

from reference import pretrained_embedding
from reference.training import review_tasks
from reference.training.recipes import RECIPES
from reference.training.run import fit

N_REVIEWS = 70
WORDS = b"a good film that I liked a lot".split()


@pytest.fixture(autouse=True)
def few_reviews(monkeypatch):
    """Let the corpus be texts whose numbers of words tell them apart."""
    texts = [b" ".join(WORDS[: 1 + i % 7]) + b"!" * i for i in range(N_REVIEWS)]
    labels = np.arange(N_REVIEWS) % 2
    loaded = np.array(texts, object), labels
    monkeypatch.setattr(review_tasks, "load", lambda split, data: loaded)
    monkeypatch.setattr(review_tasks, "VOCAB_SIZE", 5)


def batches(task, step, most):
    return list(itertools.islice(task.batches(step), most))


def test_an_epoch_goes_on_where_the_last_one_ended():
    task = review_tasks.masked_task(None, None, 0)
    assert task.steps_per_epoch == 2
    [(ids, labels)] = batches(task, 2, 1)
    rows = [*range(64, N_REVIEWS), *range(26)]
    assert labels.numpy().tolist() == [row % 2 for row in rows]
    lengths = np.count_nonzero(ids.numpy(), axis=1)
    assert lengths[:3].tolist() == [1 + row % 7 for row in rows[:3]]


def test_resuming_gives_the_same_batches():
    task = review_tasks.masked_task(None, None, 0)
    pairs = zip(batches(task, 0, 4)[2:], batches(task, 2, 2), strict=True)
    for (one, _), (other, _) in pairs:
        np.testing.assert_array_equal(one, other)


def test_padding_must_be_the_most_frequent(monkeypatch):
    alike = np.array([b"good good film"] * 40, object), np.zeros(40)
    monkeypatch.setattr(review_tasks, "load", lambda split, data: alike)
    with pytest.raises(ValueError, match="most frequent, got b'good'"):
        review_tasks.masked_task(None, None, 0)


@pytest.mark.parametrize("name", ["sentiment", "sentiment-explicit-mask"])
def test_history_has_accuracy_and_the_test_reviews(name, tmp_path):
    recipe = RECIPES[name]
    history = fit(
        recipe.prepare(None, None, 0),
        epochs=1,
        output=tmp_path,
        identity={"recipe": name},
        recorded=recipe.recorded,
    )
    assert 0 <= history["epochs"][0]["accuracy"] <= 1
    assert history["evaluation"]["test_reviews"] == N_REVIEWS
    assert 0 <= history["evaluation"]["test_accuracy"] <= 1
    assert len(recipe.recorded["accuracy"]) == recipe.epochs == 5
    assert (tmp_path / "curve.png").stat().st_size > 0


def test_pretrained_recipe(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow_hub")
    vectors = np.random.default_rng(0).normal(size=[4, 50])
    words = [b"good", b"film", b"liked"]
    handle = pretrained_embedding.save_embedding(tmp_path / "module", words, vectors)
    monkeypatch.setattr(review_tasks, "NNLM", handle)
    task = review_tasks.pretrained_task(None, None, 0)
    [batch] = batches(task, 0, 1)
    before = float(task.model.train_step(batch))
    for _ in range(20):
        task.model.train_step(batch)
    assert float(task.model.train_step(batch)) < before
    assert task.evaluate is not None
    assert task.evaluate()["test_reviews"] == N_REVIEWS
