"""The gate: a pytest run that collects no clauses sees nothing of the plugin."""

import re
import subprocess
import sys

from spec_tests import SPECIFICATION
from tests.running import ROOT, write

# A project that has taken every name that the plugin could want.
FOREIGN = {
    "conftest.py": """
import signal
import pytest

HANDLER = signal.getsignal(signal.SIGINT)

def pytest_addoption(parser):
    for name in "implementation", "precision", "complete", "report", "only", "require":
        parser.addoption(f"--{name}", default=f"own {name}")
    parser.addini("implementation", "their own", default="their ini")

@pytest.fixture(scope="session")
def implementation(pytestconfig):
    return pytestconfig.getoption("implementation")

@pytest.fixture(autouse=True)
def watched(request):
    assert signal.getsignal(signal.SIGINT) is HANDLER
    yield
""",
    "my_spec_tests/__init__.py": "",
    "my_spec_tests/test_own.py": """
import sys
import pytest

def test_option(implementation, pytestconfig):
    assert implementation == "own implementation"
    assert pytestconfig.getini("implementation") == "their ini"
    assert pytestconfig.getoption("precision") == "own precision"

@pytest.mark.parametrize("n", range(5))
def test_parametrized(n):
    assert n < 5

def test_nothing_of_the_instrument_is_imported():
    assert "touchstone.pytest_clauses" not in sys.modules
    assert "touchstone.engine" not in sys.modules
    assert "numpy" not in sys.modules

def test_fails():
    assert 1 == 2
""",
    "spec_tests/__init__.py": "",
    "spec_tests/test_theirs.py": """
def test_a_folder_of_the_same_name(implementation):
    assert implementation == "own implementation"
""",
    "pytest.ini": """
[pytest]
filterwarnings = error
addopts = --strict-markers --strict-config
""",
}


def run(folder, *options):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, plain(done.stdout + done.stderr)


def plain(text):
    """Return an output without its times and the line of plugins."""
    text = re.sub(r"in \d+\.\d+s", "in 0s", text)
    return re.sub(r"plugins: .*", "", text)


def test_a_foreign_run_is_the_same_with_and_without(tmp_path):
    write(tmp_path, FOREIGN)
    for options in (
        ["-v"],
        ["-q", "-p", "xdist", "-n", "1"],
        ["--fixtures"],
        ["--markers"],
    ):
        without = run(tmp_path, "-p", "no:touchstone.plugin", *options)
        assert run(tmp_path, *options) == without
    assert run(tmp_path)[1].count("passed") == 1


def test_help_shows_prefixed_options_alone(tmp_path):
    added = set(run(tmp_path, "--help")[1].splitlines())
    added -= set(run(tmp_path, "--help", "-p", "no:touchstone.plugin")[1].splitlines())
    options = {word for line in added for word in line.split() if word.startswith("--")}
    assert options
    assert all(option.startswith("--touchstone-") for option in options)


def test_clauses_are_checked_from_inside_it(tmp_path):
    """Their fixture of the name, their options and their strictness change nothing."""
    files = {k: v for k, v in FOREIGN.items() if not k.startswith("spec_tests")}
    port = {"my_port/__init__.py": "import warnings\nwarnings.warn('old')\n"}
    port["my_port/recurrent.py"] = "from spec_tests.oracles.recurrent import *\n"
    write(tmp_path, files | port)
    clauses = str(ROOT / "spec_tests" / "test_recurrent.py")
    options = ["--touchstone-implementation=my_port", f"--rootdir={tmp_path}"]
    status, output = run(tmp_path, clauses, *options, "-c", "pytest.ini")
    assert status == 0, output
    assert "conformance of my_port (float32)" in output
    assert f"{len(SPECIFICATION.clauses_of('recurrent'))} passed" in output
