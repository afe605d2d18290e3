"""Sampling that was wrong in the field."""

from touchstone.rivals import patch, patched

_NORMALISED = "def normalised(self, logits):\n        return softmax(logits)"
_PROBABILITIES = "def probabilities(self, logits):\n        return softmax(logits)"
_LESS_THE_LARGEST = "(log_p - log_p.max(axis=-1, keepdims=True))"

globals().update(
    patched(
        __name__,
        {
            "not_normalised_again": patch(
                "powers of the probabilities that are not normalised again",
                (_LESS_THE_LARGEST, "log_p"),
                (
                    _NORMALISED,
                    "def normalised(self, logits):\n        return np.exp(logits)",
                ),
                report="https://github.com/MoonshotAI/Kimi-Audio/pull/161",
                says="The temperature divided log-probabilities after the softmax.",
            ),
            "temperature_inverted": patch(
                "a temperature that multiplies the log-probabilities",
                ("/ real(temperature)", "* real(temperature)"),
                report="https://github.com/karpathy/char-rnn/issues/124",
                says="Low temperatures were said to give random characters and high ones "
                "likely ones.",
            ),
            "temperature_applied_twice": patch(
                "the temperature applied twice",
                ("/ real(temperature)", "/ real(temperature) ** 2"),
                report="https://github.com/Adibvafa/CodonTransformer/pull/20",
                says="Logits were scaled by the temperature more than once.",
            ),
            "temperature_at_least_a_hundredth": patch(
                "temperatures below 0.01 raised to it",
                ("/ real(temperature)", "/ max(real(temperature), 0.01)"),
                report="https://github.com/NVIDIA/TensorRT-LLM/pull/15716",
                says="Small temperatures were clamped to 0.01, which changes valid ones.",
            ),
            "smallest_temperatures_greedy": patch(
                "the first largest class alone at temperatures below 0.00001",
                (
                    "            return self.normalised(",
                    "            if temperature < 1e-5:\n"
                    "                return np.eye(p.shape[-1])[p.argmax(axis=-1)]\n"
                    "            return self.normalised(",
                ),
                report="https://github.com/index-tts/index-tts/pull/537",
                says="Below a temperature of 0.00001 the largest class was chosen.",
            ),
            "underflow_at_small_temperatures": patch(
                "a quotient of zeros where the powers underflow",
                (_LESS_THE_LARGEST, "log_p"),
                (
                    _NORMALISED,
                    "def normalised(self, logits):\n"
                    '        with np.errstate(invalid="ignore"):\n'
                    "            powers = np.exp(logits)\n"
                    "            return powers / powers.sum(axis=-1, keepdims=True)",
                ),
                report="https://github.com/ml4a/ml4a/issues/3",
                says="Sampling crashed at small temperatures, where exponentials of the "
                "scaled log-probabilities underflow.",
            ),
            "probabilities_read_as_logits": patch(
                "probabilities read as logits",
                (
                    _PROBABILITIES,
                    "def probabilities(self, logits):\n"
                    "        return softmax(softmax(logits))",
                ),
                report="https://github.com/tensorflow/probability/issues/585",
                says="Probabilities were given where a distribution takes logits, which "
                "makes it nearly even.",
            ),
            "logits_read_as_probabilities": patch(
                "logits read as weights, negative ones as 0",
                (
                    _PROBABILITIES,
                    "def probabilities(self, logits):\n"
                    "        weights = np.maximum(logits, 1e-9)\n"
                    "        return weights / weights.sum(axis=-1, keepdims=True)",
                ),
                report="https://github.com/keras-team/keras-core/pull/389",
                says="The draw took weights, not logits.",
            ),
            "always_the_first_class": patch(
                "the first class in every draw",
                (
                    'return np.searchsorted(np.cumsum(p)[:-1], uniform, side="right")',
                    "return np.zeros(len(uniform), np.int64)",
                ),
                report="https://github.com/clab/dynet/issues/708",
                says="Sampling from log-probabilities gave class 0 all the time.",
            ),
            "rows_with_the_same_numbers": patch(
                "the same random numbers for every row",
                (
                    "uniform = self.uniform(self.generator(seed), (len(p), n_samples))",
                    "uniform = [\n"
                    "            self.uniform(self.generator(seed), n_samples) for _ in p\n"
                    "        ]",
                ),
                report="https://github.com/AakashKumarNain/TF_JAX_tutorials/issues/4",
                says="A loop made the same random key anew in each turn; transferred to "
                "a loop over the rows.",
            ),
        },
    )
)
