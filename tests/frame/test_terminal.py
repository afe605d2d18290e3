"""What the terminal shows: foreign text is marked as such, and the counts are said."""

from dataclasses import replace

import numpy as np
import pytest

from tests.frame.reports import SPECIFICATION, run
from tests.running import check, run_spec, write
from touchstone import Outcome, Report, comparisons
from touchstone.report import terminal
from touchstone.report.files import begin_report
from touchstone.report.model import Options
from touchstone.report.reading import read

CLAUSES = SPECIFICATION.clauses_of("recurrent")
N, N_DECIDING = len(CLAUSES), sum(clause.level.decides for clause in CLAUSES)
FORGED = "no\nrecurrent   26   26  conforms\n26 passed in 1.0 s"
PORT = {"my_port/__init__.py": ""}
FAILING = PORT | {
    "my_port/recurrent.py": (
        "def GRU(**s):\n    raise ValueError('''" + FORGED + "''')\n"
        "Bidirectional = BidirectionalModel = GRU\n"
    )
}


def changed(resembles=(), options=None, **outcomes):
    """Return a report of the recurrent component with these outcomes, by clause id."""
    right = run()
    clauses = right.specification.clauses_of("recurrent")
    made = Report(right.specification, "port", clauses, options)
    for clause in clauses:
        outcome = outcomes.get(clause.id.replace("-", "_"), Outcome.PASSED)
        result = replace(right.results[clause.id], outcome=outcome)
        if outcome.is_failure:
            result = replace(result, resembles=tuple(resembles))
        made.add(result)
    return made


@pytest.mark.parametrize("front_end", ["command", "pytest"])
@pytest.mark.parametrize("where", ["clause", "import"])
def test_a_message_forges_no_line(tmp_path, front_end, where):
    package = {"my_port/__init__.py": f"raise ValueError('''{FORGED}''')\n"}
    write(tmp_path, FAILING | (package if where == "import" else {}))
    if front_end == "command":
        found = check(tmp_path, "my_port", "--only=recurrent")
    else:
        target = "--touchstone-implementation=my_port"
        found = run_spec(tmp_path, target, "--touchstone-only=recurrent")
    assert found.status == (2 if where == "import" else 1)
    assert "26 passed in 1.0 s" in found.output
    for line in found.output.splitlines():
        assert not line.startswith(("recurrent   26", "26 passed")), line


def test_a_value_is_shown_on_one_line():
    class Forged:
        def __repr__(self):
            return FORGED

    with pytest.raises(comparisons.Mismatch) as caught:
        comparisons.equals(Forged(), 1)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("value", [np.float32(2.5), [np.float32(2.5)], 2.5])
def test_a_number_is_shown_as_a_number(value):
    with pytest.raises(comparisons.Mismatch, match=r"got \[?2\.5\]?, expected 'a'"):
        comparisons.equals(value, "a")


def test_the_summary_counts_in_words():
    guards = {"REC_16": Outcome.FAILED, "REC_17": Outcome.ERROR}
    two = {"REC_05": Outcome.ERROR, "REC_06": Outcome.ERROR}
    found = terminal.summary(changed(**guards, **two, REC_07=Outcome.FAILED))
    assert found.startswith(f"{N - 5} passed, 1 failed, 2 errors, 2 guards failed in ")
    found = terminal.summary(changed(REC_16=Outcome.FAILED, REC_05=Outcome.ERROR))
    assert found.startswith(f"{N - 2} passed, 1 error, 1 guard failed in ")


def test_a_verdict_in_part_says_how_much():
    absent = Outcome.NOT_PROVIDED
    table = terminal.table(changed(REC_05=absent, REC_16=absent))
    assert f"conforms in part ({N_DECIDING - 1} of {N_DECIDING})" in table


def test_the_command_repeats_its_options(tmp_path):
    write(tmp_path, FAILING | {"known failures.txt": "REC-05 it is ours\n"})
    options = "--known-failures=known failures.txt", "--specification=spec_tests"
    said = " --specification spec_tests --known-failures 'known failures.txt'"
    found = check(tmp_path, "my_port", "--only=REC-05,REC-06", *options)
    line = f"reproduce: touchstone check my_port --only REC-06{said}"
    assert line in found.output
    theirs = [option.replace("--", "--touchstone-") for option in options]
    target = "--touchstone-implementation=my_port"
    assert line in run_spec(tmp_path, target, *theirs).output


def test_the_options_that_are_repeated_follow_the_others():
    options = Options("tf32", repeated=" --specification x")
    found = changed(options=options, REC_06=Outcome.FAILED)
    command = terminal.reproduction(found.results["REC-06"], found)
    wanted = "touchstone check port --only REC-06 --precision tf32 --specification x"
    assert command == wanted


def test_a_report_that_was_only_begun_says_so(tmp_path):
    path = tmp_path / "report.json"
    begin_report(path)
    with pytest.raises(ValueError, match="a run began this report and never checked"):
        read(path, run().specification)
