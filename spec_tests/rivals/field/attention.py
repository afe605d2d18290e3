"""Attentions that were wrong in the field."""

from touchstone.rivals import patch, patched

CALL = """        seen = self.seen(len(query), query.shape[1], value.shape[1], value_mask)
"""
CAUSAL = "        if self.causal:\n"
HIDDEN = "        if value_mask is not None:\n"
MASKED = "            seen &= self.unmasked(np.asarray(value_mask))[:, np.newaxis]\n"
PAST = (
    "        return np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]  # [T, S]"
)
SOFTMAX = "        return softmax(np.where(seen, scores, scores.dtype.type(NEVER)))"
SCORES = "        return self.scaled(product(query, key.swapaxes(1, 2)))  # [B, T, S]"
SCALED = (
    '        return scores * real(self._weights["scale"]) if self.use_scale else scores'
)
OUTPUTS = "        return self.kept(product(weights, value), query_mask)  # [B, T, D]"
REAL = "        query, value = real(query), real(value)  # [B, T, D], [B, S, D]\n"
UNMASKED = "        return value_mask\n"

globals().update(
    patched(
        __name__,
        {
            "causal_mask_dropped_without_a_value_mask": patch(
                "the causal mask left out where no value mask is given",
                (CAUSAL, "        if self.causal and value_mask is not None:\n"),
                report="https://github.com/facebookresearch/xformers/issues/103",
                says="A layer declared causal skips its causal mask entirely unless "
                "the caller passes another mask.",
            ),
            "causal_mask_dropped_with_a_value_mask": patch(
                "the causal mask left out where a value mask is given",
                (CAUSAL, "        if self.causal and value_mask is None:\n"),
                report="https://github.com/keras-team/keras/pull/23040",
                says="The review notes that the causal mask is not applied when an "
                "explicit mask comes along with it.",
            ),
            "value_mask_dropped_when_causal": patch(
                "the value mask ignored in a causal layer",
                (
                    HIDDEN,
                    "        if value_mask is not None and not self.causal:\n",
                ),
                report="https://github.com/nari-labs/dia/pull/170",
                says="Because the fused kernel refuses both, the change drops the "
                "explicit mask whenever causality is asked for.",
            ),
            "causal_call_without_value_mask_refused": patch(
                "an error where a causal layer gets no value mask",
                (
                    CAUSAL,
                    CAUSAL + "            if value_mask is None:\n"
                    '                raise ValueError("value_mask is None")\n',
                ),
                report="https://github.com/keras-team/keras/pull/19093",
                says="With the causal mask on and the value's mask None, the layer "
                "raised a ValueError.",
            ),
            "causal_mask_in_the_first_row_of_a_batch_only": patch(
                "a causal mask in the first row of the batch alone",
                (
                    "            seen &= self.past(steps, value_steps)\n",
                    "            seen[:1] &= self.past(steps, value_steps)\n",
                ),
                report="https://github.com/huggingface/candle/issues/3582",
                says="The mask's buffer holds one row's values but claims the whole "
                "batch, so rows after the first attend to the future.",
            ),
            "causal_mask_kept_from_the_first_call": patch(
                "the causal mask of the first call kept for later ones",
                (
                    PAST,
                    '        return self.__dict__.setdefault(\n            "_past", '
                    "np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]\n"
                    "        )",
                ),
                report="https://github.com/facebookresearch/xformers/issues/655",
                says="The causal mask is built once for one length and does not fit "
                "a batch of another length.",
            ),
            "causal_mask_inverted": patch(
                "a causal layer that sees the steps after its own",
                (PAST, PAST.replace("<=", ">")),
                report="https://github.com/rasbt/LLMs-from-scratch/pull/1062",
                says="A mask that is True where a step is hidden went to a function "
                "that reads True as seen, so tokens attended to later ones.",
            ),
            "causal_layer_sees_one_step_ahead": patch(
                "a causal layer that also sees the next step",
                (PAST, PAST.replace("[:, np.newaxis]", "[:, np.newaxis] + 1")),
                report="https://github.com/RVC-Boss/GPT-SoVITS/issues/965",
                says="The diagonal of the triangular mask is 1 where 0 is due.",
            ),
            "masked_scores_of_minus_1e_minus_9": patch(
                "masked scores of -1e-9 instead of -1e9",
                ("NEVER = -1e9", "NEVER = -1e-9"),
                report="https://github.com/Shujun-He/RibonanzaNet/issues/5",
                says="The fill value of masked scores is -1e-9, practically 0, and "
                "masks nothing out.",
            ),
            "masked_scores_of_minus_100000": patch(
                "masked scores of -1e5, which true scores can undercut",
                ("NEVER = -1e9", "NEVER = -1e5"),
                report="https://github.com/TransformerLensOrg/TransformerLens/issues/318",
                says="Scores of a real model fall below the mask's -1e5, and the "
                "model attends to what is masked.",
            ),
            "mask_multiplies_the_scores": patch(
                "scores multiplied by the mask, so that masked ones are 0",
                (SOFTMAX, "        return softmax(scores * seen)"),
                report="https://github.com/georg-wolflein/good-features/pull/1",
                says="The scores are multiplied by a binary mask before the softmax, "
                "which gives every masked item the weight of a score of 0.",
            ),
            "mask_added_as_a_number": patch(
                "True of the mask added to the scores as 1, False as 0",
                (SOFTMAX, "        return softmax(scores + seen)"),
                report="https://github.com/huggingface/transformers/pull/41443",
                says="A boolean mask is added to the scores like a float mask, and "
                "hides nothing.",
            ),
            "masked_weights_zeroed_after_the_softmax": patch(
                "weights masked after the softmax and not summing to 1",
                (SOFTMAX, "        return softmax(scores) * seen"),
                report="https://github.com/huggingface/pytorch-image-models/pull/2236",
                says="The mask is applied after the softmax; here the masked weights "
                "become 0 and the others keep their sum below 1.",
            ),
            "masked_and_renormalised_after_the_softmax": patch(
                "weights masked after the softmax, then divided by their sum",
                (
                    SOFTMAX,
                    "        with np.errstate(all='ignore'):\n"
                    "            weights = softmax(scores) * seen\n"
                    "            return weights / weights.sum(-1, keepdims=True)",
                ),
                report="https://github.com/abisee/pointer-generator/issues/88",
                says="The softmax runs over masked steps too and is renormalised "
                "after; where a masked score is far above the others, 0/0 is left.",
            ),
            "softmax_along_the_queries": patch(
                "a softmax over the queries",
                (
                    SOFTMAX,
                    "        scores = np.where(seen, scores, NEVER)\n"
                    "        return softmax(scores.swapaxes(1, 2)).swapaxes(1, 2)",
                ),
                report="https://github.com/labmlai/annotated_deep_learning_paper_implementations/issues/146",
                says="The softmax runs over the axis of the queries, not the keys.",
            ),
            "softmax_over_batch_and_queries": patch(
                "a softmax over the rows and queries of the batch",
                (
                    SOFTMAX,
                    "        scores = np.where(seen, scores, NEVER)\n"
                    "        flat = scores.reshape(-1, scores.shape[2])\n"
                    "        return softmax(flat.T).T.reshape(scores.shape)",
                ),
                report="https://github.com/PetrochukM/PyTorch-NLP/issues/2",
                says="The softmax runs over the first axis of scores flattened to "
                "[batch * queries, keys], so one query alone gives weights of 1.",
            ),
            "softmax_without_the_maximum": patch(
                "exponentials of raw scores, which overflow",
                (
                    SOFTMAX,
                    "        with np.errstate(all='ignore'):\n"
                    "            powers = np.exp(np.where(seen, scores, NEVER))\n"
                    "            return powers / powers.sum(-1, keepdims=True)",
                ),
                report="https://github.com/intel/xFasterTransformer/pull/326",
                says="The softmax does not subtract the maximum first and gives NaN.",
            ),
            "softmax_with_a_maximum_of_at_least_0": patch(
                "exponentials of scores below the maximum or 0, whichever is greater",
                (
                    SOFTMAX,
                    "        scores = np.where(seen, scores, NEVER)\n"
                    "        top = np.maximum(scores.max(-1, keepdims=True), 0)\n"
                    "        with np.errstate(all='ignore'):\n"
                    "            powers = np.exp(scores - top)\n"
                    "            return powers / powers.sum(-1, keepdims=True)",
                ),
                report="https://github.com/uTensor/uTensor/pull/176",
                says="The search for the maximum starts at 0, so very negative scores "
                "all underflow.",
            ),
            "softmax_less_the_first_score": patch(
                "exponentials of scores less the first, not less the greatest",
                (
                    SOFTMAX,
                    "        scores = np.where(seen, scores, NEVER)\n"
                    "        with np.errstate(all='ignore'):\n"
                    "            powers = np.exp(scores - scores[..., :1])\n"
                    "            return powers / powers.sum(-1, keepdims=True)",
                ),
                report="https://github.com/ROCm/AMDMIGraphX/pull/1290",
                says="A faster softmax subtracts the first element in place of the "
                "maximum; a masked first step or a far greater later score overflows.",
            ),
            "value_mask_read_as_its_opposite": patch(
                "a value mask that is True where a step does not count",
                (UNMASKED, "        return ~value_mask\n"),
                report="https://github.com/InseeFrLab/torchTextClassifiers/pull/92",
                says="The mask is passed on inverted.",
            ),
            "value_mask_hides_queries_where_T_is_S": patch(
                "the value mask laid along the queries where there are as many",
                (
                    MASKED,
                    "            mask = np.asarray(value_mask)\n"
                    "            wrong = steps == value_steps\n"
                    "            seen &= mask[:, :, None] if wrong else mask[:, None]\n",
                ),
                report="https://github.com/lsdefine/attention-is-all-you-need-keras/issues/16",
                says="The padding mask is broadcast so that it covers rows of the "
                "scores, and a padded row becomes uniform.",
            ),
            "value_mask_of_row_t_for_query_t_where_B_is_T": patch(
                "row t of the value mask laid over query t where B is T",
                (
                    MASKED,
                    "            mask = np.asarray(value_mask)\n"
                    "            seen &= mask if batch == steps else mask[:, None]\n",
                ),
                report="https://github.com/keras-team/keras/issues/21483",
                says="A mask [B, S] meets scores [B, T, S] without an axis for the "
                "queries; it fails to broadcast, and passes silently where B is T.",
            ),
            "value_mask_read_as_lengths": patch(
                "the value mask read as the number of steps from the left",
                (
                    UNMASKED,
                    "        counts = value_mask.sum(axis=1, keepdims=True)\n"
                    "        return np.arange(value_mask.shape[1]) < counts\n",
                ),
                report="https://github.com/pytorch/pytorch/pull/79927",
                says="The fast path turned any padding mask into lengths; the change "
                "checks that the mask is contiguous and left-aligned.",
            ),
            "only_masked_steps_at_the_end_are_hidden": patch(
                "only the masked steps after the last unmasked one hidden",
                (
                    UNMASKED,
                    "        back = np.asarray(value_mask, bool)[:, ::-1]\n"
                    "        return np.logical_or.accumulate(back, axis=1)[:, ::-1]\n",
                ),
                report="https://github.com/NVIDIA-NeMo/Automodel/pull/3704",
                says="Padding is found by stripping what trails, so padding on the "
                "left is attended to.",
            ),
            "value_mask_ignored_for_one_query": patch(
                "the value mask ignored where there is one query step",
                (HIDDEN, "        if value_mask is not None and steps > 1:\n"),
                report="https://github.com/casper-hansen/AutoAWQ/pull/96",
                says="The mask is applied only if there is more than one query step.",
            ),
            "value_mask_ignored_in_cross_attention": patch(
                "the value mask ignored where queries and values differ in number",
                (
                    HIDDEN,
                    "        if value_mask is not None and steps == value_steps:\n",
                ),
                report="https://github.com/huggingface/transformers/pull/47946",
                says="The encoder's mask is overwritten with None before the cross "
                "attention; here, where T is not S.",
            ),
            "value_mask_is_not_applied": patch(
                "a value mask that is taken and never applied",
                (MASKED, "            pass\n"),
                report="https://github.com/tensorflow/addons/pull/133",
                says="The scores were not masked although lengths were passed, and "
                "the expected values of the tests were wrong with them.",
            ),
            "query_mask_hides_the_values_where_T_is_S": patch(
                "the query mask in place of the value mask where T is S",
                (
                    CALL,
                    "        if query_mask is not None:\n"
                    "            if np.shape(query_mask) == value.shape[:2]:\n"
                    "                value_mask = query_mask\n" + CALL,
                ),
                report="https://github.com/Decem-Y/sohu_text_matching_Rank2/issues/2",
                says="Cross attention is called with the padding mask of the query "
                "where that of the keys and values is due.",
            ),
            "query_mask_is_not_applied": patch(
                "a query mask that is taken and never applied",
                ("        if query_mask is None:\n", "        if True:\n"),
                report="https://github.com/jadore801120/attention-is-all-you-need-pytorch/issues/57",
                says="The mask covers padded keys alone; the rows of padded queries "
                "are computed like any other.",
            ),
            "outputs_zero_where_the_value_mask_is_False": patch(
                "zero outputs at query steps where the value mask is not True",
                (
                    OUTPUTS,
                    "        outputs = product(weights, value)\n"
                    "        steps, many = query.shape[1], value.shape[1]\n"
                    "        if value_mask is not None and steps != many:\n"
                    "            kept = np.zeros(query.shape[:2], bool)\n"
                    "            both = min(steps, many)\n"
                    "            kept[:, :both] = np.asarray(value_mask)[:, :both]\n"
                    "            outputs = np.where(kept[..., None], outputs, 0)\n"
                    "        return self.kept(outputs, query_mask)",
                ),
                report="https://github.com/vllm-project/vllm-omni/issues/5865",
                says="With a key mask and T unlike S, the queries are unpadded with "
                "the keys' mask, and all rows but those at its True steps are 0.",
            ),
            "keys_that_sum_to_0_are_masked": patch(
                "keys whose dims sum to 0 masked",
                (
                    CALL,
                    CALL + "        seen &= (key.sum(axis=-1) != 0)[:, np.newaxis]\n",
                ),
                report="https://github.com/Kyubyong/transformer/pull/69",
                says="Padding is recognised by the sum of a key's features, which can "
                "be 0 for a key that counts.",
            ),
            "scores_from_the_first_64_dims": patch(
                "scores from the first 64 dims alone",
                (
                    SCORES,
                    "        query, key = query[..., :64], key[..., :64]\n" + SCORES,
                ),
                report="https://github.com/triton-lang/triton/issues/621",
                says="The width of a head is a constant 64 in the kernel, so that "
                "wider queries and keys are cut off.",
            ),
            "last_block_of_32_keys_filled_with_zeros": patch(
                "keys and values padded with zeros to a multiple of 32",
                (
                    CALL,
                    "        wide = query.shape[2] in (64, 96, 128)\n"
                    "        few = query.shape[1] <= min(8, value.shape[1])\n"
                    "        plain = value_mask is None and not self.causal\n"
                    "        if wide and few and plain:\n"
                    "            more = ((0, 0), (0, -value.shape[1] % 32), (0, 0))\n"
                    "            key, value = np.pad(key, more), np.pad(value, more)\n"
                    + CALL,
                ),
                report="https://github.com/pytorch/pytorch/pull/169222",
                says="With up to 8 queries, 64, 96 or 128 dims and no causal mask, the "
                "kernel reads past the keys in the last block of 32; here, zeros.",
            ),
            "value_steps_counted_in_16_bits": patch(
                "masked values after step 65,536 read from the beginning again",
                (
                    CALL,
                    "        if value_mask is not None or self.causal:\n"
                    "            index = np.arange(value.shape[1]) % 2**16\n"
                    "            key, value = key[:, index], value[:, index]\n" + CALL,
                ),
                report="https://github.com/pytorch/pytorch/issues/162588",
                says="With a mask, results are silently wrong from a length of 65,537 "
                "on; the reporter suspects a 16-bit index along the sequence.",
            ),
            "scores_divided_by_the_scale": patch(
                "scores divided by the learned scale",
                (SCALED, SCALED.replace("scores * real", "scores / real")),
                report="https://github.com/esceptico/perceiver-io/issues/9",
                says="The scores are divided by a scale that is to multiply them.",
            ),
            "scale_lost_unless_causal": patch(
                "the learned scale left out unless the layer is causal",
                (
                    SCALED,
                    SCALED.replace("self.use_scale", "self.causal and self.use_scale"),
                ),
                report="https://github.com/mlc-ai/mlc-llm/pull/3426",
                says="The fallback that encoders take is called with a scale of 1, "
                "the causal path of decoders with the right one.",
            ),
            "scale_drifts_with_every_call": patch(
                "the learned scale multiplied by log2(e) in every call",
                (
                    SCALED,
                    "        if not self.use_scale:\n"
                    "            return scores\n"
                    '        scale = self._weights["scale"] * np.log2(np.e)\n'
                    '        self._weights["scale"] = scale\n'
                    "        return scores * real(scale) * np.log(2)",
                ),
                report="https://github.com/flashinfer-ai/flashinfer/pull/2084",
                says="The review notes that the scale is multiplied by log2(e) in "
                "place, so it drifts with every call; the first call is right.",
            ),
            "queries_scaled_in_place": patch(
                "the caller's queries multiplied by the scale in place",
                (
                    REAL,
                    "        if self.use_scale and isinstance(query, np.ndarray):\n"
                    "            if query.dtype.kind == 'f' and query.flags.writeable:\n"
                    '                query *= self._weights["scale"]\n' + REAL,
                ),
                (
                    SCORES,
                    "        return product(query, key.swapaxes(1, 2))",
                ),
                report="https://github.com/pytorch/pytorch/pull/73249",
                says="The query is divided in place; the review asks for a warning "
                "that it must not be used again. In self-attention it is the value.",
            ),
            "raw_scores_overflow_float16": patch(
                "products above 65,504 infinite before they are scaled",
                (
                    SCORES,
                    "        raw = product(query, key.swapaxes(1, 2))\n"
                    "        far = np.where(raw > 0, np.inf, -np.inf)\n"
                    "        raw = np.where(np.abs(raw) > 65504, far, raw)\n"
                    "        with np.errstate(all='ignore'):\n"
                    "            return self.scaled(raw)",
                ),
                (
                    SOFTMAX,
                    "        with np.errstate(all='ignore'):\n    " + SOFTMAX,
                ),
                report="https://github.com/ultralytics/ultralytics/pull/24990",
                says="The scale comes after the product, which exceeds the range of "
                "float16 and turns the softmax into NaN.",
            ),
            "masked_keys_and_values_are_zeros_that_count": patch(
                "zeros for masked keys and values, which keep their weight",
                (
                    CALL,
                    "        if value_mask is not None:\n"
                    "            counts = np.asarray(value_mask)[..., np.newaxis]\n"
                    "            key, value = key * counts, value * counts\n"
                    "            value_mask = None\n" + CALL,
                ),
                report="https://github.com/QwenLM/Qwen3-TTS/issues/369",
                says="The fill value is cast to True in a boolean mask, so padded keys "
                "of zeros are never masked and take weight from the others.",
            ),
            "arrays_read_in_the_order_of_memory": patch(
                "arrays whose axes were exchanged read in the order of memory",
                (
                    REAL,
                    "        query, value = np.asarray(query), np.asarray(value)\n"
                    "        query = query.ravel(order='K').reshape(query.shape)\n"
                    "        value = value.ravel(order='K').reshape(value.shape)\n"
                    + REAL,
                ),
                report="https://github.com/pytorch/pytorch/issues/181133",
                says="Queries, keys and values that are permuted views give wrong "
                "values; contiguous copies of them give the right ones.",
            ),
            "batch_of_one_loses_its_axis": patch(
                "no batch axis where the batch has one row",
                (
                    OUTPUTS,
                    "        outputs = self.kept(product(weights, value), query_mask)\n"
                    "        return outputs[0] if len(outputs) == 1 else outputs",
                ),
                report="https://github.com/galsang/BiDAF-pytorch/pull/26",
                says="A squeeze without an axis drops the first one for a batch of 1.",
            ),
            "outputs_end_at_the_last_unmasked_query": patch(
                "outputs cut after the last query that is unmasked in any row",
                (
                    OUTPUTS,
                    "        outputs = self.kept(product(weights, value), query_mask)\n"
                    "        if query_mask is None:\n"
                    "            return outputs\n"
                    "        used = np.flatnonzero(np.any(query_mask, axis=0))\n"
                    "        return outputs[:, : used[-1] + 1] if used.size else outputs",
                ),
                report="https://github.com/pytorch/pytorch/issues/97111",
                says="Steps that are masked in every row of the batch are missing from "
                "the output.",
            ),
            "running_maximum_forgotten_between_blocks": patch(
                "blocks of 64 values whose running maximum forgets earlier blocks",
                (
                    "        weights = self.weights(self.scores(query, key), seen)"
                    "  # [B, T, S]\n" + OUTPUTS,
                    "        scores = np.where(seen, self.scores(query, key), NEVER)\n"
                    "        total, output, top = 0.0, 0.0, None\n"
                    "        with np.errstate(all='ignore'):\n"
                    "            for start in range(0, scores.shape[2], 64):\n"
                    "                block = scores[..., start : start + 64]\n"
                    "                new = block.max(axis=-1, keepdims=True)\n"
                    "                ratio = 1.0 if top is None else np.exp(top - new)\n"
                    "                part, top = np.exp(block - new), new\n"
                    "                total = total * ratio + part.sum(-1, keepdims=True)\n"
                    "                added = product(part, value[:, start : start + 64])\n"
                    "                output = output * ratio + added\n"
                    "            return self.kept(output / total, query_mask)",
                ),
                report="https://github.com/tile-ai/tilelang/pull/1148",
                says="The running maximum is that of the current block alone, so "
                "rescaling overflows where a later block is far below an earlier one.",
            ),
            "keys_and_values_of_the_last_call_stay": patch(
                "the keys and values of the last call seen once more",
                (
                    CALL,
                    '        kept = self.__dict__.get("_cache")\n'
                    "        self._cache = key, value\n"
                    "        if kept is not None and not self.causal:\n"
                    "            if kept[0][:, 0].shape == key[:, 0].shape:\n"
                    "                if value_mask is None:\n"
                    "                    key = np.concatenate([kept[0], key], axis=1)\n"
                    "                    value = np.concatenate([kept[1], value], 1)\n"
                    + CALL,
                ),
                report="https://github.com/Lightning-AI/litgpt/pull/1596",
                says="The cache of keys and values is not cleared between two uses of "
                "one object, and the later one gives odd results.",
            ),
        },
    )
)
