"""The corpora: the clauses of contracts/corpora.py."""

import contextlib
import tempfile
from collections import Counter
from pathlib import Path
from unittest import mock

from spec_tests.oracles.corpora import COUNTS
from touchstone import captured, equals, guard, holds, probe, refuses

CONTENT = b"Speak, speak.\r\nYou are all resolved?\n"
MD5 = "cd8a102a948287f01084811be15eeac9"
SHAKESPEARE_MD5 = "6fb458f1232090904fb40fe944165e91"
OTHER = b"You are all resolved"
OTHER_MD5 = "bb880c8a0f8ef9bc119f1ab466fc11df"


@probe
def stand_in(implementation):
    return lambda: str(implementation.corpora.stand_in())


@probe
def training_split(implementation):
    return lambda text: implementation.corpora.training_split(text)


@probe
def fetch(implementation):
    return lambda source, path, md5=MD5: implementation.corpora.fetch(
        source.as_uri(), path, md5
    )


@probe
def shakespeare(implementation):
    return lambda *folder: implementation.corpora.shakespeare(*folder)


@contextlib.contextmanager
def folder(**files):
    """Give a new folder with the files, named by stems."""
    with tempfile.TemporaryDirectory() as name:
        for stem, content in files.items():
            Path(name, f"{stem}.txt").write_bytes(content)
        yield Path(name).resolve()


def names(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


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


def test_fetch_stores_the_file(fetch):
    """COR-10. A fetched file has the source's bytes. [house]"""
    with folder(source=CONTENT) as here:
        fetch(here / "source.txt", here / "kept.txt")
        equals((here / "kept.txt").read_bytes(), CONTENT, what="the file")


def test_fetch_returns_the_path(fetch):
    """COR-11. Fetching returns the path, of a new file and of a kept one. [house]"""
    with folder(source=OTHER) as here:
        path = here / "kept.txt"
        found = [str(fetch(here / "source.txt", path, OTHER_MD5)) for _ in range(2)]
        holds(found == [str(path)] * 2, "the path, twice", len(set(found)))


def test_fetch_makes_the_folder(fetch):
    """COR-12. Fetching makes the folder of the path. [house]"""
    with folder(source=CONTENT) as here:
        path = here / "new" / "folder" / "kept.txt"
        fetch(here / "source.txt", path)
        equals(path.exists(), True, what="the presence of the file")


def test_fetch_leaves_only_the_file(fetch):
    """COR-13. Fetching leaves nothing beside the file. [house]"""
    with folder(source=CONTENT) as here:
        fetch(here / "source.txt", here / "kept.txt")
        equals(names(here), ["kept.txt", "source.txt"], what="what the folder holds")


def test_fetch_refuses_a_download_by_its_digest(fetch):
    """COR-14. A download with another digest is refused, and both are named. [house]"""
    with folder(source=OTHER) as here:
        message = complaint(lambda: fetch(here / "source.txt", here / "kept.txt"))
        holds(MD5 in message and OTHER_MD5 in message, "both digests named", message)


def test_fetch_keeps_nothing_of_a_refused_download(fetch):
    """COR-15. Of a download that is refused nothing is left. [house]"""
    with folder(source=OTHER) as here:
        complaint(lambda: fetch(here / "source.txt", here / "kept.txt"))
        equals(names(here), ["source.txt"], what="what the folder holds")


def test_fetch_takes_the_file_that_is_there(fetch):
    """COR-16. A file that is there with its digest is not downloaded again. [house]"""
    with folder(kept=CONTENT) as here:
        message = complaint(lambda: fetch(here / "absent.txt", here / "kept.txt"))
        equals(message, "", what="the complaint")


def test_fetch_refuses_the_file_that_is_there(fetch):
    """COR-17. A file that is there with another digest is named, with both. [house]"""
    with folder(source=CONTENT, kept=OTHER) as here:
        message = complaint(lambda: fetch(here / "source.txt", here / "kept.txt"))
        parts = [str(here / "kept.txt"), MD5, OTHER_MD5]
        holds(all(part in message for part in parts), "path and digests named", message)


def test_fetch_leaves_the_file_that_is_there(fetch):
    """COR-18. A file that is there with another digest is left as it is. [house]"""
    with folder(source=CONTENT, kept=OTHER) as here:
        complaint(lambda: fetch(here / "source.txt", here / "kept.txt"))
        left = [path.read_bytes() for path in here.glob("kept*")]
        equals(left, [OTHER], what="the files")


def test_fetch_says_what_to_do(fetch):
    """COR-19. An unreachable source is named, and where to put the file. [house]"""
    with folder() as here:
        message = complaint(lambda: fetch(here / "absent.txt", here / "kept.txt"))
        parts = [(here / "absent.txt").as_uri(), str(here / "kept.txt")]
        holds(all(part in message for part in parts), "source and path named", message)


def test_shakespeare_is_checked(shakespeare):
    """COR-20. A file that is not the real text is refused by its digest. [house]"""
    alone = mock.patch.dict("os.environ", CHAPTER_DATA="")
    with folder(shakespeare=OTHER) as here, alone:
        message = complaint(lambda: shakespeare(here))
        parts = [str(here / "shakespeare.txt"), SHAKESPEARE_MD5]
        holds(all(part in message for part in parts), "path and digest named", message)


def test_shakespeare_is_looked_for_where_the_environment_says(shakespeare):
    """COR-21. Without a data_dir, the text is read from CHAPTER_DATA. [house]"""
    with (
        folder(shakespeare=OTHER) as here,
        folder() as home,
        mock.patch.dict("os.environ", CHAPTER_DATA=str(here), HOME=str(home)),
    ):
        message = complaint(lambda: shakespeare())
        parts = [str(here / "shakespeare.txt"), OTHER_MD5]
        holds(all(part in message for part in parts), "path and digest named", message)


def test_shakespeare_prefers_the_argument(shakespeare):
    """COR-22. A data_dir goes before CHAPTER_DATA. [house]"""
    with (
        folder(shakespeare=OTHER) as here,
        folder(shakespeare=CONTENT) as there,
        mock.patch.dict("os.environ", CHAPTER_DATA=str(there)),
    ):
        message = complaint(lambda: shakespeare(here))
        parts = [str(here / "shakespeare.txt"), OTHER_MD5]
        holds(all(part in message for part in parts), "path and digest named", message)
