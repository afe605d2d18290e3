"""Text from a char-RNN: what comes next, and completions.

`model` is the implementation's own `char_rnn.CharRNN` and `tokenizer` its own
`char_tokenizer.CharTokenizer`. Id i of the tokenizer is class i - 1 of the model.

The random number that decides a character depends on the seed and on the length of the
text before it, and on nothing else. So a completion is `next_char` applied repeatedly.

Axes: V vocabulary
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
H63: Hoeffding 1963, "Probability Inequalities for Sums of Bounded Random Variables".
"""

from collections.abc import Callable
from typing import Annotated, Any, Protocol

from touchstone.conditions import Row
from touchstone.contracts import Array


class Contract(Protocol):
    def next_char_probabilities(
        self, model: Any, tokenizer: Any, text: str, /
    ) -> Annotated[Array, "V"]:
        """Return the probabilities of the character after the text."""

    def most_likely_char(self, model: Any, tokenizer: Any, text: str, /) -> str:
        """Return the most probable character after the text."""

    def next_char(
        self,
        model: Any,
        tokenizer: Any,
        text: str,
        /,
        *,
        temperature: float,
        seed: int,
    ) -> str:
        """Return a character drawn at the temperature."""

    def complete_text(
        self,
        model: Any,
        tokenizer: Any,
        text: str,
        /,
        *,
        n_chars: int,
        temperature: float,
        seed: int,
    ) -> str:
        """Return the text with n_chars more characters."""


# Rows of the conditions: what the tokenizer knows, the text, and how characters are drawn.
AXES = {
    "characters": ("nine", "two", "300 outside ASCII"),
    "length": (5, 1, 110, 400),  # of the text
    "case": ("small", "capital"),
    "n_chars": (3, 1, 20),
    "temperature": (1.0, 0.3, 40.0),
    "seed": (3, 0, 2**31 - 1),
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {}
