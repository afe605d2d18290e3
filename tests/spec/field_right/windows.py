"""Windows that are right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.windows",
        {
            "lists_for_arrays": patch(
                "lists in place of arrays",
                (
                    "return windows[:, :-1], windows[:, 1:]",
                    "return windows[:, :-1].tolist(), windows[:, 1:].tolist()",
                ),
            ),
            "another_generator": patch(
                "another random generator",
                (
                    "return np.random.default_rng(seed)",
                    "return np.random.Generator(np.random.MT19937(seed))",
                ),
            ),
            "ids_in_32_bits": patch(
                "ids in 32 bits",
                (
                    "yield self.pair(np.array(batch))",
                    "yield self.pair(np.array(batch, np.int32))",
                ),
            ),
            "last_window_in_the_gap": patch(
                "the buffer's last window in the place of the one that left",
                (
                    "            yield buffer.pop(place)\n",
                    "            buffer[place], buffer[-1] = buffer[-1], "
                    "buffer[place]\n"
                    "            yield buffer.pop()\n",
                ),
            ),
        },
    )
)
