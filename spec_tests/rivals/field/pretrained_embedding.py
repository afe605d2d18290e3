"""Models on pretrained embeddings that were wrong in the field."""

from touchstone.rivals import patch, patched

_CATEGORY = 'unicodedata.category(c).startswith("P")'
_KEPT = f"kept = [c for c in text.decode() if not {_CATEGORY}]"

globals().update(
    patched(
        __name__,
        {
            "ascii_punctuation_alone_removed": patch(
                "the punctuation of ASCII removed, with its symbols, and no other",
                (f"if not {_CATEGORY}", "if c not in string.punctuation"),
                ("import unicodedata\n", "import string\nimport unicodedata\n"),
                report="https://github.com/jitsi/jiwer/issues/56",
                says="Curly quotes were not removed with the punctuation.",
            ),
            "spaces_for_punctuation": patch(
                "a space in place of each punctuation mark",
                (
                    _KEPT,
                    f'kept = [" " if {_CATEGORY} else c for c in text.decode()]',
                ),
                report="https://github.com/dataiku/dataiku-contrib/pull/144",
                says="Texts were cleaned by replacing punctuation with spaces.",
            ),
            "lower_case": patch(
                "texts in lower case",
                (_KEPT, _KEPT.replace("decode()", "decode().lower()")),
                report="https://github.com/dataiku/dataiku-contrib/pull/144",
                says="Texts were cleaned by making them lower case.",
            ),
            "empty_words_left_out": patch(
                "no empty words between two spaces",
                (
                    'return text.split(b" ")',
                    'return [word for word in text.split(b" ") if word] or [b""]',
                ),
                report="https://github.com/run-llama/llama_index/pull/199",
                says="The empty pieces between spaces were counted as nothing.",
            ),
            "mean_of_the_words": patch(
                "the mean of the vectors of a text",
                (
                    "return vectors.sum(axis=0) / np.sqrt(len(vectors))",
                    "return vectors.mean(axis=0)",
                ),
                report="https://github.com/tensorflow/addons/pull/2352",
                says="The default combination was the mean, where users expect another.",
            ),
            "frozen_embedding_trained": patch(
                "a frozen embedding that training changes",
                ("training", "if name not in self.frozen\n", "if name\n"),
                report="https://github.com/HazyResearch/metal/issues/95",
                says="Weights of the embedding were updated whatever its option to "
                "freeze them said.",
            ),
            "frozen_embedding_decays": patch(
                "weight decay of a frozen embedding",
                (
                    "training",
                    "        self._step = getattr",
                    "        for name in self.frozen:\n"
                    "            self._weights[name] = self._weights[name] * "
                    "(1 - 0.01 * LEARNING_RATE)\n"
                    "        self._step = getattr",
                ),
                report="https://github.com/huggingface/diffusers/issues/1009",
                says="Embeddings without gradient were still subject to AdamW's decay.",
            ),
            "frozen_embedding_listed_as_trained": patch(
                "a frozen embedding among the names of the trained weights",
                (
                    "return [name for name in self._weights if name not in self.frozen]",
                    "return list(self._weights)",
                ),
                report="https://github.com/keras-team/keras/issues/21201",
                says="A frozen embedding was among the trainable weights of its model.",
            ),
            "embedding_drawn_anew": patch(
                "random vectors in place of the saved ones",
                (
                    "def first(self, vectors):\n        return vectors",
                    "def first(self, vectors):\n"
                    "        rng = np.random.default_rng(0)\n"
                    "        return rng.uniform(-0.08, 0.08, vectors.shape)",
                ),
                report="https://github.com/IBM/pytorch-seq2seq/issues/147",
                says="All parameters were initialised, the pretrained embedding too.",
            ),
            "long_words_hashed_like_short_ones": patch(
                "the hash of up to 64 bytes for longer words too",
                (
                    "fingerprint",
                    "return up_to_64(text) if size <= 64 else longer(text)",
                    "return up_to_64(text)",
                ),
                report="https://github.com/dgryski/go-farm/pull/7",
                says="The hash of texts longer than 64 bytes was wrong.",
            ),
            "nul_at_the_end_of_words_stripped": patch(
                "NUL bytes at the end of a word stripped",
                ("np.array(words, object)", "np.array(words, np.bytes_)"),
                report="https://github.com/numpy/numpy/issues/8089",
                says="Elements of an array of bytes are returned without the NUL bytes at "
                "their end.",
            ),
            "bucket_of_the_absolute_signed_hash": patch(
                "vectors by the absolute value of a signed fingerprint",
                (
                    "vocabulary",
                    "return self.hash(token) % self.n_oov_buckets",
                    "hash_ = self.hash(token)\n"
                    "        return min(hash_, 2**64 - hash_) % self.n_oov_buckets",
                ),
                report="https://github.com/growthbook/growthbook/pull/6159",
                says="The fingerprint was a signed number, and its absolute value was "
                "used to choose a bucket.",
            ),
        },
    )
)

# What no clause rejects yet, and the condition under which it is wrong.
ACCEPTED = {
    "long_words_hashed_like_short_ones": "unknown words of more than 64 bytes",
    "bucket_of_the_absolute_signed_hash": "more than two vectors for unknown words",
    "nul_at_the_end_of_words_stripped": "a word that ends in NUL",
}
