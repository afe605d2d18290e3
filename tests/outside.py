"""A clean environment: the wheel, NumPy and pytest, and nothing of this repository."""

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.running import ROOT

SOURCES = "pyproject.toml", "README.md", "LICENSE", "touchstone", "spec_tests"


def run(*command, cwd: Path, **variables) -> subprocess.CompletedProcess:
    """Run a command that knows nothing of this repository or its environment."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))
    }
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=kept | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def checked(*command, cwd: Path) -> str:
    done = run(*command, cwd=cwd)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def copy_of_the_repository(folder: Path) -> None:
    """Copy what the wheel is built from."""
    clean = shutil.ignore_patterns("__pycache__", "*.pyc")
    folder.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=clean)
        else:
            shutil.copy(ROOT / name, folder)


@functools.cache
def wheel() -> Path:
    """Return the wheel, built from a copy: nothing is written into the repository."""
    folder = Path(tempfile.mkdtemp(prefix="wheel-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy_of_the_repository(folder / "source")
    pip = sys.executable, "-m", "pip", "--quiet", "wheel"
    quickly = "--no-deps", "--no-build-isolation"
    checked(*pip, *quickly, "--wheel-dir", folder, folder / "source", cwd=folder)
    [path] = folder.glob("*.whl")
    return path


@functools.cache
def environment() -> Path:
    """Return the bin folder of a new environment in which the wheel is installed."""
    folder = Path(tempfile.mkdtemp(prefix="clean-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    checked(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    pip = sys.executable, "-m", "pip", "--python", folder, "--quiet", "install"
    checked(*pip, wheel(), "pytest-xdist", "pytest-randomly", cwd=folder)
    return folder / ("Scripts" if sys.platform == "win32" else "bin")
