"""Wrong decodings of indexed reviews, each named for its mistake."""

from typing import ClassVar

import numpy as np

from spec_tests.oracles import indexed_reviews as right
from touchstone.rivals import patch, patched, rival


def with_words(id_to_word):
    """Return the functions that use these words by id, ids checked."""

    def decode(ids, word_index):
        words = id_to_word(word_index)
        right.decode(ids, word_index)  # refuses what it refuses
        return " ".join(words.get(int(id_), "") for id_ in ids)

    return id_to_word, decode


def shifted(by: int):
    def id_to_word(word_index):
        words = {rank + by: word for word, rank in word_index.items()}
        return words | {0: "<pad>", 1: "<sos>", 2: "<unk>"}

    return with_words(id_to_word)


@rival
class offset_forgotten:
    """ids taken for ranks"""

    id_to_word, decode = map(staticmethod, shifted(0))


@rival
class offset_of_two:
    """an offset of 2: the first word directly after the special tokens"""

    id_to_word, decode = map(staticmethod, shifted(2))


@rival
class offset_of_four:
    """an offset of 4: ranks counted from 0"""

    id_to_word, decode = map(staticmethod, shifted(4))


def _start_first(word_index):
    return right.id_to_word(word_index) | {0: "<sos>", 1: "<pad>"}


@rival
class start_and_padding_swapped:
    """id 0 for the start and id 1 for padding"""

    id_to_word, decode = map(staticmethod, with_words(_start_first))


def _unknown_first(word_index):
    return right.id_to_word(word_index) | {1: "<unk>", 2: "<sos>"}


@rival
class start_and_unknown_swapped:
    """id 1 for unknown words and id 2 for the start"""

    id_to_word, decode = map(staticmethod, with_words(_unknown_first))


@rival
class special_tokens_left_out:
    """the special tokens left out of the text"""

    @staticmethod
    def decode(ids, word_index):
        right.decode(ids, word_index)
        return right.decode([id_ for id_ in ids if id_ > 2], word_index)


@rival
class special_tokens_unnamed:
    """no words for the special tokens' ids"""

    @staticmethod
    def id_to_word(word_index):
        return {i: word for i, word in right.id_to_word(word_index).items() if i > 2}


@rival
class stops_at_padding:
    """the text cut at the first padding"""

    @staticmethod
    def decode(ids, word_index):
        text = right.decode(ids, word_index)
        return text.partition(" <pad>")[0]


@rival
class joined_without_spaces:
    """the words joined without spaces"""

    @staticmethod
    def decode(ids, word_index):
        return right.decode(ids, word_index).replace(" ", "")


@rival
class padding_before_the_words:
    """an empty text decoded as padding"""

    @staticmethod
    def decode(ids, word_index):
        return right.decode(ids, word_index) or "<pad>"


@rival
class lists_only:
    """an array of ids refused"""

    @staticmethod
    def decode(ids, word_index):
        if isinstance(ids, np.ndarray):
            raise TypeError("want a list")
        return right.decode(ids, word_index)


@rival
class special_tokens_written_into_the_index:
    """the special tokens written into the word index itself"""

    @staticmethod
    def decode(ids, word_index):
        text = right.decode(ids, word_index)
        word_index.update({"<pad>": -3, "<sos>": -2, "<unk>": -1})
        return text


@rival
class strange_ids_unknown:
    """ids of no word decoded as unknown"""

    @staticmethod
    def decode(ids, word_index):
        words = right.id_to_word(word_index)
        return " ".join(words.get(int(id_), "<unk>") for id_ in ids)


@rival
class id_3_unknown:
    """id 3 decoded as unknown, a fourth special token"""

    @staticmethod
    def decode(ids, word_index):
        return right.decode([2 if id_ == 3 else id_ for id_ in ids], word_index)


@rival
class ids_after_the_last_unknown:
    """ids after the last word's decoded as unknown"""

    @staticmethod
    def decode(ids, word_index):
        last = max(right.id_to_word(word_index))
        return right.decode([2 if id_ > last else id_ for id_ in ids], word_index)


