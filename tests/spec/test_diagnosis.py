"""The diagnosis names the mistake that an implementation has made."""

import sys

import numpy as np
import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import run_spec, write
from tests.spec.findings import measured_of
from touchstone import Mismatch, Outcome
from touchstone.clauses import Clause
from touchstone.comparisons import Comparison
from touchstone.diagnosis import resemblances, sentence

# Rivals of which more than five others raise the same, or have the same truth value wrong.
UNNAMED = {
    "positional_encoding": "odd_width_not_supported",
    "recurrent": "fully_masked_row_refused",
    "reviews": "half_a_character_at_the_cut_dropped",
    "sampling": "rows_after_the_33rd_repeat two_classes_exchanged seed_0_is_no_seed",
    "text_generation": "classes_of_8_bits a_hundred_characters_read "
    "completion_of_twenty_characters_read capitals_begin_anew hot_completions_clipped "
    "seed_0_is_no_seed seeds_beyond_16_bits_refused prompt_read_up_to_288_characters",
    "windows": "whole_sequence_lost single_window_batches_squeezed",
}


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Return the results of clauses run against a module of this text, by clause id."""

    def results(component, text, *only):
        write(tmp_path, {"my_port/__init__.py": "", f"my_port/{component}.py": text})
        monkeypatch.syspath_prepend(tmp_path)
        for name in "my_port", f"my_port.{component}":
            monkeypatch.delitem(sys.modules, name, raising=False)
        report = touchstone.check("my_port", only=only, specification=SPECIFICATION)
        return report.results

    return results


@pytest.mark.parametrize("component", SPECIFICATION.components)
def test_every_rival_is_named(component):
    """Run as a port, a rival is named in the failure of some clause.

    It may be named beside the rivals that fail that clause in the same way.
    """
    accepted = set(SPECIFICATION.accepted(component))
    unnamed = set(measured_of(component).unnamed) - accepted
    assert unnamed == set(UNNAMED.get(component, "").split())


SECOND_GRU = """
import torch
from alternatives.pytorch import char_rnn

class CharRNN(char_rnn.CharRNN):
    def set_named_weights(self, weights):
        swapped = dict(weights)
        for name in weights:
            if name.startswith("gru_2/") and name[-1] in "zr":
                other = name[:-1] + {"z": "r", "r": "z"}[name[-1]]
                swapped[name] = weights[other]
        super().set_named_weights(swapped)
"""


def test_a_wrong_layer_inside_a_model_is_named(checked):
    """A PyTorch char-RNN whose second GRU has its gates swapped."""
    pytest.importorskip("torch")
    results = checked("char_rnn", SECOND_GRU, "CHR-12", "CHR-14")
    mistake = "looks like: the update and reset gates of the second GRU swapped"
    for result in results.values():
        assert result.resembles == ("second_layer_gates_swapped",)
        assert result.looks.startswith(f"{mistake} [second_layer_gates_swapped]")


RAISES = """
import numpy as np
from spec_tests.oracles import indexed_reviews as right

def decode(ids, *arguments, **options):
    if isinstance(ids, np.ndarray):
        raise TypeError("a list is needed")
    return right.decode(ids, *arguments, **options)
"""


def test_an_exception_that_a_rival_raises_is_named(checked):
    results = checked("indexed_reviews", RAISES, "indexed_reviews")
    raised = [r for r in results.values() if r.outcome is Outcome.ERROR]
    assert raised
    for result in raised:
        assert "lists_only" in result.resembles
        assert result.message == "raised TypeError: a list is needed"
        assert "[lists_only]" in result.looks


def mismatch(actual, expected, position=0):
    return Mismatch("", Comparison(actual, expected, 2.0, 1.0), position)


CLAUSE = SPECIFICATION.clauses["REC-06"]
RIVALS = SPECIFICATION.rivals_of("recurrent")
RIGHT = np.zeros([2, 3])
WRONG = np.array([[1.0, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize(
    ("ours", "theirs", "expected", "alike"),
    [
        (WRONG + 1e-6, WRONG, RIGHT, True),
        (WRONG + 0.5, WRONG, RIGHT, False),
        (WRONG.T, WRONG, RIGHT, False),
        (WRONG * np.nan, WRONG * np.nan, RIGHT, True),
        (WRONG * np.nan, WRONG, RIGHT, False),
        (WRONG * np.inf, -WRONG * np.inf, RIGHT, False),
        (WRONG, WRONG, np.zeros([3]), True),
        ([[1], [2, 3]], [[1], [2, 3]], None, True),
        ([WRONG, "a"], [WRONG, "a"], None, True),
        ([WRONG], [WRONG.T], None, False),
        ({"a": WRONG}, {"a": WRONG}, None, True),
        ({"a": WRONG}, {"b": WRONG}, None, False),
        ((2, 10, 7), (2, 11, 7), None, False),
        (np.array(["a", "b"]), np.array(["a", "b"]), np.array(["a", "c"]), True),
        (None, WRONG, None, False),
    ],
)
def test_values_are_compared_by_their_kind(monkeypatch, ours, theirs, expected, alike):
    other = mismatch(theirs, expected)
    monkeypatch.setattr(Clause, "failure", lambda self, rival: other)
    near = resemblances(CLAUSE, mismatch(ours, expected), RIVALS)
    assert bool(near) == alike


def test_another_comparison_is_another_failure(monkeypatch):
    other = mismatch(WRONG, RIGHT, position=1)
    monkeypatch.setattr(Clause, "failure", lambda self, rival: other)
    assert resemblances(CLAUSE, mismatch(WRONG, RIGHT), RIVALS) == []


def test_many_that_fail_alike_are_counted():
    text = sentence(RIVALS)
    assert text.count("\n") == 5
    assert f"or: {len(RIVALS) - 5} more that fail alike: " in text
    assert all(rival.name in text for rival in RIVALS)


def test_time_for_the_diagnosis_is_not_the_ports(tmp_path):
    """A wrong answer stays a wrong answer where its diagnosis outlasts the timeout."""
    port = SLOW_TO_DIAGNOSE
    write(tmp_path, {"my_port/__init__.py": "", "my_port/encoder_decoder.py": port})
    options = ["--touchstone-implementation=my_port", "-k", "ED-19", "--timeout", "5"]
    run = run_spec(tmp_path, *options)
    assert run.outcome("ED-19")["outcome"] == "failed"
    assert "learning_rate_tenfold" in run.outcome("ED-19")["resembles"]


SLOW_TO_DIAGNOSE = """
from spec_tests.oracles.encoder_decoder import *
from spec_tests.rivals.encoder_decoder import learning_rate_tenfold
EncoderDecoder = learning_rate_tenfold.encoder_decoder.EncoderDecoder
"""
