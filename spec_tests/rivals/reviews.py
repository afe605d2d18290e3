"""Wrong ways to cut reviews into tokens, each named for its mistake."""

import re

import numpy as np

from spec_tests.oracles import reviews as right
from spec_tests.rivals.laws import BufferReused
from touchstone.rivals import patch, patched, rival


def _with(**methods):
    """Return the function of a preprocessor with these methods in place of its own."""
    return staticmethod(type("Preprocessor", (right.Preprocessor,), methods)())


@rival
class characters_counted:
    """the first 300 characters, not bytes"""

    preprocess = _with(
        opening=lambda self, text: text.decode("utf-8", "surrogateescape")[:300]
    )


@rival
class characters_cut_whole:
    """300 bytes, less what is left of a letter at the cut"""

    preprocess = _with(
        opening=lambda self, text: (
            text[:300].decode("utf-8", "surrogateescape")
            if len(text) <= 300
            else text[:300].decode("utf-8", "ignore")
        )
    )


@rival
class strange_bytes_separate:
    """bytes that are no character taken for separators"""

    preprocess = _with(
        spaced=lambda self, text: re.sub("[^a-zA-Z']", " ", text),
    )


@rival
class strange_bytes_refused:
    """texts with bytes that are no character refused"""

    preprocess = _with(opening=lambda self, text: text[:300].decode("utf-8"))


@rival
class whole_review_read:
    """the whole review, not its first 300 bytes"""

    preprocess = _with(
        opening=lambda self, text: text.decode("utf-8", "surrogateescape")
    )


@rival
class cut_at_299:
    """the first 299 bytes"""

    preprocess = _with(
        opening=lambda self, text: text[:299].decode("utf-8", "surrogateescape")
    )


@rival
class last_word_dropped:
    """a word that the cut reaches dropped, not cut"""

    preprocess = _with(
        opening=lambda self, text: (
            text[:300].decode("utf-8", "surrogateescape")
            if len(text) <= 300
            else text[:300].rpartition(b" ")[0].decode("utf-8", "surrogateescape")
        )
    )


@rival
class cleaned_before_the_cut:
    """markup taken out before the 300 bytes are counted"""

    preprocess = _with(
        opening=lambda self, text: re.sub(rb"<br[ \t\n\f\r]*/?>", b" ", text)[
            :300
        ].decode("utf-8", "surrogateescape")
    )


@rival
class markup_left_in:
    """the letters of <br /> left in as a word"""

    preprocess = _with(without_markup=lambda self, text: text)


@rival
class markup_joins:
    """markup taken out, so that the words around it join"""

    preprocess = _with(
        without_markup=lambda self, text: re.sub(r"<br[ \t\n\f\r]*/?>", "", text)
    )


@rival
class slash_needed:
    """only <br/> and <br /> taken for markup"""

    preprocess = _with(without_markup=lambda self, text: re.sub(r"<br\s*/>", " ", text))


@rival
class one_space_at_most:
    """only <br>, <br/> and <br /> with one space taken for markup"""

    preprocess = _with(without_markup=lambda self, text: re.sub(r"<br ?/?>", " ", text))


@rival
class capital_markup_too:
    """<BR> taken for markup, too"""

    preprocess = _with(
        without_markup=lambda self, text: re.sub(r"(?i)<br\s*/?>", " ", text)
    )


@rival
class all_markup:
    """every tag taken for markup"""

    preprocess = _with(without_markup=lambda self, text: re.sub(r"<[^>]*>", " ", text))


@rival
class quotes_dropped:
    """quotes taken for separators"""

    preprocess = _with(
        spaced=lambda self, text: right.Preprocessor().spaced(text).replace("'", " ")
    )


@rival
class quotes_stripped:
    """quotes around words stripped"""

    preprocess = _with(
        tokens=lambda self, text: [
            t.strip(b"'") for t in right.Preprocessor().tokens(text) if t.strip(b"'")
        ]
    )


