"""The register of ids: nothing is reused, lost or reworded without being registered."""

import dataclasses
import importlib
import json

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import write
from touchstone import register

CLAUSE = '''
@touchstone.probe
def answer{n}(implementation):
    return implementation.one.answer


def test_{n}(answer{n}):
    """ONE-0{n}. {sentence} [house]"""
    touchstone.equals(answer{n}(), {n})
'''


@pytest.fixture
def specified(tmp_path, monkeypatch):
    """Return a maker of specifications: sentences by number, and a register."""
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def make(sentences, registered=None, version="2.0"):
        name = f"specified_{tmp_path.name.replace('-', '_')}_{len(made)}"
        made.append(name)
        clauses = [CLAUSE.format(n=n, sentence=s) for n, s in sentences.items()]
        files = {
            f"{name}/__init__.py": "",
            f"{name}/test_one.py": "\n".join(["import touchstone", *clauses]),
        }
        if registered is not None:
            files[f"{name}/register.json"] = registered
        write(tmp_path, files)
        importlib.invalidate_caches()
        return touchstone.Specification(name, title="Small", version=version)

    return make


BOTH = {1: "The first holds.", 2: "The second holds."}


def test_ours_is_up_to_date():
    assert register.problems(SPECIFICATION) == []
    text = (SPECIFICATION.folder / "register.json").read_text(encoding="utf-8")
    assert register.updated(SPECIFICATION) == text


def test_ours_has_every_clause():
    found = register.entries(SPECIFICATION.folder) or {}
    current = {name for name, entry in found.items() if not entry.withdrawn}
    assert current == set(SPECIFICATION.clauses)


def test_a_specification_needs_no_register(specified):
    small = specified(BOTH)
    assert register.problems(small) == []
    assert list(small.clauses) == ["ONE-01", "ONE-02"]


def test_a_register_that_is_written_agrees(specified):
    text = register.updated(specified(BOTH))
    assert json.loads(text)["ONE-01"] == {
        "component": "one",
        "since": "2.0",
        "reworded": None,
        "withdrawn": None,
        "sentence": "The first holds.",
    }
    small = specified(BOTH, text)
    assert register.problems(small) == []
    assert len(small.clauses) == 2


def test_an_unregistered_id_is_an_error(specified):
    text = register.updated(specified({1: BOTH[1]}))
    small = specified(BOTH, text)
    [problem] = register.problems(small)
    assert problem == ("ONE-02 is not registered: touchstone register --write adds it")
    with pytest.raises(ValueError, match="ONE-02 is not registered"):
        print(small.clauses)
    assert json.loads(register.updated(small))["ONE-02"]["since"] == "2.0"


def test_a_lost_id_is_an_error(specified):
    text = register.updated(specified(BOTH))
    small = specified({1: BOTH[1]}, text, version="3.0")
    [problem] = register.problems(small)
    assert problem.startswith("ONE-02 is registered, and no clause states it")
    with pytest.raises(ValueError, match="ONE-02 is registered"):
        print(small.clauses)
    kept = json.loads(register.updated(small))["ONE-02"]
    assert kept == json.loads(text)["ONE-02"] | {"withdrawn": "3.0"}


def test_an_id_that_was_withdrawn_is_not_used_again(specified):
    text = register.updated(specified(BOTH))
    without = register.updated(specified({1: BOTH[1]}, text, version="3.0"))
    assert register.problems(specified({1: BOTH[1]}, without)) == []
    again = specified(BOTH, without, version="4.0")
    [problem] = register.problems(again)
    assert problem.startswith("ONE-02 was withdrawn in 3.0; an id is never reused")
    with pytest.raises(ValueError, match="ONE-02 was withdrawn"):
        print(again.clauses)
    with pytest.raises(ValueError, match="ONE-02 was withdrawn"):
        register.updated(again)
    still = json.loads(register.updated(specified({1: BOTH[1]}, without, "5.0")))
    assert still["ONE-02"]["withdrawn"] == "3.0"


def test_a_new_sentence_is_registered_with_its_version(specified):
    text = register.updated(specified(BOTH))
    small = specified(BOTH | {2: "The second still holds."}, text, version="3.0")
    [problem] = register.problems(small)
    assert problem == (
        "ONE-02 is reworded: registered is 'The second holds.', stated is "
        "'The second still holds.'; touchstone register --write registers the new "
        "sentence"
    )
    entry = json.loads(register.updated(small))["ONE-02"]
    assert (entry["since"], entry["reworded"]) == ("2.0", "3.0")


def test_an_id_does_not_move_to_another_component(specified):
    text = register.updated(specified(BOTH)).replace('"one"', '"other"', 1)
    small = specified(BOTH, text)
    [problem] = register.problems(small)
    assert "registered for other, and one states it" in problem
    with pytest.raises(ValueError, match="never reused"):
        register.updated(small)


def test_an_error_names_the_first_and_counts_the_rest(specified):
    with pytest.raises(ValueError, match=r"ONE-01 is not registered.* \(and 1 more\)"):
        print(specified(BOTH, "{}").clauses)


@pytest.mark.parametrize("text", ["", "[]", '{"ONE-01": 3}', '{"ONE-01": {"a": 1}}'])
def test_a_file_that_is_no_register_is_refused(specified, text):
    with pytest.raises(ValueError, match=r"register.json is no register of ids"):
        register.problems(specified(BOTH, text))


def test_another_version_alone_changes_nothing():
    other = dataclasses.replace(SPECIFICATION, version="99.0")
    assert register.updated(other) == register.updated(SPECIFICATION)
