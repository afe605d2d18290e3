"""Multi-head attentions that were wrong in the field."""

from touchstone.rivals import patch, patched

HEADS = """        heads = [
            self.inner(*parts, query_mask, value_mask)
            for parts in zip(queries, values, keys, strict=True)
        ]
"""
PARTS = """        queries, values, keys = (
            self.split(self.projected(name, x))  # H arrays [B, T, D/H]
"""
SPLIT = "        return np.split(x, self.n_heads, axis=-1)"
JOINED = "        return np.concatenate(heads, axis=-1)"
JOIN_CALL = "        return self.output(self.joined(heads))  # [B, T, D]"
PROJECTED = '        return product(x, self._weights[f"{name}_kernel"])'
OUTPUT = '        return product(joined, self._weights["output_kernel"])'
CHECKED = "        self.check(query, value, key, query_mask, value_mask)\n"
SIZES = "        self.dims, self.n_heads = dims, n_heads\n"
INNER_WEIGHTS = """        self.inner.set_named_weights(
            {k: w for k, w in self._weights.items() if k not in KERNELS}
        )
"""
# In the file of the attention in the middle.
CAUSAL = "        if self.causal:\n"
SEEN = """        seen = self.seen(len(query), query.shape[1], value.shape[1], value_mask)
"""
SCORES = "        return self.scaled(product(query, key.swapaxes(1, 2)))  # [B, T, S]"


def _value_mask_rows(rows: str, where: str) -> tuple[str, str]:
    """Give head h of row b the value mask of another row, under a condition."""
    return (
        HEADS,
        "        b, B, H = np.arange(len(query)), len(query), self.n_heads\n"
        "        heads = []\n"
        "        for h, parts in enumerate(zip(queries, values, keys, strict=True)):\n"
        "            mask = value_mask\n"
        f"            if mask is not None and {where}:\n"
        f"                mask = np.asarray(mask)[{rows}]\n"
        "            heads.append(self.inner(*parts, query_mask, mask))\n",
    )