@rival
class digits_kept:
    """digits kept, as letters are"""

    preprocess = _with(
        spaced=lambda self, text: re.sub(f"[^a-zA-Z0-9'{right.BYTE}]", " ", text)
    )


@rival
class underscores_kept:
    """underscores kept, as letters are"""

    preprocess = _with(
        spaced=lambda self, text: re.sub(f"[^a-zA-Z_'{right.BYTE}]", " ", text)
    )


@rival
class all_letters_kept:
    """letters of all alphabets kept"""

    preprocess = _with(
        spaced=lambda self, text: re.sub(f"[^\\w'{right.BYTE}]|[\\d_]", " ", text)
    )


@rival
class separators_joined:
    """other characters taken out, so that what stands beside them joins"""

    preprocess = _with(
        spaced=lambda self, text: re.sub(f"[^a-zA-Z'\\s{right.BYTE}]", "", text)
    )


@rival
class typographic_quotes_straightened:
    """typographic quotes made straight"""

    preprocess = _with(
        without_markup=lambda self, text: (
            right.Preprocessor().without_markup(text).replace("\u2019", "'")
        )
    )


@rival
class lower_cased:
    """capitals made small"""

    preprocess = _with(
        encoded=lambda self, token: right.Preprocessor().encoded(token).lower()
    )


@rival
class split_at_each_space:
    """an empty token for each space but the first"""

    preprocess = _with(
        tokens=lambda self, text: [
            self.encoded(token)
            for token in self.spaced(self.without_markup(self.opening(text))).split(" ")
        ]
    )


@rival
class padded_in_front:
    """the padding in front"""

    preprocess = _with(
        padded=lambda self, rows: right.Preprocessor().padded(
            [[b"<pad>"] * (max(map(len, rows)) - len(row)) + row for row in rows]
        )
    )


@rival
class padded_with_nothing:
    """empty tokens for padding"""

    @staticmethod
    def preprocess(texts):
        tokens = right.preprocess(texts)
        return np.where(tokens == b"<pad>", b"", tokens)


@rival
class padded_by_one:
    """one <pad> after the longest row"""

    @staticmethod
    def preprocess(texts):
        tokens = right.preprocess(texts)
        return np.pad(tokens, [(0, 0), (0, 1)], constant_values=b"<pad>")


@rival
class cut_to_the_shortest:
    """rows cut to the shortest of the batch"""

    preprocess = _with(
        padded=lambda self, rows: right.Preprocessor().padded(
            [row[: min(map(len, rows))] for row in rows]
        )
    )


@rival
class empty_reviews_dropped:
    """reviews without tokens dropped from the batch"""

    preprocess = _with(
        padded=lambda self, rows: right.Preprocessor().padded(
            [row for row in rows if row]
        )
    )


@rival
class at_least_one_step:
    """at least one step, though no row has a token"""

    preprocess = _with(
        padded=lambda self, rows: right.Preprocessor().padded(
            rows if any(rows) else [[b"<pad>"] for _ in rows]
        )
    )


@rival
class lists_only:
    """an array of texts refused"""

    @staticmethod
    def preprocess(texts):
        if isinstance(texts, np.ndarray):
            raise TypeError("want a list")
        return right.preprocess(texts)


@rival
class two_reviews_at_most:
    """a row of padding in the place of the third review and all later ones"""

    @staticmethod
    def preprocess(texts):
        return right.preprocess([*texts[:2], *[b"" for _ in texts[2:]]])


OPENED = 'return text[:300].decode("utf-8", "surrogateescape")'
SPACED = 'return re.sub(f"[^a-zA-Z\'{BYTE}]", " ", text)'
MARKUP = r'return re.sub(r"<br[ \t\n\f\r]*/?>", " ", text)'
ROWS = "return self.padded([self.tokens(text) for text in texts])"

