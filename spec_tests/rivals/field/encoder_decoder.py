"""Encoder-decoders that were wrong in the field."""

from touchstone.rivals import patch, patched

CELL = "c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)"
HIDDEN = "return sigmoid(o) * np.tanh(c), c"
GATED = "        i, f, g, o = self.sums(x, h)\n"
BIASED = "return sums + self.bias[:, np.newaxis]"
READ = (
    "        for x in self.encoder_steps(encoder_inputs):\n"
    "            state = encoder.step(x, *state)\n"
    "        return state\n"
)
DECODED = "return self.decoded(decoder_inputs, lengths, self.read(encoder_inputs))"
FED = "for x in self.decoder_steps(decoder_inputs[:, : self.longest(lengths)]):"
CHOSEN = (
    "            ids = self.choice(self.spoken(state[0]))\n"
    "            chosen.append(ids)\n"
)
STEPPED = "state = self.greedy_step(decoder, self.embedded(ids), state)"
AVERAGED = "return self.averaged(-np.log(chosen), inside)"
MEAN = "return losses[inside].mean()"
SHIFTED = "return np.concatenate([start, targets[:, :-1]], axis=1)"

globals().update(
    patched(
        __name__,
        {
            # The cell.
            "input_and_forget_biases_of_the_output": patch(
                "the output gate's bias in the input and forget gates",
                (BIASED, "return sums + self.bias[[3, 3, 2, 3]][:, np.newaxis]"),
                report="https://github.com/ddbourgin/numpy-ml/issues/42",
                says="Copied lines add the output gate's bias to two other gates.",
            ),
            "input_and_forget_gates_exchanged": patch(
                "the input gate and the forget gate exchanged",
                (GATED, GATED.replace("i, f,", "f, i,")),
                report="https://github.com/NX-AI/xlstm/issues/98",
                says="The input gate is assigned from the forget gate's layer and the "
                "other way round.",
            ),
            "forget_gate_coupled_to_the_input": patch(
                "1 - i for the forget gate",
                (CELL, CELL.replace("sigmoid(f) *", "(1 - sigmoid(i)) *")),
                report="https://github.com/glample/tagger/issues/25",
                says="The forget gate's code is commented out; what is kept is 1 - i.",
            ),
            "candidate_weighted_by_the_forget_gate": patch(
                "the forget gate on the candidate",
                (CELL, CELL.replace("sigmoid(i)", "sigmoid(f)")),
                report="https://github.com/ARM-software/CMSIS-NN/pull/181",
                says="The forget gate's name stands where the input gate multiplies the "
                "candidate.",
            ),
            "hidden_state_without_tanh": patch(
                "no tanh of the cell state in the output",
                (HIDDEN, "return sigmoid(o) * c, c"),
                report="https://github.com/nicodjimenez/lstm/issues/47",
                says="The hidden state is the output gate times the cell state itself.",
            ),
            "forget_bias_of_1_added_again": patch(
                "1 added to the forget gate beside its bias",
                (CELL, CELL.replace("sigmoid(f)", "sigmoid(f + 1)")),
                report="https://github.com/tyliupku/wiki2bio/issues/2",
                says="The forget gate is the sigmoid of its sum plus 1, beside its bias.",
            ),
            "no_number_where_the_sigmoid_is_large": patch(
                "no number where an input or forget gate's sum is past 40",
                (
                    CELL,
                    f"{CELL}\n"
                    "        c = np.where(np.maximum(abs(i), abs(f)) > 40, np.nan, c)",
                ),
                report="https://github.com/ARM-software/ComputeLibrary/issues/779",
                says="The sigmoid kernel holds from -40 to 40 only; an LSTM's input and "
                "forget gates give nan beyond.",
            ),
            "fresh_forget_bias_of_0": patch(
                "a fresh forget bias of 0",
                ('return 1.0 if name.endswith("bias_f") else 0.0', "return 0.0"),
                report="https://github.com/chainer/chainer/pull/2425",
                says="The forget bias starts at 0 where the paper recommends 1.",
            ),
            # From the encoder to the decoder.
            "decoder_starts_from_zeros": patch(
                "zeros for the decoder's first state",
                (
                    DECODED,
                    DECODED.replace(
                        "self.read(encoder_inputs)", "self.zeros(len(lengths))"
                    ),
                ),
                report="https://github.com/jingxil/Pointer-Networks/issues/4",
                says="The decoder's first state is zero, not the encoder's last.",
            ),
            "cell_state_copied_from_the_hidden": patch(
                "the hidden state handed over as the cell state too",
                (READ, READ.replace("return state", "return state[0], state[0]")),
                report="https://github.com/joeynmt/joeynmt/issues/13",
                says="The decoder's LSTM starts from (h, h).",
            ),
            "one_lstm_for_both": patch(
                "the encoder's LSTM in the decoder",
                (
                    '        decoder = self.cell(below("decoder", self._weights))\n'
                    "        outputs = []\n",
                    '        decoder = self.cell(below("encoder", self._weights))\n'
                    "        outputs = []\n",
                ),
                report="https://github.com/pochih/RL-Chatbot/issues/4",
                says="The same LSTM object encodes and decodes.",
            ),
            "source_reversed": patch(
                "the encoder's inputs reversed",
                (
                    "for x in self.encoder_steps(encoder_inputs):",
                    "for x in self.encoder_steps(encoder_inputs[:, ::-1]):",
                ),
                report="https://github.com/THUDM/KOBE/issues/12",
                says="The padding function reverses the source sequence, which a reader "
                "does not expect.",
            ),
            "encoder_skips_id_0": patch(
                "ids of 0 masked in the encoder",
                (
                    READ,
                    "        for t, x in enumerate(self.encoder_steps(encoder_inputs)):\n"
                    "            keep = encoder_inputs[:, t, np.newaxis] != 0\n"
                    "            new = encoder.step(x, *state)\n"
                    "            state = tuple(\n"
                    "                np.where(keep, *pair) for pair in zip(new, state)\n"
                    "            )\n"
                    "        return state\n",
                ),
                report="https://github.com/tensorflow/docs/pull/1610",
                says="The encoder's embedding gets mask_zero, so that its LSTM skips "
                "every id 0.",
            ),
            "id_0_embedded_as_zeros": patch(
                "a row of zeros for id 0",
                (
                    'return real(self._weights["embedding/embeddings"])[ids]',
                    "known = (ids != 0)[..., np.newaxis]\n"
                    '        return known * real(self._weights["embedding/embeddings"])'
                    "[ids]",
                ),
                report="https://github.com/ageron/handson-ml2/issues/369",
                says="A comment has it that mask_zero maps id 0 to a vector of zeros, "
                "which it does not.",
            ),
            "state_not_passed_in_greedy_decoding": patch(
                "the encoder's state before every step of greedy decoding",
                (
                    STEPPED,
                    "state = self.greedy_step(\n"
                    "                decoder, self.embedded(ids), "
                    "self.read(encoder_inputs)\n"
                    "            )",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/26990",
                says="The decoder is called step by step without the state of the step "
                "before.",
            ),
            # Greedy decoding.
            "padded_vocabulary_wins": patch(
                "an id past the vocabulary where every logit is negative",
                (
                    CHOSEN,
                    "            hidden, w = state[0], self._weights\n"
                    '            logits = product(hidden, w["dense/kernel"])\n'
                    '            logits = logits + real(w["dense/bias"])\n'
                    "            ids = self.choice(logits)\n"
                    "            none = logits.max(axis=-1) < 0\n"
                    "            chosen.append(np.where(none, logits.shape[-1], ids))\n",
                ),
                report="https://github.com/mirage-project/mirage/issues/751",
                says="The output layer is padded with rows of zeros, whose logit 0 wins "
                "where all real ones are negative.",
            ),
            "row_ends_at_its_first_0": patch(
                "zeros after a row's first 0",
                (
                    CHOSEN,
                    "            ids = self.choice(self.spoken(state[0]))\n"
                    "            if chosen:\n"
                    "                ended = (np.array(chosen) == 0).any(axis=0)\n"
                    "                ids = np.where(ended, 0, ids)\n"
                    "            chosen.append(ids)\n",
                ),
                report="https://github.com/Dao-AILab/flash-attention/pull/2784",
                says="Rows that have emitted the end are padded from there on; here 0 is "
                "taken for the end.",
            ),
            "all_rows_end_at_any_0": patch(
                "zeros in all rows after any row's first 0",
                (
                    CHOSEN,
                    "            ids = self.choice(self.spoken(state[0]))\n"
                    "            if np.any(np.array(chosen) == 0):\n"
                    "                ids = 0 * ids\n"
                    "            chosen.append(ids)\n",
                ),
                report="https://github.com/2000ZRL/SOKE/issues/7",
                says="A flag reduced over the batch ends all sequences with the first; "
                "here 0 is taken for the end.",
            ),
            "greedy_batch_of_one_squeezed": patch(
                "an error in greedy decoding of one row",
                (
                    CHOSEN,
                    "            ids = np.squeeze(self.choice(self.spoken(state[0])))\n"
                    "            if ids.ndim == 0:\n"
                    '                raise IndexError("dimension out of range")\n'
                    "            chosen.append(ids)\n",
                ),
                report="https://github.com/ludwig-ai/ludwig/pull/1726",
                says="All axes of size 1 are squeezed away, the batch among them, which "
                "ends in an error at the next step.",
            ),
            # Lengths and targets.
            "all_steps_whatever_the_lengths": patch(
                "all T steps where the longest length is less",
                (FED, "for x in self.decoder_steps(decoder_inputs):"),
                report="https://github.com/j-min/tf_tutorial_plus/issues/3",
                says="With true lengths the outputs are shorter than the labels; with "
                "the full length for every row they are not.",
            ),
            "targets_fed_as_they_are": patch(
                "targets that the decoder reads at the step of their prediction",
                (SHIFTED, "return targets.copy()"),
                report="https://github.com/Project-MONAI/GenerativeModels/issues/314",
                says="The model is trained to predict token N from the tokens up to N "
                "inclusive.",
            ),
            "targets_shifted_twice": patch(
                "the targets shifted by two steps",
                (
                    SHIFTED,
                    "return np.concatenate([start, start, targets], axis=1)"
                    "[:, : targets.shape[1]]",
                ),
                report="https://github.com/huggingface/transformers/issues/47394",
                says="The labels are shifted by the model and again by the loss.",
            ),
            "masked_loss_over_all_steps": patch(
                "the sum of the losses within the lengths divided by all steps",
                (MEAN, "return (losses * inside).mean()"),
                report="https://github.com/d2l-ai/d2l-en/issues/2076",
                says="The mean runs over masked steps too, whose losses are zero.",
            ),
            "loss_divided_by_the_batch": patch(
                "the sum of the losses divided by the batch",
                (MEAN, "return losses[inside].sum() / len(losses)"),
                report="https://github.com/awni/speech/issues/18",
                says="The sum over all characters is divided by the number of rows.",
            ),
            "loss_of_each_row_averaged_first": patch(
                "the mean of the rows' own means as the loss",
                (
                    MEAN,
                    "counts = np.maximum(inside.sum(axis=1), 1)\n"
                    "        return ((losses * inside).sum(axis=1) / counts).mean()",
                ),
                report="https://github.com/OpenNMT/OpenNMT-tf/issues/570",
                says="Each row's loss is held to be divided by its own length, where the "
                "toolkit divides by the batch's.",
            ),
            "padding_in_the_loss": patch(
                "the steps past a row's length in the loss",
                (MEAN, "return losses.mean()"),
                report="https://github.com/tensorflow/tensorflow/issues/563",
                says="The cross-entropy takes no weights, so that padding steps take "
                "part in the gradient.",
            ),
            "loss_without_targets_of_0": patch(
                "no loss for targets of 0",
                (AVERAGED, AVERAGED.replace("-np", "(targets != 0) * -np")),
                report="https://github.com/tensorflow/addons/issues/2637",
                says="The mask is made from targets other than 0, and the mean still "
                "divides by all.",
            ),
            # The training step.
            "adam_counts_from_2": patch(
                "Adam's steps counted from 2",
                (
                    "training",
                    'self._step = getattr(self, "_step", 0) + 1',
                    'self._step = getattr(self, "_step", 1) + 1',
                ),
                report="https://github.com/tensorflow/tensorflow/issues/35444",
                says="The step number used in the bias correction is reported to be 2 "
                "at the first step.",
            ),
            "adam_corrects_by_products": patch(
                "Adam's moments multiplied by their corrections",
                (
                    "training",
                    "LEARNING_RATE * (1 - BETA_2**self._step) ** 0.5 / "
                    "(1 - BETA_1**self._step)",
                    "LEARNING_RATE * (1 - BETA_1**self._step) / "
                    "(1 - BETA_2**self._step) ** 0.5",
                ),
                report="https://github.com/karpathy/convnetjs/pull/70",
                says="The bias estimates are multiplied by the corrections where they "
                "are to be divided.",
            ),
        },
    )
)

# What no clause rejects yet, and the condition under which it is wrong.
ACCEPTED = {
    "padded_vocabulary_wins": "greedy decoding where every logit is negative",
    "row_ends_at_its_first_0": "a decoded row that goes on after a 0",
    "all_rows_end_at_any_0": "a batch of which one decoded row has a 0",
    "greedy_batch_of_one_squeezed": "greedy decoding of a batch of one",
    "no_number_where_the_sigmoid_is_large": "a gate whose sum is beyond 40",
}
