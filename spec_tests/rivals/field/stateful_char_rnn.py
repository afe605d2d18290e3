"""Stateful char-RNNs that were wrong in the field."""

from touchstone.rivals import patch, patched

_RESET = "def reset_states(self) -> None:\n        self.states = self.fresh()"
_INPUT_MASKS = (
    "        self.input_masks = self.masks(rng, (batch, self.input_size), dropout)\n"
)
_STATE_MASKS = (
    "        self.state_masks = self.masks(rng, (batch, self.units), "
    "recurrent_dropout)\n"
)
_MASK = "return (rng.random(shape) >= rate) / (1 - rate)"

globals().update(
    patched(
        __name__,
        {
            "last_layer_alone_reset": patch(
                "the state of the last layer alone reset",
                (
                    _RESET,
                    "def reset_states(self) -> None:\n"
                    "        self.states = self.states[0], self.fresh()[1]",
                ),
                report="https://github.com/jzilly/RecurrentHighwayNetworks/issues/5",
                says="The reset reached the last of several layers only.",
            ),
            "second_layer_without_memory": patch(
                "a second layer whose state is not kept",
                (
                    "return states\n\n    def loss",
                    "return states[0], None\n\n    def loss",
                ),
                report="https://github.com/keras-team/keras/pull/1621",
                says="Stateful layers did not work where they were not the first layer.",
            ),
            "dropout_masks_drawn_once": patch(
                "dropout masks that are drawn once and used ever after",
                (
                    _INPUT_MASKS + _STATE_MASKS,
                    _INPUT_MASKS
                    + _STATE_MASKS
                    + '        drawn = self.__dict__.setdefault("drawn", {})\n'
                    "        key = batch, dropout, recurrent_dropout\n"
                    "        masks = self.input_masks, self.state_masks\n"
                    "        self.input_masks, self.state_masks = "
                    "drawn.setdefault(key, masks)\n",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/29391",
                says="A GRU used the same dropout masks again in each call.",
            ),
            "state_masks_drawn_once": patch(
                "masks of the states that are drawn once and used ever after",
                (
                    _STATE_MASKS,
                    _STATE_MASKS
                    + '        drawn = self.__dict__.setdefault("drawn", {})\n'
                    "        key = batch, recurrent_dropout\n"
                    "        self.state_masks = drawn.setdefault(key, self.state_masks)\n",
                ),
                report="https://github.com/abr/keras-lmu/pull/29",
                says="The masks of one component were reset, those of the other kept for "
                "ever.",
            ),
            "dropout_masks_left_for_prediction": patch(
                "the masks of the last training call in predictions after it",
                ("                layer.release()", "                pass"),
                report="https://github.com/tensorflow/addons/pull/536",
                says="Masks set in training were used in an evaluation that followed.",
            ),
            "mask_drawn_for_the_whole_batch": patch(
                "one dropout mask for all rows",
                (
                    _MASK,
                    "return np.broadcast_to(rng.random(shape[1:]) >= rate, shape) / "
                    "(1 - rate)",
                ),
                report="https://github.com/clab/dynet/pull/812",
                says="The mask was the same for every sentence of a batch.",
            ),
            "one_state_mask_for_all_gates": patch(
                "one mask of the states for all gates",
                (
                    _STATE_MASKS,
                    _STATE_MASKS + '        self.state_masks = dict.fromkeys("zrh", '
                    'self.state_masks["z"])\n',
                ),
                report="https://github.com/keras-team/keras/pull/20656",
                says="All uses of the previous state shared one mask, with which training "
                "did not converge.",
            ),
            "one_input_mask_for_all_gates": patch(
                "one mask of the inputs for all gates",
                (
                    _INPUT_MASKS,
                    _INPUT_MASKS + '        self.input_masks = dict.fromkeys("zrh", '
                    'self.input_masks["z"])\n',
                ),
                report="https://github.com/tensorflow/tensorflow/issues/35724",
                says="One of two implementations shared a mask where the other has one "
                "for each gate.",
            ),
            "kept_values_scaled_by_the_rate": patch(
                "kept values divided by the rate of dropout",
                (_MASK, "return (rng.random(shape) >= rate) / (rate or 1)"),
                report="https://github.com/lmjohns3/theanets/pull/123",
                says="The values that are kept were divided by the share that is "
                "dropped.",
            ),
            "kept_values_not_scaled": patch(
                "kept values that are not scaled",
                (_MASK, "return (rng.random(shape) >= rate) * 1.0"),
                report="https://github.com/rbgirshick/py-faster-rcnn/issues/211",
                says="Dropout did not scale in training.",
            ),
            "inputs_scaled_twice": patch(
                "inputs of the first layer scaled by both rates",
                (
                    "                layer.draw(self.rng, self.batch_size, "
                    "*self.rates)\n",
                    "                layer.draw(self.rng, self.batch_size, "
                    "*self.rates)\n"
                    "                if layer is self.gru_1:\n"
                    "                    layer.input_masks = {\n"
                    "                        gate: mask / (1 - self.rates[1])\n"
                    "                        for gate, mask in "
                    "layer.input_masks.items()\n"
                    "                    }\n",
                ),
                report="https://github.com/CSTR-Edinburgh/mlpractical/pull/32",
                says="The inputs to the first layer were scaled by the rate of the "
                "inputs and again by that of the hidden values.",
            ),
            "rows_that_do_not_continue": patch(
                "windows dealt out to the rows in turn",
                (
                    "[self.window(row, i, n_steps) for row in rows]",
                    "[\n"
                    "                    self.window(\n"
                    "                        np.asarray(encoded), i * batch_size + b, "
                    "n_steps\n"
                    "                    )\n"
                    "                    for b in range(batch_size)\n"
                    "                ]",
                ),
                report="https://github.com/keras-team/keras/issues/1870",
                says="Row i of a batch was not continued in row i of the next one.",
            ),
            "text_trimmed_to_equal_parts": patch(
                "a text trimmed so that all parts are equally long",
                (
                    "return np.array_split(encoded, batch_size)",
                    "whole = len(encoded) // batch_size * batch_size\n"
                    "        return np.array_split(encoded[:whole], batch_size)",
                ),
                report="https://github.com/shirinyamani/Translation_Machine/issues/3",
                says="A text that does not divide evenly into the columns is trimmed.",
            ),
            "last_batch_left_out": patch(
                "the last batch left out where it just fits",
                (
                    "return (min(map(len, rows)) - 1) // n_steps",
                    "return (min(map(len, rows)) - 2) // n_steps",
                ),
                report="https://github.com/QData/spacetimeformer/issues/32",
                says="The range of starts did not include the last possible one.",
            ),
            "step_never_counted": patch(
                "a count of Adam's steps that stays 1",
                (
                    "training",
                    'self._step = getattr(self, "_step", 0) + 1',
                    "self._step = 1",
                ),
                report="https://github.com/allenai/OLMo-core/pull/317",
                says="The step was not raised, which made the learning rate too large by "
                "a constant factor.",
            ),
        },
    )
)

# What no clause rejects yet, and the condition under which it is wrong.
ACCEPTED = {
    "state_masks_drawn_once": "two training calls with recurrent dropout",
    "one_input_mask_for_all_gates": "dropout of the inputs, gate by gate",
    "one_state_mask_for_all_gates": "dropout of the state, gate by gate",
}
