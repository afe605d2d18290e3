"""A new port has every name of the contracts, says what it returns, and is no pass."""

import ast
import inspect
import subprocess
import sys

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import ROOT, write
from touchstone import Outcome, scaffold
from touchstone.outline import Class, contract_of
from touchstone.verdict import Conformance

COMPONENTS = SPECIFICATION.components


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "fresh_port"
    scaffold.write(folder, [], SPECIFICATION)
    return folder


def test_nothing_of_it_is_provided(port, monkeypatch):
    monkeypatch.syspath_prepend(port.parent)
    report = touchstone.check("fresh_port", specification=SPECIFICATION)
    found = {result.outcome for result in report.results.values()}
    assert found == {Outcome.NOT_PROVIDED}
    assert len(report.results) == len(SPECIFICATION.clauses)
    verdicts = {report.conformance(name) for name in COMPONENTS}
    assert verdicts == {Conformance.NOT_PROVIDED}


def names(stated) -> set[str]:
    return {stated.makes.name, *(member.name for member in stated.members)}


@pytest.mark.parametrize("component", COMPONENTS)
def test_has_the_names_of_the_contract(port, component):
    tree = ast.parse((port / f"{component}.py").read_text())
    contract = contract_of(SPECIFICATION, component)
    assert ast.get_docstring(tree) == inspect.getdoc(SPECIFICATION.contract(component))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    classes = {
        node.name: {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    made = {n.name: names(n) for n in contract.names if isinstance(n, Class)}
    assert classes == made
    assert functions == {n.name for n in contract.names} - set(made)


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_function_says_what_it_does(port, component):
    tree = ast.parse((port / f"{component}.py").read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    assert all(ast.get_docstring(node) for node in functions)


def test_signatures_and_shapes_are_those_of_the_contract(port):
    text = (port / "recurrent.py").read_text()
    assert "    def __init__(self, *, input_size: int, units: int):\n" in text
    assert (
        "    def __call__(self, inputs, *, initial_state=None, keep_mask=None):\n"
        '        """Return the outputs of all steps and the state after the last.\n'
        "\n"
        "        inputs: [B, T, D]\n"
        "        initial_state: [B, U]\n"
        "        keep_mask: bool [B, T]\n"
        "        returns: ([B, T, U], [B, U])\n"
        '        """\n'
    ) in text


def test_is_formatted(port):
    pytest.importorskip("ruff")
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--check"]
    done = subprocess.run(
        [*command, str(port)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_writes_the_components_that_are_named(tmp_path):
    chosen = ["recurrent", "attention", "recurrent"]
    written = scaffold.write(tmp_path / "my_port", chosen, SPECIFICATION)
    assert [path.name for path in written] == [
        "__init__.py",
        "recurrent.py",
        "attention.py",
    ]
    assert sorted(written) == sorted((tmp_path / "my_port").iterdir())


def test_adds_a_component_to_a_port_that_is_there(tmp_path):
    write(
        tmp_path,
        {"my_port/__init__.py": "mine = 1\n", "my_port/attention.py": "x = 2\n"},
    )
    [written] = scaffold.write(tmp_path / "my_port", ["recurrent"], SPECIFICATION)
    assert written.name == "recurrent.py"
    assert (tmp_path / "my_port/__init__.py").read_text() == "mine = 1\n"


def test_never_overwrites(tmp_path):
    write(tmp_path, {"my_port/__init__.py": "", "my_port/attention.py": "x = 2\n"})
    with pytest.raises(
        ValueError, match=r"never overwritten, and these exist: .*attent"
    ):
        scaffold.write(tmp_path / "my_port", ["recurrent", "attention"], SPECIFICATION)
    assert (tmp_path / "my_port/attention.py").read_text() == "x = 2\n"
    assert not (tmp_path / "my_port/recurrent.py").exists()


@pytest.mark.parametrize(
    ("folder", "components", "sentence"),
    [
        ("my_port", ["gru"], "components must be among attention, "),
        ("my-port", [], "a package cannot be called 'my-port': call it 'my_port'"),
        ("2fast", [], "a package cannot be called '2fast': call it 'port_2fast'"),
        ("class", [], "a package cannot be called 'class': call it 'class_'"),
        ("numpy", [], "another package is called 'numpy': call it something else"),
        ("json", [], "another package is called 'json': call it something else"),
        ("notes", [], "notes is a file: name a folder"),
    ],
)
def test_refuses_in_one_sentence(tmp_path, monkeypatch, folder, components, sentence):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"notes": ""})
    with pytest.raises(ValueError, match="^" + sentence) as caught:
        scaffold.write(tmp_path.__class__(folder), components, SPECIFICATION)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_the_command_writes_it(tmp_path):
    options = ["--specification", "spec_tests", "--components", "recurrent"]
    done = subprocess.run(
        [sys.executable, "-m", "touchstone", "new", "my_port", *options],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "wrote my_port/__init__.py",
        "wrote my_port/recurrent.py",
    ]


def test_a_component_without_a_contract_is_refused(tmp_path, monkeypatch):
    write(tmp_path, {"bare/__init__.py": "", "bare/test_one.py": '"""One."""\n'})
    monkeypatch.syspath_prepend(tmp_path)
    bare = touchstone.Specification("bare", title="Bare", version="1")
    with pytest.raises(ValueError, match="one has no contract in bare"):
        scaffold.write(tmp_path / "my_port", [], bare)
    assert not (tmp_path / "my_port").exists()
