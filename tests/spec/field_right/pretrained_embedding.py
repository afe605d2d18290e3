"""Models on pretrained embeddings that are right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.pretrained_embedding",
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
            "names_in_a_tuple": patch(
                "the trained names in a tuple",
                (
                    "return [name for name in self._weights if name not in "
                    "self.frozen]",
                    "return tuple(name for name in self._weights if name not "
                    "in self.frozen)",
                ),
            ),
            "mean_times_the_root": patch(
                "the mean of the vectors times the root of their number",
                (
                    "return vectors.sum(axis=0) / np.sqrt(len(vectors))",
                    "return vectors.mean(axis=0) * np.sqrt(len(vectors))",
                ),
            ),
            "words_in_one_file_with_the_vectors": patch(
                "another name for the file of the words",
                ('(folder / "tokens.txt")', '(folder / "vocabulary.txt")'),
                ('(Path(handle) / "tokens.txt")', '(Path(handle) / "vocabulary.txt")'),
            ),
        },
    )
)
