"""Right attentions: another arithmetic, or another choice where one is left open."""

from touchstone.rivals import patch, patched

PAST = (
    "        return np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]  # [T, S]"
)
SOFTMAX = "        return softmax(np.where(seen, scores, scores.dtype.type(NEVER)))"
SCORES = "        return self.scaled(product(query, key.swapaxes(1, 2)))  # [B, T, S]"
WEIGHTS = "        weights = self.weights(self.scores(query, key), seen)  # [B, T, S]\n"
OUTPUTS = "        return self.kept(product(weights, value), query_mask)  # [B, T, D]"

globals().update(
    patched(
        "spec_tests.rivals.attention",
        {
            "causal_aligned_at_the_last_step": patch(
                "the last query of a causal layer aligned with the last value",
                (
                    PAST,
                    PAST.replace(":, np.newaxis]", ":, None] + value_steps - steps"),
                ),
                report="https://github.com/ml-explore/mlx/issues/2835",
                says="Two libraries align a causal mask differently where T is not S.",
            ),
            "zeros_where_nothing_is_seen": patch(
                "zeros for a query that sees no value",
                (SOFTMAX, SOFTMAX + " * seen.any(axis=-1, keepdims=True)"),
                report="https://github.com/ml-explore/mlx/pull/2608",
                says="A query whose keys are all masked gives finite values, not NaN.",
            ),
            "masked_scores_of_minus_infinity": patch(
                "masked scores of minus infinity, and NaN where nothing is seen",
                (
                    SOFTMAX,
                    "        with np.errstate(invalid='ignore'):\n"
                    "            return softmax(np.where(seen, scores, -np.inf))",
                ),
                report="https://github.com/pytorch/pytorch/issues/103749",
                says="A query whose keys are all masked gives NaN.",
            ),
            "a_constant_added_to_all_seen_scores": patch(
                "1 added to all scores that are seen",
                (SOFTMAX, SOFTMAX.replace("seen, scores,", "seen, scores + 1,")),
                report="https://github.com/tinygrad/tinygrad/pull/2425",
                says="The causal mask has 1 where 0 is due; the softmax removes it.",
            ),
            "queries_scaled_before_the_product": patch(
                "the learned scale applied to the queries",
                (
                    SCORES,
                    "        if self.use_scale:\n"
                    '            query = query * real(self._weights["scale"])\n'
                    "        return product(query, key.swapaxes(1, 2))",
                ),
            ),
            "divided_by_the_sum_at_the_end": patch(
                "exponentials averaged first and divided by their sum last",
                (
                    WEIGHTS + OUTPUTS,
                    "        scores = np.where(seen, self.scores(query, key), NEVER)\n"
                    "        powers = np.exp(scores - scores.max(-1, keepdims=True))\n"
                    "        total = powers.sum(axis=-1, keepdims=True)\n"
                    "        return self.kept(product(powers, value) / total, query_mask)",
                ),
            ),
            "blocks_of_two_values": patch(
                "blocks of two values and a running maximum",
                (
                    WEIGHTS + OUTPUTS,
                    "        scores = np.where(seen, self.scores(query, key), NEVER)\n"
                    "        top = np.full([*query.shape[:2], 1], -np.inf)\n"
                    "        total, output = 0.0, 0.0\n"
                    "        for start in range(0, scores.shape[2], 2):\n"
                    "            block = scores[..., start : start + 2]\n"
                    "            new = np.maximum(top, block.max(-1, keepdims=True))\n"
                    "            ratio, part = np.exp(top - new), np.exp(block - new)\n"
                    "            added = product(part, value[:, start : start + 2])\n"
                    "            total = total * ratio + part.sum(-1, keepdims=True)\n"
                    "            output, top = output * ratio + added, new\n"
                    "        return self.kept(output / total, query_mask)",
                ),
            ),
            "float32_throughout": patch(
                "float32 arithmetic",
                (
                    "from touchstone.arithmetic import product, real, softmax\n",
                    "from touchstone.arithmetic import softmax\n\n\n"
                    "def real(values):\n"
                    "    return np.asarray(values, np.float32)\n\n\n"
                    "def product(left, right):\n"
                    "    return real(left) @ real(right)\n",
                ),
            ),
        },
    )
)
