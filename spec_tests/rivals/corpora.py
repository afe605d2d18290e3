"""Wrong texts, downloads and splits, each named for its mistake."""

import os
import tempfile
from pathlib import Path

import numpy as np

from spec_tests.oracles import corpora as right
from touchstone.rivals import rival


class _Offline(right.Corpora):
    """Never reaches for the network, wherever it looks for the text."""

    def download(self, url, path):
        raise OSError(f"{url} is not downloaded to {path} for a rival")


@rival
class stand_in_one_short:
    """a stand-in that is one character short"""

    class _Wrong(right.Corpora):
        def stand_in(self):
            return super().stand_in()[:-1]

    stand_in = _Wrong().stand_in


@rival
class opening_on_top:
    """the opening added to a stand-in that already has all the counts"""

    class _Wrong(right.Corpora):
        def stand_in(self):
            return super().stand_in() + self.opening().lower()

    stand_in = _Wrong().stand_in


@rival
class opening_missing:
    """a stand-in without the opening"""

    class _Wrong(right.Corpora):
        def stand_in(self):
            return super().stand_in()[::-1]

    stand_in = _Wrong().stand_in


@rival
class opening_in_lower_case:
    """an opening in lower case"""

    class _Wrong(right.Corpora):
        def opening(self):
            return super().opening().lower()

    stand_in = _Wrong().stand_in


@rival
class rare_character_missing:
    """a stand-in without the character that the text has once"""

    class _Wrong(right.Corpora):
        def counts(self):
            counts = super().counts()
            counts["&"] += counts.pop("$")
            return counts

    stand_in = _Wrong().stand_in


@rival
class counts_exchanged:
    """the counts of two neighbours in frequency exchanged"""

    class _Wrong(right.Corpora):
        def counts(self):
            counts = super().counts()
            counts["r"], counts["n"] = counts["n"], counts["r"]
            return counts

    stand_in = _Wrong().stand_in


@rival
class another_stand_in_each_time:
    """a stand-in that is another text each time"""

    class _Wrong(right.Corpora):
        def shuffled(self, codes):
            return np.random.default_rng().permutation(codes)

    stand_in = _Wrong().stand_in


@rival
class stand_in_sorted:
    """a stand-in with equal characters side by side"""

    class _Wrong(right.Corpora):
        def shuffled(self, codes):
            return codes

    stand_in = _Wrong().stand_in


@rival
class split_rounded:
    """a training split rounded to the nearest character"""

    class _Wrong(right.Corpora):
        def training_size(self, length):
            return round(length * 0.9)

    training_split = _Wrong().training_split


