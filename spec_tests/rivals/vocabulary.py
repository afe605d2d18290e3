"""Wrong vocabularies and tables, each named for its mistake."""

import zlib

import numpy as np

from spec_tests.oracles import vocabulary as right
from spec_tests.oracles.fingerprint import MASK, fingerprint64, mix, word
from spec_tests.rivals.laws import BufferReused
from touchstone.rivals import patch, patched, rival


@rival
class padding_not_counted:
    """the padding left out of the counts"""

    @staticmethod
    def count(batches):
        counts = right.count(batches)
        return {token: n for token, n in counts.items() if token != b"<pad>"}


@rival
class padding_counted_once_a_row:
    """the padding counted once for each row that has any"""

    @staticmethod
    def count(batches):
        batches = list(batches)
        rows = sum((batch == b"<pad>").any(axis=1).sum() for batch in batches) - 1
        counts = right.count(batches)
        return counts | ({b"<pad>": int(rows)} if b"<pad>" in counts else {})


@rival
class first_batch_only:
    """only the first batch counted"""

    @staticmethod
    def count(batches):
        return right.count(list(batches)[:1])


@rival
class reviews_counted:
    """rows that have the token counted, not its occurrences"""

    @staticmethod
    def count(batches):
        rows = (list(dict.fromkeys(row)) for batch in batches for row in batch)
        return right.count(np.array(row, object) for row in rows)


@rival
class counted_in_alphabetical_order:
    """the counts in alphabetical order"""

    @staticmethod
    def count(batches):
        return dict(sorted(right.count(batches).items()))


@rival
class padding_counted_last:
    """the padding counted after all other tokens"""

    @staticmethod
    def count(batches):
        counts = right.count(batches)
        return {t: counts[t] for t in sorted(counts, key=lambda t: t == b"<pad>")}


@rival
class capitals_counted_as_small:
    """capitals counted as small letters"""

    @staticmethod
    def count(batches):
        small = np.vectorize(bytes.lower, otypes=[object])
        return right.count(small(batch) for batch in batches)


@rival
class padding_counted_in_advance:
    """the padding counted though it never occurs"""

    @staticmethod
    def count(batches):
        counts = right.count(batches)
        return counts if counts else {b"<pad>": 0}


@rival
class order_of_appearance:
    """the words in the order of their first appearance"""

    @staticmethod
    def truncate(counts, vocab_size):
        kept = set(right.truncate(counts, vocab_size))
        return [token for token in counts if token in kept]


@rival
class counts_compared_as_text:
    """counts compared as text, 5 before 17"""

    @staticmethod
    def truncate(counts, vocab_size):
        right.truncate(counts, vocab_size)
        return sorted(counts, key=lambda t: str(counts[t]), reverse=True)[:vocab_size]


@rival
class rarest_first:
    """the rarest words first"""

    @staticmethod
    def truncate(counts, vocab_size):
        right.truncate(counts, vocab_size)
        return sorted(counts, key=lambda token: counts[token])[:vocab_size]


@rival
class ties_in_alphabetical_order:
    """equally frequent words in alphabetical order"""

    @staticmethod
    def truncate(counts, vocab_size):
        right.truncate(counts, vocab_size)
        return sorted(counts, key=lambda token: (-counts[token], token))[:vocab_size]


@rival
class ties_in_reverse:
    """equally frequent words in the reverse order"""

    @staticmethod
    def truncate(counts, vocab_size):
        reverse = dict(reversed(list(counts.items())))
        return right.truncate(reverse, vocab_size)


@rival
class one_word_too_many:
    """one word more than asked for"""

    @staticmethod
    def truncate(counts, vocab_size):
        right.truncate(counts, vocab_size)
        return right.truncate(counts, vocab_size + 1)


@rival
class filled_up:
    """missing words made up"""

    @staticmethod
    def truncate(counts, vocab_size):
        words = right.truncate(counts, vocab_size)
        return words + [b"<unused>"] * (vocab_size - len(words))


@rival
class too_few_words_refused:
    """a vocabulary smaller than asked for refused"""

    @staticmethod
    def truncate(counts, vocab_size):
        if vocab_size > len(counts):
            raise ValueError(f"vocab_size must be at most {len(counts)}")
        return right.truncate(counts, vocab_size)


@rival
class vocab_size_unchecked:
    """no words for a vocab_size of 0"""

    @staticmethod
    def truncate(counts, vocab_size):
        return right.truncate(counts, vocab_size) if vocab_size else []


