"""From outside: the wheel in a clean environment, a port in another repository."""

import json
import os
import zipfile

import pytest

from spec_tests import SPECIFICATION
from tests import outside
from tests.frame import test_gate
from tests.running import write

N_RECURRENT = len(SPECIFICATION.clauses_of("recurrent"))
N_CLAUSES = len(SPECIFICATION.clauses)
RIGHT = "from spec_tests.oracles.recurrent import *\n"
PORT = {"my_port/__init__.py": "", "my_port/recurrent.py": RIGHT}
OF_PORT = "--touchstone-implementation=my_port"
SPEC = ["--pyargs", "spec_tests"]
RECURRENT = ["--pyargs", "spec_tests.test_recurrent"]


def there(folder, command, *options, **variables):
    """Return what becomes of a command in another repository."""
    path = outside.environment() / command
    return outside.run(path, *options, cwd=folder, **variables)


def reported(folder, command, *options, **variables):
    """Return what becomes of a command, and the report that it writes."""
    file = folder / "report.json"
    file.unlink(missing_ok=True)
    done = there(folder, command, *options, **variables)
    return done, json.loads(file.read_text()) if file.exists() else None


def pytest_there(folder, *options, **variables):
    report = "--touchstone-report=report.json"
    return reported(folder, "pytest", report, *options, **variables)


def check_there(folder, *options, **variables):
    report = "--report=report.json"
    return reported(folder, "touchstone", "check", report, *options, **variables)


def assert_recurrent_passed(done, report, *, of=N_RECURRENT):
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["implementation"] == "my_port"
    assert report["components"]["recurrent"] == "conforms"
    assert report["totals"]["passed"] == N_RECURRENT
    assert report["totals"]["not provided"] == of - N_RECURRENT
    assert report["totals"]["clauses"] == of
    assert report["complete"] is True
    assert "tensorflow" not in report["versions"]


def test_the_wheel_holds_the_instrument_and_the_question_alone():
    names = zipfile.ZipFile(outside.wheel()).namelist()
    for component in SPECIFICATION.components:
        for folder in "contracts", "oracles", "rivals":
            assert f"spec_tests/{folder}/{component}.py" in names
        assert f"spec_tests/test_{component}.py" in names
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"touchstone", "spec_tests"}


