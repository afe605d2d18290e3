"""Char-RNNs that are right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.char_rnn",
        {
            "epsilon_after_the_correction": patch(
                "epsilon added after the bias is corrected",
                (
                    "training",
                    "np.sqrt(v) + EPSILON",
                    "np.sqrt(v) + EPSILON * (1 - BETA_2**self._step) ** 0.5",
                ),
            ),
            "smaller_epsilon": patch(
                "an epsilon of 1e-8",
                ("training", "0.999, 1e-7", "0.999, 1e-8"),
            ),
            "loss_of_logits": patch(
                "a loss of the logits",
                (
                    "        return self.cost(self(inputs), targets)",
                    '        with np.errstate(divide="ignore"):\n'
                    "            logits = np.log(self(inputs))\n"
                    "        largest = logits.max(axis=-1, keepdims=True)\n"
                    "        logits = logits - largest\n"
                    "        total = np.log(np.exp(logits).sum(axis=-1))\n"
                    "        targets = np.asarray(targets)[..., np.newaxis]\n"
                    "        chosen = np.take_along_axis(logits, targets, "
                    "axis=-1)[..., 0]\n"
                    "        return (total - chosen).mean()",
                ),
            ),
            "candidate_blended_by_difference": patch(
                "the state moved to the candidate by a share",
                (
                    "recurrent",
                    "return z * h + (1 - z) * candidate",
                    "return candidate + z * (h - candidate)",
                ),
            ),
        },
    )
)
