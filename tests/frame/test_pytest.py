"""The frame: options, outcomes kept apart, exit statuses, the report, the matrix."""

import shutil

import pytest

from spec_tests import SPECIFICATION
from tests.running import ROOT, check, run_spec, write
from touchstone.clauses import refuse_repetition, stated
from touchstone.outcomes import Outcome

OF_PORT = "--touchstone-implementation=my_port"
CLAUSES = SPECIFICATION.clauses_of("recurrent")
RECURRENT = ROOT / "spec_tests" / "test_recurrent.py"
RIGHT_GRU = "from spec_tests.oracles.recurrent import *\n"
PORT = {"my_port/__init__.py": "", "my_port/recurrent.py": RIGHT_GRU}
# one wrong line: z blends the wrong way round
BROKEN_GRU = """
from spec_tests.oracles.recurrent import *
from spec_tests.oracles import recurrent as right

class GRU(right.GRU):
    def step(self, x, h):
        z = right.sigmoid(self.input_part("z", x) + self.recurrent_part("z", h))
        r = right.sigmoid(self.input_part("r", x) + self.recurrent_part("r", h))
        candidate = np.tanh(self.input_part("h", x) + r * self.recurrent_part("h", h))
        return (1 - z) * h + z * candidate
"""


def run_recurrent(folder, *options, **variables):
    return run_spec(folder, *options, spec=RECURRENT, **variables)


def of_port(folder, recurrent, *options, **variables):
    """Return the run of the recurrent clauses on a port with this module."""
    write(folder, PORT | {"my_port/recurrent.py": recurrent})
    return run_recurrent(folder, OF_PORT, *options, **variables)


