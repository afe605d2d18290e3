"""Transformers that differ from the oracle in the order of arithmetic."""

from touchstone.rivals import patch, patched

EMBEDDED = 'return self.encoded(real(self._weights["embedding/embeddings"])[ids], side)'

globals().update(
    patched(
        "spec_tests.rivals.transformer",
        {
            "embedding_as_a_product": patch(
                "the product of one-hot rows with the embeddings",
                (
                    EMBEDDED,
                    'table = real(self._weights["embedding/embeddings"])\n'
                    "        hot = np.eye(len(table))[ids]\n"
                    "        return self.encoded(product(hot, table), side)",
                ),
            ),
            "scale_on_the_queries": patch(
                "the scale on the queries, before the product with the keys",
                (
                    "attention",
                    "return self.scaled(product(query, key.swapaxes(1, 2)))  "
                    "# [B, T, S]",
                    "return product(self.scaled(query), key.swapaxes(1, 2))",
                ),
            ),
            "masked_scores_of_minus_infinity": patch(
                "minus infinity for the scores of what is not seen",
                ("attention", "NEVER = -1e9 ", "NEVER = -np.inf "),
            ),
            "epsilon_of_the_paper": patch(
                "Adam's epsilon added after the correction of the second moment",
                (
                    "training",
                    "return m / (np.sqrt(v) + EPSILON)",
                    "return m / (np.sqrt(v) + EPSILON * (1 - BETA_2**self._step) ** 0.5)",
                ),
            ),
            "probabilities_in_single_precision": patch(
                "float32 probabilities",
                (
                    "return self.probabilities(decoded)  # [B, T, V]",
                    "return self.probabilities(decoded).astype(np.float32)",
                ),
                (
                    "return sparse_cross_entropy(self(*inputs), targets)",
                    "encoded = self.encode(self.embedded(np.asarray(inputs[0]), "
                    '"encoder"))\n'
                    '        steps = self.embedded(np.asarray(inputs[1]), "decoder")\n'
                    "        exact = self.probabilities(self.decode(steps, encoded))\n"
                    "        return sparse_cross_entropy(exact, targets)",
                ),
            ),
        },
    )
)
