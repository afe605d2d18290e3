"""Stateful char-RNNs that are right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.stateful_char_rnn",
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
            "another_generator": patch(
                "masks of another random generator",
                (
                    "self.rng = np.random.default_rng(0)",
                    "self.rng = np.random.Generator(np.random.MT19937(7))",
                ),
            ),
            "masks_of_a_binomial": patch(
                "masks drawn as binomial numbers",
                (
                    "(rng.random(shape) >= rate) / (1 - rate)",
                    "rng.binomial(1, 1 - rate, shape) / (1 - rate)",
                ),
            ),
            "masks_drawn_for_all_gates_at_once": patch(
                "the masks of the gates drawn at once",
                (
                    'return {gate: self.mask(rng, shape, rate) for gate in "zrh"}',
                    "masks = self.mask(rng, (3, *shape), rate)\n"
                    '        return dict(zip("zrh", masks, strict=True))',
                ),
            ),
            "batches_in_a_list": patch(
                "a list of batches",
                (
                    "        return (\n"
                    "            self.batch([self.window(row, i, n_steps) for "
                    "row in rows], vocabulary_size)\n"
                    "            for i in range(n_batches)\n"
                    "        )",
                    "        return [\n"
                    "            self.batch([self.window(row, i, n_steps) for "
                    "row in rows], vocabulary_size)\n"
                    "            for i in range(n_batches)\n"
                    "        ]",
                ),
            ),
        },
    )
)
