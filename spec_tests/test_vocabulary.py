"""The vocabulary: the clauses of contracts/vocabulary.py."""

import functools

import numpy as np

from spec_tests import laws
from spec_tests.contracts import vocabulary as contract
from spec_tests.oracles import vocabulary as oracle
from touchstone import array, captured, equals, guard, probe, refuses
from touchstone.conditions import Conditions

LONG = b"antidisestablishmentarianism" * 3  # 84 bytes
WORDS = [b"<pad>", b"the", b"a", b"of"]
FIRST = np.array([[b"a", b"film", b"<pad>"], [b"the", b"odd", b"film"]], object)
SECOND = np.array([[b"no", b"no"], [b"a", b"<pad>"]], object)
COUNTS = {b"a": 2, b"film": 2, b"<pad>": 2, b"the": 1, b"odd": 1, b"no": 2}


def chapter_words() -> list[bytes]:
    """Return 10,000 words, those of the chapter at the places that it prints."""
    words = [b"filler%d" % place for place in range(10_000)]
    words[:3] = b"<pad>", b"the", b"a"
    words[11], words[12], words[22] = b"was", b"movie", b"This"
    return words


@probe
def lookup(implementation):
    build = implementation.vocabulary.LookupTable

    def ids(tokens, words=WORDS, n_oov_buckets=1000):
        table = build(words=list(words), n_oov_buckets=n_oov_buckets)
        return array(table(np.array(tokens, object)))

    return ids


@probe
def count(implementation):
    component = implementation.vocabulary
    return lambda *batches: dict(component.count(batches=iter(batches)))


@probe
def truncate(implementation):
    component = implementation.vocabulary
    return lambda counts, vocab_size: list(
        component.truncate(counts=dict(counts), vocab_size=vocab_size)
    )


@probe
def word_to_id(implementation):
    component = implementation.vocabulary
    return lambda words, tokens: [
        int(id_) for id_ in component.word_to_id(words=words, tokens=tokens)
    ]


@captured
def test_chapter_ids(word_to_id):
    """VOC-01. The chapter's four words have the ids 22, 12, 11 and 10,000. [G19]"""
    tokens = b"This movie was faaaaaantastic".split()
    equals(word_to_id(chapter_words(), tokens), [22, 12, 11, 10_000], what="the ids")


@captured
def test_chapter_table(lookup):
    """VOC-02. The chapter's table gives its four words 22, 12, 11 and 10053. [G19]"""
    tokens = [b"This movie was faaaaaantastic".split()]
    equals(lookup(tokens, chapter_words()), np.array([[22, 12, 11, 10_053]]))


def test_counts_every_token(count):
    """VOC-03. Tokens are counted over all rows of all batches. [G19]"""
    found = count(FIRST, SECOND)
    expected = {word: n for word, n in COUNTS.items() if word != b"<pad>"}
    equals({word: found.get(word) for word in expected}, expected, what="the counts")


def test_counts_the_padding(count):
    """VOC-04. Padding is counted as often as it stands in the batches. [G19]"""
    equals(count(FIRST, SECOND).get(b"<pad>"), 2, what="the count of <pad>")


def test_counts_keep_the_order(count):
    """VOC-05. The counts stand in the order of first appearance. [G19]"""
    equals(list(count(FIRST, SECOND)), list(COUNTS), what="the order of the counts")


def test_capitals_count_apart(count):
    """VOC-06. Tokens that differ in case are counted apart. [G19]"""
    tokens = np.array([[b"The"], [b"the"], [b"The"]], object)
    equals(count(tokens), {b"The": 2, b"the": 1}, what="the counts")


def test_no_batches(count):
    """VOC-07. Where there are no batches, no token is counted. [G19, derived]"""
    equals(count(), {}, what="the counts")


def test_most_frequent_first(truncate):
    """VOC-08. The words kept are the most frequent, in falling order. [G19]"""
    counts = {b"odd": 1, b"the": 17, b"film": 3, b"a": 5}
    equals(truncate(counts, 3), [b"the", b"a", b"film"], what="the words")


def test_ties_keep_the_order(truncate):
    """VOC-09. Of equally frequent words, that counted first comes first. [G19]"""
    counts = {b"film": 2, b"a": 2, b"the": 5, b"odd": 2, b"Film": 2}
    equals(truncate(counts, 4), [b"the", b"film", b"a", b"odd"], what="the words")


def test_fewer_words_than_asked_for(truncate):
    """VOC-10. Where there are fewer words than asked for, all are kept. [G19]"""
    equals(truncate({b"a": 1, b"the": 2}, 5), [b"the", b"a"], what="the words")


def test_first_word_is_known(word_to_id):
    """VOC-11. The first word's id is 0, not that of unknown words. [house]"""
    equals(word_to_id(WORDS, [b"<pad>", b"of", b"film"]), [0, 3, 4], what="the ids")


