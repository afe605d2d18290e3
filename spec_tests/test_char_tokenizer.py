"""The character tokenizer: the clauses of contracts/char_tokenizer.py."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from spec_tests import laws
from spec_tests.contracts import char_tokenizer as contract
from spec_tests.oracles import char_tokenizer as oracle
from spec_tests.oracles import corpora
from touchstone import captured, equals, guard, probe, refuses
from touchstone.conditions import Conditions

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


def test_refuses_an_id_that_is_no_whole_number(decode):
    """TOK-21. An id that is no whole number, as 1.9, is refused, not cut. [house]"""
    refuses(lambda: decode("abc", [1.9]), "sequences", 1.9)


def test_ids_beyond_16_bits(encode, decode):
    """TOK-31. Ids beyond 16 bits are those of their characters. [K2, derived]"""
    text = "".join(map(chr, range(0x20000, 0x20000 + 66_000)))
    equals(encode(text, text[-1]), [[66_000]], what="the sequences")
    equals(decode(text, [65_999]), [text[-2]], what="the texts")


# Conditions: each row fits a text, encodes others and decodes their ids.

LETTERS = {
    "ASCII": "etao7",
    "accents": "éàüñж",
    "combining marks": "e\u0301a\u0300n",
    "emoji": "👑\u200d💀🎭🌹",
    "longer in lower case": "İyxzw",
    "changed by folding": "ßﬁſ\u212aµ",
}
SPACES = {
    "none": "",
    "spaces": "  ",
    "tabs": "\t\t ",
    "CR and CRLF": "\r\n\r",
    "NUL": "\0",
    "separators": "\x0b\x0c\x1f\x85\xa0\u2028\u3000\ufeff",
}
COUNTS = {
    "none": (6, 5, 4, 3, 2),
    "two": (6, 3, 3, 2, 1),
    "three": (4, 3, 3, 3, 1),
    "all": (3, 3, 3, 3, 3),
}
CONTAINERS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "int32": lambda ids: np.array(ids, np.int32),
    "int64": lambda ids: np.array(ids, np.int64),
}


def cased(text, case):
    """Return a text of as many characters, every one or every other one a capital."""
    if case == "small":
        return text
    step = 1 if case == "capital" else 2
    large = [c.upper() if len(c.upper()) == 1 else c for c in text]
    return "".join(c if i % step else large[i] for i, c in enumerate(text))


def text_of(row):
    """Return the text to fit: equal counts appear first and last in other orders."""
    letters, counts = LETTERS[row["letters"]], COUNTS[row["ties"]]
    again = "".join(c * (n - 1) for c, n in zip(letters, counts, strict=True))
    more = map(chr, range(0x20000, 0x20000 + row["more_characters"]))
    space = SPACES[row["white_space"]]
    text = space + letters + again[::-1] + "".join(reversed(list(more))) + space
    return cased(text, row["case"])


def texts_of(row):
    """Return the texts to encode, of the first and last characters of the fitted one."""
    text = text_of(row)
    ends = text[-3:] + text[:9]
    return {
        "one": [ends],
        "none": [],
        "three": [ends, text[:1], ends[::-1]],
        "one empty": [ends, ""],
        "long": [ends * 100],
    }[row["texts"]]


def make(module, row):
    return module.CharTokenizer(text_of(row))


def call(tokenizer, row):
    texts = CONTAINERS[row["texts_in"]](texts_of(row))
    ids = [list(map(int, each)) for each in tokenizer.texts_to_sequences(texts)]
    given = [CONTAINERS[row["ids_in"]](each) for each in ids]
    return {
        "max_id": int(tokenizer.max_id),
        "dataset_size": int(tokenizer.dataset_size),
        "char_index": dict(tokenizer.char_index),
        "ids": ids,
        "texts": list(tokenizer.sequences_to_texts(given)),
    }


ROWS = Conditions(
    contract,
    oracle,
    make=make,
    call=call,
    settings=("letters", "white_space", "case", "ties", "more_characters"),
)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.char_tokenizer)


def test_rows_letters(conditions):
    """TOK-22. Results are right at every kind of letters, outside ASCII too. [K2]"""
    conditions.hold("letters")


def test_rows_white_space(conditions):
    """TOK-23. Results are right at every white space, CR, tab and NUL too. [K2]"""
    conditions.hold("white_space")


def test_rows_case(conditions):
    """TOK-24. Results are right at small letters, capitals and both. [K2]"""
    conditions.hold("case")


def test_rows_ties(conditions):
    """TOK-25. Results are right at ties of two, three and all characters. [K2]"""
    conditions.hold("ties")


def test_rows_more_characters(conditions):
    """TOK-26. Results are right at every number of ids, beyond 8 bits too. [K2]"""
    conditions.hold("more_characters")


def test_rows_texts(conditions):
    """TOK-27. Results are right at every number of texts, and at long ones. [K2]"""
    conditions.hold("texts")


def test_rows_texts_in(conditions):
    """TOK-28. Texts are encoded from a list, a tuple and an iterator. [house]"""
    conditions.hold("texts_in")


def test_rows_ids_in(conditions):
    """TOK-29. Ids are decoded from lists, tuples, iterators and arrays. [house]"""
    conditions.hold("ids_in")


def test_rows_history(conditions):
    """TOK-30. A result is right whatever the tokenizer did before. [house]"""
    conditions.hold("history")
