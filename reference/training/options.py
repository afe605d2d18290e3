"""The options of the command; one out of its bounds is refused in a sentence."""

import argparse
from collections.abc import Callable

from reference.training.messages import PROGRAM, say

TITLE = "Train the chapter's models on the real corpora, and generate text with them."
WRONG = 2  # the exit status
MOST_SEED = 2**32 - 1  # what NumPy's RandomState takes
MOST_CHARACTERS = 100_000  # of a prompt or a completion: minutes
MOST_OF_A_PATH = 4096
MOST_EPOCHS, MOST_STEPS = 1_000_000, 1_000_000_000
TEMPERATURES = 1e-6, 1e6  # beyond, a distribution is one character or an even one


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence."""

    def error(self, message):
        say(f"{self.prog}: error: {message}")
        self.exit(WRONG)


def parsed(argv: list[str] | None) -> argparse.Namespace:
    """Return the parsed command line, every number and text of it within bounds."""
    parser = Parser(prog=PROGRAM, description=TITLE)
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a model on its corpus")
    generate = commands.add_parser("generate", help="complete a prompt")
    add_options_of_training(train)
    add_options_of_generation(generate)
    for command in train, generate:
        command.add_argument("--seed", type=whole_number(0, MOST_SEED), default=42)
    return parser.parse_args(argv)


def add_options_of_training(parser: argparse.ArgumentParser) -> None:
    path, epochs = text_up_to(MOST_OF_A_PATH), whole_number(1, MOST_EPOCHS)
    parser.add_argument("name", help="which model; a wrong name lists them")
    parser.add_argument("--data", type=path, help="folder of the corpora")
    parser.add_argument("--epochs", type=epochs, help="default: the chapter's")
    parser.add_argument("--steps-per-epoch", type=whole_number(1, MOST_STEPS))
    parser.add_argument(
        "--output", type=path, required=True, help="the results' folder"
    )


def add_options_of_generation(parser: argparse.ArgumentParser) -> None:
    path, prompt = text_up_to(MOST_OF_A_PATH), text_up_to(MOST_CHARACTERS)
    length = whole_number(1, MOST_CHARACTERS)
    parser.add_argument(
        "--weights", type=path, required=True, help="a training's output, or its file"
    )
    parser.add_argument("--prompt", type=prompt, required=True)
    parser.add_argument("--temperature", type=number(*TEMPERATURES), default=1.0)
    parser.add_argument("--length", type=length, default=50)


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
