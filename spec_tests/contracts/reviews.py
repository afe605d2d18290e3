"""Cutting raw movie reviews into tokens.

Of each text the first 300 bytes are used. A space replaces every `<br>`, `<br/>` and
`<br />`, and every character that is neither a letter (a to z, A to Z) nor a straight
quote. The text is split at spaces, and shorter rows are filled with `<pad>`.

The 53,893 distinct tokens that G19 prints confirm two details: 300 bytes (300 characters
give 53,889), and what REV-06 says of bytes that form no character (treating them as
separators gives 53,891).

Bytes that are not UTF-8 are kept, each of them: encoded surrogates (`ED A0 80` to
`ED BF BF`), encodings that are too long and numbers beyond U+10FFFF are not UTF-8.

Axes: B batch, T tokens of the longest row
M11: Maas et al. 2011, "Learning Word Vectors for Sentiment Analysis": the reviews.
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Sentiment Analysis".
"""

from collections.abc import Callable
from typing import Annotated, Protocol

from touchstone.conditions import Row
from touchstone.contracts import Array


class Contract(Protocol):
    def preprocess(
        self, texts: Annotated[Array, "B", "bytes"], /
    ) -> Annotated[Array, "B T", "bytes"]:
        """Return the tokens of each text; the texts may also be a list."""


# Rows of the conditions: what is in one of the texts, and the batch around it.
AXES = {
    "characters": (
        "ASCII",
        "letters",
        "emoji",
        "digits and entities",
        "look-alikes",
        "Latin-1 bytes",
        "encoded surrogates",
        "overlong bytes",
        "NUL",
        "long words",
    ),
    "separator": ("space", "tab", "CR and CRLF", "several", "others"),
    "markup": ("none", "<br>", "<br />", "spaces in it", "not quite"),
    "quotes": ("none", "inside", "around", "alone", "double"),
    "length": ("short", "300 bytes", "cut early", "cut late", "long", "one byte"),
    "others": ("longer", "none", "empty", "first empty", "thirty"),
    "texts_in": ("list", "objects", "fixed width"),
}
LEFT_OUT: dict[str, Callable[[Row], bool]] = {}
