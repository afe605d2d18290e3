"""Right multi-head attentions: another arithmetic, or another choice left open."""

from touchstone.rivals import patch, patched

SPLIT = "        return np.split(x, self.n_heads, axis=-1)"
JOIN_CALL = "        return self.output(self.joined(heads))  # [B, T, D]"
JOINED = "        return np.concatenate(heads, axis=-1)"
PAST = (
    "        return np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]  # [T, S]"
)
SOFTMAX = "        return softmax(np.where(seen, scores, scores.dtype.type(NEVER)))"

globals().update(
    patched(
        "spec_tests.rivals.multi_head_attention",
        {
            "heads_by_reshape_and_exchange_of_axes": patch(
                "heads cut and joined by a reshape and an exchange of axes",
                (
                    SPLIT,
                    "        shape = *x.shape[:2], self.n_heads, -1\n"
                    "        return list(np.moveaxis(x.reshape(shape), 2, 0))",
                ),
                (
                    JOINED,
                    "        rows = np.stack(heads, axis=1).swapaxes(1, 2)\n"
                    "        return rows.reshape(*rows.shape[:2], -1)",
                ),
            ),
            "outputs_summed_over_heads": patch(
                "the sum of each head times its rows of the output kernel",
                (
                    JOIN_CALL,
                    '        kernel = self._weights["output_kernel"]\n'
                    "        rows = np.split(kernel, self.n_heads)\n"
                    "        pairs = zip(heads, rows, strict=True)\n"
                    "        return sum(product(head, row) for head, row in pairs)",
                ),
            ),
            "causal_aligned_at_the_last_step": patch(
                "the last query of a causal layer aligned with the last value",
                (
                    "attention",
                    PAST,
                    PAST.replace(":, np.newaxis]", ":, None] + value_steps - steps"),
                ),
                report="https://github.com/ml-explore/mlx/issues/2835",
                says="Two libraries align a causal mask differently where T is not S.",
            ),
            "zeros_where_nothing_is_seen": patch(
                "zeros for a query that sees no value",
                ("attention", SOFTMAX, SOFTMAX + " * seen.any(axis=-1, keepdims=True)"),
                report="https://github.com/robertknight/rten/pull/1321",
                says="Rows whose scores are all masked become zeros instead of NaN.",
            ),
            "masked_scores_of_minus_infinity": patch(
                "masked scores of minus infinity, and NaN where nothing is seen",
                (
                    "attention",
                    SOFTMAX,
                    "        with np.errstate(invalid='ignore'):\n"
                    "            return softmax(np.where(seen, scores, -np.inf))",
                ),
                report="https://github.com/pytorch/pytorch/issues/103749",
                says="A query whose keys are all masked gives NaN.",
            ),
            "queries_scaled_before_the_projection": patch(
                "the learned scale applied to the queries before they are projected",
                (
                    "        queries, values, keys = (\n",
                    '        query = query * self._weights.get("scale", 1)\n'
                    "        queries, values, keys = (\n",
                ),
                (
                    "        self.inner.set_named_weights(\n"
                    "            {k: w for k, w in self._weights.items() "
                    "if k not in KERNELS}\n"
                    "        )\n",
                    "",
                ),
            ),
            "float32_throughout": patch(
                "float32 arithmetic",
                (
                    "from touchstone.arithmetic import product, real\n",
                    "\n\n"
                    "def real(values):\n"
                    "    return np.asarray(values, np.float32)\n\n\n"
                    "def product(left, right):\n"
                    "    return real(left) @ real(right)\n",
                ),
            ),
        },
    )
)
