"""Recurrent layers that were wrong in the field."""

from touchstone.rivals import patch, patched

CANDIDATE = (
    'candidate = np.tanh(self.input_part("h", x) + r * self.recurrent_part("h", h))'
)
Z = 'z = sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))'
R = 'r = sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))'
BLEND = "return z * h + (1 - z) * candidate"
CALL = "    def __call__(self, inputs, initial_state=None, keep_mask=None):\n"
INPUTS = "        inputs = real(inputs)  # [B, T, D]\n"
STATE = "        state = self.first_state(initial_state, len(inputs))  # [B, U]\n"
KEPT = "return new if keep is None else np.where(np.asarray(keep)[:, None], new, old)"
RETURN = "return np.stack(outputs, axis=1), state  # [B, T, U], [B, U]"
BACK = "self.backward(np.asarray(inputs)[:, ::-1], keep_mask=reversed_mask)"
JOINED = "return np.concatenate([ahead, back[:, ::-1]], axis=-1)"
MODEL = "return self.second(self.first(inputs)[0])"

globals().update(
    patched(
        __name__,
        {
            # The gates.
            "reset_applied_before_the_product": patch(
                "the reset gate applied to the state before its product",
                (
                    CANDIDATE,
                    CANDIDATE.replace(
                        'r * self.recurrent_part("h", h)',
                        'self.recurrent_part("h", r * h)',
                    ),
                ),
                report="https://github.com/microsoft/onnxscript/issues/2852",
                says="A translation of PyTorch's GRU to ONNX leaves linear_before_reset "
                "at 0, which resets the state before its product.",
            ),
            "recurrent_bias_outside_the_reset": patch(
                "the candidate's recurrent bias added outside the reset gate",
                (
                    CANDIDATE,
                    'c_h = real(self._weights["recurrent_bias_h"])\n'
                    '        inner = r * (self.recurrent_part("h", h) - c_h) + c_h\n'
                    '        candidate = np.tanh(self.input_part("h", x) + inner)',
                ),
                report="https://github.com/apple/coremltools/issues/1124",
                says="CoreML's GRU has one bias, the sum of both, so that the recurrent "
                "one is not multiplied by the reset gate.",
            ),
            "recurrent_bias_of_the_candidate_missing": patch(
                "no recurrent bias in the candidate",
                (
                    CANDIDATE,
                    'c_h = real(self._weights["recurrent_bias_h"])\n'
                    '        inner = r * (self.recurrent_part("h", h) - c_h)\n'
                    '        candidate = np.tanh(self.input_part("h", x) + inner)',
                ),
                report="https://github.com/google/flax/pull/5595",
                says="A fused cell has no hidden bias, although its documentation gives "
                "one to the new gate; zero biases hide it.",
            ),
            "recurrent_bias_missing_without_a_state": patch(
                "no recurrent bias in the candidate of step 0 where no state is given",
                (STATE, STATE + "        self._bare = initial_state is None\n"),
                (
                    CANDIDATE,
                    'inner = r * self.recurrent_part("h", h)\n'
                    "        if self._bare:\n"
                    "            inner, self._bare = np.zeros_like(inner), False\n"
                    '        candidate = np.tanh(self.input_part("h", x) + inner)',
                ),
                report="https://github.com/ml-explore/mlx/issues/3249",
                says="Without a hidden state the first step skips the whole hidden part "
                "of the new gate, its bias included.",
            ),
            "new_state_weighted_by_z": patch(
                "the candidate weighted by z and the old state by 1 - z",
                (BLEND, "return (1 - z) * h + z * candidate"),
                report="https://github.com/keras-team/keras/issues/14649",
                says="The blend of another paper, in which z weights the candidate, is "
                "taken for the right one here.",
            ),
            "update_and_reset_weights_swapped": patch(
                "the weights of the update gate and the reset gate swapped",
                (Z, Z.replace('"z"', '"r"')),
                (R, R.replace('"r"', '"z"')),
                report="https://github.com/keras-team/keras/issues/8720",
                says="One framework stores its gates as r, z, h and another as z, r, h; "
                "weights copied in order swap the two gates.",
            ),
            "reset_gate_never_applied": patch(
                "no reset gate in the candidate",
                (CANDIDATE, CANDIDATE.replace("r * ", "")),
                report="https://github.com/zhiyongc/GRU-D/issues/2",
                says="The candidate is computed from the state as it is, not from the "
                "state multiplied by the reset gate.",
            ),
            "gates_hard_sigmoid": patch(
                "the hard sigmoid in its gates",
                (Z, Z.replace("sigmoid(", "np.clip(0.5 + 0.2 * (")[:-1] + "), 0, 1)"),
                (R, R.replace("sigmoid(", "np.clip(0.5 + 0.2 * (")[:-1] + "), 0, 1)"),
                report="https://github.com/tensorflow/tensorflow/issues/45705",
                says="The documentation gives the sigmoid as the gates' default; the "
                "results are those of another function.",
            ),
            "activations_exchanged": patch(
                "tanh in the gates and the sigmoid in the candidate",
                (Z, Z.replace("sigmoid(", "np.tanh(")),
                (R, R.replace("sigmoid(", "np.tanh(")),
                (CANDIDATE, CANDIDATE.replace("np.tanh(", "sigmoid(")),
                report="https://github.com/tflearn/tflearn/pull/200",
                says="The defaults of the inner and the outer activation are exchanged.",
            ),
            "sigmoid_is_a_half_past_its_overflow": patch(
                "gates of 0.5 where the exponential overflows float32",
                (
                    Z,
                    'z = self.gate(self.input_part("z", x) + '
                    'self.recurrent_part("z", h))',
                ),
                (
                    R,
                    'r = self.gate(self.input_part("r", x) + '
                    'self.recurrent_part("r", h))',
                ),
                (
                    "    def step(self, x, h):\n",
                    "    def gate(self, sums):\n"
                    "        return np.where(sums > 88.7, 0.5, sigmoid(sums))\n\n"
                    "    def step(self, x, h):\n",
                ),
                report="https://github.com/clab/dynet/issues/1525",
                says="A vectorised sigmoid gives 1 up to about 88 and 0.5 beyond.",
            ),
            "gates_split_by_the_input_size": patch(
                "the fused input biases split every D numbers, not every U",
                (
                    'return product(x, w[f"kernel_{gate}"]) + '
                    'real(w[f"input_bias_{gate}"])',
                    'fused = np.concatenate([w[f"input_bias_{g}"] for g in "zrh"])\n'
                    '        start = "zrh".index(gate) * x.shape[-1]\n'
                    "        own = np.arange(start, start + self.units)\n"
                    '        bias = real(np.take(fused, own, mode="wrap"))\n'
                    '        return product(x, w[f"kernel_{gate}"]) + bias',
                ),
                report="https://github.com/pytorch/pytorch/pull/78945",
                says="Weights and biases are split by the input's size where the hidden "
                "size is due; tests with equal sizes pass.",
            ),
            "scratch_not_cleared_without_bias": patch(
                "the last step's recurrent sum left in rows from 2 on without a bias",
                (STATE, STATE + "        self._left = initial_state is None, 0\n"),
                (
                    CANDIDATE,
                    'linear, (stale, left) = self.recurrent_part("h", h), self._left\n'
                    '        bare = not np.any(self._weights["recurrent_bias_h"])\n'
                    "        if stale and bare:\n"
                    "            late = np.arange(len(x))[:, None] >= 2\n"
                    "            linear = linear + np.where(late, left, 0)\n"
                    "            self._left = stale, linear\n"
                    '        candidate = np.tanh(self.input_part("h", x) + r * linear)',
                ),
                report="https://github.com/microsoft/onnxruntime/pull/3893",
                says="A buffer is not cleared without a bias; it takes a batch of three "
                "or more and no initial state to see it.",
            ),
            # The state.
            "initial_state_not_taken": patch(
                "zeros in place of the initial state",
                (
                    "np.zeros([batch, self.units]) if initial_state is None "
                    "else initial_state",
                    "np.zeros([batch, self.units])",
                ),
                report="https://github.com/nyu-dl/dl4mt-tutorial/pull/65",
                says="The layer takes no initial state, so that a decoder made of it "
                "starts from zeros.",
            ),
            "initial_state_missing_in_the_blend": patch(
                "zeros blended in at step 0 where an initial state is given",
                (STATE, STATE + "        self._fresh = True\n"),
                (
                    BLEND,
                    "old, self._fresh = 0 * h if self._fresh else h, False\n"
                    "        return z * old + (1 - z) * candidate",
                ),
                report="https://github.com/mquad/hgru4rec/issues/11",
                says="At the start of a session the gates and the candidate use the new "
                "state, the final blend another one.",
            ),
            "initial_state_overwritten": patch(
                "the caller's initial state overwritten by the last state",
                (
                    RETURN,
                    "if isinstance(initial_state, np.ndarray):\n"
                    "            initial_state[...] = state\n"
                    f"        {RETURN}",
                ),
                report="https://github.com/keras-team/keras/issues/23462",
                says="A fused GRU writes its last state into the array of the initial "
                "one, whose old value was still needed.",
            ),
            "state_not_carried_on": patch(
                "every step started from the initial state",
                (
                    "new = self.step(inputs[:, t], state)  # [B, U]",
                    "begin = self.first_state(initial_state, len(inputs))\n"
                    "            new = self.step(inputs[:, t], begin)  # [B, U]",
                ),
                report="https://github.com/hungpthanh/GRU4REC-pytorch/issues/1",
                says="A misspelt name means that the hidden state is never updated from "
                "step to step.",
            ),
            "state_kept_between_calls": patch(
                "the last call's state as the first where none is given",
                (
                    STATE,
                    '        last = self.__dict__.get("_last")\n'
                    "        if last is not None and len(last) == len(inputs):\n"
                    "            initial_state = last if initial_state is None "
                    "else initial_state\n" + STATE,
                ),
                (RETURN, f"self._last = state\n        {RETURN}"),
                report="https://github.com/chainer/chainer/pull/3340",
                says="A GRU documented as stateless keeps its hidden state, and the next "
                "call continues from it.",
            ),
            "rows_continue_from_the_row_before": patch(
                "each row started from the last state of the row before",
                (
                    STATE,
                    "        if len(inputs) > 1 and initial_state is None:\n"
                    "            rows, state = [], None\n"
                    "            for b in range(len(inputs)):\n"
                    "                mask = None if keep_mask is None "
                    "else np.asarray(keep_mask)[b : b + 1]\n"
                    "                out, state = self(inputs[b : b + 1], state, mask)\n"
                    "                rows.append((out, state))\n"
                    "            return tuple(np.concatenate(x) for x in zip(*rows))\n"
                    + STATE,
                ),
                report="https://github.com/alibaba/MNN/issues/1573",
                says="The hidden state is set to zero once a batch, not once a row: row "
                "1 starts from what row 0 left.",
            ),
            "rows_ordered_by_length": patch(
                "rows in the order of their lengths, longest first",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is not None:\n"
                    "            keep_mask = np.asarray(keep_mask)\n"
                    "            order = np.argsort(-keep_mask.sum(1), kind='stable')\n"
                    "            inputs, keep_mask = inputs[order], keep_mask[order]\n"
                    "            if initial_state is not None:\n"
                    "                initial_state = np.asarray(initial_state)[order]\n",
                ),
                report="https://github.com/fartashf/vsepp/pull/36",
                says="Rows are sorted by length for packing and never put back, so that "
                "the results of a batch are mixed up.",
            ),
            # The mask.
            "masked_steps_update_the_state": patch(
                "masked steps read as zeros that still update the state",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is not None:\n"
                    "            inputs = inputs * np.asarray(keep_mask)[..., None]\n",
                ),
                (KEPT, "return new"),
                report="https://github.com/keras-team/keras/issues/1300",
                says="A masked step of zeros still changes the state through the biases, "
                "the more so the more padding there is.",
            ),
            "leading_padding_updates_the_state": patch(
                "steps of zeros before a row's first kept step updating the state",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is not None:\n"
                    "            keep_mask = np.asarray(keep_mask)\n"
                    "            begun = np.maximum.accumulate(keep_mask, axis=1)\n"
                    "            lead = ~begun & begun[:, -1:]\n"
                    "            inputs = np.where(lead[..., None], 0, inputs)\n"
                    "            keep_mask = keep_mask | lead\n",
                ),
                report="https://github.com/zhangj111/astnn/pull/28",
                says="Padding of zeros stands in front of the sequence and moves the "
                "state away from zero before the first real step.",
            ),
            "mask_taken_for_a_length": patch(
                "the mask's count of kept steps read as a length from the left",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is not None:\n"
                    "            lengths = np.sum(keep_mask, axis=1, keepdims=True)\n"
                    "            keep_mask = np.arange(inputs.shape[1]) < lengths\n",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/48702",
                says="The fused kernel takes a sequence length only, and padding at the "
                "start of a sequence gives wrong results.",
            ),
            "state_zero_after_masked_steps": patch(
                "a state of zeros after a masked step",
                (KEPT, KEPT.replace("new, old)", "new, 0 * old)")),
                report="https://github.com/onnx/onnx-mlir/pull/2479",
                says="Past the end of a row both its output and its state are set to "
                "zero, so that the last state of a short row is lost.",
            ),
            "fully_masked_row_reads_one_step": patch(
                "step 0 read in a row with no step kept",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is not None:\n"
                    "            keep_mask = np.array(keep_mask)\n"
                    "            keep_mask[~keep_mask.any(axis=1), 0] = True\n",
                ),
                report="https://github.com/pytorch/pytorch/issues/4582",
                says="Lengths of zero are raised to one before packing, so that an empty "
                "row reads a step of padding.",
            ),
            "fully_masked_row_refused": patch(
                "an error where a row has no step kept",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is not None:\n"
                    "            if not np.any(keep_mask, axis=1).all():\n"
                    '                raise RuntimeError("CUDNN_STATUS_BAD_PARAM")\n',
                ),
                report="https://github.com/tensorflow/tensorflow/issues/43103",
                says="A batch in which one row is padding alone ends in an error of the "
                "kernel on the GPU.",
            ),
            "state_lost_where_all_is_masked": patch(
                "zeros for the last state where no step of any row is kept",
                (
                    RETURN,
                    "if keep_mask is not None and not np.any(keep_mask):\n"
                    "            state = np.zeros_like(state)\n"
                    f"        {RETURN}",
                ),
                report="https://github.com/microsoft/onnxruntime/pull/749",
                says="Where the longest sequence has length 0 the kernel returns early; "
                "the review asks what its outputs then hold.",
            ),
            "zero_steps_skipped_without_a_mask": patch(
                "steps whose inputs are all zero skipped where no mask is given",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is None:\n"
                    "            keep_mask = np.any(inputs != 0, axis=-1)\n",
                ),
                report="https://github.com/keras-team/keras/pull/361",
                says="All-zero inputs of a recurrent layer are taken for masked, though "
                "they may be real where no mask is in use.",
            ),
            "steps_of_sum_zero_skipped": patch(
                "steps whose inputs sum to zero skipped where no mask is given",
                (
                    INPUTS,
                    INPUTS + "        if keep_mask is None:\n"
                    "            keep_mask = np.abs(inputs.sum(axis=-1)) > 1e-5\n",
                ),
                report="https://github.com/sunlabuiuc/PyHealth/pull/140",
                says="The mask is made from the sum of a step's features, which may be "
                "zero where none of them is.",
            ),
            # Both directions.
            "backward_reads_forwards": patch(
                "the backward layer reading from the first step on",
                (BACK, "self.backward(inputs, keep_mask=keep_mask)"),
                (JOINED, "return np.concatenate([ahead, back], axis=-1)"),
                report="https://github.com/stanfordmlgroup/nlc/issues/8",
                says="Both directions are given the same inputs; the reversal was lost "
                "when the code was rewritten.",
            ),
            "forward_outputs_twice": patch(
                "the forward outputs in place of the backward ones",
                (JOINED, "return np.concatenate([ahead, ahead], axis=-1)"),
                report="https://github.com/ematvey/tensorflow-seq2seq-tutorials/issues/1",
                says="A typing mistake concatenates the forward outputs with themselves.",
            ),
            "backward_outputs_not_turned_back": patch(
                "the backward outputs in the order in which they were made",
                (JOINED, "return np.concatenate([ahead, back], axis=-1)"),
                report="https://github.com/d2l-ai/d2l-en/issues/2306",
                says="The outputs of the backward layer are joined in reading order, "
                "last step first.",
            ),
            "backward_outputs_turned_along_the_batch": patch(
                "the backward outputs reversed along the batch",
                (JOINED, "return np.concatenate([ahead, back[::-1]], axis=-1)"),
                report="https://github.com/EderSantana/seya/issues/32",
                says="The reversal of the outputs is along the first axis, which is the "
                "batch.",
            ),
            "backward_reads_the_padding": patch(
                "no mask for the backward layer",
                (BACK, BACK.replace("reversed_mask", "None")),
                report="https://github.com/deeplearning4j/deeplearning4j/issues/1030",
                says="The reverse pass starts in the padding of the shorter sequences and "
                "takes it in.",
            ),
            "backward_mask_not_reversed": patch(
                "the mask in its own order beside reversed inputs",
                (BACK, BACK.replace("reversed_mask", "keep_mask")),
                report="https://github.com/keras-team/keras/issues/7244",
                says="Reading backwards the padding is in front, and the mask covers the "
                "wrong end.",
            ),
            "backward_uses_the_forward_weights": patch(
                "the forward weights in both directions",
                ('below("backward", self._weights)', 'below("forward", self._weights)'),
                report="https://github.com/fordDeepDSP/deepSpeech/issues/20",
                says="One cell object serves both directions, so that they share their "
                "weights.",
            ),
            "directions_interleaved": patch(
                "the outputs of both directions unit by unit in turn",
                (
                    JOINED,
                    "both = np.stack([ahead, back[:, ::-1]], axis=-1)\n"
                    "        return both.reshape([*ahead.shape[:2], -1])",
                ),
                report="https://github.com/pytorch/pytorch/pull/11368",
                says="The axis of directions ends up after that of the hidden units when "
                "both are flattened into one.",
            ),
            # The model.
            "second_layer_uses_the_first_weights": patch(
                "the first layer's weights in the second where the sizes agree",
                (
                    "        return self.second(self.first(inputs)[0])",
                    "        if np.shape(inputs)[-1] == self.first.units:\n"
                    '            own = below("gru", self._weights)\n'
                    '            shared = prefixed("forward", own)\n'
                    '            back = below("bidirectional", self._weights)\n'
                    "            self.second.set_named_weights(back | shared)\n"
                    "        return self.second(self.first(inputs)[0])",
                ),
                report="https://github.com/gau820827/AI-writer_Data2Doc/issues/13",
                says="One and the same GRU object is applied once for each layer.",
            ),
            "relu_between_the_layers": patch(
                "a ReLU between the two layers",
                (MODEL, "return self.second(np.maximum(self.first(inputs)[0], 0))"),
                report="https://github.com/gau820827/AI-writer_Data2Doc/issues/13",
                says="A comment asks why there is a ReLU between the layers of the "
                "multilayer GRU.",
            ),
        },
    )
)