def test_the_wheel_holds_every_file_of_the_two_packages():
    names = set(zipfile.ZipFile(outside.wheel()).namelist())
    sources = {
        path.relative_to(outside.ROOT).as_posix()
        for package in ("touchstone", "spec_tests")
        for path in (outside.ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - names == set()


def test_the_entry_points():
    wheel = zipfile.ZipFile(outside.wheel())
    [path] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert wheel.read(path).decode().split() == [
        *("[console_scripts]", "touchstone", "=", "touchstone.command:main"),
        *("[pytest11]", "touchstone.plugin", "=", "touchstone.plugin"),
        *("[touchstone.specifications]", "chapter", "=", "spec_tests:SPECIFICATION"),
    ]


# The command


def test_check(tmp_path):
    write(tmp_path, PORT)
    done, report = check_there(tmp_path, "my_port")
    assert_recurrent_passed(done, report, of=N_CLAUSES)
    assert done.stdout.startswith("conformance of my_port (float32)\n")
    assert done.stderr == ""


@pytest.mark.parametrize("command", ["check", "pytest"])
@pytest.mark.parametrize(
    ("file", "setting"),
    [
        (
            "pyproject.toml",
            '[tool.pytest.ini_options]\ntouchstone_implementation = "my_port"\n'
            'touchstone_only = "recurrent"\n',
        ),
        (
            "pytest.ini",
            "[pytest]\ntouchstone_implementation = my_port\n"
            "touchstone_only = recurrent\n",
        ),
    ],
)
def test_the_setting(tmp_path, command, file, setting):
    write(tmp_path, PORT | {file: setting})
    found = (
        check_there(tmp_path) if command == "check" else pytest_there(tmp_path, *SPEC)
    )
    assert_recurrent_passed(*found)


@pytest.mark.parametrize("command", ["check", "pytest"])
def test_the_environment_variable(tmp_path, command):
    write(tmp_path, PORT)
    given = {
        "TOUCHSTONE_IMPLEMENTATION": "my_port",
        "TOUCHSTONE_ONLY": "recurrent",
        "TOUCHSTONE_REQUIRE": "recurrent",
    }
    found = (
        check_there(tmp_path, **given)
        if command == "check"
        else pytest_there(tmp_path, *SPEC, **given)
    )
    assert_recurrent_passed(*found)


def test_there_is_no_implementation_by_default(tmp_path):
    done, report = check_there(tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("touchstone: name what to check: ")
    assert report == {"complete": False}
    done, report = pytest_there(tmp_path, *RECURRENT)
    assert done.returncode == 2
    assert "no implementation is named" in done.stdout + done.stderr
    assert report["complete"] is False


def test_the_other_commands(tmp_path):
    def run(*arguments):
        done = there(tmp_path, "touchstone", *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    [line] = [line for line in run("list").splitlines() if "recurrent" in line]
    assert line.split() == ["recurrent", str(N_RECURRENT), "clauses"]
    assert run("explain", "REC-05").startswith("REC-05. ")
    assert "wrote fresh/recurrent.py" in run("new", "fresh")
    assert run("register") == ""
    run("specification", "--output", "SPECIFICATION.md")
    text = (outside.ROOT / "SPECIFICATION.md").read_text()
    assert (tmp_path / "SPECIFICATION.md").read_text() == text
    write(tmp_path, PORT)
    check_there(tmp_path, "my_port", "--only=recurrent")
    assert run("matrix", "report.json", "--markdown=m.md") == "wrote m.md\n"
    assert run("--version").strip()


def test_the_page_says_what_it_needs(tmp_path):
    write(tmp_path, PORT)
    check_there(tmp_path, "my_port", "--only=recurrent")
    done = there(tmp_path, "touchstone", "matrix", "report.json", "--output=m.html")
    assert done.returncode == 2
    assert "Jinja2" in done.stderr
    assert "Traceback" not in done.stderr


# pytest


def test_pytest(tmp_path):
    write(tmp_path, PORT)
    done, report = pytest_there(tmp_path, *SPEC, OF_PORT)
    assert_recurrent_passed(done, report, of=N_CLAUSES)
    assert "implementation under test: my_port" in done.stdout
    assert "Warning" not in done.stdout


def test_two_components_that_are_named_one_by_one(tmp_path):
    """Clauses of two components may bear one name, and are two clauses."""
    write(tmp_path, {"my_port/__init__.py": "from spec_tests.oracles import *\n"})
    two = ["--pyargs", "spec_tests.test_char_rnn", "spec_tests.test_recurrent"]
    _, report = pytest_there(tmp_path, *two, OF_PORT)
    stated = {
        clause.id
        for name in ("char_rnn", "recurrent")
        for clause in SPECIFICATION.clauses_of(name)
    }
    assert {clause["id"] for clause in report["clauses"]} == stated
    assert report["totals"]["clauses"] == len(stated)


STRICT = """\
[pytest]
touchstone_implementation = my_port
addopts = --strict-markers --strict-config --import-mode={mode} -W error
filterwarnings = error
xfail_strict = true
python_files = *_spec.py
testpaths = mine
pythonpath = src
"""


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_the_other_repository_has_settings_of_its_own(tmp_path, mode):
    files = {f"src/{path}": text for path, text in PORT.items()}
    write(tmp_path, files | {"pytest.ini": STRICT.format(mode=mode)})
    assert_recurrent_passed(*pytest_there(tmp_path, *RECURRENT))


def test_workers(tmp_path):
    write(tmp_path, PORT)
    found = pytest_there(tmp_path, *SPEC, OF_PORT, "-n", "2")
    assert_recurrent_passed(*found, of=N_CLAUSES)


ONE_LAYER = RIGHT + "class BidirectionalModel(GRU): pass\n"


def test_known_failures_lie_where_they_are_named(tmp_path):
    """An option counts from the working folder, a setting from the file it is in."""
    failing = "03", "15", "28", "29", "31"  # what asks about the model
    known = "".join(f"REC-{n} has one layer\n" for n in failing)
    write(tmp_path, PORT | {"my_port/recurrent.py": ONE_LAYER, "known.txt": known})
    write(tmp_path, {"deep/known.txt": known})
    folder, path = tmp_path / "deep", {"PYTHONPATH": str(tmp_path)}

    def assert_known(done, report):
        assert done.returncode == 0, done.stdout + done.stderr
        assert report["totals"]["known failure"] == len(failing)

    option = "--touchstone-known-failures=known.txt"
    assert_known(*pytest_there(folder, *RECURRENT, OF_PORT, option, **path))
    options = "my_port", "--only=recurrent"
    assert_known(*check_there(folder, *options, "--known-failures=known.txt", **path))
    (folder / "known.txt").unlink()
    write(tmp_path, {"pytest.ini": "[pytest]\ntouchstone_known_failures = known.txt\n"})
    assert_known(*pytest_there(folder, *RECURRENT, OF_PORT, **path))
    assert_known(*check_there(folder, *options, **path))


def test_the_repositorys_own_tests_are_left_alone(tmp_path):
    own = "def test_mine(tmp_path):\n    assert tmp_path.exists()\n"
    write(tmp_path, {"test_own.py": own})
    done = there(tmp_path, "pytest")
    assert done.returncode == 0
    assert "1 passed" in done.stdout
    assert "implementation" not in done.stdout
    assert "conformance" not in done.stdout


def test_nothing_is_cached_among_the_installed_packages(tmp_path):
    write(tmp_path, PORT)
    pytest_there(tmp_path, *RECURRENT, OF_PORT)
    for package in "touchstone", "spec_tests":
        [folder] = outside.environment().parent.rglob(f"site-packages/{package}")
        assert list(folder.rglob(".pytest_cache")) == []


def test_nothing_of_this_repository_is_there(tmp_path):
    """Where the suite is installed, the reference and the ports are not."""
    python = outside.environment() / "python"
    code = (
        "import importlib.util\n"
        "for name in ('reference', 'alternatives', 'benchmarks', 'tests', 'notebooks'):\n"
        "    assert importlib.util.find_spec(name) is None, name\n"
        "import touchstone, spec_tests\n"
        "print(touchstone.__file__, spec_tests.__file__, sep='\\n')\n"
    )
    found = outside.checked(python, "-c", code, cwd=tmp_path).split("\n")
    home = os.fspath(outside.environment().parent.resolve())
    assert all(name.startswith(home) for name in found if name)


def test_a_foreign_project_sees_nothing_of_it(tmp_path):
    """The same run with and without the plugin, beside pytest-randomly."""
    write(tmp_path, test_gate.FOREIGN)
    for options in ["-v"], ["-n", "1"], ["--fixtures"]:
        options = ["-p", "no:cacheprovider", "--randomly-seed=7", *options]
        runs = [
            there(tmp_path, "pytest", *options, *without)
            for without in (["-p", "no:touchstone.plugin"], [])
        ]
        outputs = [test_gate.plain(done.stdout + done.stderr) for done in runs]
        assert outputs[0].splitlines() == outputs[1].splitlines()
        assert runs[0].returncode == runs[1].returncode


def test_clauses_in_random_order(tmp_path):
    write(tmp_path, PORT)
    done, report = pytest_there(tmp_path, *RECURRENT, OF_PORT)
    assert_recurrent_passed(done, report)
    assert "--randomly-seed" in done.stdout
