"""A port that hangs, dies, fills the memory or prints costs its own clauses only."""

import json
import os
import subprocess
import sys
import time

import pytest

from spec_tests import SPECIFICATION
from tests.running import ROOT, check, run_spec, write

SPEC = ROOT / "spec_tests"
RECURRENT, POSITIONS = SPEC / "test_recurrent.py", SPEC / "test_positional_encoding.py"
RIGHT = "from spec_tests.oracles.recurrent import *\n"
N_RECURRENT = len(SPECIFICATION.clauses_of("recurrent"))

# What a port does instead of its work, by the clause that asks for it; the outcome.
KILLS = {
    "REC-05": ("import os; os._exit(0)", "crashed"),
    "REC-07": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed"),
    "REC-09": ("import ctypes; ctypes.string_at(0)", "crashed"),
}
HANGS = {"REC-10": ("import time; time.sleep(60)", "timed out")}
RAISES = {
    "REC-06": ("raise SystemExit(0)", "error"),
    "REC-08": ("raise KeyboardInterrupt", "error"),
    "REC-11": ("(lambda f: f(f))(lambda f: f(f))", "error"),
    "REC-15": ("import pytest; pytest.skip('no time')", "error"),
}
# Half a GiB more than is in use: enough to see it full, and the machine is safe.
FEW_BYTES = """
import resource
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
hard = resource.getrlimit(resource.RLIMIT_AS)[1]
resource.setrlimit(resource.RLIMIT_AS, (used + 2**29, hard))
"""
FILLS = {
    "REC-05": (FEW_BYTES + "np.ones(2**40)", "error"),
    "REC-10": (
        FEW_BYTES + "def fill():\n    hoard = []\n"
        "    while 1: hoard.append(np.ones(2**17))\nfill()",
        "error",
    ),
}
NOISE = (
    "import os, sys; print('out' * 10_000); print('err' * 10_000, file=sys.stderr); "
    "os.write(1, b'\\xff\\x00 raw'); os.write(2, b'\\xff\\x00 raw')"
)


def misbehaving(misdeeds: dict[str, tuple[str, str]]) -> str:
    """Return a right recurrent module that does this when these clauses call it."""
    tests = {
        clause.id: clause.function.__name__
        for clause in SPECIFICATION.clauses_of("recurrent")
    }
    deeds = {tests[name]: deed for name, (deed, _) in misdeeds.items()}
    return f"""{RIGHT}
import sys
DEEDS = {deeds!r}

def misdo():
    frame = sys._getframe()
    while frame is not None:
        if deed := DEEDS.get(frame.f_code.co_name):
            exec(deed, {{"np": np}})
        frame = frame.f_back

class GRU(GRU):
    def __call__(self, *arguments, **options):
        misdo()
        return super().__call__(*arguments, **options)

class BidirectionalModel(BidirectionalModel):
    def __call__(self, inputs):
        misdo()
        return super().__call__(inputs)
"""


def run_port(folder, files, *options, spec=RECURRENT, **variables):
    write(folder, {"my_port/__init__.py": ""} | files)
    return run_spec(
        folder, "--touchstone-implementation=my_port", *options, spec=spec, **variables
    )


def assert_costs_its_own_clauses(run, misdeeds):
    assert run.report is not None, run.output
    outcomes = {c["id"]: c["outcome"] for c in run.report["clauses"]}
    assert {name: outcomes[name] for name in misdeeds} == {
        name: outcome for name, (_, outcome) in misdeeds.items()
    }
    assert run.report["totals"]["passed"] == N_RECURRENT - len(misdeeds)
    assert run.report["complete"]
    assert run.status == 1


def test_each_misdeed_costs_its_own_clause(tmp_path):
    misdeeds = KILLS | HANGS | RAISES
    files = {"my_port/recurrent.py": misbehaving(misdeeds)}
    run = run_port(tmp_path, files, "-n", "2", "--timeout", "3")
    assert_costs_its_own_clauses(run, misdeeds)


