"""Every clause rejects a rival, every rival is rejected, and the oracles conform."""

import importlib

import pytest

from spec_tests.clauses import Implementation, clauses_of, components
from spec_tests.rivals import rivals_of

ALL = [(name, clause) for name in components() for clause in clauses_of(name)]


@pytest.fixture(scope="session")
def oracles():
    return Implementation("spec_tests.oracles")


def rejected(component):
    """Return, for each rival of the component, the ids of the clauses it fails."""
    return {
        rival: {c.id for c in clauses_of(component) if c.rejects(rival)}
        for rival in rivals_of(component)
    }


@pytest.mark.parametrize("clause", [c for _, c in ALL], ids=lambda c: c.id)
def test_the_oracle_conforms(clause, oracles):
    if clause.level != "stream":
        clause.put_to(oracles)


@pytest.mark.parametrize("component", components())
def test_every_rival_is_rejected(component):
    survivors = [rival for rival, ids in rejected(component).items() if not ids]
    assert not survivors


@pytest.mark.parametrize("component", components())
def test_every_clause_rejects_a_rival(component):
    killed = set().union(*rejected(component).values())
    assert [c.id for c in clauses_of(component) if c.id not in killed] == []


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
