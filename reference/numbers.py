"""Numbers on the command line: those outside their bounds are refused in a sentence."""

import argparse
from collections.abc import Callable

MOST_SEED = 2**32 - 1  # what NumPy's RandomState takes
MOST_CHARACTERS = 100_000  # of a prompt or a completion: minutes
MOST_EPOCHS, MOST_STEPS = 1_000_000, 1_000_000_000
TEMPERATURES = 1e-6, 1e6  # beyond, a distribution is one character or an even one


def shown(text: str) -> str:
    """Return the text, or the start of a long one; quotes show that one is empty."""
    if len(text) > 40:
        return f"{text[:40]}... ({len(text):,} characters)"
    return text or "''"


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of the whole numbers between the bounds."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:  # of other texts, and of thousands of digits
            value = lowest - 1
        if not lowest <= value <= highest:
            raise argparse.ArgumentTypeError(
                f"must be a whole number from {lowest} to {highest}, got {shown(text)}"
            )
        return value

    return read


def number(lowest: float, highest: float) -> Callable[[str], float]:
    """Return a reader of the numbers between the bounds."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not lowest <= value <= highest:  # NaN is not either
            raise argparse.ArgumentTypeError(
                f"must be a number from {lowest:g} to {highest:g}, got {shown(text)}"
            )
        return value

    return read


def text_up_to(most: int) -> Callable[[str], str]:
    """Return a reader of texts that have characters, but not more than these."""

    def read(text: str) -> str:
        if not 1 <= len(text) <= most:
            got = f"{len(text):,}" if text else "''"
            raise argparse.ArgumentTypeError(
                f"must have 1 to {most} characters, got {got}"
            )
        return text

    return read
