"""How many batches of windows count as one reading of a text."""

from alternatives.plain.arguments import check_positive


def steps_per_epoch(n_characters: int, batch_size: int) -> int:
    """Return how many batches of windows count as one reading of the text."""
    check_positive(n_characters=n_characters, batch_size=batch_size)
    return n_characters // batch_size
