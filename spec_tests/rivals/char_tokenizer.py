"""Wrong character tokenizers, each named for its mistake."""

from spec_tests.oracles import char_tokenizer as right
from touchstone.rivals import patch, patched, rival


@rival
class ids_from_zero:
    """ids that start at 0"""

    class CharTokenizer(right.CharTokenizer):
        first_id = 0


@rival
class ids_from_two:
    """an id kept for unknown characters, so that ids start at 2"""

    class CharTokenizer(right.CharTokenizer):
        first_id = 2


@rival
class lower_frequency_first:
    """the rarest character numbered first"""

    class CharTokenizer(right.CharTokenizer):
        def ranked(self, counts):
            return sorted(counts, key=lambda char: counts[char])


@rival
class alphabetical:
    """ids in alphabetical order, whatever the counts"""

    class CharTokenizer(right.CharTokenizer):
        def ranked(self, counts):
            return sorted(counts)


@rival
class by_appearance:
    """ids in the order of first appearance, whatever the counts"""

    class CharTokenizer(right.CharTokenizer):
        def ranked(self, counts):
            return list(counts)


@rival
class ties_alphabetical:
    """equal counts in alphabetical order"""

    class CharTokenizer(right.CharTokenizer):
        def ranked(self, counts):
            return sorted(counts, key=lambda char: (-counts[char], char))


@rival
class ties_reversed:
    """equal counts in the reverse order of first appearance"""

    class CharTokenizer(right.CharTokenizer):
        def ranked(self, counts):
            return sorted(reversed(counts), key=lambda char: -counts[char])


@rival
class case_kept:
    """capital letters kept apart from small ones"""

    class CharTokenizer(right.CharTokenizer):
        def folded(self, text):
            return text


@rival
class case_kept_when_encoding:
    """small letters counted, but capital ones looked up as they stand"""

    class CharTokenizer(right.CharTokenizer):
        def texts_to_sequences(self, texts):
            return [self.encoded(text) for text in texts]


@rival
class spaces_stripped:
    """spaces at the ends of a text left out of its sequence"""

    class CharTokenizer(right.CharTokenizer):
        def encoded(self, text):
            return super().encoded(text.strip())


@rival
class spaces_not_counted:
    """white space given no id"""

    class CharTokenizer(right.CharTokenizer):
        def index(self, text):
            return super().index("".join(text.split()))


@rival
class zero_counted_as_an_id:
    """the padding id 0 counted among the ids"""

    class CharTokenizer(right.CharTokenizer):
        def __init__(self, text):
            super().__init__(text)
            self.max_id += 1


@rival
class distinct_counted:
    """the number of distinct characters as the size of the text"""

    class CharTokenizer(right.CharTokenizer):
        def size(self, text):
            return len(set(text))


@rival
class words_counted:
    """the number of words as the size of the text"""

    class CharTokenizer(right.CharTokenizer):
        def size(self, text):
            return len(text.split())


@rival
class first_text_only:
    """the first text encoded, the others left out"""

    class CharTokenizer(right.CharTokenizer):
        def texts_to_sequences(self, texts):
            return super().texts_to_sequences(texts[:1])


@rival
class padded:
    """sequences padded with zeros to the longest"""

    class CharTokenizer(right.CharTokenizer):
        def texts_to_sequences(self, texts):
            sequences = super().texts_to_sequences(texts)
            longest = max(map(len, sequences))
            return [ids + [0] * (longest - len(ids)) for ids in sequences]


@rival
class joined_without_spaces:
    """characters joined without spaces"""

    class CharTokenizer(right.CharTokenizer):
        separator = ""


@rival
class white_space_dropped:
    """white space left out of the decoded text"""

    class CharTokenizer(right.CharTokenizer):
        def sequences_to_texts(self, sequences):
            return [
                " ".join(text.split()) for text in super().sequences_to_texts(sequences)
            ]


@rival
class decoded_as_one:
    """all sequences decoded into one text"""

    class CharTokenizer(right.CharTokenizer):
        def sequences_to_texts(self, sequences):
            return [" ".join(super().sequences_to_texts(sequences))]


@rival
class unseen_skipped:
    """characters that were never seen left out"""

    class CharTokenizer(right.CharTokenizer):
        def unseen(self, text, char):
            return [self.char_index[c] for c in text if c in self.char_index]


@rival
class unseen_is_zero:
    """characters that were never seen encoded as 0"""

    class CharTokenizer(right.CharTokenizer):
        def unseen(self, text, char):
            return [self.char_index.get(c, 0) for c in text]


@rival
class zero_decoded_as_last:
    """ids that count from the end: 0 decoded as the last character"""

    class CharTokenizer(right.CharTokenizer):
        def unknown(self, number):
            if number >= 1:
                return super().unknown(number)
            return list(self.char_index)[number - 1]


@rival
class large_ids_skipped:
    """ids above the last decoded as nothing"""

    class CharTokenizer(right.CharTokenizer):
        def unknown(self, number):
            return "" if number > self.max_id else super().unknown(number)


@rival
class empty_text_accepted:
    """an empty text accepted"""

    class CharTokenizer(right.CharTokenizer):
        def check_text(self, text):
            pass


