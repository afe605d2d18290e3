"""Recurrent layers that differ from the oracle in what the contract leaves open."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.recurrent",
        {
            "zeros_at_masked_steps": patch(
                "zeros for the outputs of masked steps",
                (
                    "outputs.append(state)",
                    "kept = True if keep_mask is None else keep_mask[:, t, None]\n"
                    "            outputs.append(np.where(kept, state, 0))",
                ),
            ),
            "nan_at_masked_steps": patch(
                "no number for the outputs of masked steps in both directions",
                (
                    "return self.joined(ahead, back)  # [B, T, 2U]",
                    "both = self.joined(ahead, back)\n"
                    "        if keep_mask is not None:\n"
                    "            both[~np.asarray(keep_mask)] = np.nan\n"
                    "        return both",
                ),
            ),
            "candidate_at_masked_steps": patch(
                "the new state as the output of masked steps",
                ("outputs.append(state)", "outputs.append(new)"),
            ),
            "single_precision": patch(
                "float32 arithmetic",
                ("inputs = real(inputs)", "inputs = np.asarray(inputs, np.float32)"),
                (
                    "return z * h + (1 - z) * candidate",
                    "return (z * h + (1 - z) * candidate).astype(np.float32)",
                ),
            ),
            "blend_as_a_difference": patch(
                "the blend as candidate + z (h - candidate)",
                (
                    "return z * h + (1 - z) * candidate",
                    "return candidate + z * (h - candidate)",
                ),
            ),
            "sigmoid_by_the_exponential": patch(
                "the sigmoid as 1 / (1 + exp(-x)), cut at 80",
                (
                    "from touchstone.arithmetic import product, real, sigmoid\n",
                    "from touchstone.arithmetic import product, real\n\n\n"
                    "def sigmoid(x):\n"
                    "    return 1 / (1 + np.exp(-np.clip(x, -80, 80)))\n",
                ),
            ),
            "lists": patch(
                "lists in place of arrays",
                (
                    "return np.stack(outputs, axis=1), state  # [B, T, U], [B, U]",
                    "return np.stack(outputs, axis=1).tolist(), state.tolist()",
                ),
                (
                    "return self.joined(ahead, back)  # [B, T, 2U]",
                    "return self.joined(np.array(ahead), np.array(back)).tolist()",
                ),
            ),
        },
    )
)