def test_hangs_and_exceptions_cost_their_own_clauses_without_workers(tmp_path):
    misdeeds = HANGS | RAISES
    files = {"my_port/recurrent.py": misbehaving(misdeeds)}
    run = run_port(tmp_path, files, "--timeout", "1")
    assert_costs_its_own_clauses(run, misdeeds)


@pytest.mark.parametrize("workers", ["0", "1"])
def test_memory_that_runs_out_costs_its_own_clauses(tmp_path, workers):
    pytest.importorskip("resource", reason="this system limits no address space")
    files = {"my_port/recurrent.py": misbehaving(FILLS)}
    run = run_port(tmp_path, files, "-n", workers)
    assert_costs_its_own_clauses(run, FILLS)
    assert "MemoryError" in run.output


@pytest.mark.parametrize("workers", ["0", "1"])
def test_printing_is_no_failure(tmp_path, workers):
    noisy = misbehaving(dict.fromkeys(["REC-05", "REC-15"], (NOISE, "passed")))
    run = run_port(
        tmp_path, {"my_port/recurrent.py": f"{NOISE}\n{noisy}"}, "-n", workers
    )
    assert run.status == 0
    assert run.report["totals"]["passed"] == N_RECURRENT
    assert "errerr" not in run.output


@pytest.mark.parametrize("clause", ["REC-05", "REC-06", "REC-08", "REC-10"])
def test_a_misdeed_at_import_costs_its_own_component(tmp_path, clause):
    misdeed, outcome = (KILLS | HANGS | RAISES)[clause]
    files = {"my_port/recurrent.py": RIGHT, "my_port/positional_encoding.py": misdeed}
    run = run_port(tmp_path, files, str(POSITIONS), "-n", "3", "--timeout", "4")
    outcomes = [c["outcome"] for c in run.report["clauses"] if c["id"][:3] == "POS"]
    assert outcomes == [outcome] * len(SPECIFICATION.clauses_of("positional_encoding"))
    assert run.report["totals"]["passed"] == N_RECURRENT
    assert run.report["complete"]


@pytest.mark.parametrize(
    ("clause", "workers", "sentence"),
    [
        ("REC-10", "0", "not done after 1 s"),
        ("REC-10", "1", "not done after 1 s"),
        ("REC-06", "1", "its import raises SystemExit: 0"),
        ("REC-08", "0", "it raises KeyboardInterrupt"),
        ("REC-05", "1", "its import ends the process"),
    ],
)
def test_a_package_that_cannot_be_imported_is_a_sentence(
    tmp_path, clause, workers, sentence
):
    misdeed, _ = (KILLS | HANGS | RAISES)[clause]
    run = run_port(
        tmp_path, {"my_port/__init__.py": misdeed}, "-n", workers, "--timeout", "1"
    )
    assert run.status == 2
    assert f"the implementation my_port cannot be imported: {sentence}" in run.output
    assert "Traceback" not in run.output
    assert not (run.report or {}).get("complete")


def test_an_unknown_name_is_a_sentence_with_workers(tmp_path):
    run = run_spec(
        tmp_path, "--touchstone-implementation=no_port", "-n", "2", spec=RECURRENT
    )
    assert run.status == 2
    assert "no_port cannot be imported: no module is named no_port" in run.output


def test_the_report_lies_where_it_was_asked_for(tmp_path):
    """A port that changes the working directory does not move the report."""
    files = {"my_port/recurrent.py": "import os\nos.chdir('/')\n" + RIGHT}
    run = run_port(tmp_path, files, "--touchstone-report=here.json")
    assert run.status == 0
    assert (tmp_path / "here.json").exists()


# `touchstone check`: a child process, under limits of its own


def test_check_gives_each_misdeed_its_own_clause(tmp_path):
    misdeeds = KILLS | HANGS | RAISES
    write(
        tmp_path,
        {"my_port/__init__.py": "", "my_port/recurrent.py": misbehaving(misdeeds)},
    )
    run = check(tmp_path, "my_port", "--only=recurrent", "--time-limit=3")
    assert_costs_its_own_clauses(run, misdeeds)
    assert (
        "the process was ended by the signal SIGKILL"
        in run.outcome("REC-07")["message"]
    )


