"""Indexed reviews: the clauses of contracts/indexed_reviews.py."""

import numpy as np

from spec_tests import laws
from touchstone import captured, equals, probe, refuses

RANKS = {
    "this": 11,
    "film": 19,
    "was": 13,
    "just": 40,
    "brilliant": 527,
    "casting": 970,
    "location": 1619,
    "scenery": 1382,
    "story": 62,
}  # of Keras's word index
SMALL = {"was": 2, "the": 1, "film": 3}


@probe
def decode(implementation):
    component = implementation.indexed_reviews
    return lambda ids, ranks=None: component.decode(
        ids=ids, word_index=dict(SMALL) if ranks is None else ranks
    )


@captured
def test_chapter_review(decode):
    """IDX-01. Ten ids of the chapter's first review are its opening words. [G19]"""
    ids = [1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65]
    opening = "<sos> this film was just brilliant casting location scenery story"
    equals(decode(ids, dict(RANKS)), opening)


def test_every_id_has_its_word(implementation):
    """IDX-02. The words start at id 4, after three special tokens. [K2]"""
    words = dict(implementation.indexed_reviews.id_to_word(word_index=dict(SMALL)))
    expected = {0: "<pad>", 1: "<sos>", 2: "<unk>", 4: "the", 5: "was", 6: "film"}
    equals(words, expected, what="the words by id")


def test_special_tokens_are_decoded(decode):
    """IDX-03. Padding, start and unknown ids are decoded like words. [G19]"""
    equals(decode([1, 6, 2, 5, 0, 0]), "<sos> film <unk> was <pad> <pad>")


def test_reads_an_array(decode):
    """IDX-04. The ids may be an array of integers. [house]"""
    equals(decode(np.array([5, 4, 6], np.int32)), "was the film")


def test_empty_review(decode):
    """IDX-05. No ids are decoded to an empty text. [house]"""
    equals(decode([]), "")


def test_leaves_the_word_index_alone(decode):
    """IDX-06. Decoding leaves the word index as it was. [house]"""
    ranks = dict(SMALL)
    decode([4, 5], ranks)
    equals(ranks, SMALL, what="the word index")


def test_refuses_an_id_of_no_word(decode):
    """IDX-07. An id that belongs to no word is refused, as 3 is. [house]"""
    refuses(lambda: decode([4, 3, 5]), "ids", 3)


def test_refuses_an_id_after_the_last(decode):
    """IDX-08. An id after the last word's is refused. [house]"""
    refuses(lambda: decode([4, 17, 5]), "ids", 17)


def test_leaves_the_ids(implementation):
    """IDX-09. Decoding leaves the ids as they were. [house]"""
    decode, ids = implementation.indexed_reviews.decode, [1, 6, 2, 5, 0]
    laws.leaves_arguments(decode, ids=ids, word_index=SMALL)
    laws.leaves_arguments(decode, ids=np.array(ids, np.int32), word_index=SMALL)


def test_keeps_its_words(implementation):
    """IDX-10. The words by id are not changed by a later call. [house]"""
    words = implementation.indexed_reviews.id_to_word
    laws.keeps_results(
        lambda: words(word_index=dict(SMALL)), lambda: words(word_index=dict(RANKS))
    )
