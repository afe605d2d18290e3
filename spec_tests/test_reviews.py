"""Raw reviews: the clauses of contracts/reviews.py."""

from collections.abc import Callable
from typing import Any

import numpy as np

from spec_tests import laws
from spec_tests.contracts import reviews as contract
from spec_tests.oracles import reviews as oracle
from touchstone import array, captured, equals, probe
from touchstone.conditions import Conditions

FIRST = (
    b"This was soul-provoking! I am an Iranian, and living in th 21st century, I "
    b"didn't know that such big tribes have been living in such conditions at the time "
    b"of my grandfather!<br /><br />You see that today, or even in ####, on one side "
    b"of the world a lady or a baby could have everything served for himself"
)
SECOND = (
    b"A very close and sharp discription of the bubbling and dynamic emotional world "
    b"of specialy one 18year old guy, that makes his first experiences in his gay love "
    b"to an other boy, during an vacation with a part of his family. <br /><br/>I "
    b"liked this film because of his extremly clear and surrogated story"
)  # as far as the chapter prints them; then from its tokens, 300 bytes up to its cut


@probe
def preprocess(implementation):
    component = implementation.reviews
    return lambda *texts: array(component.preprocess(list(texts)))


@probe
def tokens(implementation):
    component = implementation.reviews
    return lambda text: array(component.preprocess([text]))[0].tolist()


@captured
def test_chapter_reviews(preprocess):
    """REV-01. The chapter's two reviews give its 57 and 53 tokens, and 4 pads. [G19]"""
    first = (
        "This was soul provoking I am an Iranian and living in th st century I didn't "
        "know that such big tribes have been living in such conditions at the time of "
        "my grandfather You see that today or even in on one side of the world a lady "
        "or a baby could have everything served for hi"
    )
    second = (
        "A very close and sharp discription of the bubbling and dynamic emotional "
        "world of specialy one year old guy that makes his first experiences in his "
        "gay love to an other boy during an vacation with a part of his family I liked "
        "this film because of his extremly clear and surrogated sto "
        "<pad> <pad> <pad> <pad>"
    )
    found = preprocess(FIRST, SECOND)
    equals(found.shape, (2, 57), what="the shape")
    equals(found.tolist(), [first.encode().split(), second.encode().split()])


def test_rows_are_padded_at_the_end(preprocess):
    """REV-02. Shorter rows end with <pad>, up to the longest of the batch. [G19]"""
    expected = [
        [b"It", b"works", b"<pad>", b"<pad>"],
        [b"An", b"odd", b"old", b"film"],
        [b"No", b"<pad>", b"<pad>", b"<pad>"],
    ]
    equals(preprocess(b"It works", b"An odd old film", b"No").tolist(), expected)


def test_reads_300_bytes(tokens):
    """REV-03. The first 300 bytes are read, and what follows is not. [G19]"""
    equals(tokens(b"." * 294 + b" lasting"), [b"lasti"])


def test_counts_bytes(tokens):
    """REV-04. Length is counted in bytes, not in characters. [G19, derived]"""
    equals(tokens("é".encode() * 147 + b" lasting"), [b"lasti"])


def test_cuts_before_it_cleans(tokens):
    """REV-05. The 300 bytes are counted with their markup. [G19]"""
    equals(tokens(b"A" + b"<br />" * 49 + b" lasting"), [b"A", b"last"])


def test_half_a_letter_stays(tokens):
    """REV-06. A byte that is no character, as half of one at the cut, stays. [G19]"""
    equals(tokens(b"." * 296 + "café noir".encode()), [b"caf\xc3"], what="at the cut")
    equals(tokens(b"caf\xe9 noir\xff"), [b"caf\xe9", b"noir\xff"], what="Latin-1")


def test_markup_becomes_a_space(tokens):
    """REV-07. <br> leaves a space, with and without spaces and a slash. [G19]"""
    found = tokens(b"one<br>two<br/>three<br />four<br \t\n/>five<br  >six")
    equals(found, [b"one", b"two", b"three", b"four", b"five", b"six"])


def test_other_markup_leaves_its_letters(tokens):
    """REV-08. Capital <BR> and other markup lose their brackets alone. [G19]"""
    found = tokens(b"one<BR>two<i>three</i><br clear>four< br>")
    expected = b"one BR two i three i br clear four br"
    equals(found, expected.split())


def test_quotes_stay(tokens):
    """REV-09. Straight quotes stay, inside words, around them and alone. [G19]"""
    found = tokens(b"I didn't like 'Jaws' or ' at all")
    equals(found, [b"I", b"didn't", b"like", b"'Jaws'", b"or", b"'", b"at", b"all"])


def test_other_characters_become_spaces(tokens):
    """REV-10. Digits and punctuation separate what stands beside them. [G19]"""
    found = tokens(b'so-so,10/10 18year_old\n"A+"\x00B3')
    equals(found, [b"so", b"so", b"year", b"old", b"A", b"B"])


def test_other_letters_become_spaces(tokens):
    """REV-11. Letters besides a to z separate, as do typographic quotes. [G19]"""
    found = tokens("naïve café didn\u2019t Ünder".encode())
    equals(found, [b"na", b"ve", b"caf", b"didn", b"t", b"nder"])


def test_case_stays(tokens):
    """REV-12. Capitals stay capitals. [G19]"""
    equals(tokens(b"The BEST film"), [b"The", b"BEST", b"film"])


def test_empty_review_is_padding(preprocess):
    """REV-13. A review that is empty, or only markup, is a row of <pad>. [G19]"""
    found = preprocess(b"", b"A film", b"<br /><br />")
    pads = [b"<pad>", b"<pad>"]
    equals(found.tolist(), [pads, [b"A", b"film"], pads])


