"""`explain`: what a clause or a component asks for."""

import re

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import write
from touchstone.report.explain import explain


@pytest.fixture(scope="module")
def clause():
    return explain(SPECIFICATION, "REC-05")


def test_a_clause_has_its_sentence_level_and_sources(clause):
    assert clause.startswith(
        "REC-05. One unit reads 1 and -2 from state 0.6 as worked by hand. [C14, K2]\n"
        "\ncomponent: recurrent\nlevel: core, what every implementation does\n"
    )
    assert "\nC14: Cho et al. 2014" in clause
    assert "\nG19: " not in clause


def test_a_clause_has_the_contract_of_what_it_calls(clause):
    assert "    GRU(*, input_size: int, units: int)\n" in clause
    assert "Bidirectional" not in clause


def test_a_clause_has_the_rivals_that_it_rejects(clause):
    n_rivals = len(SPECIFICATION.rivals_of("recurrent"))
    found = re.search(rf"It rejects (\d+) of {n_rivals} rivals:\n(.*)", clause)
    assert found
    assert "gates_swapped: the update and reset" in found[2]
    assert f"  and {int(found[1]) - 12} more\n" in clause


def test_a_clause_has_the_code_of_its_body_and_of_its_probe(clause):
    assert "spec_tests/test_recurrent.py, line " in clause
    assert "    def test_two_steps_by_hand(gru):\n" in clause
    assert "    @probe\n    def gru(implementation):\n" in clause


def test_names_that_are_handed_on_as_text_are_found():
    text = explain(SPECIFICATION, "GEN-03")
    assert "    most_likely_char(model, tokenizer, text: str, /) -> str\n" in text
    assert "    complete_text" not in text
    assert "    [char_rnn]\n" in text


def test_a_stream_clause_is_explained():
    text = explain(SPECIFICATION, "SAM-22")
    assert "level: stream, " in text
    assert "(reported beside the verdict)" in text
    assert "rivals" not in text


def test_a_component_has_its_contract_and_its_clauses():
    text = explain(SPECIFICATION, "recurrent")
    assert text.startswith("recurrent: Gated recurrent units.\n\n")
    assert "BidirectionalModel.named_weights() -> " in text
    for found in SPECIFICATION.clauses_of("recurrent"):
        assert str(found) in text
    assert "REC-01. " in text
    assert "(captured)" in text


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("rec-05", "; did you mean REC-05?"),
        ("reccurent", "; did you mean recurrent?"),
        ("gru", ""),
    ],
)
def test_an_unknown_name_is_refused(name, hint):
    with pytest.raises(ValueError, match="no clause and no component") as caught:
        explain(SPECIFICATION, name)
    assert str(caught.value).endswith(f"is called {name!r}{hint}")


def test_a_clause_without_contract_or_rivals_is_explained(tmp_path, monkeypatch):
    text = (
        'import touchstone\n\n\ndef test_a(implementation):\n    """ONE-01. It holds. '
        '[house]"""\n    touchstone.holds(True, "it", 1)\n'
    )
    write(tmp_path, {"scanty/__init__.py": "", "scanty/test_one.py": text})
    monkeypatch.syspath_prepend(tmp_path)
    small = touchstone.Specification("scanty", title="Small", version="1")
    found = explain(small, "ONE-01")
    assert "What it calls" not in found
    assert "rivals" not in found
    assert 'touchstone.holds(True, "it", 1)' in found
