"""Reviews that come as word ids: ranks plus 3, below them the special tokens."""


def id_to_word(word_index):
    """Return the word of each id."""
    words = {rank + 3: word for word, rank in word_index.items()}
    return words | {0: "<pad>", 1: "<sos>", 2: "<unk>"}


def decode(ids, word_index):
    """Return the words of the ids, with spaces between them."""
    words = id_to_word(word_index)
    for id_ in ids:
        if id_ not in words:
            raise ValueError(f"ids must be those of words, got {id_}")
    return " ".join(words[id_] for id_ in ids)
