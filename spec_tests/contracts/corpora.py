"""The Shakespeare text, its download, and a stand-in that needs no download.

Digests are MD5, in 32 hexadecimal digits. The real text is not embedded: the clauses do
not read it. Left open: the order of the stand-in's characters after the opening.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16.
"""

from os import PathLike
from pathlib import Path
from typing import Protocol


class Contract(Protocol):
    def shakespeare(self, data_dir: str | PathLike[str] | None = None, /) -> str:
        """Return the real text, from the file `shakespeare.txt`.

        It is looked for in the folder data_dir; without one, in the folder that the
        environment variable CHAPTER_DATA names; without that, in a folder of the user's.
        If the file is absent it is downloaded into that folder.
        """

    def fetch(self, url: str, path: str | PathLike[str], md5: str, /) -> str | Path:
        """Return the path of a file with this digest, downloading it if it is absent."""

    def stand_in(self) -> str:
        """Return a made-up text with the length, opening and counts of the real one."""

    def training_split(self, text: str, /) -> str:
        """Return the part of the text to train on."""
