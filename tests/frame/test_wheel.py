"""From outside: the wheel in a clean environment, a port in another repository."""

import json
import sys
import zipfile

import pytest
from spec_tests.clauses import all_clauses, clauses_of, components

from tests import outside
from tests.running import write

N_RECURRENT = len(clauses_of("recurrent"))
N_CLAUSES = len(all_clauses())
RIGHT = "from spec_tests.oracles.recurrent import *\n"
PORT = {"my_port/__init__.py": "", "my_port/recurrent.py": RIGHT}
REPORT = ["--conformance-report", "report.json"]
SPEC = ["--pyargs", "spec_tests", *REPORT]
RECURRENT = ["--pyargs", "spec_tests.test_recurrent", *REPORT]


def pytest_there(folder, *options, **variables):
    """Return what `pytest` prints in another repository, and the report."""
    (folder / "report.json").unlink(missing_ok=True)
    done = outside.run(
        outside.environment() / "pytest", *options, cwd=folder, **variables
    )
    file = folder / "report.json"
    report = json.loads(file.read_text()) if file.exists() else None
    return done, report


def assert_recurrent_passed(done, report, *, of=N_RECURRENT):
    assert done.returncode == 0, done.stdout + done.stderr
    assert report["implementation"] == "my_port"
    assert report["totals"]["passed"] == N_RECURRENT
    assert report["totals"]["not provided"] == of - N_RECURRENT
    assert report["totals"]["clauses"] == of
    assert report["complete"] is True
    assert "tensorflow" not in report["versions"]


def test_the_wheel_holds_the_three_packages():
    names = zipfile.ZipFile(outside.wheel()).namelist()
    for component in components():
        for folder in "spec_tests/oracles", "spec_tests/rivals", "reference":
            assert f"{folder}/{component}.py" in names
        assert f"spec_tests/test_{component}.py" in names
    assert "alternatives/pytorch/recurrent.py" in names
    tops = {name.partition("/")[0] for name in names if "dist-info" not in name}
    assert tops == {"alternatives", "reference", "spec_tests"}


def test_two_components_that_are_named_one_by_one(tmp_path):
    """Clauses of two components may bear one name, and are two clauses."""
    write(tmp_path, {"my_port/__init__.py": "from spec_tests.oracles import *\n"})
    two = ["--pyargs", "spec_tests.test_char_rnn", "spec_tests.test_recurrent"]
    _, report = pytest_there(tmp_path, *two, *REPORT, "--implementation", "my_port")
    stated = {c.id for name in ("char_rnn", "recurrent") for c in clauses_of(name)}
    assert {clause["id"] for clause in report["clauses"]} == stated
    assert report["totals"]["clauses"] == len(stated)


def test_the_option(tmp_path):
    write(tmp_path, PORT)
    done, report = pytest_there(tmp_path, *SPEC, "--implementation", "my_port")
    assert_recurrent_passed(done, report, of=N_CLAUSES)
    assert "implementation under test: my_port" in done.stdout
    assert "Warning" not in done.stdout


@pytest.mark.parametrize(
    ("file", "setting"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\nimplementation = "my_port"\n'),
        ("pytest.ini", "[pytest]\nimplementation = my_port\n"),
    ],
)
def test_the_setting(tmp_path, file, setting):
    write(tmp_path, PORT | {file: setting})
    assert_recurrent_passed(*pytest_there(tmp_path, *RECURRENT))


STRICT = """\
[pytest]
implementation = my_port
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
    options = ["--implementation=my_port", "-n", "2"]
    found = pytest_there(tmp_path, *SPEC, *options)
    assert_recurrent_passed(*found, of=N_CLAUSES)


def test_known_failures_lie_where_they_are_named(tmp_path):
    """An option counts from the working folder, a setting from the file it is in."""
    port = PORT | {
        "my_port/recurrent.py": RIGHT + "class BidirectionalModel(GRU): pass\n"
    }
    known = "".join(f"REC-{n} has one layer\n" for n in ("03", "15"))
    write(tmp_path, port | {"deep/known.txt": known, "known.txt": known})
    options = ["--implementation=my_port", "--known-failures=known.txt"]
    folder = tmp_path / "deep"
    done, report = pytest_there(folder, *RECURRENT, *options, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert report["totals"]["known failure"] == 2
    (folder / "known.txt").unlink()
    write(tmp_path, {"pytest.ini": "[pytest]\nknown_failures = known.txt\n"})
    done, report = pytest_there(
        folder, *RECURRENT, options[0], PYTHONPATH=str(tmp_path)
    )
    assert done.returncode == 0, done.stdout
    assert report["totals"]["known failure"] == 2


def test_the_repositorys_own_tests_are_left_alone(tmp_path):
    own = "def test_mine(tmp_path):\n    assert tmp_path.exists()\n"
    write(tmp_path, {"test_own.py": own})
    done, _ = pytest_there(tmp_path)
    assert done.returncode == 0
    assert "1 passed" in done.stdout
    assert "implementation" not in done.stdout
    assert "conformance" not in done.stdout


def test_the_default_needs_tensorflow_and_says_so(tmp_path):
    done, _ = pytest_there(tmp_path, *RECURRENT, "-k", "REC-05")
    assert done.returncode != 0
    assert "No module named 'tensorflow'" in done.stdout + done.stderr


def test_the_commands_are_there(tmp_path):
    python = outside.environment() / "python"
    write(tmp_path, PORT)
    done = outside.run(
        python, "-m", "spec_tests", "put", "REC-05", "--to", "my_port", cwd=tmp_path
    )
    assert done.stdout.startswith("REC-05 passed; largest error budget")
    done = outside.run(
        python, "-m", "spec_tests", "put", "REC-05", "--to", "no_port", cwd=tmp_path
    )
    assert done.stderr == "--to: no module is named no_port\n"
    done = outside.run(python, "-m", "spec_tests", "new-port", "fresh", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    pytest_there(tmp_path, *RECURRENT, "--implementation=my_port")
    done = outside.run(
        python,
        "-m",
        "spec_tests",
        "matrix",
        "report.json",
        "--output=m.html",
        cwd=tmp_path,
    )
    assert done.stdout == "wrote m.html\n"


def test_nothing_is_cached_among_the_installed_packages(tmp_path):
    write(tmp_path, PORT)
    pytest_there(tmp_path, *RECURRENT, "--implementation=my_port")
    [spec] = outside.environment().parent.rglob("site-packages/spec_tests")
    assert list(spec.rglob(".pytest_cache")) == []
    assert [
        p.name for p in spec.parent.glob("*cache*") if "pycache" not in p.name
    ] == []
    assert (tmp_path / ".pytest_cache").exists()
    assert sys.prefix not in str(spec)
