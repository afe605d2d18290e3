"""A new port has every name of the contract, says what it returns, and is no pass."""

import ast
import subprocess
import sys

import pytest

from spec_tests import new_port
from spec_tests.clauses import Implementation, all_clauses, clauses_of, components
from tests.running import ROOT, run_spec, write

NEW_PORT = [sys.executable, "-m", "spec_tests", "new-port"]


def command(folder, *arguments):
    return subprocess.run(
        [*NEW_PORT, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "fresh_port"
    new_port.write(folder, [])
    return folder


def test_nothing_of_it_is_provided(port):
    run = run_spec(port.parent, "--implementation=fresh_port")
    assert run.report["totals"]["not provided"] == len(all_clauses()), run.output
    assert run.status == 1
    assert "no clause passed" in run.output


@pytest.mark.parametrize("component", components())
def test_every_function_says_what_it_returns(port, component):
    text = (port / f"{component}.py").read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree) == new_port.contract(component)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    for node in functions:
        assert node.name == "__init__" or ast.get_docstring(node), node.name
    assert max(map(len, text.splitlines())) <= 100


class Masked:
    """An oracle's object of which only the names of a new port's class are seen."""

    def __init__(self, inner, names):
        self._inner, self._names = inner, names

    def __getattr__(self, name):
        if name not in self._names:
            raise AssertionError(f"a new port has no {name}")
        return unmasking(getattr(self._inner, name))

    def __call__(self, *arguments, **options):
        assert "__call__" in self._names
        return unmasking(self._inner)(*arguments, **options)


def unmasking(function):
    """Return a function that hands on what is masked without its mask."""
    if not callable(function):
        return function
    return lambda *arguments, **options: function(
        *(getattr(value, "_inner", value) for value in arguments), **options
    )


class MaskedOracles:
    """The oracles, as much of them as a new port has."""

    def __init__(self, port):
        self._port, self._oracles = port, Implementation("spec_tests.oracles")

    def __getattr__(self, component):
        tree = ast.parse((self._port / f"{component}.py").read_text())
        oracle = getattr(self._oracles, component)
        members = {}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                members[node.name] = unmasking(getattr(oracle, node.name))
            if isinstance(node, ast.ClassDef):
                names = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
                members[node.name] = masked(getattr(oracle, node.name), names)
        return type(component, (), {k: staticmethod(v) for k, v in members.items()})


def masked(build, names):
    return lambda *arguments, **options: Masked(build(*arguments, **options), names)


@pytest.mark.parametrize("component", components())
def test_no_name_is_missing(port, component):
    """What a new port has of the oracles is enough for every clause."""
    for clause in clauses_of(component):
        if clause.level != "stream":
            clause.put_to(MaskedOracles(port))


def test_writes_the_components_that_are_named(tmp_path):
    done = command(tmp_path, "my_port", "--components", "recurrent", "attention")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "my_port").iterdir())
    assert names == ["__init__.py", "attention.py", "recurrent.py"]
    assert done.stdout.splitlines() == [
        "wrote my_port/__init__.py",
        "wrote my_port/recurrent.py",
        "wrote my_port/attention.py",
    ]


def test_adds_a_component_to_a_port_that_is_there(tmp_path):
    write(
        tmp_path,
        {"my_port/__init__.py": "mine = 1\n", "my_port/attention.py": "x = 2\n"},
    )
    assert command(tmp_path, "my_port", "--components", "recurrent").returncode == 0
    assert (tmp_path / "my_port/__init__.py").read_text() == "mine = 1\n"
    assert (tmp_path / "my_port/recurrent.py").exists()


def test_never_overwrites(tmp_path):
    write(tmp_path, {"my_port/__init__.py": "", "my_port/attention.py": "x = 2\n"})
    done = command(tmp_path, "my_port", "--components", "recurrent", "attention")
    assert done.returncode == 1
    assert done.stderr == (
        "files are never overwritten, and there is my_port/attention.py\n"
    )
    assert (tmp_path / "my_port/attention.py").read_text() == "x = 2\n"
    assert not (tmp_path / "my_port/recurrent.py").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["my_port", "--components", "gru"], "components must be among attention, "),
        (["my-port"], "a package cannot be called 'my-port': call it 'my_port'"),
        (["2fast"], "a package cannot be called '2fast': call it 'port_2fast'"),
        (["class"], "a package cannot be called 'class': call it 'class_'"),
        (["numpy"], "another package is called 'numpy': call it something else"),
        (["json"], "another package is called 'json': call it something else"),
        (["notes"], "notes is a file: name a folder"),
    ],
)
def test_refuses_in_one_sentence(tmp_path, arguments, sentence):
    write(tmp_path, {"notes": ""})
    done = command(tmp_path, *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]