FILLING = """
class BidirectionalModel(BidirectionalModel):
    def __call__(self, inputs):
        hoard = []
        while True:
            hoard.append(np.ones(2**20))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured by /proc")
def test_check_ends_what_grows_too_large(tmp_path):
    write(
        tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": RIGHT + FILLING}
    )
    run = check(tmp_path, "my_port", "--only=recurrent", "--memory-limit=600")
    assert run.outcome("REC-15")["outcome"] == "crashed"
    assert "more than 600 MiB" in run.outcome("REC-15")["message"]
    calling = {"REC-15", "REC-27", "REC-28", "REC-30"}  # the model, as rows do
    calling |= {c.id for c in SPECIFICATION.clauses_of("recurrent") if c.of_conditions}
    assert run.report["totals"]["passed"] == N_RECURRENT - len(calling)
    assert run.status == 1


def test_check_is_deaf_to_what_is_printed(tmp_path):
    flood = "import sys\nprint('x' * 10**7)\nprint('y' * 10**7, file=sys.stderr)\n"
    write(tmp_path, {"my_port/__init__.py": flood, "my_port/recurrent.py": RIGHT})
    run = check(tmp_path, "my_port", "--only=recurrent")
    assert run.status == 0
    assert len(run.output) < 2000


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("import time; time.sleep(60)", "its import was not done after 1 s"),
        ("raise SystemExit(0)", "its import raises SystemExit: 0"),
        ("raise KeyboardInterrupt", "raises KeyboardInterrupt"),
        ("import os; os._exit(0)", "the process ended with exit status 0"),
        ("import ctypes; ctypes.string_at(0)", "ended by the signal SIGSEGV"),
    ],
)
def test_check_says_why_a_package_cannot_be_imported(tmp_path, text, sentence):
    write(tmp_path, {"my_port/__init__.py": text})
    run = check(tmp_path, "my_port", "--time-limit=1")
    assert run.status == 2
    assert "the implementation my_port cannot be imported" in run.output
    assert sentence in run.output
    assert "Traceback" not in run.output
    assert run.report["complete"] is False


def test_check_outlives_what_is_left_running(tmp_path):
    """A thread that ends the process later, and a grandchild, cost at most a clause."""
    port = RIGHT + (
        "import os, subprocess, sys, threading\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "threading.Timer(0.01, os._exit, [0]).start()\n"
    )
    write(tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": port})
    run = check(tmp_path, "my_port", "--only=recurrent")
    assert set(run.outcomes.values()) <= {"passed", "crashed"}
    assert run.status == (1 if "crashed" in run.outcomes.values() else 0)


HELD = """
import os, time
class GRU(GRU):
    def __call__(self, *arguments, **options):
        if os.fork() == 0:
            os.setsid()
            time.sleep(40)
            os._exit(0)
        os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process is forked here")
def test_check_does_not_wait_for_a_grandchild(tmp_path):
    """One that holds the channel open costs the clause, even without a limit of time."""
    write(tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": RIGHT + HELD})
    begun = time.monotonic()
    run = check(tmp_path, "my_port", "--only=REC-06", "--time-limit=0")
    assert time.monotonic() - begun < 30
    assert run.outcomes == {"REC-06": "crashed"}
    assert run.status == 1


@pytest.mark.parametrize("port", ["right", "wrong"])
def test_a_reader_that_goes_does_not_end_the_run(tmp_path, port):
    wrong = "class GRU(GRU):\n    def __call__(self, *a, **o): raise ValueError\n"
    text = RIGHT + (wrong if port == "wrong" else "")
    write(tmp_path, {"my_port/__init__.py": "", "my_port/recurrent.py": text})
    command = "check", "my_port", "--only=recurrent", "--report=report.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "touchstone", *command],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout
    process.stdout.close()
    assert process.wait(timeout=60) == (1 if port == "wrong" else 0)
    assert json.loads((tmp_path / "report.json").read_text())["complete"] is True
