"""The corpora: the clauses of contracts/corpora.py."""

import contextlib
import tempfile
from collections import Counter
from pathlib import Path
from unittest import mock

from spec_tests.oracles.corpora import COUNTS
from touchstone import captured, equals, guard, holds, probe, refuses

SHAKESPEARE_MD5 = "6fb458f1232090904fb40fe944165e91"
OTHER = b"You are all resolved"


@probe
def stand_in(implementation):
    return lambda: str(implementation.corpora.stand_in())


@probe
def training_split(implementation):
    return lambda text: implementation.corpora.training_split(text)


@probe
def shakespeare(implementation):
    return lambda folder: implementation.corpora.shakespeare(folder)


@contextlib.contextmanager
def folder(**files):
    """Give a new folder with the files, named by stems."""
    with tempfile.TemporaryDirectory() as name:
        for stem, content in files.items():
            Path(name, f"{stem}.txt").write_bytes(content)
        yield Path(name).resolve()


def complaint(call) -> str:
    """Return the message of what the call raises, an OSError or a ValueError."""
    try:
        call()
    except (OSError, ValueError) as error:
        return str(error)
    return ""


@captured
def test_stand_in_has_the_length(stand_in):
    """COR-01. The stand-in has 1,115,394 characters, as the real text. [G19]"""
    equals(len(stand_in()), 1_115_394, what="the length")


@captured
def test_stand_in_has_the_opening(stand_in):
    """COR-02. The stand-in opens with the 148 characters that are printed. [G19]"""
    expected = (
        "First Citizen:\nBefore we proceed any further, hear me speak.\n\n"
        "All:\nSpeak, speak.\n\n"
        "First Citizen:\nYou are all resolved rather to die than to famish?\n"
    )
    equals(stand_in()[:148], expected, what="the opening")


@captured
def test_stand_in_has_the_characters(stand_in):
    """COR-03. In lower case, the stand-in has the 39 characters printed. [G19]"""
    found = "".join(sorted(set(stand_in().lower())))
    equals(found, "\n !$&',-.3:;?abcdefghijklmnopqrstuvwxyz", what="the characters")


def test_stand_in_has_the_counts(stand_in):
    """COR-04. The stand-in has each lower-case character as often as the text. [G19]"""
    equals(dict(Counter(stand_in().lower())), COUNTS, what="the counts")


def test_stand_in_is_the_same_each_time(stand_in):
    """COR-05. The stand-in is the same text each time. [house]"""
    holds(stand_in() == stand_in(), "the same text twice", "another text")


def test_stand_in_is_mixed(stand_in):
    """COR-06. Each tenth of the stand-in has all 26 letters. [house]"""
    text = stand_in()
    tenth = len(text) // 10
    parts = [text[i * tenth : (i + 1) * tenth].lower() for i in range(10)]
    letters = [len({c for c in part if c.isalpha()}) for part in parts]
    equals(letters, [26] * 10, what="the number of letters in each tenth")


@captured
def test_training_split_of_the_chapter(stand_in, training_split):
    """COR-07. The training split of the text has 1,003,854 characters. [G19]"""
    equals(len(training_split(stand_in())), 1_003_854, what="the length")


def test_training_split_is_the_first_nine_tenths(training_split):
    """COR-08. The training split is the first 90 %, rounded down. [G19]"""
    letters = "abcdefghijklmnopqrs"
    found = [training_split(letters[:n]) for n in (19, 14, 10)]  # 17.1, 12.6 and 9
    equals(found, [letters[:17], letters[:12], letters[:9]], what="the splits")


@guard
def test_training_split_refuses_an_empty_text(training_split):
    """COR-09. An empty text has no training split and is refused. [house]"""
    refuses(lambda: training_split(""), "text", "")


def test_shakespeare_is_checked(shakespeare):
    """COR-20. A file that is not the real text is refused by its digest. [house]"""
    alone = mock.patch.dict("os.environ", CHAPTER_DATA="")
    with folder(shakespeare=OTHER) as here, alone:
        message = complaint(lambda: shakespeare(here))
        parts = [str(here / "shakespeare.txt"), SHAKESPEARE_MD5]
        holds(all(part in message for part in parts), "path and digest named", message)