@rival
class split_rounded_up:
    """a training split rounded up"""

    class _Wrong(right.Corpora):
        def training_size(self, length):
            return -(-length * 90 // 100)

    training_split = _Wrong().training_split


@rival
class split_at_80_percent:
    """a training split of 80 %"""

    class _Wrong(right.Corpora):
        def training_size(self, length):
            return length * 80 // 100

    training_split = _Wrong().training_split


@rival
class split_from_the_end:
    """a training split of the last 90 %"""

    class _Wrong(right.Corpora):
        def training_split(self, text):
            return super().training_split(text[::-1])[::-1]

    training_split = _Wrong().training_split


@rival
class chapter_size_everywhere:
    """a training split of 1,003,854 characters, whatever the text"""

    class _Wrong(right.Corpora):
        def training_size(self, length):
            return 1_003_854

    training_split = _Wrong().training_split


@rival
class empty_text_split:
    """an empty text split into an empty text"""

    class _Wrong(right.Corpora):
        def training_split(self, text):
            return text and super().training_split(text)

    training_split = _Wrong().training_split


@rival
class line_ends_translated:
    """line ends translated when the file is written"""

    class _Wrong(right.Corpora):
        def write(self, path, content):
            super().write(path, content.replace(b"\r\n", b"\n"))

    fetch = _Wrong().fetch


@rival
class content_returned:
    """the content returned, not the path"""

    class _Wrong(right.Corpora):
        def fetch(self, url, path, md5):
            return super().fetch(url, path, md5).read_bytes()

    fetch = _Wrong().fetch


@rival
class new_path_only:
    """the path returned of a new file only"""

    class _Wrong(right.Corpora):
        def fetch(self, url, path, md5):
            new = not Path(path).exists()
            found = super().fetch(url, path, md5)
            return found if new else None

    fetch = _Wrong().fetch


@rival
class folder_not_made:
    """no folder made for the file"""

    class _Wrong(right.Corpora):
        def write(self, path, content):
            Path(path).write_bytes(content)

    fetch = _Wrong().fetch


@rival
class partial_file_left:
    """the partial file copied to its place and left beside it"""

    class _Wrong(right.Corpora):
        def write(self, path, content):
            super().write(path, content)
            path.with_suffix(".part").write_bytes(content)

    fetch = _Wrong().fetch


@rival
class digest_unchecked:
    """no digest checked"""

    class _Wrong(right.Corpora):
        def check_kept(self, path, md5):
            pass

        def check_download(self, url, content, md5):
            pass

    fetch, shakespeare = _Wrong().fetch, _Wrong().shakespeare


@rival
class download_unchecked:
    """the digest of a download not checked"""

    class _Wrong(right.Corpora):
        def check_download(self, url, content, md5):
            pass

    fetch = _Wrong().fetch


@rival
class digests_not_named:
    """a refusal that does not name the digests"""

    class _Wrong(right.Corpora):
        def check_download(self, url, content, md5):
            if self.digest(content) != md5:
                raise ValueError(f"the download of {url} is damaged")

    fetch = _Wrong().fetch


@rival
class checked_in_its_place:
    """a download checked once it stands in its place, and left there"""

    class _Wrong(right.Corpora):
        def check_download(self, url, content, md5):
            pass

        def fetch(self, url, path, md5):
            super().fetch(url, path, md5)
            super().check_download(url, Path(path).read_bytes(), md5)
            return path

    fetch = _Wrong().fetch


@rival
class refused_download_left_beside:
    """a refused download left beside the place of the file"""

    class _Wrong(right.Corpora):
        def download(self, url, path):
            content = super().download(url, path)
            self.partial = path.with_suffix(".part")
            self.partial.write_bytes(content)
            return content

        def write(self, path, content):
            self.partial.unlink()
            super().write(path, content)

    fetch = _Wrong().fetch


@rival
class downloaded_again:
    """a file that is there downloaded again"""

    class _Wrong(right.Corpora):
        def fetch(self, url, path, md5):
            if Path(path).exists():
                self.check_kept(Path(path), md5)
                self.download(url, path)
            return super().fetch(url, path, md5)

    fetch = _Wrong().fetch


@rival
class kept_file_trusted:
    """the digest of a file that is there not checked"""

    class _Wrong(right.Corpora):
        def check_kept(self, path, md5):
            pass

    fetch, shakespeare = _Wrong().fetch, _Wrong().shakespeare


@rival
class kept_file_not_named:
    """a refusal that does not say which file is meant"""

    class _Wrong(right.Corpora):
        def check_kept(self, path, md5):
            found = self.digest(path.read_bytes())
            if found != md5:
                raise ValueError(f"the file must have md5 {md5}, got {found}")

    fetch, shakespeare = _Wrong().fetch, _Wrong().shakespeare


@rival
class kept_file_deleted:
    """a file that is there with another digest deleted"""

    class _Wrong(right.Corpora):
        def check_kept(self, path, md5):
            try:
                super().check_kept(path, md5)
            except ValueError:
                path.unlink()
                raise

    fetch = _Wrong().fetch


@rival
class kept_file_replaced:
    """a file that is there with another digest replaced by the download"""

    class _Wrong(right.Corpora):
        def fetch(self, url, path, md5):
            if Path(path).exists() and self.digest(Path(path).read_bytes()) != md5:
                Path(path).unlink()
            return super().fetch(url, path, md5)

    fetch = _Wrong().fetch


@rival
class bare_error:
    """the error of the download as it came, without what to do"""

    class _Wrong(right.Corpora):
        def download(self, url, path):
            try:
                return super().download(url, path)
            except OSError as error:
                raise OSError(f"no such file: {url}") from error

    fetch = _Wrong().fetch


@rival
class unreachable_taken_for_empty:
    """a source that cannot be reached taken for an empty file"""

    class _Wrong(right.Corpora):
        def download(self, url, path):
            try:
                return super().download(url, path)
            except OSError:
                return b""

    fetch = _Wrong().fetch


@rival
class another_text_expected:
    """the digest of another text expected"""

    class _Wrong(right.Corpora):
        md5 = "bfafd718b763782e994055a2d397834f"

    shakespeare = _Wrong().shakespeare


@rival
class file_named_input:
    """the text kept under the name that it has at its source"""

    class _Wrong(_Offline):
        name = "input.txt"

    shakespeare = _Wrong().shakespeare


@rival
class environment_ignored:
    """the environment variable ignored"""

    class _Wrong(_Offline):
        def folder(self, data_dir):
            return Path(data_dir or Path(tempfile.gettempdir(), "nowhere"))

    shakespeare = _Wrong().shakespeare


@rival
class environment_first:
    """the environment variable put before the argument"""

    class _Wrong(_Offline):
        def folder(self, data_dir):
            return Path(os.environ.get("CHAPTER_DATA") or super().folder(data_dir))

    shakespeare = _Wrong().shakespeare


REDUNDANT = {
    "COR-01": "the captured length; the counts that add up to it are COR-04's",
    "COR-03": "the captured characters; how many there are of each is COR-04's",
    "COR-07": "the captured size; the rule that gives it is COR-08's",
    "COR-17": "what is said of a bad file; COR-18 and COR-20 see that it is noticed",
}
