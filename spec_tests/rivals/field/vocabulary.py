"""Vocabularies that were wrong in the field."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        __name__,
        {
            "bucket_of_the_absolute_signed_hash": patch(
                "buckets of the absolute value of a signed fingerprint",
                (
                    "return self.hash(token) % self.n_oov_buckets",
                    "hash_ = self.hash(token)\n"
                    "        return min(hash_, 2**64 - hash_) % self.n_oov_buckets",
                ),
                report="https://github.com/growthbook/growthbook/pull/6159",
                says="The fingerprint was a signed number, and its absolute value was "
                "used to choose a bucket.",
            ),
            "lengths_of_whole_blocks_hashed_wrong": patch(
                "one block too many where the length is a multiple of 64",
                (
                    "fingerprint",
                    "n_blocks = (len(text) - 1) // 64",
                    "n_blocks = len(text) // 64",
                ),
                report="https://github.com/seiflotfy/rust-farmhash/issues/18",
                says="Fingerprints differed from the reference for lengths above 64 that "
                "are multiples of 64.",
            ),
            "long_tokens_hashed_like_short_ones": patch(
                "the hash of up to 64 bytes for longer tokens too",
                (
                    "fingerprint",
                    "return up_to_64(text) if size <= 64 else longer(text)",
                    "return up_to_64(text)",
                ),
                report="https://github.com/dgryski/go-farm/pull/7",
                says="The hash of texts longer than 64 bytes was wrong.",
            ),
            "nul_at_the_end_of_tokens_stripped": patch(
                "NUL bytes at the end of a token stripped",
                (
                    "tokens = np.asarray(tokens, object)",
                    "tokens = np.asarray(tokens, np.bytes_)",
                ),
                report="https://github.com/numpy/numpy/issues/25268",
                says="An array of bytes loses the NUL bytes at the end of each element.",
            ),
            "tokens_hashed_in_another_encoding": patch(
                "tokens beyond ASCII hashed in UTF-16",
                (
                    "return fingerprint64(token)",
                    "if not token.isascii():\n"
                    '            text = token.decode("utf-8", "surrogateescape")\n'
                    '            token = text.encode("utf-16-le", "surrogatepass")\n'
                    "        return fingerprint64(token)",
                ),
                report="https://github.com/flier/pyfasthash/issues/56",
                says="A text beyond ASCII got another fingerprint than its UTF-8 bytes.",
            ),
            "unknown_ids_collide_with_the_last_words": patch(
                "ids of unknown tokens that are those of the last two words",
                (
                    "return len(self.places) + self.bucket(token)",
                    "return max(len(self.places) - 2, 0) + self.bucket(token)",
                ),
                report="https://github.com/tensorflow/docs/pull/2260",
                says="Two ids were reserved but not counted, so that unknown tokens got "
                "the id of a word near the end.",
            ),
            "room_left_for_special_tokens": patch(
                "two words fewer, for special tokens",
                ("[:vocab_size]", "[: max(vocab_size - 2, 0)]"),
                report="https://github.com/pytorch/text/issues/71",
                says="The number of special tokens was subtracted from the number of "
                "words asked for.",
            ),
            "equal_counts_sorted_by_word": patch(
                "words of equal counts sorted by word",
                (
                    "key=lambda token: -counts[token]",
                    "key=lambda token: (-counts[token], token)",
                ),
                report="https://github.com/ufal/neuralmonkey/pull/719",
                says="Words of equal frequency were cut off at random; sorting them "
                "made the result repeatable.",
            ),
            "kept_words_in_alphabetical_order": patch(
                "the kept words in alphabetical order",
                (
                    "return sorted(counts, key=lambda token: -counts[token])[:vocab_size]",
                    "kept = sorted(counts, key=lambda token: -counts[token])[:vocab_size]\n"
                    "    return sorted(kept)",
                ),
                report="https://github.com/hunkim/word-rnn-tensorflow/issues/75",
                says="Words were ranked by frequency and then sorted by the alphabet.",
            ),
            "counts_in_32_bits": patch(
                "counts that overflow 32 bits",
                (
                    "key=lambda token: -counts[token]",
                    "key=lambda token: -((counts[token] + 2**31) % 2**32 - 2**31)",
                ),
                report="https://github.com/huggingface/tokenizers/pull/2057",
                says="Counts of a large corpus overflowed signed 32-bit integers.",
            ),
            "unknown_words_read_as_padding": patch(
                "the id 0 for tokens that are no words",
                ("else len(words) for token in tokens", "else 0 for token in tokens"),
                report="https://github.com/NTMC-Community/MatchZoo/pull/693",
                says="Unknown words and padding had the same index.",
            ),
            "ids_of_the_first_table": patch(
                "ids remembered from the first table that saw the token",
                (
                    "return self.places[token] if token in self.places else "
                    "self.unknown(token)",
                    "places = self.places\n"
                    "        found = places[token] if token in places else "
                    "self.unknown(token)\n"
                    "        return CACHE.setdefault(token, found)",
                ),
                ("class LookupTable:", "CACHE = {}\n\n\nclass LookupTable:"),
                report="https://github.com/rsennrich/subword-nmt/issues/27",
                says="The cache was a default argument, so that a second tokenizer gave "
                "the pieces of the first one.",
            ),
        },
    )
)
