"""Movie reviews that come as word ids, and their way back to words."""

import numpy as np

OFFSET = 3
SPECIAL = ("<pad>", "<sos>", "<unk>")


def id_to_word(word_index) -> dict[int, str]:
    """Return the word of each id: three special tokens, then the words by rank."""
    return {
        **dict(enumerate(SPECIAL)),
        **{rank + OFFSET: word for word, rank in word_index.items()},
    }


def decode(ids, word_index) -> str:
    """Return the words of the ids, with spaces between them."""
    words = id_to_word(word_index)
    ids = np.asarray(ids).tolist()  # numbers as they are: 1.9 is no id
    for id in ids:
        if id not in words:
            raise ValueError(f"ids must be those of words, got {id}")
    return " ".join(words[id] for id in ids)
