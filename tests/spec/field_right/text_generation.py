"""Text generation that is right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.text_generation",
        {
            "another_generator": patch(
                "another random generator",
                (
                    "np.random.default_rng([seed, place]).random()",
                    "np.random.RandomState([seed, place]).random_sample()",
                ),
            ),
            "largest_of_noisy_logits": patch(
                "the largest of logits with Gumbel noise",
                (
                    "        uniform = np.random.default_rng([seed, "
                    "place]).random()\n"
                    "        return int((np.cumsum(p)[:-1] <= uniform).sum())",
                    "        noise = np.random.default_rng([seed, "
                    "place]).gumbel(size=len(p))\n"
                    '        with np.errstate(divide="ignore"):\n'
                    "            return int(np.argmax(np.log(p) + noise))",
                ),
            ),
            "classes_in_the_other_order": patch(
                "the cumulative probabilities from the last class",
                (
                    "return int((np.cumsum(p)[:-1] <= uniform).sum())",
                    "return int((np.cumsum(p[::-1])[::-1][1:] > uniform).sum())",
                ),
            ),
        },
    )
)