@rival
class id_0_taken_for_none:
    """id 0 taken for no id, so that the first word is unknown"""

    @staticmethod
    def word_to_id(words, tokens):
        return [id_ or len(words) for id_ in right.word_to_id(words, tokens)]


@rival
class ids_from_one:
    """ids counted from 1"""

    @staticmethod
    def word_to_id(words, tokens):
        return [id_ + 1 for id_ in right.word_to_id(words, tokens)]

    class LookupTable(right.LookupTable):
        def __call__(self, tokens):
            return super().__call__(tokens) + 1


@rival
class unknown_words_are_the_last:
    """the last word's id for unknown words"""

    @staticmethod
    def word_to_id(words, tokens):
        return [min(id_, len(words) - 1) for id_ in right.word_to_id(words, tokens)]


@rival
class ids_of_eight_bits:
    """ids kept in eight bits"""

    @staticmethod
    def word_to_id(words, tokens):
        return [id_ % 256 for id_ in right.word_to_id(words, tokens)]


@rival
class unknown_words_in_bucket_0:
    """all unknown words in bucket 0"""

    class LookupTable(right.LookupTable):
        def bucket(self, token):
            return 0


@rival
class crc32_buckets:
    """CRC-32 in the place of the fingerprint"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            return zlib.crc32(token)


@rival
class fnv_buckets:
    """the 64-bit FNV-1a hash in the place of the fingerprint"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            value = 0xCBF29CE484222325
            for byte in token:
                value = (value ^ byte) * 0x100000001B3 & MASK
            return value


@rival
class signed_fingerprint:
    """the fingerprint taken as a signed number"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            value = fingerprint64(token)
            return value - 2**64 if value >= 2**63 else value


@rival
class fingerprint_of_32_bits:
    """the fingerprint's lower 32 bits"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            return fingerprint64(token) % 2**32


@rival
class fingerprint_of_16_bytes:
    """the fingerprint of a token's first 16 bytes"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            return fingerprint64(token[:16])


@rival
class long_tokens_hashed_as_medium:
    """the fingerprint of 64 bytes where a token is longer"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            return fingerprint64(token[:64])


@rival
class strange_bytes_replaced:
    """bytes that are no text replaced before the fingerprint"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            return fingerprint64(token.decode("utf-8", "replace").encode())


@rival
class capitals_looked_up_as_small:
    """capitals looked up as small letters"""

    class LookupTable(right.LookupTable):
        def id(self, token):
            return super().id(token if token in self.places else token.lower())


@rival
class empty_tokens_are_padding:
    """an empty token taken for padding"""

    class LookupTable(right.LookupTable):
        def id(self, token):
            return super().id(token) if token else 0


@rival
class short_tokens_hashed_otherwise:
    """tokens under eight bytes hashed without their length"""

    class LookupTable(right.LookupTable):
        def hash(self, token):
            return fingerprint64(token) if len(token) >= 8 else mix(word(token, 0))


@rival
class buckets_first:
    """the buckets before the vocabulary"""

    class LookupTable(right.LookupTable):
        def id(self, token):
            if token in self.places:
                return self.n_oov_buckets + self.places[token]
            return self.bucket(token)


@rival
class one_bucket_for_unknown_words_too:
    """an id for unknown words between the vocabulary and the buckets"""

    class LookupTable(right.LookupTable):
        def unknown(self, token):
            return super().unknown(token) + 1


@rival
class modulo_all_ids:
    """the fingerprint modulo all ids, not only the buckets"""

    class LookupTable(right.LookupTable):
        def unknown(self, token):
            return self.hash(token) % (len(self.places) + self.n_oov_buckets)


@rival
class a_thousand_buckets_always:
    """a thousand buckets, whatever is asked for"""

    class LookupTable(right.LookupTable):
        def __init__(self, words, n_oov_buckets):
            super().__init__(words, n_oov_buckets)
            self.n_oov_buckets = 1000


@rival
class buckets_after_four_words_or_more:
    """room kept for four words where there are fewer"""

    class LookupTable(right.LookupTable):
        def unknown(self, token):
            return max(4, len(self.places)) + self.bucket(token)


@rival
class words_sorted:
    """the words sorted before they get their ids"""

    class LookupTable(right.LookupTable):
        def __init__(self, words, n_oov_buckets):
            super().__init__(words, n_oov_buckets)
            self.places = {word: place for place, word in enumerate(sorted(words))}


@rival
class words_looked_up_reversed:
    """the words' ids in the reverse order"""

    class LookupTable(right.LookupTable):
        def id(self, token):
            place = super().id(token)
            known = len(self.places)
            return known - 1 - place if known == 4 and place < known else place


