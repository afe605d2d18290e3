"""The reference's tokenizer equals Keras 2's own, which it replaces."""

import pytest

keras = pytest.importorskip("tensorflow.keras")

from reference.char_tokenizer import CharTokenizer  # noqa: E402 (after the skip)
from reference.corpora import stand_in  # noqa: E402


@pytest.fixture(scope="module")
def text():
    return stand_in()


@pytest.fixture(scope="module")
def ours(text):
    return CharTokenizer(text)


@pytest.fixture(scope="module")
def theirs(text):
    tokenizer = keras.preprocessing.text.Tokenizer(char_level=True)
    tokenizer.fit_on_texts(text)
    return tokenizer


def test_ids(ours, theirs):
    assert list(ours.char_index.items()) == list(theirs.word_index.items())


def test_sizes(ours, theirs):
    assert ours.max_id == len(theirs.word_index)
    assert ours.dataset_size == theirs.document_count


def test_sequences(ours, theirs, text):
    texts = [text, "", "First Citizen:\n"]
    assert ours.texts_to_sequences(texts) == theirs.texts_to_sequences(texts)


def test_texts(ours, theirs):
    sequences = [[20, 6, 9, 8, 3], [], [1, 11, 39]]
    assert ours.sequences_to_texts(sequences) == theirs.sequences_to_texts(sequences)


def test_ties():
    tokenizer = keras.preprocessing.text.Tokenizer(char_level=True)
    tokenizer.fit_on_texts("To be, or not to be")
    assert CharTokenizer("To be, or not to be").char_index == tokenizer.word_index
