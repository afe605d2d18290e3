"""Three front ends, one engine: the command, the function and pytest say the same."""

import pytest

import touchstone
from spec_tests import SPECIFICATION
from tests.running import ROOT, check, run_spec, write
from touchstone.report import terminal

RIGHT = "from spec_tests.oracles.recurrent import *\n"
RECURRENT = ROOT / "spec_tests" / "test_recurrent.py"
CRASH = "import os\nclass BidirectionalModel(BidirectionalModel):\n"
CRASH += "    def __call__(self, inputs):\n        os._exit(0)\n"
PORTS = {
    "right": (RIGHT, []),
    "wrong": (
        "from spec_tests.rivals import recurrent\n"
        "GRU = recurrent.gates_swapped.recurrent.GRU\n"
        "def Bidirectional(**sizes):\n    raise NotImplementedError('later')\n",
        [],
    ),
    "crashing": (RIGHT + CRASH, ["-n", "1"]),
    "hanging": (
        RIGHT + CRASH.replace("os._exit(0)", "import time; time.sleep(60)"),
        ["--timeout", "3"],
    ),
}


def told(report: dict) -> dict:
    """Return what a report says of each clause, without times."""
    kept = "outcome", "message", "looks", "resembles", "level", "place"
    differing = "crashed", "timed out"  # each front end has its own words there
    return {
        entry["id"]: entry["outcome"]
        if entry["outcome"] in differing
        else {key: entry.get(key) for key in kept}
        for entry in report["clauses"]
    }


@pytest.mark.parametrize("name", PORTS)
def test_the_command_and_pytest_say_the_same(tmp_path, name):
    text, options = PORTS[name]
    write(tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": text})
    command = check(tmp_path, "my_port", "--only=recurrent", "--time-limit=3")
    target = "--touchstone-implementation=my_port"
    plugin = run_spec(tmp_path, target, *options, spec=RECURRENT)
    assert command.report is not None, command.output
    assert plugin.report is not None, plugin.output
    assert told(command.report) == told(plugin.report)
    for key in "components", "totals", "status", "complete", "precision":
        assert command.report[key] == plugin.report[key], key
    assert command.status == plugin.status == command.report["status"]


def test_the_function_says_the_same(tmp_path, monkeypatch):
    text, _ = PORTS["wrong"]
    write(tmp_path, {"one_port/__init__.py": "", "one_port/recurrent.py": text})
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    report = touchstone.check("one_port", only=["recurrent"])
    command = check(tmp_path, "one_port", "--only=recurrent")
    assert command.report is not None, command.output
    assert told(report.document()) == told(command.report)
    assert report.status() == command.status == 1
    assert terminal.table(report) in command.output


# Specifications are given


SPEC = {
    "small_spec/__init__.py": """
from touchstone import Specification

SPECIFICATION = Specification("small_spec", title="Sums", version="1")
""",
    "small_spec/test_sums.py": '''
"""Sums of sequences."""

from touchstone import equals, probe, refuses


@probe
def total(implementation):
    return implementation.sums.total


def test_adds(total):
    """SUM-01. The total is the sum of all numbers. [house]"""
    equals(total([1, 2, 4]), 7)


def test_refuses_text(implementation):
    """SUM-02. Text is refused. [house]"""
    refuses(lambda: implementation.sums.total("12"), "numbers", "12")
''',
    "small_spec/oracles/__init__.py": "",
    "small_spec/oracles/sums.py": """
def total(numbers):
    if isinstance(numbers, str):
        raise ValueError(f"numbers must not be text, got {numbers!r}")
    return sum(numbers)
""",
    "small_spec/rivals/__init__.py": "",
    "small_spec/rivals/sums.py": '''
from small_spec.oracles import sums as right
from touchstone import rival


@rival
class last_left_out:
    """the last number left out"""

    @staticmethod
    def total(numbers):
        return right.total(numbers[:-1])
''',
}
WRONG = {
    "their_sums/__init__.py": "",
    "their_sums/sums.py": """
def total(numbers):
    if type(numbers) is str:
        raise ValueError(f"numbers: {numbers}")
    result = 0
    for i in range(len(numbers) - 1):
        result += numbers[i]
    return result
""",
}


@pytest.mark.parametrize("front_end", ["command", "pytest"])
def test_a_specification_may_be_anyones(tmp_path, front_end):
    """Two clauses, an oracle and a rival elsewhere check an implementation."""
    write(tmp_path, SPEC | WRONG)
    if front_end == "command":
        run = check(tmp_path, "their_sums", "--specification=small_spec")
        right = check(tmp_path, "small_spec.oracles", "--specification=small_spec")
    else:
        options = ["--touchstone-specification=small_spec", f"--rootdir={tmp_path}"]
        spec = tmp_path / "small_spec"

        def of(target):
            named = f"--touchstone-implementation={target}"
            return run_spec(tmp_path, *options, named, spec=spec)

        run, right = of("their_sums"), of("small_spec.oracles")
    assert run.outcomes == {"SUM-01": "failed", "SUM-02": "passed"}
    assert run.outcome("SUM-01")["resembles"] == ["last_left_out"]
    assert run.status == 1
    assert right.status == 0, right.output
    assert right.report is not None
    assert right.report["specification"]["package"] == "small_spec"
    assert right.report["complete"] is True


def test_the_specification_is_not_imported_by_the_instrument():
    """What is asked stays outside of what asks."""
    for path in (ROOT / "touchstone").rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        bad = [
            x for x in lines if x.startswith(("from spec_tests", "import spec_tests"))
        ]
        assert bad == [], path
    assert SPECIFICATION.package == "spec_tests"