globals().update(
    patched(
        __name__,
        {
            "value_masks_tiled_over_heads": patch(
                "the value masks of the batch tiled, not repeated for each head",
                _value_mask_rows("(b * H + h) % B", "H > 1"),
                report="https://github.com/ArrowLuo/CLIP4Clip/issues/22",
                says="The mask is tiled where it is to be repeated row by row, so that "
                "heads use the padding of other rows.",
            ),
            "value_masks_repeated_before_heads_first": patch(
                "each value mask repeated where the heads come before the rows",
                _value_mask_rows("(h * B + b) // H", "H > 1"),
                report="https://github.com/lsdefine/attention-is-all-you-need-keras/issues/36",
                says="Heads are moved in front of the batch, but the mask is repeated "
                "element by element.",
            ),
            "value_mask_of_row_h_for_head_h_where_B_is_H": patch(
                "row h of the value mask for head h where causal and B is H",
                _value_mask_rows("np.full(B, h)", "B == H and self.inner.causal"),
                report="https://github.com/keras-team/keras-hub/issues/783",
                says="Padding and attention mask merge into a shape with one axis too "
                "many, which only fits, along the heads, where B equals H.",
            ),
            "heads_split_without_exchanging_axes": patch(
                "steps and dims of a row cut into heads as they lie in memory",
                (
                    SPLIT,
                    "        rows = x.reshape(len(x), self.n_heads, x.shape[1], -1)\n"
                    "        return list(rows.swapaxes(0, 1))",
                ),
                (
                    JOINED,
                    "        rows = np.stack(heads, axis=1)\n"
                    "        return rows.reshape(len(rows), rows.shape[2], -1)",
                ),
                report="https://github.com/reczoo/FuxiCTR/issues/30",
                says="Queries, keys and values are viewed as [B * H, T, D / H] without "
                "a transposition, and the outputs viewed back.",
            ),
            "heads_joined_without_exchanging_axes": patch(
                "[B, H, T, D / H] viewed as [B, T, D]",
                (
                    JOINED,
                    "        rows = np.stack(heads, axis=1)\n"
                    "        return rows.reshape(len(rows), rows.shape[2], -1)",
                ),
                report="https://github.com/jsbaan/transformer-from-scratch/pull/6",
                says="The permutation before the reshape is missing, and chunks of "
                "several steps mix in one.",
            ),
            "heads_first_viewed_as_rows": patch(
                "[H, B, T, D / H] viewed as [B, T, D]",
                (
                    JOINED,
                    "        stacked = np.stack(heads)\n"
                    "        return stacked.reshape(*heads[0].shape[:2], -1)",
                ),
                report="https://github.com/hackiey/QAnet-pytorch/issues/2",
                says="A buffer of heads, batch, steps and dims is viewed as batch, "
                "steps and dims; with one head nothing shows.",
            ),
            "heads_and_rows_exchanged_when_joined": patch(
                "[B * H, T, D / H] viewed as heads first when joined",
                (
                    JOINED,
                    "        rows = np.stack(heads, axis=1)\n"
                    "        B, H, T, width = rows.shape\n"
                    "        odd = rows.reshape(H, B, T, width).swapaxes(1, 2)\n"
                    "        return odd.reshape(B, T, H * width)",
                ),
                report="https://github.com/gazelle93/Transformer-Various-Positional-Encoding/issues/1",
                says="The output [B * H, T, D / H] is viewed as [H, B, T, D / H] and "
                "handed to a function that expects the batch first.",
            ),
            "inputs_split_before_one_projection": patch(
                "heads cut from the inputs and projected by one block of the kernel",
                (
                    PROJECTED,
                    "        width = self.dims // self.n_heads\n"
                    '        block = self._weights[f"{name}_kernel"][:width, :width]\n'
                    "        parts = np.split(x, self.n_heads, axis=-1)\n"
                    "        return np.concatenate([product(p, block) for p in parts], -1)",
                ),
                report="https://github.com/MarcoMeter/episodic-transformer-memory-ppo/pull/22",
                says="The inputs are split into heads first, and one small projection "
                "serves them all.",
            ),
            "values_projected_by_the_key_kernel": patch(
                "values projected by the key kernel",
                (
                    PROJECTED,
                    '        name = "key" if name == "value" else name\n' + PROJECTED,
                ),
                report="https://github.com/yflyzhang/AnnotatedTransformer/issues/1",
                says="The line of the values calls the projection of the keys.",
            ),
            "projected_keys_in_place_of_values": patch(
                "the projected keys as values",
                (
                    HEADS,
                    "        values = keys\n" + HEADS,
                ),
                report="https://github.com/meta-pytorch/torchtune/pull/21",
                says="The heads of the values are made by reshaping the keys.",
            ),
            "all_projected_by_the_query_kernel": patch(
                "queries, values and keys all projected by the query kernel",
                (PROJECTED, PROJECTED.replace('f"{name}_kernel"', '"query_kernel"')),
                report="https://github.com/vllm-project/vllm/issues/42803",
                says="A fused kernel is cut in equal chunks, and the slots of keys and "
                "values are filled from the part of the queries.",
            ),
            "kernels_of_keys_and_values_exchanged": patch(
                "the kernels of keys and values exchanged",
                (
                    PROJECTED,
                    '        name = {"key": "value", "value": "key"}.get(name, name)\n'
                    + PROJECTED,
                ),
                report="https://github.com/jsbaan/transformer-from-scratch/issues/1",
                says="A function returns q, k, v and the caller takes q, v, k: harmless "
                "in training, wrong for kernels that have names.",
            ),
            "queries_projected_from_the_values": patch(
                "queries that are projected values where T is S",
                (
                    PARTS,
                    "        if query.shape == value.shape:\n"
                    "            query = value\n" + PARTS,
                ),
                report="https://github.com/Sea-Snell/grokking/pull/7",
                says="The query heads project the values; in self-attention that is "
                "the same.",
            ),
            "kernels_applied_transposed": patch(
                "kernels applied transposed",
                (PROJECTED, PROJECTED.replace("])", "].T)")),
                (OUTPUT, OUTPUT.replace("])", "].T)")),
                report="https://github.com/NVIDIA/DeepLearningExamples/issues/528",
                says="A kernel multiplies from the other side than in the framework "
                "whose weights it is given.",
            ),
            "projections_rectified": patch(
                "a ReLU after every projection",
                (
                    PROJECTED,
                    PROJECTED.replace("return ", "return np.maximum(0, ") + ")",
                ),
                (OUTPUT, OUTPUT.replace("return ", "return np.maximum(0, ") + ")"),
                report="https://github.com/CyberZHG/keras-multi-head/issues/8",
                says="The activation of the projections is ReLU unless told otherwise.",
            ),
            "no_output_projection": patch(
                "no projection of the joined heads",
                (OUTPUT, "        return joined"),
                report="https://github.com/Kyubyong/transformer/pull/17",
                says="The linear projection after the heads are joined is missing.",
            ),
            "no_output_projection_for_one_head": patch(
                "no projection of the output where there is one head",
                (
                    OUTPUT,
                    "        if self.n_heads == 1:\n"
                    "            return joined\n" + OUTPUT,
                ),
                report="https://github.com/lucidrains/vit-pytorch/issues/335",
                says="The layer leaves its output projection out where one head is as "
                "wide as the model.",
            ),
            "heads_added_up": patch(
                "the sum of the heads' outputs in the place of each",
                (
                    JOINED,
                    "        return np.concatenate([sum(heads)] * len(heads), axis=-1)",
                ),
                report="https://github.com/awf/functional-transformer/issues/8",
                says="The heads are summed where they are to be joined.",
            ),
            "every_head_is_the_first": patch(
                "the first head in the place of every head",
                (SPLIT, SPLIT + "[:1] * self.n_heads"),
                report="https://github.com/BobMcDear/attorch/issues/14",
                says="The offset of a head, divided by a stride of the wrong layout, "
                "is 0, so every head reads the first one's columns.",
            ),
            "scores_divided_by_the_root_of_dims": patch(
                "scores divided by the square root of dims",
                (
                    PARTS,
                    "        query = query / np.sqrt(self.dims)\n" + PARTS,
                ),
                report="https://github.com/Graylab/DL4Proteins-notebooks/issues/12",
                says="Scores are scaled by the model's width, not a head's; under this "
                "contract only the learned scale is due.",
            ),
            "causal_mask_dropped_without_a_value_mask": patch(
                "the causal mask left out where no value mask is given",
                (
                    "attention",
                    CAUSAL,
                    "        if self.causal and value_mask is not None:\n",
                ),
                report="https://github.com/keras-team/keras/issues/23038",
                says="A causal layer without any other mask applies none at all off "
                "the fused path.",
            ),
            "causal_with_a_value_mask_refused": patch(
                "an error where a causal layer gets a value mask",
                (
                    CHECKED,
                    CHECKED
                    + "        if self.inner.causal and value_mask is not None:\n"
                    '            raise ValueError("value_mask given and causal")\n',
                ),
                report="https://github.com/pytorch/pytorch/issues/100709",
                says="A padding mask together with causality ends in an error.",
            ),
            "value_mask_refused_for_an_odd_number_of_heads": patch(
                "an error for a value mask with an odd number of heads",
                (
                    CHECKED,
                    CHECKED
                    + "        if self.n_heads % 2 and value_mask is not None:\n"
                    '            raise ValueError(f"n_heads is {self.n_heads}")\n',
                ),
                report="https://github.com/pytorch/pytorch/issues/97128",
                says="The fast path fails where the number of heads is odd and a "
                "padding mask is given.",
            ),
            "mask_sizes_compared_with_the_batch": patch(
                "an error for a value mask unless there are as many steps as rows",
                (
                    CHECKED,
                    CHECKED + "        if value_mask is not None:\n"
                    "            if np.shape(value_mask)[1] != len(value):\n"
                    '                raise ValueError("value_mask")\n',
                ),
                report="https://github.com/meta-pytorch/opacus/issues/774",
                says="With the batch first, the check of a mask compares its size with "
                "that of the batch and rejects every right one.",
            ),
            "dims_not_divisible_by_8_refused": patch(
                "an error where 8 does not divide dims",
                (
                    SIZES,
                    SIZES + "        if dims % 8:\n"
                    '            raise ValueError(f"dims is {dims}")\n',
                ),
                report="https://github.com/OpenNMT/OpenNMT-py/issues/720",
                says="The layer checks that 8 divides the width, whatever the number "
                "of heads.",
            ),
            "rows_taken_for_steps": patch(
                "attention along the batch where T is S and nothing is masked",
                (
                    CHECKED,
                    CHECKED + "        turned = query.shape == value.shape\n"
                    "        turned &= query_mask is None and value_mask is None\n"
                    "        if turned:\n"
                    "            query, value, key = (\n"
                    "                x.swapaxes(0, 1) for x in (query, value, key)\n"
                    "            )\n",
                ),
                (
                    JOIN_CALL,
                    "        output = self.output(self.joined(heads))\n"
                    "        return output.swapaxes(0, 1) if turned else output",
                ),
                report="https://github.com/aipixel/AEMatter/issues/3",
                says="Inputs with the batch first go to a layer that takes the first "
                "axis for the steps.",
            ),
            "query_mask_used_for_a_missing_value_mask": patch(
                "the query mask for the values too where they have none and T is S",
                (
                    CHECKED,
                    CHECKED
                    + "        if value_mask is None and query_mask is not None:\n"
                    "            if np.shape(query_mask) == value.shape[:2]:\n"
                    "                value_mask = query_mask\n",
                ),
                report="https://github.com/lucidrains/x-transformers/issues/174",
                says="The mask of the queries is applied to the context in cross "
                "attention; it fits only where they are as long.",
            ),
            "query_mask_applied_to_the_scores": patch(
                "masked queries that see nothing instead of giving zeros",
                (
                    "attention",
                    SEEN,
                    SEEN + "        if query_mask is not None:\n"
                    "            seen &= np.asarray(query_mask)[..., np.newaxis]\n",
                ),
                ("attention", "        if query_mask is None:\n", "        if True:\n"),
                report="https://github.com/keras-team/keras/pull/15390",
                says="The mask only reaches the scores, and the outputs of masked "
                "queries have to be multiplied by the mask once more by the caller.",
            ),
            "queries_that_sum_to_0_give_zeros": patch(
                "zeros for queries whose dims sum to 0",
                (
                    JOIN_CALL,
                    "        counts = query.sum(axis=-1, keepdims=True) != 0\n"
                    "        return self.output(self.joined(heads)) * counts",
                ),
                report="https://github.com/Kyubyong/transformer/pull/69",
                says="Padded queries are recognised by the sum of their features, "
                "which can be 0 for a query that counts.",
            ),
            "default_key_is_the_query": patch(
                "the query as key where T is S and no key is given",
                (
                    "attention",
                    "        return value\n",
                    "        return query if query.shape == value.shape else value\n",
                ),
                report="https://github.com/PaddlePaddle/Paddle/issues/47475",
                says="What is not given is replaced by the query; the reporter expects "
                "keys and values to stand in for each other.",
            ),
            "scale_set_never_reaches_the_heads": patch(
                "the learned scale that is set never used",
                (INNER_WEIGHTS, ""),
                report="https://github.com/pytorch/torchtitan/pull/3794",
                says="New weights fill copies that a hook made, and the real parameter "
                "of the fused module keeps its old value; here, the scale.",
            ),
            "kernels_frozen_at_the_first_call": patch(
                "the kernels of the first call in all later calls",
                (
                    PROJECTED,
                    '        kept = self.__dict__.setdefault("_local", {})\n'
                    '        kernel = self._weights[f"{name}_kernel"]\n'
                    "        return product(x, kept.setdefault(name, kernel))",
                ),
                report="https://github.com/sgl-project/sglang/pull/29916",
                says="A copy of a weight is built in the first call and not renewed "
                "when the weight is set.",
            ),
            "projections_remembered_by_the_array": patch(
                "projections remembered for an array, whatever it holds now",
                (
                    PROJECTED,
                    '        if name == "query":\n    ' + PROJECTED + "\n"
                    '        where = x.__array_interface__["data"][0], x.shape, name\n'
                    '        kept = self.__dict__.setdefault("_kept", {})\n'
                    "        if where not in kept:\n"
                    '            kernel = self._weights[f"{name}_kernel"]\n'
                    "            kept[where] = product(x, kernel)\n"
                    "        return kept[where]",
                ),
                report="https://github.com/sgl-project/sglang/pull/29755",
                says="Keys and values are cached by the address of the encoder's "
                "output; the review notes that the address is used again.",
            ),
            "odd_widths_read_what_the_last_call_left": patch(
                "heads of a width that is no power of 2 reading what a call left",
                (
                    "attention",
                    SCORES,
                    "        width = query.shape[-1]\n"
                    "        scores = product(query, key.swapaxes(1, 2))\n"
                    "        if width & (width - 1):\n"
                    '            left = self.__dict__.get("_left", np.zeros(1))\n'
                    "            scores = scores + np.resize(left, key.shape[1])\n"
                    "            self._left = np.array(key[0, :, 0])\n"
                    "        return self.scaled(scores)",
                ),
                report="https://github.com/turboderp-org/exllamav3/pull/316",
                says="For head widths that are no power of 2 the kernel reads memory "
                "that nobody wrote, and equal calls differ.",
            ),
        },
    )
)
