"""Sentiment models that are right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.sentiment",
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
            "zeros_where_masked": patch(
                "zeros for the first layer's outputs at masked steps",
                (
                    "return self.gru_1(embedded, keep_mask=keep)[0]",
                    "return self.gru_1(embedded, keep_mask=keep)[0] * "
                    "keep[..., np.newaxis]",
                ),
            ),
            "rounded_probabilities": patch(
                "probabilities rounded for the accuracy",
                (
                    "(real(probabilities)[:, 0] > 0.5)",
                    "np.round(real(probabilities)[:, 0])",
                ),
                ("(np.asarray(labels) == 1)", "np.asarray(labels)"),
            ),
            "loss_of_the_labels_side": patch(
                "the loss of the probability of the label",
                (
                    "return binary_cross_entropy(probabilities, "
                    "np.reshape(labels, [-1, 1]))",
                    "p = real(probabilities)[:, 0]\n"
                    "    return -np.log(np.where(np.asarray(labels) == 1, p, 1 "
                    "- p)).mean()",
                ),
            ),
        },
    )
)