def copied_spec(folder):
    """Return the folder of a copy of the specification, which can be spoiled."""
    copy = folder / "spec_tests"
    shutil.copytree(ROOT / "spec_tests", copy)
    shutil.copy(ROOT / "conftest.py", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return copy


# Which implementation


@pytest.mark.parametrize("way", ["option", "environment", "ini"])
def test_chooses_the_implementation(tmp_path, way):
    write(tmp_path, PORT)
    options = {
        "option": [OF_PORT],
        "environment": [],
        "ini": ["-o", "touchstone_implementation=my_port"],
    }[way]
    name = "my_port" if way == "environment" else ""
    run = run_recurrent(tmp_path, *options, TOUCHSTONE_IMPLEMENTATION=name)
    assert run.status == 0
    assert run.report["implementation"] == "my_port"
    assert "implementation under test: my_port" in run.output


def test_a_module_may_hold_its_components_as_attributes(tmp_path):
    write(tmp_path, {"one_file.py": "from spec_tests.oracles import recurrent\n"})
    assert run_recurrent(tmp_path, "--touchstone-implementation=one_file").status == 0


def test_unknown_name_is_a_sentence(tmp_path):
    run = run_recurrent(tmp_path, "--touchstone-implementation=no_such_port")
    assert run.status == 2
    assert "no_such_port cannot be imported: no module is named" in run.output
    assert "Traceback" not in run.output


def test_import_that_raises_is_a_sentence(tmp_path):
    write(tmp_path, {"my_port/__init__.py": "raise OSError('no licence')"})
    run = run_recurrent(tmp_path, OF_PORT)
    assert run.status == 2
    assert "my_port cannot be imported: its import raises OSError: no lic" in run.output
    assert "Traceback" not in run.output


def test_missing_dependency_is_an_error_not_an_absence(tmp_path):
    run = of_port(tmp_path, "import no_such_framework")
    assert run.status == 1
    assert run.outcome("REC-05")["outcome"] == "error"
    assert "no_such_framework" in run.outcome("REC-05")["message"]


def test_unknown_option_value_is_a_sentence(tmp_path):
    run = run_recurrent(tmp_path, "--touchstone-precision=float8")
    assert run.status == 4
    assert "float8" in run.output
    assert "Traceback" not in run.output


# Outcomes


def test_a_conforming_port_passes(tmp_path):
    run = of_port(tmp_path, RIGHT_GRU)
    assert run.status == 0
    assert run.report["totals"]["passed"] == len(CLAUSES)


def test_a_wrong_line_is_named(tmp_path):
    run = of_port(tmp_path, BROKEN_GRU)
    assert run.status == 1
    failed = run.outcome("REC-06")
    assert failed["outcome"] == "failed"
    assert "update_gate_inverted" in failed["resembles"]
    assert "looks like: the update gate inverted" in run.output
    assert "recurrent: 16 of 16 failures: the update gate inverted" in run.output
    assert "times the tolerance" in failed["message"]


def test_missing_components_are_not_provided(tmp_path):
    write(tmp_path, PORT)
    run = run_spec(tmp_path, OF_PORT)
    assert run.status == 0
    assert run.outcome("POS-01")["outcome"] == "not provided"
    assert run.report["totals"]["passed"] == len(CLAUSES)
    assert run.report["totals"]["clauses"] == len(SPECIFICATION.clauses)
    assert "not provided: attention, " in run.output


def test_complete_makes_absence_a_failure(tmp_path):
    write(tmp_path, PORT)
    assert run_spec(tmp_path, OF_PORT, "--touchstone-require=all").status == 1


def test_nothing_provided_is_red(tmp_path):
    write(tmp_path, {"my_port/__init__.py": ""})
    run = run_recurrent(tmp_path, OF_PORT)
    assert run.status == 1
    assert "no clause passed" in run.output


def test_stubs_are_not_provided(tmp_path):
    stub = RIGHT_GRU + "def GRU(**sizes):\n    raise NotImplementedError('GRU')\n"
    run = of_port(tmp_path, stub)
    assert run.outcome("REC-06")["outcome"] == "not provided"
    assert run.outcome("REC-12")["outcome"] == "passed"


def test_unrepresentable_is_kept_apart(tmp_path):
    port = RIGHT_GRU + (
        "class Unrepresentable(Exception):\n    pass\n"
        "def GRU(**sizes):\n    raise Unrepresentable('one bias row')\n"
    )
    run = of_port(tmp_path, port)
    assert run.outcome("REC-06")["outcome"] == "unrepresentable"
    assert run.outcome("REC-06")["message"] == "one bias row"
    assert run.report["components"]["recurrent"] == "conforms in part"
    assert run.status == 0


def test_an_exception_is_an_error_with_its_place(tmp_path):
    run = of_port(tmp_path, RIGHT_GRU + "def GRU(**sizes):\n    return 1 / 0\n")
    assert run.status == 1
    assert run.outcome("REC-06")["outcome"] == "error"
    assert "raised ZeroDivisionError: division by zero" in run.output
    assert "at my_port/recurrent.py:3, in GRU" in run.output


# what calls the model: its own clauses, and all of conditions
CALL_THE_MODEL = {"REC-15", "REC-27", "REC-28", "REC-30"}
CALL_THE_MODEL |= {clause.id for clause in CLAUSES if clause.of_conditions}


def test_a_crash_costs_its_own_clause(tmp_path):
    crash = RIGHT_GRU + "import os\nclass BidirectionalModel(BidirectionalModel):\n"
    crash += "    def __call__(self, inputs):\n        os._exit(7)\n"
    run = of_port(tmp_path, crash, "-n", "1")
    assert run.status == 1
    assert run.outcome("REC-15")["outcome"] == "crashed"
    assert run.report["totals"]["passed"] == len(CLAUSES) - len(CALL_THE_MODEL)
    assert run.report["complete"]


def test_a_hang_costs_its_own_clause(tmp_path):
    hang = RIGHT_GRU + "import time\nclass BidirectionalModel(BidirectionalModel):\n"
    hang += "    def __call__(self, inputs):\n        time.sleep(60)\n"
    run = of_port(tmp_path, hang, "--timeout", "1")
    assert run.status == 1
    assert run.outcome("REC-15")["outcome"] == "timed out"
    assert run.report["totals"]["passed"] == len(CLAUSES) - len(CALL_THE_MODEL)


def test_warnings_of_a_port_are_no_failures(tmp_path):
    warns = RIGHT_GRU + "import warnings\nclass GRU(GRU):\n"
    warns += "    def step(self, x, h):\n        warnings.warn('slow')\n"
    warns += "        return super().step(x, h)\n"
    assert of_port(tmp_path, warns).status == 0


# Known failures


def with_known(folder, lines, port=BROKEN_GRU):
    write(folder, {"known.txt": lines})
    return of_port(folder, port, "--touchstone-known-failures=known.txt")


def test_known_failures_are_kept_apart(tmp_path):
    every = "".join(f"{c.id} z blends the other way\n" for c in CLAUSES)
    few = "# reasons\nREC-05 z blends the other way  # see the manual\n"
    run = with_known(tmp_path, few)
    assert run.outcome("REC-05")["outcome"] == "known failure"
    assert run.outcome("REC-06")["outcome"] == "failed"
    run = with_known(tmp_path, every)
    assert run.outcome("REC-01")["outcome"] == "failed"
    assert "REC-01 is listed as a known failure, but it passes" in run.output


def test_a_run_of_known_failures_is_green(tmp_path):
    failing = [
        c["id"]
        for c in of_port(tmp_path, BROKEN_GRU).report["clauses"]
        if c["outcome"] == "failed"
    ]
    run = with_known(
        tmp_path, "".join(f"{name} z blends wrongly\n" for name in failing)
    )
    assert run.status == 0
    assert run.report["totals"]["known failure"] == len(failing)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("REC-99 unknown", "known.txt:1: no clause has the id 'REC-99'"),
        ("REC-05", "known.txt:1: REC-05 has no reason"),
        ("REC-05 a\nREC-05 b", "known.txt:2: REC-05 is listed twice"),
    ],
)
def test_wrong_known_failures_are_sentences(tmp_path, lines, sentence):
    run = with_known(tmp_path, lines)
    assert run.status == 4
    assert sentence in run.output
    assert "Traceback" not in run.output


