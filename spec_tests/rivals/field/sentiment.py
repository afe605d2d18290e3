"""Sentiment models that were wrong in the field."""

from touchstone.rivals import patch, patched

_KEPT = "return ids != 0  # [B, T]"
_UPDATE = (
    "            moments[name] = m, v\n"
    "            self._weights[name] = self._weights[name] - self.rate() * "
    "self.direction(\n"
    "                m, v\n"
    "            )\n"
)

globals().update(
    patched(
        __name__,
        {
            "loss_of_every_pair": patch(
                "a loss that compares every label with every probability",
                (
                    "return binary_cross_entropy(probabilities, "
                    "np.reshape(labels, [-1, 1]))",
                    "p, y = np.broadcast_arrays(real(probabilities), real(labels))\n"
                    "    return binary_cross_entropy(p, y)",
                ),
                report="https://github.com/pytorch/pytorch/issues/1939",
                says="Targets of shape [B] were broadcast against outputs of shape "
                "[B, 1].",
            ),
            "accuracy_of_every_pair": patch(
                "an accuracy that compares every label with every probability",
                ("(real(probabilities)[:, 0] > 0.5)", "(real(probabilities) > 0.5)"),
                report="https://github.com/tensorflow/tensorflow/issues/35490",
                says="Binary accuracy took shapes [B, 1] and [B] without an error.",
            ),
            "accuracy_of_the_largest_class": patch(
                "an accuracy that compares the largest of one class, which always agrees",
                (
                    "np.mean((real(probabilities)[:, 0] > 0.5) == "
                    "(np.asarray(labels) == 1))",
                    "np.mean(\n"
                    "        np.argmax(real(probabilities), axis=-1)\n"
                    "        == np.argmax(np.reshape(labels, [-1, 1]), axis=-1)\n"
                    "    )",
                ),
                report="https://github.com/keras-team/keras/pull/3098",
                says="Categorical accuracy was the default with a binary loss.",
            ),
            "accuracy_of_the_first_class": patch(
                "an accuracy whose prediction is the largest class, always 0",
                (
                    "(real(probabilities)[:, 0] > 0.5)",
                    "(np.argmax(real(probabilities), axis=1) == 1)",
                ),
                report="https://github.com/nitrain/nitrain/issues/99",
                says="The prediction was made the position of the largest probability; "
                "with one unit that is 0.",
            ),
            "mask_lost_after_the_first_layer": patch(
                "a second layer without the mask",
                (
                    "return self.gru_2(outputs, keep_mask=keep)[1]",
                    "return self.gru_2(outputs)[1]",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/31638",
                says="The mask did not reach layers further inside.",
            ),
            "mask_taken_for_lengths": patch(
                "a mask of the number of words, wherever they are",
                (
                    _KEPT,
                    "return np.arange(ids.shape[1]) < (ids != 0).sum(axis=1)[:, None]",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/49241",
                says="With a mask, cuDNN's layers gave other results than the others; "
                "they take lengths, so that padding must be on the right.",
            ),
            "empty_review_beside_full_ones_refused": patch(
                "an error where a review is empty and no other one is padded",
                (
                    _KEPT,
                    "keep = ids != 0\n"
                    "        full, empty = keep.all(axis=1), ~keep.any(axis=1)\n"
                    "        if empty.any() and (full | empty).all():\n"
                    '            raise RuntimeError("CUDNN_STATUS_BAD_PARAM")\n'
                    "        return keep",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/36139",
                says="A fully masked sequence was an error on cuDNN where the other "
                "sequences have no padding.",
            ),
            "padding_read_as_zeros": patch(
                "padding that is read as zeros",
                (_KEPT, "return np.full(ids.shape, True)"),
                (
                    'return real(self._weights["embedding/embeddings"])[ids]',
                    "kept = (ids != 0)[..., np.newaxis]\n"
                    '        return real(self._weights["embedding/embeddings"])[ids] * '
                    "kept",
                ),
                report="https://github.com/zhangj111/astnn/pull/28",
                says="A GRU read zeros as padding, and its biases moved the state.",
            ),
            "rows_without_gradient_left_alone": patch(
                "an Adam that leaves rows of the embedding without gradient alone",
                (
                    "training",
                    _UPDATE,
                    "            step = self.rate() * self.direction(m, v)\n"
                    '            if name == "embedding/embeddings":\n'
                    "                seen = g.any(axis=1, keepdims=True)\n"
                    "                before = moments.get(name, (0 * g, 0 * g))\n"
                    "                m = np.where(seen, m, before[0])\n"
                    "                v = np.where(seen, v, before[1])\n"
                    "                step = step * seen\n"
                    "            moments[name] = m, v\n"
                    "            self._weights[name] = self._weights[name] - step\n",
                ),
                report="https://github.com/pytorch/pytorch/pull/3137",
                says="A lazy Adam updates moments and weights only of the rows that "
                "appear in the gradient.",
            ),
            "steps_counted_for_each_weight": patch(
                "Adam's steps counted anew for each weight",
                (
                    "training",
                    'self._step = getattr(self, "_step", 0) + 1',
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
        },
    )
)

# What no clause rejects yet, and the condition under which it is wrong.
ACCEPTED = {
    "empty_review_beside_full_ones_refused": "one empty review, the others without padding",
}
