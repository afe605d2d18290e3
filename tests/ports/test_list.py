"""The list of ports is whole, and the only place that names them all."""

import re
import shutil
import subprocess

import pytest

from alternatives import ports
from alternatives.ports import PORTS, WHOLE
from spec_tests import SPECIFICATION
from tests.running import ROOT

# What is not read by a program, or is generated, or pins what each port needs.
EXCEPTIONS = (
    "CHANGELOG.md",
    "pyproject.toml",
    "alternatives/ports.ini",
    "benchmarks/RESULTS.md",
)
FOLDERS = ("requirements/", "docs/", "benchmarks/results/")
TEXT = (".py", ".md", ".toml", ".ini", ".yaml", ".yml", "")
GENERATED = re.compile(r"<!-- conformance:.*?<!-- end of conformance -->", re.S)


def texts():
    """Yield each tracked file of text with its path, what is generated left out."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("no git repository: the files are not listed")
    for name in done.stdout.splitlines():
        path = ROOT / name
        if path.suffix in TEXT and path.is_file():
            yield name, GENERATED.sub("", path.read_text("utf-8"))


def test_every_folder_is_a_port_with_its_components():
    folders = {path.parent.name for path in (ROOT / "alternatives").glob("*/*.py")}
    assert {f"alternatives.{name}" for name in folders - {"plain"}} == {
        port.name for port in PORTS
    }
    for port in PORTS:
        home = ROOT.joinpath(*port.name.split("."))
        for component in port.provides or SPECIFICATION.components:
            assert (home / f"{component}.py").is_file(), (port.name, component)


def test_every_requirements_file_is_there():
    for port in PORTS:
        for name in port.requirements:
            assert (ROOT / "requirements" / f"{name}.txt").is_file(), port.name


def test_an_unknown_key_is_refused(tmp_path):
    path = tmp_path / "ports.ini"
    path.write_text("[a.port]\nframework = f\nrequirements = r\nenviroment = e\n")
    with pytest.raises(TypeError, match="enviroment"):
        ports.read(path)


def test_no_other_file_names_every_port():
    words = [port.name.rpartition(".")[2] for port in WHOLE]
    assert len(words) > 2
    found = [
        name
        for name, text in texts()
        if all(re.search(rf"\b{word}\b", text) for word in words)
        and name not in EXCEPTIONS
        and not name.startswith(FOLDERS)
    ]
    assert found == []


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_checks_every_port_with_what_it_needs():
    for port in PORTS:
        done = subprocess.run(
            # all of it, whatever is made already
            [
                *("make", "--dry-run", "--always-make", "conformance"),
                f"IMPLEMENTATION={port.name}",
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        checked = [line for line in done.stdout.splitlines() if " check " in line][-1]
        assert checked.startswith(f"{port.environment or '.venv'}/bin/python")
        assert f"'{port.name}'" in checked
        assert port.whole or f"--require={','.join(port.provides)}" in checked
        for name in port.requirements:
            assert f"requirements/{name}.txt" in done.stdout, port.name
    done = subprocess.run(
        ["make", "--dry-run", "--print-data-base", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for port in PORTS:
        assert f"test-{port.name.rpartition('.')[2]}:" in done.stdout
