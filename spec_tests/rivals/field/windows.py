"""Windows that were wrong in the field."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        __name__,
        {
            "last_step_left_out": patch(
                "the last step of a finite sequence left out",
                ("self.windows(iter(sequence),", "self.windows(iter(sequence[:-1]),"),
                report="https://github.com/keras-team/keras-io/issues/329",
                says="The loop over the starts ended one too early, so the last window "
                "that fits was missing.",
            ),
            "targets_rolled_within_the_row": patch(
                "the first input as the last target of each row",
                (
                    "return windows[:, :-1], windows[:, 1:]",
                    "return windows[:, :-1], np.roll(windows[:, :-1], -1, axis=1)",
                ),
                report="https://github.com/hzy46/Char-RNN-TensorFlow/issues/16",
                says="The targets were the inputs rolled by one, so that the last target "
                "of a row was the row's first input.",
            ),
            "shuffle_thrown_away": patch(
                "the result of the shuffle thrown away",
                ("return int(generator.integers(size))", "return 0"),
                report="https://github.com/tensorflow/models/issues/4215",
                says="The shuffled data set was not assigned to anything, so that the "
                "records came in their order.",
            ),
            "shuffled_a_batch_at_a_time": patch(
                "whole batches shuffled, each with its windows in order",
                (
                    "        shuffled = self.shuffled(windows, shuffle_buffer, "
                    "self.generator(seed))\n",
                    "        blocks = iter(\n"
                    "            lambda: list(itertools.islice(windows, batch_size)), []\n"
                    "        )\n"
                    "        generator = self.generator(seed)\n"
                    "        shuffled = itertools.chain.from_iterable(\n"
                    "            self.shuffled(blocks, shuffle_buffer, generator)\n"
                    "        )\n",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/39899",
                says="Elements were batched before they were shuffled, so that those of "
                "a batch stayed together in their order.",
            ),
            "one_order_for_every_seed": patch(
                "one order of the windows for every seed",
                (
                    "return np.random.default_rng(seed)",
                    "return np.random.default_rng(0)",
                ),
                report="https://github.com/tensorflow/tensorflow/issues/22871",
                says="Without reshuffling, a shuffled data set came in the same order "
                "whatever its seed was.",
            ),
            "ids_in_16_bits": patch(
                "ids that are kept in 16 bits",
                (
                    "yield self.pair(np.array(batch))",
                    "yield self.pair(np.array(batch).astype(np.uint16))",
                ),
                report="https://github.com/huggingface/transformers/issues/2825",
                says="Token ids were cast to unsigned 16-bit integers, so that those "
                "above 65,535 became other tokens.",
            ),
            "shift_inside_the_windows": patch(
                "the shift taken for the distance of the steps in a window",
                (
                    "        window = list(itertools.islice(steps, window_length))\n"
                    "        while len(window) == window_length:\n"
                    "            yield window\n"
                    "            window = window[shift:]\n",
                    "        inner, shift = shift, 1\n"
                    "        window_length = (window_length - 1) * inner + 1\n"
                    "        window = list(itertools.islice(steps, window_length))\n"
                    "        while len(window) == window_length:\n"
                    "            yield window[::inner]\n"
                    "            window = window[shift:]\n",
                ),
                report="https://github.com/thedatumorg/TSB-AD/issues/1",
                says="The stride of the window class was the distance between the "
                "samples of one window, not that between the windows.",
            ),
            "last_small_batch_dropped": patch(
                "a last batch that is not full dropped",
                (
                    "            yield self.pair(np.array(batch))",
                    "            if len(batch) == batch_size:\n"
                    "                yield self.pair(np.array(batch))",
                ),
                report="https://github.com/NervanaSystems/neon/issues/9",
                says="Of data whose number is no multiple of the batch size, the last "
                "batch was dropped.",
            ),
        },
    )
)