def test_missing_known_failures_file_is_a_sentence(tmp_path):
    run = run_recurrent(tmp_path, "--touchstone-known-failures=none.txt")
    assert run.status == 4
    assert "none.txt" in run.output
    assert "Traceback" not in run.output


# The report


def test_report_ends_with_whether_it_is_complete(tmp_path):
    run = of_port(tmp_path, BROKEN_GRU)
    text = (tmp_path / "report.json").read_text()
    assert text.rstrip().endswith('"complete": true\n}')
    assert {"message", "resembles"} <= set(run.outcome("REC-06"))
    labels = [outcome.label for outcome in Outcome]
    assert set(run.report["totals"]) == {*labels, "clauses"}
    total = sum(run.report["totals"][label] for label in labels)
    assert total == len(CLAUSES)


def test_a_run_that_stops_early_is_incomplete(tmp_path):
    run = of_port(tmp_path, BROKEN_GRU, "-x")
    assert run.status != 0
    assert run.report["complete"] is False
    assert "clauses have no outcome" in run.output


@pytest.mark.parametrize("options", [["--maxfail=2"], ["-x", "-n", "2"]])
def test_a_run_that_is_cut_short_is_incomplete(tmp_path, options):
    run = of_port(tmp_path, BROKEN_GRU, *options)
    assert run.status != 0
    assert run.report["complete"] is False
    assert len(run.report["clauses"]) < run.report["totals"]["clauses"]


def test_an_interrupted_run_is_incomplete(tmp_path):
    port = RIGHT_GRU + "import os, signal\nclass BidirectionalModel(GRU):\n"
    port += (
        "    def named_weights(self):\n        os.kill(os.getpid(), signal.SIGINT)\n"
    )
    run = of_port(tmp_path, port)
    assert run.status == 2
    assert run.report["complete"] is False
    done = [clause["id"] for clause in run.report["clauses"]]
    assert done == ["REC-01", "REC-02"]  # and not the clause that was begun


@pytest.mark.parametrize("options", [[], ["--continue-on-collection-errors"]])
def test_a_spec_file_that_cannot_be_collected_is_red(tmp_path, options):
    copy = copied_spec(tmp_path)
    with (copy / "test_recurrent.py").open("a") as file:
        file.write("\n1 / 0\n")
    options = [*options, "--touchstone-implementation=spec_tests.oracles"]
    run = run_spec(tmp_path, *options, spec=copy, PYTHONPATH=str(tmp_path))
    assert run.status != 0
    assert "ZeroDivisionError" in run.output
    assert run.report is None or run.report["complete"] is False


def test_workers_report_the_same(tmp_path):
    alone = of_port(tmp_path, BROKEN_GRU).report
    shared = of_port(tmp_path, BROKEN_GRU, "-n", "2").report
    for report in alone, shared:
        for clause in report["clauses"]:
            clause.pop("seconds")
        report["clauses"].sort(key=lambda clause: clause["id"])
    assert alone == shared


def test_versions_are_told_by_workers(tmp_path):
    pytest.importorskip("torch")
    options = [
        "--touchstone-implementation=alternatives.pytorch",
        "-n",
        "1",
        "-k",
        "REC-05",
    ]
    run = run_recurrent(tmp_path, *options, PYTHONPATH=str(ROOT))
    assert run.status == 0, run.output
    assert {"torch", "numpy", "python"} <= set(run.report["versions"])
    assert run.report["device"] != "not stated"


