"""The contracts say how the clauses call, and the ports are what they say."""

import importlib
import inspect
import subprocess
import sys

import pytest

from alternatives.ports import WHOLE
from spec_tests import SPECIFICATION, contracts
from spec_tests.contracts import Trainable
from tests.running import ROOT, write
from touchstone import scaffold
from touchstone.contracts import NamedWeights
from touchstone.outcomes import Level
from touchstone.outline import Class, contract_of, outline, shared_by, words

PORTS = ["spec_tests.oracles", "reference", *(port.name for port in WHOLE)]
COMPONENTS = SPECIFICATION.components
every_component = pytest.mark.parametrize("component", COMPONENTS)


def test_every_component_has_a_contract():
    folder = SPECIFICATION.folder / "contracts"
    assert sorted(p.stem for p in folder.glob("[!_]*.py")) == COMPONENTS


@every_component
def test_every_name_says_what_it_does(component):
    contract = contract_of(SPECIFICATION, component)
    assert contract.names
    for stated in contract.names:
        assert stated.says, stated.name
        if isinstance(stated, Class):
            assert stated.makes.says, stated.name
            assert all(member.says for member in stated.members), stated.name


@every_component
def test_every_source_is_explained(component):
    contract = contract_of(SPECIFICATION, component)
    cited = {
        word.strip(",;")
        for clause in SPECIFICATION.clauses_of(component)
        for word in clause.source.split()
    }
    assert cited - {"house", "derived"} <= set(contract.keys)


@every_component
def test_every_axis_is_explained(component):
    contract = contract_of(SPECIFICATION, component)
    text = outline(contract)
    letters = {
        letter
        for part in text.split("[")[1:]
        if "array" not in (inside := part.partition("]")[0])
        for letter in inside.replace("+", ",").replace("2U", "U").split(", ")
        if len(letter) == 1 and letter.isupper()
    }
    named = contract.keys.get("Axes", "").split()
    assert letters <= set(named)


class Checked:
    """An oracle's object that has the names of its contract alone, called as it says."""

    def __init__(self, oracle, members):
        self._oracle, self._members = oracle, members

    def __getattr__(self, name):
        if name not in self._members:
            raise AssertionError(f"the contract has no {name}")
        member, value = self._members[name], getattr(self._oracle, name)
        return value if isinstance(member, property) else called(value, member)

    def __call__(self, *arguments, **options):
        assert "__call__" in self._members
        return called(self._oracle, self._members["__call__"])(*arguments, **options)


def called(oracle, stated):
    """Return the oracle's function, which must be called as the stated one."""
    signature = inspect.signature(stated)

    def call(*arguments, **options):
        signature.bind("self", *arguments, **options)
        given = (getattr(value, "_oracle", value) for value in arguments)
        result = oracle(*given, **options)
        returned = inspect.get_annotations(stated)["return"]
        return Checked(result, members(returned)) if is_stated(returned) else result

    return call


def is_stated(kind) -> bool:
    return getattr(kind, "_is_protocol", False) and kind.__module__.startswith(
        contracts.__name__
    )


def members(protocol) -> dict:
    return {
        name: m for owner in protocol.__mro__[::-1] for name, m in vars(owner).items()
    }


class CheckedOracles:
    """The oracles as an implementation that knows no more than the contracts."""

    def __getattr__(self, component):
        if component not in COMPONENTS:
            raise AttributeError(component)
        contract = members(SPECIFICATION.contract(component).Contract)
        oracle = SPECIFICATION.oracle(component)
        found = {}
        for name, member in contract.items():
            if isinstance(member, property) and member.fget:
                maker = inspect.get_annotations(member.fget)["return"]
                found[name] = called(getattr(oracle, name), maker.__call__)
            elif not name.startswith("_") and inspect.isfunction(member):
                found[name] = called(getattr(oracle, name), member)
        return type(component, (), {k: staticmethod(v) for k, v in found.items()})

    def declares(self, attribute, default=None):
        return default


@every_component
def test_clauses_call_what_the_contract_has_as_it_says(component):
    for clause in SPECIFICATION.clauses_of(component):
        if clause.level is not Level.STREAM:
            assert clause.check(CheckedOracles())


def test_a_call_that_the_contract_does_not_have_is_noticed():
    layer = CheckedOracles().recurrent.GRU(input_size=2, units=3)
    with pytest.raises(AssertionError, match="the contract has no units"):
        print(layer.units)
    with pytest.raises(TypeError):
        CheckedOracles().recurrent.GRU(2, 3)
    with pytest.raises(AttributeError):
        print(CheckedOracles().recurrent.gru_shapes)