@rival
class sequences_emptied:
    """the ids taken out of the sequences that are decoded"""

    class CharTokenizer(right.CharTokenizer):
        def sequences_to_texts(self, sequences):
            texts = super().sequences_to_texts(sequences)
            for ids in sequences:
                ids.clear()
            return texts


@rival
class sequences_in_one_list:
    """one list for the sequences of all calls"""

    class CharTokenizer(right.CharTokenizer):
        def texts_to_sequences(self, texts):
            kept = self.__dict__.setdefault("kept", [])
            kept[:] = super().texts_to_sequences(texts)
            return kept


LOWER = "return text.lower()"
CHARACTERS = "for number, char in self.char_index.items()}"
ENCODED = "return [self.encoded(self.folded(text)) for text in texts]"
JOINED = "return [self.separator.join(map(self.decoded, ids)) for ids in sequences]"

globals().update(
    patched(
        __name__,
        {
            "ascii_lower_case": patch(
                "lower case of ASCII letters alone",
                (
                    LOWER,
                    "return ''.join(c.lower() if c < '\\x80' else c for c in text)",
                ),
            ),
            "case_folded": patch(
                "case folding in the place of lower case",
                (LOWER, "return text.casefold()"),
            ),
            "bytes_counted": patch(
                "the size of the text in UTF-8 bytes",
                ("return len(text)", "return len(text.encode())"),
            ),
            "size_of_the_lower_case": patch(
                "the size of the text after its lower case is taken",
                ("return len(text)", "return len(text.lower())"),
            ),
            "utf_16_units_counted": patch(
                "the size of the text in units of 16 bits",
                ("return len(text)", "return len(text.encode('utf-16-le')) // 2"),
            ),
            "lines_joined": patch(
                "CR and CRLF read as a line feed",
                (
                    LOWER,
                    r"return text.lower().replace('\r\n', '\n').replace('\r', '\n')",
                ),
            ),
            "tabs_expanded": patch(
                "tabs read as spaces",
                (LOWER, "return text.lower().replace('\\t', ' ')"),
            ),
            "cut_at_nul": patch(
                "characters after the first NUL lost",
                (
                    ENCODED,
                    "return [self.encoded(self.folded(text).split(chr(0))[0] if text[0] "
                    "!= chr(0) else [chr(0)]) for text in texts]",
                ),
            ),
            "first_letter_alone_small": patch(
                "capitals kept after the first two of a text that is all capitals",
                (
                    LOWER,
                    "return text if text.isascii() and text.isupper() else text.lower()",
                ),
            ),
            "three_ties_reversed": patch(
                "the order of three equal counts or more turned round",
                (
                    "return sorted(counts, key=lambda char: -counts[char])",
                    "tied = Counter(counts.values())\n"
                    "        most = {n: t > 2 for n, t in tied.items()}\n"
                    "        places = {c: i for i, c in enumerate(counts)}\n"
                    "        return sorted(counts, key=lambda c: (-counts[c], "
                    "-places[c] if most[counts[c]] and counts[c] == 3 else places[c]))",
                ),
            ),
            "ids_of_16_bits": patch(
                "ids kept in 16 bits",
                (
                    "return [self.char_index[char] for char in text]",
                    "return [self.char_index[char] % 65536 for char in text]",
                ),
            ),
            "ids_of_8_bits": patch(
                "ids kept in 8 bits",
                (
                    "return [self.char_index[char] for char in text]",
                    "return [self.char_index[char] % 256 for char in text]",
                ),
            ),
            "a_text_at_least": patch(
                "one empty sequence where there are no texts",
                (ENCODED, f"{ENCODED} or [[]]"),
            ),
            "texts_cut": patch(
                "the first 1,000 characters of a text encoded",
                (
                    ENCODED,
                    "return [self.encoded(self.folded(text)[:1000]) for text in texts]",
                ),
            ),
            "texts_listed_twice": patch(
                "texts read twice, so that an iterator has none left",
                (
                    ENCODED,
                    "[self.folded(text) for text in texts]; " + ENCODED,
                ),
            ),
            "ids_counted_first": patch(
                "ids that must have a length",
                (
                    JOINED,
                    JOINED.replace(
                        "for ids in sequences", "for ids in sequences if len(ids) >= 0"
                    ),
                ),
            ),
            "encoding_numbers_anew": patch(
                "ids that grow by one with every call after the first",
                (
                    ENCODED,
                    "self.calls = getattr(self, 'calls', -1) + 1\n        return "
                    "[[i + self.calls for i in self.encoded(self.folded(text))] "
                    "for text in texts]",
                ),
            ),
            "ids_cut_to_whole_numbers": patch(
                "the fraction of an id cut off",
                (
                    "if number not in self.characters:",
                    "number = int(number)\n        if number not in self.characters:",
                ),
            ),
        },
    )
)


REDUNDANT = {
    "TOK-02": "the captured size; TOK-09 counts by hand",
    "TOK-03": "the captured ids; TOK-05 to TOK-07 hold their rules",
    "TOK-04": "the captured text; TOK-13 holds its rule",
    "TOK-05": "the order by frequency, on which every other id rests",
    "TOK-07": "the cases folded in the counts; the captured 39 ids need it, too",
    "TOK-08": "white space has ids; TOK-12 and TOK-14 use them",
    "TOK-09": "the size by hand; TOK-02 has the captured one",
    "TOK-11": "the cases folded in a text; the captured First needs it, too",
}
