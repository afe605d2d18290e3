"""Vocabularies that are right in another way."""

from touchstone.rivals import patch, patched

globals().update(
    patched(
        "spec_tests.rivals.vocabulary",
        {
            "counted_by_a_counter": patch(
                "a Counter in place of a mapping",
                (
                    "    counts: dict[bytes, int] = {}\n",
                    "    counts: Counter[bytes] = Counter()\n",
                ),
                (
                    "import numpy as np\n",
                    "from collections import Counter\n\nimport numpy as np\n",
                ),
            ),
            "largest_of_a_heap": patch(
                "the most frequent words of a heap",
                (
                    "return sorted(counts, key=lambda token: "
                    "-counts[token])[:vocab_size]",
                    "return heapq.nlargest(vocab_size, counts, key=lambda "
                    "token: counts[token])",
                ),
                ("import numpy as np\n", "import heapq\n\nimport numpy as np\n"),
            ),
            "ids_in_32_bits": patch(
                "ids in 32 bits",
                ("np.array(ids, np.int64)", "np.array(ids, np.int32)"),
            ),
            "ids_one_at_a_time": patch(
                "an iterator of ids in place of a list",
                (
                    "return [words.index(token) if token in words else "
                    "len(words) for token in tokens]",
                    "return (words.index(token) if token in words else "
                    "len(words) for token in tokens)",
                ),
            ),
        },
    )
)
