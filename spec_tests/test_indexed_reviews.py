"""Indexed reviews: the clauses of contracts/indexed_reviews.py."""

import functools

import numpy as np

from spec_tests import laws
from spec_tests.contracts import indexed_reviews as contract
from spec_tests.oracles import indexed_reviews as oracle
from touchstone import captured, equals, probe, refuses
from touchstone.conditions import Conditions

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


def test_refuses_an_id_that_is_no_whole_number(decode):
    """IDX-11. An id that is no whole number, as 4.9, is refused, not cut. [house]"""
    refuses(lambda: decode([4.9]), "ids", 4.9)


def test_refuses_a_negative_id(decode):
    """IDX-12. A negative id is refused; it does not count from the end. [house]"""
    refuses(lambda: decode([4, -1]), "ids", -1)


def test_ids_beyond_16_bits(decode):
    """IDX-20. Ids beyond 16 bits are those of their words. [K2, derived]"""
    ranks = {f"word{rank}": rank for rank in range(1, 66_001)}
    equals(decode([66_003, 4, 65_540], ranks), "word66000 word1 word65537")


# Conditions: each row decodes the ids of a review with a word index.

WRITTEN = {
    "ASCII": "it's%d",
    "accents": "naïve\u0301Ж%d",
    "emoji": "🎭\u200d👑%d",
    "spaces": " a\tb\r\n %d",
    "special tokens": "<pad>%d",
}


@functools.cache
def ranked(number, written, has_gaps):
    """Return words and their ranks; one word is empty, or a special token's."""
    words = [WRITTEN.get(written, "w%d") % place for place in range(number)]
    words[0] = {"special tokens": "<unk>", "empty": ""}.get(written, words[0])
    return [(w, place * (3 if has_gaps else 1) + 1) for place, w in enumerate(words)]


def index_of(row):
    pairs = ranked(row["words"], row["written"], row["ranks"] == "gaps")
    if row["order"] == "reversed":
        return dict(reversed(pairs))
    return dict(pairs[1::2] + pairs[::2] if row["order"] == "mixed" else pairs)


def ids_of(row):
    """Return ids of special tokens and of words, the last one's among them."""
    ranks = [rank for _, rank in ranked(row["words"], "", row["ranks"] == "gaps")]
    words = [rank + 3 for rank in (ranks[-1], *ranks[:3], ranks[len(ranks) // 2])]
    return {
        "words": words,
        "all": [1, 2, *words, 0, 2, 0, 0],
        "specials": [0, 2, 1],
        "last": words[:1],
        "one": [4],
        "none": [],
        "long": [1, *words] * 200,
    }[row["ids"]]


def ids_in(row):
    if row["ids_in"] in ("int32", "int64"):
        return np.array(ids_of(row), row["ids_in"])
    if row["ids_in"] == "scalars":
        return list(np.array(ids_of(row), np.int64))
    return ids_of(row) if row["ids_in"] == "list" else tuple(ids_of(row))


def make(module, row):
    return module


def call(module, row):
    words = dict(module.id_to_word(word_index=index_of(row)))
    some = (*range(6), max(words), *ids_of(row))
    return {
        "number of words": len(words),
        "some of the words": [words.get(id_) for id_ in some],
        "text": module.decode(ids=ids_in(row), word_index=index_of(row)),
    }


ROWS = Conditions(contract, oracle, make=make, call=call)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.indexed_reviews)


def test_rows_words(conditions):
    """IDX-13. Texts are right at every number of words, beyond 8 bits too. [K2]"""
    conditions.hold("words")


def test_rows_order(conditions):
    """IDX-14. Texts are right whatever the order of the word index. [K2]"""
    conditions.hold("order")


def test_rows_ranks(conditions):
    """IDX-15. Texts are right where ranks are left out. [K2]"""
    conditions.hold("ranks")


def test_rows_written(conditions):
    """IDX-16. Texts are right however the words are written. [K2]"""
    conditions.hold("written")


def test_rows_ids(conditions):
    """IDX-17. Texts are right at all ids and any number of them. [K2]"""
    conditions.hold("ids")


def test_rows_ids_in(conditions):
    """IDX-18. Ids are decoded from lists, tuples and arrays. [house]"""
    conditions.hold("ids_in")


def test_rows_history(conditions):
    """IDX-19. A text is right whatever was decoded before. [house]"""
    conditions.hold("history")
