"""The captured values of the reviews, on the real reviews.

What was recorded and cannot recur is not asked for: an early TensorFlow Datasets read
its ten shards shuffled and in parallel, so that the first two reviews, the order within
batches, and with it the padding (214,077 of `<pad>`) differed from run to run. Today's
order is fixed, and gives 214,309.
"""

import importlib
import os
from pathlib import Path

import numpy as np
import pytest

from spec_tests.test_reviews import FIRST, SECOND
from touchstone import array

DATA = os.environ.get("CHAPTER_DATA")
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not DATA or not Path(DATA, "tensorflow_datasets", "imdb_reviews").is_dir(),
        reason="needs CHAPTER_DATA to name a folder with the prepared reviews",
    ),
]
PHRASE = b"This movie was faaaaaantastic".split()


@pytest.fixture(scope="module")
def reference_reviews():
    pytest.importorskip("tensorflow_datasets")
    return importlib.import_module("reference.reviews")


@pytest.fixture(scope="module")
def train(reference_reviews):
    """Return the texts and labels, read by TensorFlow Datasets' own loader."""
    return reference_reviews.load("train")


@pytest.fixture(scope="module", params=["reference", "alternatives.pytorch"])
def package(request):
    pytest.importorskip({"reference": "tensorflow"}.get(request.param, "torch"))
    return request.param


@pytest.fixture(scope="module")
def batches(package, train):
    preprocess = importlib.import_module(f"{package}.reviews").preprocess
    texts, _ = train
    starts = range(0, len(texts), 32)
    return [array(preprocess(texts[start : start + 32])) for start in starts]


@pytest.fixture(scope="module")
def vocabulary(package):
    return importlib.import_module(f"{package}.vocabulary")


@pytest.fixture(scope="module")
def counts(vocabulary, batches):
    return vocabulary.count(batches)


@pytest.fixture(scope="module")
def words(vocabulary, counts):
    return vocabulary.truncate(counts, 10_000)


@pytest.fixture(scope="module")
def table(vocabulary, words):
    return vocabulary.LookupTable(words, n_oov_buckets=1000)


def test_sizes(reference_reviews, train):
    test = reference_reviews.load("test")
    for texts, labels in train, test:
        assert len(texts) == len(labels) == 25_000
        assert np.bincount(labels).tolist() == [12_500, 12_500]


@pytest.mark.parametrize("witness", [FIRST, SECOND], ids=["first", "second"])
def test_the_witnesses_are_the_printed_reviews(package, train, witness):
    """What the clause made up of the tokens gives those of the real review."""
    preprocess = importlib.import_module(f"{package}.reviews").preprocess
    [real] = [text for text in train[0] if text[:190] == witness[:190]]
    assert real != witness
    assert array(preprocess([real])).tolist() == array(preprocess([witness])).tolist()


def test_distinct_tokens(counts):
    assert len(counts) == 53_893


def test_characters_would_give_other_counts(vocabulary, train):
    """The captured counts decide for bytes, and for bytes that are no character."""
    preprocess = importlib.import_module("spec_tests.rivals.reviews")
    found = {}
    for name in "characters_counted", "strange_bytes_separate":
        tokens = getattr(preprocess, name).reviews.preprocess
        found[name] = vocabulary.count(
            tokens(train[0][start : start + 32]) for start in range(0, 25_000, 32)
        )
    assert len(found["characters_counted"]) == 53_889
    assert len(found["strange_bytes_separate"]) == 53_891
    assert found["characters_counted"][b"the"] == 61_151


def test_most_common(counts):
    top = sorted(counts.items(), key=lambda pair: -pair[1])[:3]
    assert top == [(b"<pad>", 214_309), (b"the", 61_137), (b"a", 38_564)]


def test_ids(vocabulary, words):
    assert vocabulary.word_to_id(words, PHRASE) == [22, 12, 11, 10_000]


def test_table(table):
    found = array(table(np.array([PHRASE], object)))
    assert found.tolist() == [[22, 12, 11, 10_053]]


def test_first_batch(table, batches, train):
    ids = array(table(batches[0]))
    assert ids.shape == (32, 60)
    assert ids[:3, :3].tolist() == [[22, 11, 28], [6, 21, 70], [4099, 6881, 1]]
    assert ids[-3:, :3].tolist() == [[22, 12, 118], [1757, 4101, 451], [3365, 4392, 6]]
    assert train[1][:8].tolist() == [0, 0, 0, 1, 1, 1, 0, 0]


def test_word_index_decodes_the_captured_ids():
    pytest.importorskip("tensorflow")
    component = importlib.import_module("reference.indexed_reviews")
    if not Path(str(DATA), component.WORD_INDEX).is_file():
        pytest.skip(f"needs {component.WORD_INDEX} in CHAPTER_DATA")
    word_index = component.load_word_index()
    assert len(word_index) == 88_584
    ids = [1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65]
    opening = "<sos> this film was just brilliant casting location scenery story"
    assert component.decode(ids, word_index) == opening