globals().update(
    patched(
        __name__,
        {
            "surrogates_separate": patch(
                "encoded surrogates taken for separators",
                (
                    OPENED,
                    r"return re.sub(rb'\xed[\xa0-\xbf][\x80-\xbf]', b' ', text[:300])"
                    ".decode('utf-8', 'surrogateescape')",
                ),
            ),
            "entities_decoded": patch(
                "entities such as &amp; decoded before the cleaning",
                (OPENED, f"import html; return html.unescape({OPENED[7:]})"),
            ),
            "marks_decomposed": patch(
                "letters taken apart, so that an accent leaves its letter",
                (
                    OPENED,
                    f"import unicodedata; return unicodedata.normalize('NFKD', "
                    f"{OPENED[7:]})",
                ),
            ),
            "lines_end_a_review": patch(
                "the text after a carriage return lost",
                (OPENED, OPENED + r".split('\r')[0]"),
            ),
            "tabs_join": patch(
                "tabs taken out, so that the words around one join",
                (OPENED, OPENED + r".replace('\t', '')"),
            ),
            "vertical_tabs_in_markup": patch(
                "a vertical tab taken for white space within markup",
                (MARKUP, MARKUP.replace(r"\f", r"\f\v")),
            ),
            "slash_before_a_space": patch(
                "markup with a space after its slash taken for <br />",
                (MARKUP, MARKUP.replace("/?>", "/? ?>")),
            ),
            "quotes_at_the_ends_stripped": patch(
                "quotes at the ends of a word stripped, unless nothing else is left",
                (
                    "plain.split()]",
                    '(w.strip("\'") or w for w in plain.split())]',
                ),
            ),
            "cut_at_310_where_long": patch(
                "310 bytes of texts above a thousand bytes",
                (
                    OPENED,
                    OPENED.replace("[:300]", "[: 310 if len(text) > 1000 else 300]"),
                ),
            ),
            "single_bytes_dropped": patch(
                "texts of one byte taken for empty ones",
                (
                    ROWS,
                    "return self.padded([self.tokens(t) * (len(t) > 1) for t in texts])",
                ),
            ),
            "sixteen_rows": patch(
                "padding for all rows after the sixteenth",
                (
                    ROWS,
                    "return self.padded([self.tokens(text) * (n < 16) "
                    "for n, text in enumerate(texts)])",
                ),
            ),
            "truth_of_arrays": patch(
                "no rows for an array of objects",
                (
                    ROWS,
                    "return self.padded([self.tokens(text) for text in texts if "
                    "getattr(texts, 'dtype', 0) != object])",
                ),
            ),
        },
    )
)


@rival
class texts_cut_in_place:
    """the texts themselves cut to 300 bytes"""

    @staticmethod
    def preprocess(texts):
        tokens = right.preprocess(texts)
        texts[:] = [text[:300] for text in texts]
        return tokens


@rival
class tokens_in_one_buffer:
    """one array for the tokens of all calls"""

    class _Wrong(BufferReused, right.Preprocessor):
        pass

    preprocess = _Wrong()


_STEPS = [0]  # of the call before


@rival
class as_long_as_the_last_batch:
    """rows filled up to the longest of the call before, where that was longer"""

    @staticmethod
    def preprocess(texts):
        tokens = right.preprocess(texts)
        more = max(0, _STEPS[0] - tokens.shape[1])
        _STEPS[0] = tokens.shape[1]
        return np.pad(tokens, [(0, 0), (0, more)], constant_values=b"<pad>")


REDUNDANT = {
    "REV-01": "the chapter's own reviews; REV-02 to REV-12 state each rule in small",
    "REV-03": "the cut in ASCII, which REV-04 and REV-06 make in other bytes",
    "REV-04": "bytes against characters, which REV-06 checks in half a letter",
    "REV-05": "markup within the cut, which REV-01 and REV-06 check as well",
    "REV-12": "capitals alone; most other clauses have words with capitals",
    "REV-13": "rows without tokens; REV-14 has nothing but such rows",
}
