"""Character tokenizers that were wrong in the field."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        __name__,
        {
            "lower_case_without_effect": patch(
                "upper case kept",
                ("return text.lower()", "return text"),
                report="https://github.com/keras-team/keras/issues/6310",
                says="The option for lower case had no effect at character level.",
            ),
            "rarest_character_lost": patch(
                "the character of the largest id left out of sequences",
                (
                    "return [self.char_index[char] for char in text]",
                    "ids = [self.char_index[char] for char in text]\n"
                    "        return [number for number in ids if number < self.max_id]",
                ),
                report="https://github.com/keras-team/keras-preprocessing/pull/53",
                says="A tokenizer limited to n words used only n - 1 of them.",
            ),
            "characters_joined_without_spaces": patch(
                "no spaces between the characters of a decoded text",
                ('separator = " "', 'separator = ""'),
                report="https://github.com/keras-team/keras-preprocessing/issues/346",
                says="The spaces between decoded characters were reported as a bug; "
                "joined as the report asks, the text differs from Keras 2's.",
            ),
            "ids_in_alphabetical_order": patch(
                "ids in alphabetical order",
                (
                    "return sorted(counts, key=lambda char: -counts[char])",
                    "return sorted(counts)",
                ),
                report="https://github.com/karpathy/minGPT/pull/21",
                says="The order of a set changed from run to run; characters were "
                "sorted instead.",
            ),
            "ties_in_alphabetical_order": patch(
                "equally frequent characters in alphabetical order",
                (
                    "key=lambda char: -counts[char]",
                    "key=lambda char: (-counts[char], char)",
                ),
                report="https://github.com/fonttools/fonttools/pull/2351",
                says="Equal counts came in an arbitrary order before Python 3.7; a "
                "comparison of the items themselves was proposed for ties.",
            ),
            "size_in_utf16_units": patch(
                "the size of the text counted in UTF-16 units",
                ("return len(text)", 'return len(text.encode("utf-16-le")) // 2'),
                report="https://github.com/jsonata-js/jsonata/issues/156",
                says="The length of a text with an emoji counted both halves of its "
                "surrogate pair.",
            ),
            "surrogate_pairs_split": patch(
                "characters beyond 16 bits split in two",
                (
                    "return text.lower()",
                    'units = text.lower().encode("utf-16-le")\n'
                    "        pairs = zip(units[::2], units[1::2], strict=True)\n"
                    '        return "".join(chr(low + 256 * high) for low, high in pairs)',
                ),
                report="https://github.com/omnidan/node-emoji/pull/87",
                says="JavaScript's split with an empty separator cut emoji into the "
                "halves of their surrogate pairs.",
            ),
            "line_ends_counted_once": patch(
                "a carriage return with its line feed counted as one character",
                ("return len(text)", 'return len(text.replace("\\r\\n", "\\n"))'),
                report="https://github.com/swen128/twitter-text-python/pull/7",
                says="The two characters of a line end were counted as one there; "
                "transferred to the size of the text.",
            ),
            "nul_at_the_end_stripped": patch(
                "NUL characters at the end of a text stripped",
                ("return text.lower()", 'return text.lower().rstrip("\\0")'),
                report="https://github.com/capitalone/DataProfiler/pull/428",
                says="NumPy trimmed texts that end in a null character in training.",
            ),
            "index_shared_by_all_tokenizers": patch(
                "one index shared by all tokenizers",
                (
                    "        self.char_index = self.index(folded)\n",
                    "        self.char_index = SHARED\n"
                    "        SHARED.clear()\n"
                    "        SHARED.update(self.index(folded))\n",
                ),
                ("class CharTokenizer:", "SHARED = {}\n\n\nclass CharTokenizer:"),
                report="https://github.com/nltk/nltk/issues/1108",
                says="The parameters were a default argument of the constructor, so that "
                "all instances trained the same ones.",
            ),
        },
    )
)
