"""Transformers that were wrong in the field."""

from touchstone.rivals import patch, patched

EMBEDDED = 'return self.encoded(real(self._weights["embedding/embeddings"])[ids], side)'
SIZES = (
    '        sizes = {"max_steps": embeddings.shape[1], "max_dims": self.embed_size}\n'
)
ENCODED = "return self.encoding(**sizes)(embeddings)"
SELF = 'z = self.attend(f"decoder_{i}/self", z, z, causal=True)'
CROSS = 'z = self.attend(f"decoder_{i}/cross", z, encoded)'
DECODE = "    def decode(self, z, encoded):\n"
SCALE = 'return self._weights[f"{name}/scale"]'
SOFTMAX = "return softmax(product(z, kernel) + real(bias))"
PAST = "return np.arange(value_steps) <= np.arange(steps)[:, np.newaxis]  # [T, S]"
LOSS = "return sparse_cross_entropy(self(*inputs), targets)"
NORMED = "return softmax(np.where(seen, scores, scores.dtype.type(NEVER)))"

globals().update(
    patched(
        __name__,
        {
            # What the decoder sees.
            "decoder_sees_the_future": patch(
                "no causal mask in the decoder",
                (SELF, SELF.replace(", causal=True", "")),
                report="https://github.com/facebookresearch/xformers/issues/103",
                says="The causal mask is left out where no other mask is given.",
            ),
            "causal_mask_turned_over": patch(
                "the causal mask turned over",
                ("attention", PAST, PAST.replace("<=", ">=")),
                report="https://github.com/pytorch/pytorch/issues/29546",
                says="A cast in the wrong place turns the look-ahead mask over: early "
                "steps see late ones.",
            ),
            "causal_mask_one_step_ahead": patch(
                "one step of the future in the causal mask",
                (
                    "attention",
                    PAST,
                    PAST.replace("np.arange(steps)", "1 + np.arange(steps)"),
                ),
                report="https://github.com/RVC-Boss/GPT-SoVITS/issues/965",
                says="The triangle starts one diagonal off, so that the step predicted "
                "is seen.",
            ),
            "causal_mask_first_step_alone": patch(
                "step 0 alone in every row of the causal mask",
                (
                    "attention",
                    PAST,
                    PAST.replace("np.arange(steps)", "0 * np.arange(steps)"),
                ),
                report="https://github.com/OpenNMT/OpenNMT-py/issues/294",
                says="With an old NumPy every row of the mask is the first row's.",
            ),
            "cross_attention_ignores_the_encoder": patch(
                "the decoder's own outputs as keys and values of the cross-attention",
                (CROSS, CROSS.replace("z, encoded", "z, z")),
                report="https://github.com/keitakurita/Practical_NLP_in_PyTorch/issues/1",
                says="The second attention of the decoder block takes keys and values "
                "from the decoder.",
            ),
            "cross_attention_queries_from_before": patch(
                "the layer's inputs as the queries of the cross-attention",
                (SELF, f"before = z\n            {SELF}"),
                (CROSS, CROSS.replace("z, encoded", "before, encoded")),
                report="https://github.com/ml-explore/mlx/pull/210",
                says="The cross-attention is given what came before the line above it, "
                "whose result is not used.",
            ),
            "cross_attention_roles_exchanged": patch(
                "the encoder's outputs as the queries of the cross-attention",
                (CROSS, CROSS.replace("z, encoded", "encoded, z")),
                report="https://github.com/rexrex9/nlp_torchtext/pull/2",
                says="The encoder's output is made into queries instead of keys and "
                "values.",
            ),
            "encoder_outputs_layer_by_layer": patch(
                "each encoder layer's output for the decoder layer of its number",
                (
                    '            z = self.attend(f"encoder_{i}", z, z)\n'
                    "        return z\n",
                    '            z = self.attend(f"encoder_{i}", z, z)\n'
                    "            self._each = [*self._each, z] if i > 1 else [z]\n"
                    "        return z\n",
                ),
                (CROSS, CROSS.replace("z, encoded", "z, self._each[i - 1]")),
                report="https://github.com/jadore801120/attention-is-all-you-need-pytorch/issues/27",
                says="Each encoding layer feeds the decoding layer of its number, where "
                "the paper feeds the last one's output to all.",
            ),
            # The layers.
            "last_decoder_layer_alone": patch(
                "each decoder layer on the decoder's inputs, the last one's kept",
                (DECODE, f"{DECODE}        first = z\n"),
                (SELF, SELF.replace("z, z", "first, first")),
                report="https://github.com/17385/TreeBERT/issues/5",
                says="The loop gives every layer the same input, so that only the last "
                "counts.",
            ),
            "one_layer_for_all": patch(
                "the scales of layer 1 in all layers",
                (
                    SCALE,
                    'stack, _, kind = name.partition("/")\n'
                    '        stack = stack.split("_")[0] + "_1"\n'
                    '        name = f"{stack}/{kind}" if kind else stack\n'
                    f"        {SCALE}",
                ),
                report="https://github.com/elisabettafedele/superdec/issues/2",
                says="One decoder layer is repeated, so that all layers share their "
                "weights.",
            ),
            # The positions.
            "positions_not_added": patch(
                "no positions",
                (ENCODED, "return embeddings"),
                report="https://github.com/Lightning-AI/pytorch-lightning/pull/20099",
                says="The positional encoding is made and never used.",
            ),
            "positions_added_twice_in_the_decoder": patch(
                "the positions added twice in the decoder",
                (
                    ENCODED,
                    f"twice = {ENCODED.removeprefix('return ')}\n"
                    '        if side == "decoder":\n'
                    "            twice = self.encoding(**sizes)(twice)\n"
                    "        return twice",
                ),
                report="https://github.com/jiangxiluning/MASTER-TF/issues/10",
                says="Two decoders are at odds on who embeds and adds positions; both "
                "together do it twice.",
            ),
            "positions_turned_by_one": patch(
                "positions 1, 2, ..., 0 in the encoder",
                (
                    ENCODED,
                    "table = self.encoding(**sizes)(np.zeros_like(embeddings))\n"
                    '        shift = -1 if side == "encoder" else 0\n'
                    "        return embeddings + np.roll(table, shift, axis=1)",
                ),
                report="https://github.com/graykode/nlp-tutorial/issues/73",
                says="The encoder's positions are written out as 1, 2, 3, 4, 0.",
            ),
            "id_0_embedded_as_zeros": patch(
                "a row of zeros for id 0",
                (
                    EMBEDDED,
                    'table = np.array(self._weights["embedding/embeddings"])\n'
                    "        table[0] = 0\n"
                    "        return self.encoded(real(table)[ids], side)",
                ),
                report="https://github.com/ageron/handson-ml2/issues/369",
                says="A comment has it that mask_zero maps id 0 to a vector of zeros, "
                "which it does not.",
            ),
            # The probabilities and the loss.
            "attention_normalised_over_queries": patch(
                "the attention's softmax over the queries",
                (
                    "attention",
                    NORMED,
                    "masked = np.where(seen, scores, scores.dtype.type(NEVER))\n"
                    "        return softmax(masked.swapaxes(1, 2)).swapaxes(1, 2)",
                ),
                report="https://github.com/karpathy/ng-video-lecture/issues/42",
                says="The softmax is taken over axis -2, and losses fall too low.",
            ),
            "softmax_over_everything": patch(
                "a softmax over all steps and classes of a row",
                (
                    SOFTMAX,
                    "logits = product(z, kernel) + real(bias)\n"
                    "        flat = softmax(logits.reshape(len(logits), -1))\n"
                    "        return flat.reshape(logits.shape)",
                ),
                report="https://github.com/nntrainer/nntrainer/pull/430",
                says="The softmax normalises over all axes, not over the last alone.",
            ),
            "loss_shifted_again": patch(
                "each step's loss at the target of the next step",
                (
                    LOSS,
                    "after = np.asarray(targets)[:, 1:]\n"
                    "        return sparse_cross_entropy("
                    "self(*inputs)[:, : after.shape[1]], after)",
                ),
                report="https://github.com/huggingface/transformers/issues/47394",
                says="The labels are shifted by the model and again by the loss.",
            ),
            "loss_without_targets_of_0": patch(
                "no loss for targets of 0",
                (
                    LOSS,
                    "targets = np.asarray(targets)\n"
                    "        p = np.take_along_axis("
                    "self(*inputs), targets[..., np.newaxis], axis=-1)\n"
                    "        return (-np.log(p[..., 0]) * (targets != 0)).mean()",
                ),
                report="https://github.com/tensorflow/addons/issues/2637",
                says="The mask is made from targets other than 0, and the mean still "
                "divides by all.",
            ),
            "adam_without_the_step_number": patch(
                "Adam's corrections without the step's number",
                (
                    "training",
                    "LEARNING_RATE * (1 - BETA_2**self._step) ** 0.5 / "
                    "(1 - BETA_1**self._step)",
                    "LEARNING_RATE * (1 - BETA_2) ** 0.5 / (1 - BETA_1)",
                ),
                report="https://github.com/eriklindernoren/ML-From-Scratch/issues/35",
                says="The corrections do not raise the betas to the number of the step.",
            ),
        },
    )
)