def satisfies(folder, package, components, name="satisfies"):
    """Return a file that says that the modules satisfy their contracts."""
    lines = []
    for component in components:
        lines.append(f"import {package}.{component}")
        lines.append(f"import spec_tests.contracts.{component}")
    for component in components:
        contract = f"spec_tests.contracts.{component}.Contract"
        lines.append(f"{component}: {contract} = {package}.{component}")
    write(folder, {f"{name}.py": "\n".join(lines) + "\n"})
    return folder / f"{name}.py"


def mypy(*files, path="") -> str:
    """Return what mypy says of the files."""
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", *map(str, files)],
        cwd=ROOT,
        env={"MYPYPATH": str(path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr, done.stderr
    return done.stdout


def complaints(found, file) -> list[str]:
    return [line for line in found.splitlines() if line.startswith(str(file))]


def test_ports_satisfy_the_contracts(tmp_path):
    files = [
        satisfies(tmp_path, port, COMPONENTS, port.replace(".", "_")) for port in PORTS
    ]
    assert complaints(mypy(*files), tmp_path) == []


RIGHT = """\
class PositionalEncoding:
    def __init__(self, *, max_steps: int, max_dims: int): ...
    def __call__(self, embeddings): return embeddings
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("max_dims: int", "dims: int"),
        ("max_dims: int", "max_dims: str"),
        ("class Positional", "class Sinusoidal"),
        ("__call__", "forward"),
        ("self, embeddings", "self, embeddings, mask"),
        ("right", "right"),
    ],
)
def test_a_port_that_differs_is_refused(tmp_path, old, new):
    text = RIGHT.replace(old, new)
    write(tmp_path, {"other/__init__.py": "", "other/positional_encoding.py": text})
    file = satisfies(tmp_path, "other", ["positional_encoding"])
    found = complaints(mypy(file, path=tmp_path), file)
    if text == RIGHT:
        assert found == []
    else:
        assert "error: Incompatible types in assignment" in found[0]


def test_a_new_port_satisfies_the_contracts(tmp_path):
    scaffold.write(tmp_path / "fresh_port", [], SPECIFICATION)
    file = satisfies(tmp_path, "fresh_port", COMPONENTS)
    assert complaints(mypy(file, path=tmp_path), file) == []


def test_a_type_is_written_in_words():
    call = SPECIFICATION.contract("recurrent").GRU.__call__
    hints = inspect.get_annotations(call)
    assert words(hints["inputs"]) == "[B, T, D]"
    assert words(hints["keep_mask"]) == "bool [B, T]"
    assert words(hints["return"]) == "([B, T, U], [B, U])"
    step = inspect.get_annotations(Trainable.train_step)
    assert words(step["batch"]) == ""
    assert words(step["return"]) == "number"


def test_the_outline_has_every_signature():
    contract = contract_of(SPECIFICATION, "recurrent")
    text = outline(contract, shared=False)
    assert "GRU(*, input_size: int, units: int)\n" in text
    assert "GRU.named_weights" not in text
    assert "GRU.named_weights() -> Mapping[str, array]" in outline(contract)
    assert shared_by([contract]) == [NamedWeights]


def test_a_component_without_a_contract_has_an_empty_one(tmp_path, monkeypatch):
    write(
        tmp_path,
        {
            "tiny/__init__.py": "import touchstone\nSPECIFICATION = "
            "touchstone.Specification('tiny', title='Tiny', version='1')\n",
            "tiny/test_one.py": '"""One."""\n',
        },
    )
    monkeypatch.syspath_prepend(tmp_path)
    tiny = importlib.import_module("tiny").SPECIFICATION
    assert contract_of(tiny, "one").names == ()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('"""One.\n\nA sentence.\n"""\n', "has no class Contract"),
        (
            '"""One.\n\nNo key.\n"""\nclass Contract: ...\n',
            "expected a line 'KEY: text'",
        ),
    ],
)
def test_a_contract_of_another_form_is_refused(tmp_path, monkeypatch, text, complaint):
    name = f"odd_{abs(hash(text))}"
    write(
        tmp_path,
        {
            f"{name}/__init__.py": "import touchstone\nSPECIFICATION = "
            f"touchstone.Specification('{name}', title='Odd', version='1')\n",
            f"{name}/test_one.py": '"""One."""\n',
            f"{name}/contracts/one.py": text,
        },
    )
    monkeypatch.syspath_prepend(tmp_path)
    odd = importlib.import_module(name).SPECIFICATION
    with pytest.raises(ValueError, match=complaint):
        contract_of(odd, "one")
