"""The walk-through, followed to the letter in a clean environment."""

import os
import sys
from pathlib import Path

import pytest

from tests import outside
from tests.documents import walk_through
from tests.running import ROOT

PAGE = (ROOT / "docs" / "first-port.md").read_text(encoding="utf-8")


@pytest.mark.skipif(
    sys.platform == "win32", reason="the page is written for a Unix shell"
)
def test_the_walk_through_says_what_happens(tmp_path):
    port = tmp_path / "port"
    port.mkdir()
    outside.copy_of_the_repository(tmp_path / "touchstone")
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST"))
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    ran = walk_through.follow(walk_through.steps(PAGE), port, kept | {"PATH": path})
    assert len(ran) == PAGE.count("\n$ ")
    for command, printed in ran:
        printed = printed.replace(str(port.resolve()), "/home/you/port")
        if "pip install" in command.line:
            continue  # what pip remarks on is the machine's
        assert walk_through.is_shown(command.shown, printed), f"{command}\n{printed}"
    assert (port / "conformance.html").exists()


def test_the_steps_are_all_found():
    steps = walk_through.steps(PAGE)
    kinds = [type(step).__name__ for step in steps]
    assert kinds.count("File") == 2
    assert kinds.count("Change") == PAGE.count("```diff")
    assert kinds.count("Command") == PAGE.count("\n$ ")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\nd\n", "a\nb\nd\n", False),
        ("a\n...\n", "b\nc\n", False),
        ("h is 0.27750\n", "h is 0.27751\n", True),
        ("h is 0.2775\n", "h is 0.2776\n", False),
        ("1 passed in 0.31s\n", "1 passed in 1.20s\n", True),
        ("1 passed in 0.31s\n", "2 passed in 0.31s\n", False),
    ],
)
def test_outputs_are_compared_line_by_line(shown, printed, same):
    assert walk_through.is_shown(shown, printed) is same
