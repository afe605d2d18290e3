"""The diagnosis names the mistake that an implementation has made."""

import numpy as np
import pytest

from spec_tests.clauses import Clause, all_clauses, clauses_of, components
from spec_tests.compare import Comparison, Disagreement
from spec_tests.diagnosis import RAISED, resemblances, sentence
from spec_tests.rivals import rivals_of
from tests.running import run_spec, write


@pytest.fixture
def failures(monkeypatch):
    """Return a rival's failure of a clause; each is found once and kept."""
    kept: dict[tuple, Exception | None] = {}
    find = Clause.failure

    def failure(clause, rival):
        key = clause.id, rival.name
        if key not in kept:
            kept[key] = find(clause, rival)
        return kept[key]

    monkeypatch.setattr(Clause, "failure", failure)
    return failure


@pytest.mark.parametrize("component", components())
def test_every_rival_is_named(component, failures):
    """Run as a port, a rival reads its own name in the failure of a clause.

    It stands there among the rivals that fail that clause in the same way, if any.
    """
    clauses = [c for c in clauses_of(component) if c.level != "stream"]
    unnamed = []
    for rival in rivals_of(component):
        found = [(clause, failures(clause, rival)) for clause in clauses]
        messages = (
            sentence(resemblances(clause, failure))
            for clause, failure in found
            if isinstance(failure, RAISED)
        )
        if not any(f"{rival.mistake} [{rival.name}]" in m for m in messages):
            unnamed.append(rival.name)
    assert unnamed == []


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


def test_a_wrong_layer_inside_a_model_is_named(tmp_path):
    """A PyTorch char-RNN whose second GRU has its gates swapped is told so."""
    pytest.importorskip("torch")
    write(tmp_path, {"my_port/__init__.py": "", "my_port/char_rnn.py": SECOND_GRU})
    run = run_spec(tmp_path, "--implementation=my_port", "-k", "CHR-12 or CHR-14")
    for name in "CHR-12", "CHR-14":
        assert run.outcome(name)["resembles"] == ["second_layer_gates_swapped"]
    named = "[second_layer_gates_swapped]"
    mistake = "looks like: the update and reset gates of the second GRU swapped"
    assert f"{mistake} {named}" in run.output
    assert "2 of 2 failed clauses look like the rival second_layer" in run.output


RAISES = """
import numpy as np
from spec_tests.oracles import indexed_reviews as right

def decode(ids, *arguments, **options):
    if isinstance(ids, np.ndarray):
        raise TypeError("a list is needed")
    return right.decode(ids, *arguments, **options)
"""


def disagreement(actual, expected, position=0):
    return Disagreement("", Comparison(actual, expected, 2.0, 1.0), position)


CLAUSE = all_clauses()["REC-06"]
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
    other = disagreement(theirs, expected)
    monkeypatch.setattr(Clause, "failure", lambda self, rival: other)
    pairs = resemblances(CLAUSE, disagreement(ours, expected))
    assert bool(pairs) == alike


def test_another_comparison_is_another_failure(monkeypatch):
    other = disagreement(WRONG, RIGHT, position=1)
    monkeypatch.setattr(Clause, "failure", lambda self, rival: other)
    assert resemblances(CLAUSE, disagreement(WRONG, RIGHT)) == []


def test_many_that_fail_alike_are_counted():
    pairs = [(rival, 0.0) for rival in rivals_of("recurrent")]
    told = sentence(pairs)
    assert told.count("\n") == 5
    assert f"or: {len(pairs) - 5} more that fail alike: " in told
    assert all(rival.name in told for rival, _ in pairs)


def test_time_for_the_diagnosis_is_not_the_ports(tmp_path):
    """A wrong answer stays a wrong answer where its diagnosis outlasts the timeout."""
    port = SLOW_TO_TELL
    write(tmp_path, {"my_port/__init__.py": "", "my_port/encoder_decoder.py": port})
    options = ["--implementation=my_port", "-k", "ED-19", "--timeout", "5"]
    run = run_spec(tmp_path, *options)
    assert run.outcome("ED-19")["outcome"] == "failed"
    assert "learning_rate_tenfold" in run.outcome("ED-19")["resembles"]


SLOW_TO_TELL = """
from spec_tests.oracles.encoder_decoder import *
from spec_tests.rivals.encoder_decoder import learning_rate_tenfold
EncoderDecoder = learning_rate_tenfold.encoder_decoder.EncoderDecoder
"""


def test_an_exception_that_a_rival_raises_is_named(tmp_path):
    write(tmp_path, {"my_port/__init__.py": "", "my_port/indexed_reviews.py": RAISES})
    run = run_spec(tmp_path, "--implementation=my_port", "-k", "IDX")
    raised = [c for c in run.report["clauses"] if c["outcome"] == "error"]
    assert raised
    assert all("lists_only" in clause["resembles"] for clause in raised)
    assert "raised TypeError: a list is needed" in run.output
    assert "[lists_only]" in run.output
