"""Encoder-decoders that differ from the oracle in what the contract leaves open."""

from touchstone.rivals import patch, patched

DECODED = "return self.decoded(decoder_inputs, lengths, self.read(encoder_inputs))"
SPOKEN = "p = self.decoded(decoder_inputs, lengths, self.read(encoder_inputs))\n"
PAST = "        past = np.arange(p.shape[1]) >= np.asarray(lengths)[:, np.newaxis]\n"

globals().update(
    patched(
        "spec_tests.rivals.encoder_decoder",
        {
            "zeros_past_the_length": patch(
                "zeros past a row's own length",
                (
                    DECODED,
                    f"{SPOKEN}{PAST}        return np.where(past[..., None], 0, p)",
                ),
            ),
            "uniform_past_the_length": patch(
                "a uniform distribution past a row's own length",
                (
                    DECODED,
                    f"{SPOKEN}{PAST}        even = 1 / self.vocabulary_size\n"
                    "        return np.where(past[..., None], even, p)",
                ),
            ),
            "softmax_by_its_logarithm": patch(
                "the exponential of a log-softmax",
                (
                    "return softmax(logits)",
                    "low = logits - logits.max(axis=-1, keepdims=True)\n"
                    "        total = np.exp(low).sum(axis=-1, keepdims=True)\n"
                    "        return np.exp(low - np.log(total))",
                ),
                (
                    "import product, real, sigmoid, softmax",
                    "import product, real, sigmoid",
                ),
            ),
            "epsilon_of_the_paper": patch(
                "Adam's epsilon added after the correction of the second moment",
                (
                    "training",
                    "return m / (np.sqrt(v) + EPSILON)",
                    "return m / (np.sqrt(v) + EPSILON * (1 - BETA_2**self._step) ** 0.5)",
                ),
            ),
            "kernels_side_by_side": patch(
                "one product of inputs and state side by side",
                (
                    "sums = product(x, self.kernel) + product(h, self.recurrent_kernel)",
                    "both = np.concatenate([self.kernel, self.recurrent_kernel], axis=1)\n"
                    "        sums = product(np.concatenate([x, h], axis=-1), both)",
                ),
            ),
            "first_of_equals_by_sorting": patch(
                "the likeliest id found by sorting",
                (
                    "return np.argmax(probabilities, axis=-1)",
                    'return np.argsort(-probabilities, axis=-1, kind="stable")[..., 0]',
                ),
            ),
        },
    )
)
