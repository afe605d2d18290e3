"""Settings of `touchstone check`: where they are written, and what they may say."""

import pytest
from _pytest.config.findpaths import locate_config

from tests.running import check, run_spec, write
from touchstone import settings

PORT = {
    "my_port/__init__.py": "",
    "my_port/recurrent.py": "from spec_tests.oracles.recurrent import *\n",
}
HANGING = PORT | {"my_port/__init__.py": "import time; time.sleep(60)"}
ONE = "my_port", "--only=REC-05"
INI = "[pytest]\ntouchstone_implementation = {}\n"
NATIVE = "[tool.pytest]\ntouchstone_implementation = 'native'\n"
IN_TABLE = "[tool.pytest.ini_options]\ntouchstone_implementation = 'table'\n"
FILES = {  # files, the implementation that they name below `deep`
    "none": ({}, None),
    "nearest": ({"pytest.ini": INI.format("far"), "deep/tox.ini": INI.format("near")}, "near"),
    "nearest with none of ours": (
        {"pytest.ini": INI.format("far"), "deep/pyproject.toml": "[tool.pytest.ini_options]\n"},
        None,
    ),
    "an empty pytest.ini": ({"tox.ini": INI.format("far"), "deep/pytest.ini": ""}, None),
    "an empty pytest.toml": ({"pytest.ini": INI.format("x"), "pytest.toml": ""}, None),
    "a table of pytest.toml": (
        {"pytest.ini": INI.format("x"), ".pytest.toml": "[pytest]\ntouchstone_implementation='t'\n"},
        "t",
    ),
    "foreign files": (
        {"pytest.ini": INI.format("far"), "deep/pyproject.toml": "[project]\n",
         "deep/tox.ini": "[tox]\n", "deep/setup.cfg": "[metadata]\n"},
        "far",
    ),
    "setup.cfg": ({"setup.cfg": INI.format("cfg").replace("pytest", "tool:pytest", 1)}, "cfg"),
    "native": ({"pyproject.toml": NATIVE}, "native"),
    "in a table": ({"pyproject.toml": IN_TABLE}, "table"),
    "native in part": (
        {"pytest.ini": INI.format("far"), "deep/pyproject.toml": "[tool.pytest]\n"}, "far"
    ),
}  # fmt: skip


@pytest.fixture
def below(tmp_path, monkeypatch):
    """Return a folder below that of the test, in which the test runs."""
    for name in settings.NAMES:
        monkeypatch.delenv(f"TOUCHSTONE_{name.upper()}", raising=False)
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    return tmp_path / "deep"


@pytest.mark.parametrize("case", FILES)
def test_the_file_is_the_one_that_pytest_takes(below, case):
    files, expected = FILES[case]
    write(below.parent, files)
    assert settings.read(below).get("implementation") == expected
    _, _, found, _ = locate_config(below, [below])
    theirs = found.get("touchstone_implementation")
    assert (theirs and theirs.value) == expected


def test_a_variable_counts_from_the_working_folder(below, monkeypatch):
    write(below.parent, {"pytest.ini": "[pytest]\ntouchstone_known_failures = a.txt\n"})
    assert settings.read(below)["known_failures"] == "../a.txt"
    monkeypatch.setenv("TOUCHSTONE_KNOWN_FAILURES", "b.txt")
    assert settings.read(below)["known_failures"] == "b.txt"


@pytest.mark.parametrize("way", ["option", "environment", "ini"])
def test_an_import_that_hangs_ends_at_the_limit(tmp_path, way):
    ini = "[pytest]\ntouchstone_time_limit = 1\n" if way == "ini" else ""
    write(tmp_path, HANGING | {"pytest.ini": ini})
    options = ["--time-limit=1"] if way == "option" else []
    variables = {"TOUCHSTONE_TIME_LIMIT": "1"} if way == "environment" else {}
    run = check(tmp_path, *ONE, *options, **variables)
    assert run.status == 2
    assert "its import was not done after 1 s" in run.output


@pytest.mark.parametrize("name", ["time_limit", "memory_limit"])
@pytest.mark.parametrize("value", ["soon", "-1", "nan", "1e99"])
def test_a_limit_that_is_none_is_a_sentence(tmp_path, name, value):
    write(tmp_path, PORT)
    run = check(tmp_path, *ONE, **{f"TOUCHSTONE_{name.upper()}": value})
    assert run.status == 2
    said = f"touchstone: {name} must be between 0 and 10,000,000, got {value}"
    assert said in run.output
    option = f"--{name.replace('_', '-')}"
    assert check(tmp_path, *ONE, f"{option}={value}").status == 2


def test_an_option_comes_first(tmp_path):
    write(tmp_path, PORT | {"pytest.ini": "[pytest]\ntouchstone_time_limit = soon\n"})
    run = check(tmp_path, *ONE, "--time-limit=60", TOUCHSTONE_TIME_LIMIT="never")
    assert run.status == 0, run.output


def test_pytest_knows_the_names(tmp_path):
    limits = "touchstone_time_limit = 1\ntouchstone_memory_limit = 1\n"
    write(tmp_path, PORT | {"pytest.ini": f"[pytest]\n{limits}"})
    options = "--strict-config", "-c", "pytest.ini", "--touchstone-only=REC-05"
    run = run_spec(tmp_path, "--touchstone-implementation=my_port", *options)
    assert run.status == 0, run.output
