"""Char-RNNs that were wrong in the field."""

from touchstone.rivals import patch, patched

_COST = "return sparse_cross_entropy(probabilities, targets)"
_COUNTED = 'self._step = getattr(self, "_step", 0) + 1'

globals().update(
    patched(
        __name__,
        {
            "loss_summed_over_the_steps": patch(
                "a loss that sums over the steps",
                (_COST, f"{_COST} * np.shape(targets)[1]"),
                report="https://github.com/karpathy/char-rnn/issues/70",
                says="The gradient was not divided by the length of the sequence, and "
                "grew with it.",
            ),
            "softmax_in_the_loss_too": patch(
                "a softmax in the loss on top of the model's",
                (
                    _COST,
                    "return sparse_cross_entropy(softmax(probabilities), targets)",
                ),
                report="https://github.com/nfmcclure/tensorflow_cookbook/issues/86",
                says="A loss that takes logits was given the output of a softmax.",
            ),
            "class_0_ignored_in_the_loss": patch(
                "a loss that leaves out the targets 0",
                (
                    _COST,
                    "kept = np.asarray(targets) != 0\n"
                    "        probabilities = np.asarray(probabilities)[kept]\n"
                    "        return sparse_cross_entropy(\n"
                    "            probabilities, np.asarray(targets)[kept]\n"
                    "        )",
                ),
                report="https://github.com/lucidrains/parti-pytorch/issues/8",
                says="The loss ignored index 0, which was an ordinary class.",
            ),
            "gradients_clipped_at_norm_5": patch(
                "gradients clipped to a norm of 5",
                (
                    "training",
                    "        for name, g in gradients.items():\n",
                    "        norm = sum((g**2).sum() for g in gradients.values()) ** 0.5\n"
                    "        for name, g in gradients.items():\n"
                    "            g = g * min(1, 5 / max(norm, 1e-30))\n",
                ),
                report="https://github.com/clab/dynet/pull/1511",
                says="Trainers clipped gradients at 5 by default, without saying so.",
            ),
            "steps_counted_for_each_weight": patch(
                "Adam's steps counted anew for each weight",
                (
                    "training",
                    _COUNTED,
                    'self._step = getattr(self, "_step", 0)',
                ),
                (
                    "training",
                    "            m, v = moments.get(name, (0.0, 0.0))\n",
                    "            self._step += 1\n"
                    "            m, v = moments.get(name, (0.0, 0.0))\n",
                ),
                report="https://github.com/flashlight/flashlight/issues/143",
                says="The counter of the steps was raised in the loop over the "
                "parameters.",
            ),
            "bias_corrected_by_multiplying": patch(
                "Adam's moments multiplied by the terms that correct their bias",
                (
                    "training",
                    "LEARNING_RATE * (1 - BETA_2**self._step) ** 0.5 / "
                    "(1 - BETA_1**self._step)",
                    "LEARNING_RATE / (1 - BETA_2**self._step) ** 0.5 * "
                    "(1 - BETA_1**self._step)",
                ),
                report="https://github.com/karpathy/convnetjs/pull/70",
                says="The estimates of the moments were multiplied where the paper "
                "divides.",
            ),
            "second_beta_too_small": patch(
                "0.99 for Adam's second beta",
                ("training", "0.9, 0.999, 1e-7", "0.9, 0.99, 1e-7"),
                report="https://github.com/keisuke-umezawa/deeplearning-default-value/pull/3",
                says="The second beta of Adam was wrong in a table of default values.",
            ),
            "step_never_counted": patch(
                "a count of Adam's steps that stays 1",
                ("training", _COUNTED, "self._step = 1"),
                report="https://github.com/allenai/OLMo-core/pull/317",
                says="The step was not raised, which made the learning rate too large by "
                "a constant factor.",
            ),
            "state_reset_before_the_product": patch(
                "the reset gate on the state before the recurrent product",
                (
                    "recurrent",
                    'self.input_part("h", x) + r * self.recurrent_part("h", h))',
                    'self.input_part("h", x) + self.recurrent_part("h", r * h))',
                ),
                report="https://github.com/keras-team/keras/pull/8307",
                says="Two definitions of the GRU differ in the order of reset and "
                "product; cuDNN's weights need the other one.",
            ),
            "biases_of_two_gates_exchanged": patch(
                "the input biases of the update and reset gates exchanged",
                (
                    "recurrent",
                    'real(w[f"input_bias_{gate}"])',
                    "real(w[f\"input_bias_{dict(z='r', r='z').get(gate, gate)}\"])",
                ),
                report="https://github.com/keras-team/keras/issues/8720",
                says="The gates of cuDNN came in another order, in the biases too, which "
                "showed only where they are not zero.",
            ),
            "targets_rolled_within_the_row": patch(
                "the first input as the last target of each row",
                (
                    "return one_hot(inputs, vocabulary_size), targets",
                    "targets = np.roll(inputs, -1, axis=1)\n"
                    "        return one_hot(inputs, vocabulary_size), targets",
                ),
                report="https://github.com/hzy46/Char-RNN-TensorFlow/issues/16",
                says="The targets were the inputs rolled by one, so that the last target "
                "of a row was the row's first input.",
            ),
        },
    )
)

# What no clause rejects yet, and the condition under which it is wrong.
ACCEPTED = {
    "gradients_clipped_at_norm_5": "training steps whose gradients' norms cross 5",
}
