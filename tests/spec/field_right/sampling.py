"""Sampling that is right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.sampling",
        {
            "largest_of_noisy_logits": patch(
                "the largest of logits with Gumbel noise",
                (
                    "        return np.stack([self.row(p[b], uniform[b]) for b "
                    "in range(len(p))])  # [B, N]",
                    "        size = len(p), uniform.shape[1], p.shape[1]\n"
                    "        noise = self.generator(seed).gumbel(size=size)\n"
                    '        with np.errstate(divide="ignore"):\n'
                    "            return np.argmax(np.log(p)[:, np.newaxis] + "
                    "noise, axis=-1)",
                ),
            ),
            "powers_in_place_of_logarithms": patch(
                "powers of the quotients by the largest",
                (
                    "            return "
                    "self.normalised(self.rescaled(self.log(p), temperature))",
                    "            powers = (p / p.max(axis=-1, keepdims=True)) "
                    "** (1 / temperature)\n"
                    "            return powers / powers.sum(axis=-1, "
                    "keepdims=True)",
                ),
            ),
            "another_generator": patch(
                "another random generator",
                (
                    "return np.random.default_rng(seed)",
                    "return np.random.Generator(np.random.MT19937(seed))",
                ),
            ),
            "draws_in_32_bits": patch(
                "draws in 32 bits",
                ('uniform, side="right")', 'uniform, side="left").astype(np.int32)'),
            ),
        },
    )
)