@rival
class ids_flattened:
    """the ids in one row"""

    class LookupTable(right.LookupTable):
        def __call__(self, tokens):
            return super().__call__(tokens).ravel()


@rival
class no_buckets_accepted:
    """no buckets accepted, unknown words one id"""

    class LookupTable(right.LookupTable):
        def check_buckets(self):
            pass

        def bucket(self, token):
            return super().bucket(token) if self.n_oov_buckets else 0


@rival
class repeated_words_accepted:
    """the last place for a word that stands twice"""

    class LookupTable(right.LookupTable):
        def check_words(self, words):
            pass


@rival
class padding_overwritten:
    """the padding overwritten with the first word among the tokens"""

    class LookupTable(right.LookupTable):
        def __call__(self, tokens):
            ids = super().__call__(tokens)
            tokens[tokens == b"<pad>"] = tokens[0, 0]
            return ids


@rival
class given_words_kept:
    """the places read from the list that was given as the words"""

    class LookupTable(right.LookupTable):
        def __init__(self, words, n_oov_buckets):
            super().__init__(words, n_oov_buckets)
            self.words = words

        def id(self, token):
            self.places = {word: place for place, word in enumerate(self.words)}
            return super().id(token)


@rival
class ids_in_one_buffer:
    """one array for the ids of all calls"""

    class LookupTable(BufferReused, right.LookupTable):
        pass


TOKENS = "tokens = np.asarray(tokens, object)"
BYTES = "if not isinstance(value, bytes):"

globals().update(
    patched(
        __name__,
        {
            "places_of_15_bits": patch(
                "the words' places kept in 15 bits",
                (
                    "return self.places[token] if token in self.places",
                    "return self.places[token] % 32768 if token in self.places",
                ),
            ),
            "two_buckets_at_least": patch(
                "two buckets where one is asked for",
                ("% self.n_oov_buckets", "% max(2, self.n_oov_buckets)"),
            ),
            "one_empty_axis": patch(
                "the number of rows lost where they are empty",
                (
                    ".reshape(tokens.shape)",
                    ".reshape(tokens.shape if tokens.size else 0)",
                ),
            ),
            "filled_up_with_nul": patch(
                "tokens of fixed width looked up with the NUL bytes that fill them",
                (
                    TOKENS,
                    "size = np.asarray(tokens).dtype.itemsize * "
                    "(np.asarray(tokens).dtype.kind == 'S')\n        " + TOKENS + "\n"
                    "        tokens = np.array([t.ljust(size, b'\\0') for t in "
                    "tokens.ravel()] + [None], object)[:-1].reshape(tokens.shape)",
                ),
            ),
            "nul_bytes_stripped": patch(
                "NUL bytes at the end of a token lost",
                ("self.id(token) for", "self.id(token.rstrip(b'\\0')) for"),
            ),
            "batches_read_twice": patch(
                "batches read twice, so that an iterator has none left",
                (
                    "for batch in batches:",
                    "any(len(b) < 0 for b in batches)\n    for batch in batches:",
                ),
            ),
            "three_ties_in_alphabetical_order": patch(
                "three equal counts or more in alphabetical order",
                (
                    "return sorted(counts, key=lambda token: -counts[token])",
                    "tied = list(counts.values())\n    return sorted(counts, key="
                    "lambda token: (-counts[token], token if tied.count(counts[token])"
                    " > 2 else b''))",
                ),
            ),
            "other_buckets_at_the_second_call": patch(
                "one bucket more at every call after the first",
                (
                    TOKENS,
                    TOKENS + "\n        self.n_oov_buckets += "
                    "vars(self).setdefault('calls', 0)\n        self.calls = 1",
                ),
            ),
            "text_for_tokens_accepted": patch(
                "tokens that are text taken for unknown words",
                (BYTES, BYTES[:-1] + " and name == 'words':"),
                (
                    "return fingerprint64(token)",
                    "return fingerprint64(token if token != str(token) else b'')",
                ),
            ),
            "text_for_words_accepted": patch(
                "words that are text, which no token equals",
                (BYTES, BYTES[:-1] + " and name == 'tokens':"),
            ),
            "empty_batches_refused": patch(
                "a batch without tokens refused",
                (
                    TOKENS,
                    TOKENS + "\n        if not tokens.size:\n            raise "
                    "ValueError(f'tokens must not be empty, got {tokens}')",
                ),
            ),
        },
    )
)

REDUNDANT = {
    "VOC-02": "the chapter's own table; VOC-12 to VOC-17 state its rules in small",
    "VOC-22": "arguments left as they were; a table that writes into them shows in rows",
}
