"""The notebooks as they are committed, and that one whose outputs drift is red.

That their outputs are today's is what `pytest --nbval notebooks` says.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from notebooks import helpers, normalise
from spec_tests import SPECIFICATION
from tests.running import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST = 300_000  # bytes
DATA = os.environ.get("CHAPTER_DATA", "")
LINK = re.compile(r"\[([A-Z]+-\d\d)\]\(\.\./SPECIFICATION\.md#(\w+)\)")
NOISE = re.compile(r"warning|traceback|deprecat|\d{4}-\d\d-\d\d \d\d:\d\d", re.I)
EVERY = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path):
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def told(path: Path) -> str:
    cells = read(path).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def test_there_are_seven():
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"0{i}" for i in range(1, 8)]


@EVERY
def test_is_in_the_committed_form(path):
    text = path.read_text("utf-8")
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert normalise.normalised(text) == text, "python notebooks/normalise.py"
    assert len(text) < LARGEST


@EVERY
def test_was_run_and_is_quiet(path):
    for cell in code(path):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
            text = output.get("text") or output.data.get("text/plain", "")
            assert not NOISE.search(text), text
            assert str(ROOT) not in text
    assert any(cell.outputs for cell in code(path))


@EVERY
def test_only_pictures_and_chance_are_not_compared(path):
    """A cell whose output is not compared has a cell after it that checks it."""
    cells = code(path)
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        tags = cell.metadata.get("tags", [])
        assert set(tags) <= {"nbval-ignore-output"}
        pictured = any("image/png" in o.get("data", {}) for o in cell.outputs)
        assert not pictured or tags, cell.source
        if tags:
            assert after is not None
            checks = after.outputs or "assert" in after.source
            assert checks, cell.source


@EVERY
def test_links_to_clauses_that_exist(path):
    links = LINK.findall(told(path))
    clauses = SPECIFICATION.clauses
    assert links
    for name, component in links:
        assert name in clauses, name
        assert clauses[name].component == component, name
    besides = re.sub(r"`[^`]*`", "", LINK.sub("", told(path)))
    assert not re.search(r"\b[A-Z]{2,3}-\d\d\b", besides), "a clause without its link"


@EVERY
def test_links_to_files_that_exist(path):
    for target in re.findall(r"\]\(([^)#]+)", told(path)):
        assert (path.parent / target).exists(), target


@EVERY
def test_begins_with_the_setup(path):
    first, *rest = code(path)
    assert first.source.startswith("from notebooks import helpers\n\nhelpers.start(")
    assert all("helpers.start(" not in cell.source for cell in rest)


@EVERY
def test_defines_no_component(path):
    """The last one builds a port; the others call the reference."""
    defined = [c for c in code(path) if re.search(r"^\s*(def|class) ", c.source, re.M)]
    assert bool(defined) == path.stem.startswith("07")


def test_what_an_editor_adds_is_taken_out():
    added = {"execution_count": 7, "metadata": {"collapsed": True, "tags": ["kept"]}}
    pieces = [new_output("stream", name="stdout", text=text) for text in "ab"]
    cells = [new_code_cell("1", id="name", outputs=pieces, **added)]
    kernel = {"kernelspec": {"name": "mine", "display_name": "Mine"}}
    text = normalise.normalised(
        nbformat.writes(new_notebook(cells=cells, metadata=kernel))
    )
    found = nbformat.reads(text, as_version=4)
    assert found.metadata.kernelspec.name == "python3"
    [cell] = found.cells
    assert (cell.id, cell.execution_count) == ("name", 1)
    assert cell.metadata == {"tags": ["kept"]}
    assert [output.text for output in cell.outputs] == ["ab"]
    assert normalise.normalised(text) == text


def nbval(path: Path, **variables) -> str:
    """Return what nbval says of a notebook, under this repository's settings."""
    options = ["--nbval", "-q", "-c", str(ROOT / "pyproject.toml")]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", path.name, *options],
        cwd=path.parent,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode == 0) == ("failed" not in done.stdout), done.stdout
    return done.stdout


def test_a_drifted_output_is_red(tmp_path):
    """One of the seven, one word of one of its outputs changed, and its true self."""
    [source] = [path for path in NOTEBOOKS if path.stem.startswith("07")]
    path = tmp_path / source.name
    true, drifted = read(source), read(source)
    nbformat.write(true, path)
    assert "failed" not in nbval(path)
    [cell] = [c for c in drifted.cells if c.get("outputs") and "REC-07" in c.source][:1]
    cell.outputs[0].text = cell.outputs[0].text.replace("failed", "passed", 1)
    nbformat.write(drifted, path)
    said = nbval(path)
    assert "Cell outputs differ" in said
    assert "1 failed" in said


def test_corpora_and_gpus_change_no_comparison(tmp_path):
    """What CHAPTER_DATA and a GPU would change is taken from the kernels."""
    given = {"CHAPTER_DATA": str(tmp_path), "CUDA_VISIBLE_DEVICES": "0"}
    source = f"import os\nprint([os.environ.get(name) for name in {list(given)}])"
    right = new_output("stream", name="stdout", text="[None, '']\n")
    cell = new_code_cell(source, outputs=[right], execution_count=1)
    tiny = new_notebook(cells=[cell])
    tiny.metadata.kernelspec = nbformat.from_dict(normalise.KERNEL)
    nbformat.write(tiny, tmp_path / "tiny.ipynb")
    shutil.copy(ROOT / "notebooks" / "conftest.py", tmp_path)
    assert "1 passed" in nbval(tmp_path / "tiny.ipynb", **given)


@pytest.mark.corpus
@pytest.mark.skipif(not DATA, reason="CHAPTER_DATA names no folder of the real corpora")
@pytest.mark.parametrize(
    "path",
    [path for path in NOTEBOOKS if "on_real_corpora" in path.read_text("utf-8")],
    ids=lambda path: path.stem,
)
def test_runs_on_the_real_corpora(path, tmp_path):
    options = ["--to", "notebook", "--execute", "--output-dir", str(tmp_path)]
    subprocess.run(
        [sys.executable, "-m", "nbconvert", *options, str(path)],
        env=os.environ | {"CHAPTER_DATA": str(Path(DATA).resolve())},
        capture_output=True,
        check=True,
        timeout=300,
    )
    printed = [o for cell in code(tmp_path / path.name) for o in cell.outputs]
    assert [o.text for o in printed if o.get("name") == "stderr"] == []


def test_a_wrong_version_is_named():
    with pytest.raises(RuntimeError, match=r"TensorFlow must be 2\.15, got 2\.20\.0: "):
        helpers.check("TensorFlow", False, helpers.TENSORFLOW, "2.20.0")


def test_figures_are_saved_at_300_dots_an_inch(tmp_path, monkeypatch):
    from matplotlib.figure import Figure

    monkeypatch.chdir(tmp_path)
    helpers.save_figure(Figure(figsize=(2, 1)), "empty")
    png = (tmp_path / "images" / "nlp" / "empty.png").read_bytes()
    width, height = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    assert (width, height) == (600, 300)