def without_times(report):
    return report | {
        "clauses": [clause | {"seconds": 0} for clause in report["clauses"]]
    }


def test_equal_runs_give_equal_reports(tmp_path):
    options = ["--touchstone-implementation=spec_tests.oracles"]
    first, *others = (
        without_times(run_spec(tmp_path, *options).report) for _ in range(3)
    )
    assert others == [first, first]


def test_device_is_what_the_implementation_says(tmp_path):
    write(tmp_path, PORT | {"my_port/__init__.py": "device = lambda: 'abacus'"})
    run = run_recurrent(tmp_path, OF_PORT)
    assert run.report["device"] == "abacus"


# Collection


@pytest.mark.parametrize(
    ("docstring", "sentence"),
    [
        ("Gates are gates.", "must be 'ID. Sentence. [source]'"),
        ("REC-1. Gates are gates. [C14]", "must be 'ID. Sentence. [source]'"),
        ("REC-77. Gates are gates [C14]", "must be 'ID. Sentence. [source]'"),
        (f"REC-77. {'Gates ' * 20}are gates. [C14]", "at most 80 characters"),
    ],
)
def test_a_test_without_a_clause_is_refused(docstring, sentence):
    def test_something():
        pass

    test_something.__doc__ = docstring
    with pytest.raises(ValueError, match="test_something") as caught:
        stated(test_something)
    assert sentence in str(caught.value)


def test_a_repeated_id_is_refused():
    clause = CLAUSES[0]
    with pytest.raises(ValueError, match="'REC-01' is stated twice"):
        refuse_repetition([clause, clause])


@pytest.mark.parametrize(
    ("added", "sentence"),
    [
        ("def test_more(gru):\n    pass\n", "'ID. Sentence. [source]'"),
        ('def test_more(gru):\n    """REC-01. A new one. [C14]"""\n', "stated twice"),
    ],
)
def test_collection_stops_at_what_is_no_clause(tmp_path, added, sentence):
    copy = copied_spec(tmp_path)
    with (copy / "test_recurrent.py").open("a") as file:
        file.write("\n\n" + added)
    options = ["--touchstone-implementation=spec_tests.oracles"]
    run = run_spec(tmp_path, *options, spec=copy, PYTHONPATH=str(tmp_path))
    assert run.status == 2
    assert sentence in run.output


def test_a_clause_is_chosen_by_its_id(tmp_path):
    write(tmp_path, PORT)
    run = run_recurrent(tmp_path, OF_PORT, "-k", "REC-05")
    assert [clause["id"] for clause in run.report["clauses"]] == ["REC-05"]


# What is imported


@pytest.mark.parametrize("name", ["spec_tests.oracles", "alternatives.pytorch"])
def test_no_tensorflow_is_imported_for_a_port(tmp_path, name):
    """A TensorFlow that cannot be imported does not matter to a port."""
    for framework in "tensorflow", "keras", "tensorflow_addons":
        write(tmp_path, {f"{framework}/__init__.py": "raise RuntimeError('imported')"})
    options = [f"--touchstone-implementation={name}", "--touchstone-require=all"]
    run = run_spec(tmp_path, *options, PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert run.status == 0, run.output
    assert "tensorflow" not in run.report["versions"]


def test_a_failure_can_be_reproduced(tmp_path):
    run = of_port(tmp_path, BROKEN_GRU)
    command = "touchstone check my_port --only REC-06"
    assert f"reproduce: {command}" in run.output
    again = check(tmp_path, *command.split()[2:])
    assert again.status == 1
    assert run.outcome("REC-06")["message"] == again.outcome("REC-06")["message"]
    assert run.outcome("REC-06")["message"].splitlines()[0] in again.output


def test_the_last_failures_alone(tmp_path):
    """What `--lf` leaves out was asked to be left out."""
    options = "--rootdir", str(tmp_path), "-c", "pytest.ini"
    write(tmp_path, {"pytest.ini": "[pytest]\n"})
    assert of_port(tmp_path, BROKEN_GRU, *options).status == 1
    run = of_port(tmp_path, RIGHT_GRU, *options, "--lf")
    assert run.status == 0, run.output
    assert run.outcomes["REC-06"] == "passed"
    assert "REC-03" not in run.outcomes
