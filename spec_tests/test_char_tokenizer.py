"""The character tokenizer: the clauses of contracts/char_tokenizer.py."""

import functools

from spec_tests import laws
from spec_tests.oracles import corpora
from touchstone import captured, equals, guard, probe, refuses

stand_in = functools.cache(corpora.stand_in)


@probe
def fitted(implementation):
    return lambda text: implementation.char_tokenizer.CharTokenizer(text)


@probe
def encode(implementation):
    build = implementation.char_tokenizer.CharTokenizer
    return lambda text, *texts: [
        [int(i) for i in ids] for ids in build(text).texts_to_sequences(list(texts))
    ]


@probe
def decode(implementation):
    build = implementation.char_tokenizer.CharTokenizer
    return lambda text, *sequences: list(
        build(text).sequences_to_texts(list(sequences))
    )


@captured
def test_chapter_has_39_ids(fitted):
    """TOK-01. The chapter's text has 39 ids. [G19]"""
    equals(int(fitted(stand_in()).max_id), 39, what="max_id")


@captured
def test_chapter_has_its_size(fitted):
    """TOK-02. The chapter's text has 1,115,394 characters. [G19]"""
    equals(int(fitted(stand_in()).dataset_size), 1_115_394, what="dataset_size")


@captured
def test_encodes_first(encode):
    """TOK-03. On the chapter's text, "First" is [20, 6, 9, 8, 3]. [G19]"""
    equals(encode(stand_in(), "First"), [[20, 6, 9, 8, 3]], what="the sequences")


@captured
def test_decodes_first(decode):
    """TOK-04. On the chapter's text, [20, 6, 9, 8, 3] is "f i r s t". [G19]"""
    equals(decode(stand_in(), [20, 6, 9, 8, 3]), ["f i r s t"], what="the texts")


def test_numbers_from_one_by_falling_frequency(fitted):
    """TOK-05. Ids start at 1 with the most frequent character. [K2]"""
    expected = {"e": 1, "s": 2, "n": 3, "t": 4}  # 4, 3, 2 and 1 of them
    equals(dict(fitted("tennessees").char_index), expected, what="char_index")


def test_ties_keep_the_order_of_appearance(fitted):
    """TOK-06. Characters of equal count are numbered as they first appear. [K2]"""
    expected = {"a": 1, "d": 2, "c": 3, "b": 4}
    equals(dict(fitted("dacbacad").char_index), expected, what="char_index")


def test_counts_both_cases_together(fitted):
    """TOK-07. A capital letter counts as the small one. [K2]"""
    expected = {"b": 1, "a": 2}
    equals(dict(fitted("aBbaB").char_index), expected, what="char_index")


def test_numbers_white_space(fitted):
    """TOK-08. Spaces and line ends are characters with ids. [K2]"""
    expected = {" ": 1, "\n": 2, "a": 3}
    equals(dict(fitted(" \n a \n").char_index), expected, what="char_index")


def test_counts_every_character(fitted):
    """TOK-09. dataset_size counts every character, white space too. [K2]"""
    equals(int(fitted("a bad\ncab ").dataset_size), 10, what="dataset_size")


def test_encodes_each_text(encode):
    """TOK-10. Each text gives a sequence of its own length. [K2]"""
    equals(encode("aaabbc", "cab", "", "b"), [[3, 1, 2], [], [2]], what="the sequences")


def test_encodes_capitals_as_small_letters(encode):
    """TOK-11. A capital letter has the id of the small one. [K2]"""
    equals(encode("aab", "AbBa"), [[1, 2, 2, 1]], what="the sequences")


def test_encodes_white_space_at_the_ends(encode):
    """TOK-12. White space at the ends of a text is encoded. [K2]"""
    equals(encode("a   \na", " a\n"), [[1, 2, 3]], what="the sequences")


def test_decodes_each_sequence(decode):
    """TOK-13. Each sequence gives a text, characters with a space between. [K2]"""
    equals(decode("aaabbc", [3, 1, 2], [], [2]), ["c a b", "", "b"], what="the texts")


def test_decodes_white_space(decode):
    """TOK-14. A decoded space or line end stands between two spaces. [K2]"""
    equals(decode("aaa  \n", [1, 2, 1, 3]), ["a   a \n"], what="the texts")


def test_refuses_an_unseen_character(encode):
    """TOK-15. Encoding a character that the tokenizer never saw is refused. [house]"""
    refuses(lambda: encode("abc", "ba~"), "texts", "~")


def test_refuses_id_zero(decode):
    """TOK-16. The id 0 stands for no character and is refused. [house]"""
    refuses(lambda: decode("abc", [1, 0]), "sequences", 0)


def test_refuses_an_id_above_the_last(decode):
    """TOK-17. An id above the last is refused. [house]"""
    refuses(lambda: decode("abc", [1, 4]), "sequences", 4)


@guard
def test_refuses_an_empty_text(fitted):
    """TOK-18. An empty text is refused. [house]"""
    refuses(lambda: fitted(""), "text", "")


def test_leaves_its_arguments(fitted):
    """TOK-19. Texts and sequences are left as they were. [house]"""
    tokenizer = fitted("aaabbc")
    laws.leaves_arguments(tokenizer.texts_to_sequences, ["cab", "b"])
    laws.leaves_arguments(tokenizer.sequences_to_texts, [[3, 1, 2], [2]])


def test_keeps_its_results(fitted):
    """TOK-20. Sequences are not changed by later calls. [house]"""
    encoded = fitted("aaabbc").texts_to_sequences
    laws.keeps_results(lambda: encoded(["cab", "b"]), lambda: encoded(["bbb", "c"]))
