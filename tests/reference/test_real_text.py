"""The captured values of the corpus and the tokenizer, on the real text.

Clauses hold them on the stand-in, which needs no download; these need the real file.
"""

import importlib
import os
from collections import Counter
from pathlib import Path

import pytest

from spec_tests.oracles.corpora import COUNTS, OPENING

DATA = os.environ.get("CHAPTER_DATA")
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not DATA or not Path(DATA, "shakespeare.txt").exists(),
        reason="needs CHAPTER_DATA to name a folder with shakespeare.txt",
    ),
]


@pytest.fixture(scope="module", params=["reference", "alternatives.pytorch"])
def package(request):
    pytest.importorskip({"reference": "tensorflow"}.get(request.param, "torch"))
    return request.param


@pytest.fixture(scope="module")
def corpora(package):
    return importlib.import_module(f"{package}.corpora")


@pytest.fixture(scope="module")
def text(corpora):
    return corpora.shakespeare()


@pytest.fixture(scope="module")
def tokenizer(package, text):
    return importlib.import_module(f"{package}.char_tokenizer").CharTokenizer(text)


def test_is_read_from_a_given_folder_too(corpora, text, monkeypatch):
    monkeypatch.setenv("CHAPTER_DATA", "nowhere")
    assert corpora.shakespeare(DATA) == text


def test_length_and_opening(text):
    assert len(text) == 1_115_394
    assert text[:148] == OPENING


def test_distinct_characters(text):
    found = "".join(sorted(set(text.lower())))
    assert found == "\n !$&',-.3:;?abcdefghijklmnopqrstuvwxyz"


def test_the_stand_in_has_its_counts(corpora, text):
    assert Counter(text.lower()) == Counter(corpora.stand_in().lower()) == COUNTS


def test_training_split(corpora, text):
    assert corpora.training_split(text) == text[:1_003_854]


def test_tokenizer_sizes(tokenizer):
    assert (tokenizer.max_id, tokenizer.dataset_size) == (39, 1_115_394)


def test_tokenizer_values(tokenizer):
    assert tokenizer.texts_to_sequences(["First"]) == [[20, 6, 9, 8, 3]]
    assert tokenizer.sequences_to_texts([[20, 6, 9, 8, 3]]) == ["f i r s t"]


def test_tokenizer_has_the_same_ids_on_the_stand_in(package, corpora, tokenizer):
    module = importlib.import_module(f"{package}.char_tokenizer")
    assert module.CharTokenizer(corpora.stand_in()).char_index == tokenizer.char_index
