"""The Shakespeare text, a stand-in that needs no download, and the part to train on.

Digests are MD5, in 32 hexadecimal digits. The real text is not embedded: the clauses do
not read it. Left open: where the text comes from if no folder is given or the folder
lacks it, and the order of the stand-in's characters after the opening.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
"""

from os import PathLike
from typing import Protocol


class Contract(Protocol):
    def shakespeare(self, data_dir: str | PathLike[str], /) -> str:
        """Return the real text, from the file `shakespeare.txt` in the folder data_dir.

        A file with another digest is refused.
        """

    def stand_in(self) -> str:
        """Return a made-up text with the length, opening and counts of the real one."""

    def training_split(self, text: str, /) -> str:
        """Return the part of the text to train on."""