def test_batch_of_empty_reviews(preprocess):
    """REV-14. A batch of only empty reviews has no steps. [G19, derived]"""
    equals(preprocess(b"", b"<br />", b"...").shape, (3, 0), what="the shape")


def test_reads_an_array(implementation):
    """REV-15. The texts may be an array. [house]"""
    texts = np.array([b"A film", b"No"], object)
    found = array(implementation.reviews.preprocess(texts)).tolist()
    equals(found, [[b"A", b"film"], [b"No", b"<pad>"]])


def test_leaves_the_texts(implementation):
    """REV-16. The texts are left as they were. [house]"""
    preprocess = implementation.reviews.preprocess
    laws.leaves_arguments(preprocess, [FIRST, SECOND])
    laws.leaves_arguments(preprocess, np.array([FIRST, SECOND], object))


def test_keeps_its_results(implementation):
    """REV-17. Tokens are not changed by later calls. [house]"""
    preprocess = implementation.reviews.preprocess
    laws.keeps_results(lambda: preprocess([b"A film"]), lambda: preprocess([b"So it"]))


def test_encoded_surrogates_stay(tokens):
    """REV-18. Encoded surrogates are not UTF-8 and stay, as other bytes do. [house]"""
    for strange in (b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xc0\xaf", b"\xf5\x80"):
        equals(tokens(b"ab" + strange + b"cd"), [b"ab" + strange + b"cd"])
    equals(tokens(b"ab\xed\x9f\xbfcd"), [b"ab", b"cd"], what="around U+D7FF")


# Conditions: each row is a batch with one text of its own making.

CHARACTERS = {
    "ASCII": b"o",
    "letters": "naïve é e\u0301 Ж中ß".encode(),
    "emoji": "🎭a👑\u200d💀".encode(),
    "digits and entities": b"&amp;&#39;&nbsp;it&quot;s &lt;br&gt; 4_2",
    "look-alikes": "\u212aelv\u0130n \uff21\u017f\u2019s \ufffdx".encode(),
    "Latin-1 bytes": b"caf\xe9 \xa0x\x85\xff",
    "encoded surrogates": b"a\xed\xa0\x80b \xed\xbf\xbf",
    "overlong bytes": b"a\xc0\xafb \xf4\x90\x80\x80c\xf8",
    "NUL": b"a\0b\0",
    "long words": b"o" * 90 + b"x",
}
SEPARATORS = {
    "space": b" ",
    "tab": b"\t",
    "CR and CRLF": b"\r\n\r",
    "several": b" \n  \t ",
    "others": "\x0b\x0c\x1c\x85\xa0\u2028\u3000".encode(),
}
MARKUP = {
    "none": b"",
    "<br>": b"<br><br/>",
    "<br />": b"<br /><br />",
    "spaces in it": b"<br \t\r\n\f />",
    "not quite": b"<BR></br><brr>< br><br\x0b/><br / ><br",
}
QUOTES = {
    "none": b"end",
    "inside": b"don't",
    "around": b"'tis' ''",
    "alone": b"x ' x",
    "double": b'"A"B`',
}
CONTAINERS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "objects": lambda texts: np.array(texts, object),
    "fixed width": lambda texts: np.array(texts, "S"),
}


def text_of(row):
    """Return a text; where it is cut, the 300 bytes end early or late in its middle."""
    space, markup = SEPARATORS[row["separator"]], MARKUP[row["markup"]]
    parts = [b"It", CHARACTERS[row["characters"]], b"Was", QUOTES[row["quotes"]]]
    body = space.join(parts) + markup + b"so" + space
    if row["length"] == "one byte":
        return CHARACTERS[row["characters"]][-1:]
    if row["length"] == "long":
        return body * 50
    kept = {"cut early": len(body) // 3, "cut late": len(body) - 3}
    before = 0 if row["length"] == "short" else 300 - kept.get(row["length"], len(body))
    return b"." * before + body


def texts_of(row):
    text = text_of(row)
    return {
        "longer": [text, b"So it is. " * 31],
        "none": [text],
        "empty": [text, b"", b"..."],
        "first empty": [b"", text],
        "thirty": [text, *(b"A film " * (n % 4) for n in range(30))],
    }[row["others"]]


def make(module, row):
    return module.preprocess


def call(preprocess, row):
    found = array(preprocess(CONTAINERS[row["texts_in"]](texts_of(row))))
    return {"shape": found.shape, "tokens": found.tolist()}


ROWS = Conditions(contract, oracle, make=make, call=call)


@probe
def conditions(implementation):
    return ROWS.of(implementation, implementation.reviews)


def test_rows_characters(conditions):
    """REV-19. Tokens are right at all characters and bytes. [G19]"""
    conditions.hold("characters")


def test_rows_separator(conditions):
    """REV-20. Tokens are right at every white space. [G19]"""
    conditions.hold("separator")


def test_rows_markup(conditions):
    """REV-21. Tokens are right at markup, and at what looks like it. [G19]"""
    conditions.hold("markup")


def test_rows_quotes(conditions):
    """REV-22. Tokens are right at quotes in every place. [G19]"""
    conditions.hold("quotes")


def test_rows_length(conditions):
    """REV-23. Tokens are right at every length, wherever the cut is. [G19]"""
    conditions.hold("length")


def test_rows_others(conditions):
    """REV-24. Tokens are right whatever the other texts of the batch. [G19]"""
    conditions.hold("others")


def test_rows_texts_in(conditions):
    """REV-25. Tokens are right from a list and from arrays. [house]"""
    conditions.hold("texts_in")


def test_rows_history(conditions):
    """REV-26. Tokens are right whatever was cut before. [house]"""
    conditions.hold("history")
