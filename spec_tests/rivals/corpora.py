"""Wrong texts, files and splits, each named for its mistake."""

import itertools
from pathlib import Path

import numpy as np

from spec_tests.oracles import corpora as right
from touchstone.rivals import rival


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
        seeds = itertools.count()

        def shuffled(self, codes):
            return np.random.default_rng(next(self.seeds)).permutation(codes)

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
class digest_unchecked:
    """no digest checked"""

    class _Wrong(right.Corpora):
        def check(self, path, content):
            pass

    shakespeare = _Wrong().shakespeare


@rival
class file_not_named:
    """a refusal that does not say which file is meant"""

    class _Wrong(right.Corpora):
        def check(self, path, content):
            super().check("", content)

    shakespeare = _Wrong().shakespeare


@rival
class another_text_expected:
    """the digest of another text expected"""

    class _Wrong(right.Corpora):
        md5 = "bfafd718b763782e994055a2d397834f"

    shakespeare = _Wrong().shakespeare


@rival
class file_named_input:
    """the text kept under the name that it has at its source"""

    class _Wrong(right.Corpora):
        name = "input.txt"

    shakespeare = _Wrong().shakespeare


@rival
class folder_ignored:
    """a folder of the working directory read, whatever the argument"""

    class _Wrong(right.Corpora):
        def path(self, data_dir):
            return Path("data", self.name)

    shakespeare = _Wrong().shakespeare


REDUNDANT = {
    "COR-01": "the captured length; the counts that add up to it are COR-04's",
    "COR-03": "the captured characters; how many there are of each is COR-04's",
    "COR-07": "the captured size; the rule that gives it is COR-08's",
}
