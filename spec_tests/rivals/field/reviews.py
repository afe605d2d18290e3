"""Preprocessing of reviews that was wrong in the field."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        __name__,
        {
            "breaks_removed_without_a_space": patch(
                "line breaks removed without a space in their place",
                ('/?>", " ", text)', '/?>", "", text)'),
                report="https://github.com/codelucas/newspaper/pull/254",
                says="Where a break between two sentences was removed, the words on both "
                "sides became one.",
            ),
            "every_tag_removed": patch(
                "every tag removed, not the line breaks alone",
                ('r"<br[ \\t\\n\\f\\r]*/?>"', 'r"<[^>]*>"'),
                report="https://github.com/dataiku/dataiku-contrib/pull/144",
                says="Texts were cleaned with a pattern that removes any tag.",
            ),
            "entities_unescaped": patch(
                "HTML entities unescaped",
                (
                    "plain = self.spaced(self.without_markup(self.opening(text)))",
                    "opening = html.unescape(self.opening(text))\n"
                    "        plain = self.spaced(self.without_markup(opening))",
                ),
                ("import re\n", "import html\nimport re\n"),
                report="https://github.com/maximumdata/markov-twitter-bot/pull/2",
                says="Entities were unescaped before texts were used; here a "
                "preprocessing that does so though none is asked for.",
            ),
            "curly_quotes_made_straight": patch(
                "curly quotes read as straight ones",
                (
                    'return re.sub(f"[^a-zA-Z\'{BYTE}]", " ", text)',
                    'text = text.replace("\\u2019", "\'")\n'
                    '        return re.sub(f"[^a-zA-Z\'{BYTE}]", " ", text)',
                ),
                report="https://github.com/hrs/docsim/pull/6",
                says="Curly apostrophes were treated like straight ones in contractions.",
            ),
            "characters_counted_for_bytes": patch(
                "the first 300 characters in place of bytes",
                (
                    'return text[:300].decode("utf-8", "surrogateescape")',
                    'return text.decode("utf-8", "surrogateescape")[:300]',
                ),
                report="https://github.com/apache/doris/pull/37912",
                says="A substring confused its length in bytes with that in characters; "
                "transferred in the other direction.",
            ),
            "bytes_that_are_no_text_replaced": patch(
                "bytes that are no UTF-8 replaced by the replacement character",
                (
                    'decode("utf-8", "surrogateescape")',
                    'decode("utf-8", "replace")',
                ),
                report="https://github.com/nekitdev/gd.py/pull/91",
                says="Bytes that could not be decoded were replaced by U+FFFD.",
            ),
            "bytes_that_are_no_text_dropped": patch(
                "bytes that are no UTF-8 dropped",
                (
                    'decode("utf-8", "surrogateescape")',
                    'decode("utf-8", "ignore")',
                ),
                report="https://github.com/dotnet/corefx/issues/36163",
                says="A decoder silently dropped bytes of an invalid sequence.",
            ),
            "half_a_character_at_the_cut_dropped": patch(
                "half a character at the cut dropped",
                (
                    'return text[:300].decode("utf-8", "surrogateescape")',
                    'decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")\n'
                    "        return decoder.decode(text[:300])",
                ),
                ("import re\n", "import codecs\nimport re\n"),
                report="https://github.com/UKGovernmentBEIS/inspect_ai/pull/4658",
                says="Where a cut at a number of bytes splits a character, its first "
                "bytes were ignored.",
            ),
            "long_tokens_cut_at_64_bytes": patch(
                "tokens cut at 64 bytes",
                ('b"<pad>", object)', 'b"<pad>", "S64")'),
                report="https://github.com/numpy/numpy/pull/3270",
                says="An array of texts as fixed-width bytes cut them at 64.",
            ),
            "empty_tokens_kept": patch(
                "empty tokens between two spaces",
                ("in plain.split()]", 'in plain.split(" ")]'),
                report="https://github.com/run-llama/llama_index/pull/199",
                says="A split at each single space gave empty tokens.",
            ),
            "padding_in_front": patch(
                "the padding in front of the tokens",
                ("row[: len(words)] = words", "row[len(row) - len(words) :] = words"),
                report="https://github.com/zhangj111/astnn/pull/28",
                says="Sequences were padded before the real input.",
            ),
        },
    )
)
