"""Every clause rejects a rival, every rival is rejected, and the oracles conform."""

import importlib

import pytest

from spec_tests.clauses import Implementation, clauses_of, components
from spec_tests.kill_matrix import kills_of
from spec_tests.rivals import rivals_of, views_of

ALL = [(name, clause) for name in components() for clause in clauses_of(name)]


@pytest.fixture(scope="session")
def oracles():
    return Implementation("spec_tests.oracles")


@pytest.mark.parametrize("clause", [c for _, c in ALL], ids=lambda c: c.id)
def test_the_oracle_conforms(clause, oracles):
    if clause.level != "stream":
        clause.put_to(oracles)


@pytest.mark.parametrize("component", components())
def test_every_rival_is_rejected(component):
    rejected = kills_of(component).rejected
    assert rejected
    assert [rival for rival, ids in rejected.items() if not ids] == []


@pytest.mark.parametrize("component", components())
def test_every_clause_rejects_a_rival(component):
    kills = kills_of(component)
    assert [c.id for c in kills.clauses if not kills.by(c.id)] == []


@pytest.mark.parametrize("component", components())
def test_a_clause_has_a_rival_of_its_own_or_is_a_view(component):
    kills = kills_of(component)
    without = {c.id for c in kills.clauses if not kills.own(c.id)}
    assert without == set(views_of(component))


@pytest.mark.parametrize("component", components())
def test_every_rival_says_its_mistake(component):
    mistakes = [rival.mistake for rival in rivals_of(component)]
    assert all(mistakes)
    assert len(set(mistakes)) == len(mistakes)


@pytest.mark.parametrize("component", components())
def test_rivals_stand_in_for_public_names(component):
    oracle = importlib.import_module(f"spec_tests.oracles.{component}")
    for rival in rivals_of(component):
        names = [name for name in vars(rival._mistaken) if not name.startswith("_")]
        assert names
        assert [name for name in names if not hasattr(oracle, name)] == []