@rival
class ids_overwritten_by_ranks:
    """an array of ids overwritten by the ranks of the words"""

    @staticmethod
    def decode(ids, word_index):
        words = right.decode(ids, word_index)
        if isinstance(ids, np.ndarray):
            ids -= 3
        return words


@rival
class words_in_one_mapping:
    """one mapping for the words of all calls"""

    _words: ClassVar[dict[int, str]] = {}

    @classmethod
    def id_to_word(cls, word_index):
        cls._words.clear()
        cls._words.update(right.id_to_word(word_index))
        return cls._words


JOINED = 'return " ".join(words[id_] for id_ in ids)'
WORDS = "words = {rank + 3: word for word, rank in word_index.items()}"

globals().update(
    patched(
        __name__,
        {
            "ids_of_16_bits": patch(
                "ids kept in 16 bits",
                (JOINED, JOINED.replace("words[id_]", "words[id_ % 65536]")),
            ),
            "ids_of_8_bits": patch(
                "ids kept in 8 bits where the words go beyond them",
                (
                    JOINED,
                    JOINED.replace(
                        "words[id_]", "words[id_ % 256 if id_ < 400 else id_]"
                    ),
                ),
            ),
            "ranks_by_place": patch(
                "the place in the word index taken for the rank",
                (
                    WORDS,
                    "ranks = sorted(word_index.values())\n    words = {rank + 3: word "
                    "for rank, word in zip(ranks, word_index)}",
                ),
            ),
            "gaps_closed": patch(
                "words numbered by rank without gaps",
                (
                    WORDS,
                    "words = {n: w for n, w in "
                    "enumerate(sorted(word_index, key=word_index.get), 4)}",
                ),
            ),
            "words_in_ascii": patch(
                "characters outside ASCII lost",
                (JOINED, JOINED + ".encode('ascii', 'ignore').decode()"),
            ),
            "empty_words_left_out": patch(
                "words without characters left out of the text",
                (JOINED, JOINED.replace("in ids", "in ids if words[id_]")),
            ),
            "tuples_reversed": patch(
                "the words of a tuple joined in reverse",
                (
                    JOINED,
                    JOINED.replace(
                        "in ids", "in (ids[::-1] if type(ids) is tuple else ids)"
                    ),
                ),
            ),
            "special_words_dropped": patch(
                "the start of a review left out where it comes first",
                (
                    JOINED,
                    JOINED.replace("in ids", "in (ids[1:] if ids[:1] == [1] else ids)"),
                ),
            ),
            "cut_at_500": patch(
                "the first 500 words alone",
                (JOINED, JOINED.replace("in ids", "in ids[:500]")),
            ),
            "ids_cut_to_whole_numbers": patch(
                "the fraction of an id cut off",
                (
                    "for id_ in ids:",
                    "ids = [int(id_) for id_ in ids]\n    for id_ in ids:",
                ),
            ),
            "negative_ids_from_the_end": patch(
                "ids that count from the end",
                (
                    "for id_ in ids:",
                    "ids = [i + len(words) + 1 if -9 < i < 0 else i for i in ids]\n"
                    "    for id_ in ids:",
                ),
            ),
        },
    )
)

_WORDS: dict[int, str] = {}  # of the call before


@rival
class words_of_the_last_call:
    """the words of the call before, where they have all the ids"""

    @staticmethod
    def decode(ids, word_index):
        text, last = right.decode(ids, word_index), dict(_WORDS)
        _WORDS.clear()
        _WORDS.update(right.id_to_word(word_index))
        known = all(id_ in last for id_ in ids)
        return " ".join(last[id_] for id_ in ids) if known else text


REDUNDANT = {
    "IDX-04": "an array of ids; IDX-09 gives one, too, and looks at it afterwards",
    "IDX-06": "the index left as it was; IDX-09 looks at the ids besides",
}