def test_words_keep_their_places(lookup):
    """VOC-12. A word's id is its place among the words, from 0. [G19]"""
    equals(lookup([[b"of", b"a"], [b"the", b"<pad>"]]), np.array([[3, 2], [1, 0]]))


def test_short_tokens_in_their_buckets(lookup):
    """VOC-13. Tokens of 0 to 13 bytes fall into the buckets of TensorFlow's. [F14]"""
    tokens = [
        [b"", b"ab", b"film", b"movies"],
        [b"o", b"odd", b"fantastic", b"unforgettable"],
    ]
    expected = [[267, 506, 812, 716], [347, 308, 663, 977]]
    equals(lookup(tokens), np.array(expected))


def test_long_tokens_in_their_buckets(lookup):
    """VOC-14. Tokens of 20, 45 and 84 bytes fall into TensorFlow's buckets. [F14]"""
    scientific = b"pneumonoultramicroscopicsilicovolcanoconiosis"
    tokens = [[b"supercalifragilistic"], [scientific], [LONG]]
    equals(lookup(tokens), np.array([[422], [133], [180]]))


def test_strange_bytes_have_a_bucket(lookup):
    """VOC-15. A token whose bytes are no text has a bucket as any other. [F14]"""
    equals(lookup([[b"caf\xc3"]]), np.array([[754]]))


def test_capitals_have_their_own_bucket(lookup):
    """VOC-16. A word written otherwise is another token, with its own bucket. [F14]"""
    equals(lookup([[b"The", b"Fantastic"]]), np.array([[905, 69]]))


def test_number_of_buckets(lookup):
    """VOC-17. With seven buckets, ids run up to the number of words plus 6. [F14]"""
    tokens = [[b"o", b"ab", b"fantastic", b"unforgettable", b"film"]]
    equals(lookup(tokens, n_oov_buckets=7), np.array([[7, 4, 5, 7, 10]]))


def test_fewer_words_bring_the_buckets_forward(lookup):
    """VOC-18. The buckets start after the words that there are. [G19, derived]"""
    equals(lookup([[b"the", b"film"]], words=WORDS[:2]), np.array([[1, 810]]))


@guard
def test_refuses_no_words(truncate):
    """VOC-19. A vocab_size below 1 is refused. [house]"""
    refuses(lambda: truncate(COUNTS, 0), "vocab_size", 0)


@guard
def test_refuses_no_buckets(lookup):
    """VOC-20. A table without buckets is refused. [house]"""
    refuses(lambda: lookup([[b"a"]], n_oov_buckets=0), "n_oov_buckets", 0)


@guard
def test_refuses_a_word_twice(lookup):
    """VOC-21. A word that stands twice among the words is refused. [house]"""
    refuses(lambda: lookup([[b"a"]], words=[*WORDS, b"the"]), "words", b"the")


def test_leaves_its_arguments(implementation):
    """VOC-22. Tokens, batches, counts and words are left as they were. [house]"""
    component = implementation.vocabulary
    table = component.LookupTable(words=list(WORDS), n_oov_buckets=3)
    laws.leaves_arguments(table, FIRST)
    laws.leaves_arguments(component.count, batches=[FIRST, SECOND])
    laws.leaves_arguments(component.truncate, counts=COUNTS, vocab_size=2)
    laws.leaves_arguments(component.word_to_id, words=WORDS, tokens=[b"of", b"no"])


def test_table_copies_its_words(implementation):
    """VOC-23. A table copies the words that it is given. [house]"""
    words = list(WORDS)
    table = implementation.vocabulary.LookupTable(words=words, n_oov_buckets=3)
    before = laws.copied(table(FIRST.copy()))
    words.reverse()
    laws.unchanged(array(table(FIRST.copy())), before, "ids")


def test_table_keeps_its_results(implementation):
    """VOC-24. The ids of a table are not changed by later calls. [house]"""
    build = implementation.vocabulary.LookupTable
    table = build(words=list(WORDS), n_oov_buckets=3)
    laws.keeps_results(lambda: table(FIRST), lambda: table(FIRST[::-1]))


def test_refuses_text_for_tokens(lookup, word_to_id):
    """VOC-25. Tokens that are `str`, not bytes, are refused, not unknown. [house]"""
    refuses(lambda: lookup([["the"]]), "tokens", "the")
    refuses(lambda: word_to_id(WORDS, ["the"]), "tokens", "the")


def test_refuses_text_for_words(lookup, word_to_id):
    """VOC-26. Words that are `str`, not bytes, are refused. [house]"""
    refuses(lambda: lookup([[b"the"]], words=["a", "the"]), "words", "a")
    refuses(lambda: word_to_id(["a", "the"], [b"the"]), "words", "a")


def test_empty_reviews_have_no_ids(implementation):
    """VOC-27. Only empty reviews, cut into tokens, have ids [B, 0]. [house]"""
    tokens = implementation.reviews.preprocess([b"", b"<br />", b"..."])
    table = implementation.vocabulary.LookupTable(words=WORDS, n_oov_buckets=7)
    equals(array(table(tokens)), np.zeros([3, 0], int), what="the ids")


# Conditions: each row looks tokens up, counts batches of them and cuts counts.

SAMPLES = {
    "ASCII": b"FiLm",
    "accents": "æéñø".encode(),
    "emoji": "🎭👑\u200d".encode(),
    "not UTF-8": b"\xffo\xc3\xed\xa0\x80",
    "NUL": b"o\0\0",
    "white space": b" \t\r\n",
}
TIES = {
    "none": (2, 3, 9, 5, 1),
    "two": (2, 3, 5, 3, 1),
    "three": (2, 3, 3, 5, 3),
    "all": (3, 3, 3, 3, 3),
    "beyond 32 bits": (2, 3, 2**31 + 7, 5, 1),
}


@functools.cache
def words_of(number):
    return [*WORDS, *(b"word%d" % place for place in range(number))][:number]


def tokens_of(row):
    """Return [B, T] tokens, known ones and others, all of which vary."""
    words, sample, size = (row[k] for k in ("words", "token_bytes", "token_size"))
    unknown = (SAMPLES[sample] * 128)[-size:] if size else b""
    some = [unknown, words_of(words)[-1], b"odd" + unknown, WORDS[0], unknown[:1]]
    batch, steps = row["shape"]
    tokens = np.empty([batch, steps], object)
    for place in range(batch * steps):
        tokens[divmod(place, steps)] = some[place % len(some)]
    return tokens.astype("S") if row["tokens_in"] == "fixed width" else tokens


def counts_of(row):
    words = [b"film", b"odd", b"a", b"the", b"Film"]
    return dict(zip(words, TIES[row["ties"]], strict=True))


def make(module, row):
    words = list(words_of(row["words"]))
    return module, module.LookupTable(words=words, n_oov_buckets=row["n_oov_buckets"])


def call(made, row):
    module, table = made
    tokens, counts = tokens_of(row), counts_of(row)
    batches = [tokens[:, place:] for place in range(row["batches"])]
    given = iter(batches) if row["batches_in"] == "iterator" else batches
    sizes = {"all": len(counts), "fewer": len(counts) - 2, "more": 1000}
    kept = module.truncate(counts=counts, vocab_size=sizes[row["vocab_size"]])
    ids = module.word_to_id(
        words=list(words_of(row["words"])), tokens=tokens.ravel().tolist()
    )
    return {
        "ids": array(table(tokens)),
        "word ids": [int(i) for i in ids],
        "counts": [(t, int(n)) for t, n in module.count(batches=given).items()],
        "kept": list(kept),
    }


ROWS = Conditions(
    contract, oracle, make=make, call=call, settings=("words", "n_oov_buckets")
)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.vocabulary)


def test_rows_words(conditions):
    """VOC-28. Ids are right at every number of words, beyond 15 bits too. [G19]"""
    conditions.hold("words")


def test_rows_n_oov_buckets(conditions):
    """VOC-29. Ids are right at every number of buckets, one among them. [F14]"""
    conditions.hold("n_oov_buckets")


def test_rows_token_bytes(conditions):
    """VOC-30. Results are right at tokens of any bytes, NUL too. [F14]"""
    conditions.hold("token_bytes")


def test_rows_token_size(conditions):
    """VOC-31. Results are right at tokens of every length. [F14]"""
    conditions.hold("token_size")


def test_rows_shape(conditions):
    """VOC-32. Results are right at every number of rows and steps, none too. [G19]"""
    conditions.hold("shape")


def test_rows_tokens_in(conditions):
    """VOC-33. Results are right at arrays of objects and of fixed width. [house]"""
    conditions.hold("tokens_in")


def test_rows_batches(conditions):
    """VOC-34. Counts are right at every number of batches. [G19]"""
    conditions.hold("batches")


def test_rows_batches_in(conditions):
    """VOC-35. Batches are counted from a list and from an iterator. [house]"""
    conditions.hold("batches_in")


def test_rows_ties(conditions):
    """VOC-36. The words kept are right at ties of two, three and all. [G19]"""
    conditions.hold("ties")


def test_rows_vocab_size(conditions):
    """VOC-37. The words kept are right at every vocab_size. [G19]"""
    conditions.hold("vocab_size")


def test_rows_history(conditions):
    """VOC-38. Ids are right whatever the table looked up before. [house]"""
    conditions.hold("history")
