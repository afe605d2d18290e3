"""`python -m reference`: one clear sentence for whatever is wrong, and no traceback."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from reference import recipes, storage, training
from reference.__main__ import main
from reference.char_rnn import CharRNN

# Keras draws its seeds with a float for an end
pytestmark = pytest.mark.filterwarnings("ignore:non-integer arg:DeprecationWarning")

CHARACTERS = list(" etoaihsrn")
DATA = os.environ.get("CHAPTER_DATA")


@pytest.fixture
def weights(tmp_path):
    """Return a folder with the weights of a small untrained char-RNN."""
    model = CharRNN(vocabulary_size=len(CHARACTERS), units=3)
    about = {"model": "char-rnn", "units": 3, "characters": CHARACTERS}
    storage.save_arrays(tmp_path / training.WEIGHTS, about, model.named_weights())
    return tmp_path


def status(argv) -> int:
    try:
        return main([str(a) for a in argv])
    except SystemExit as stop:  # argparse's way out
        return int(stop.code or 0)


def complaint(argv, capsys) -> str:
    """Return the one sentence on the standard error of a command that must fail."""
    assert status(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    [line] = err.splitlines()
    return line


def generate(weights, **options):
    options = {"prompt": "to", "length": 5} | options
    flags = [(f"--{name}", value) for name, value in options.items()]
    return ["generate", "--weights", weights, *(x for pair in flags for x in pair)]


def test_generates(weights, capsys):
    assert status(generate(weights, prompt="A tree", length=9, seed=3)) == 0
    first = capsys.readouterr().out
    assert first.startswith("A tree")
    assert len(first) == len("A tree") + 9 + 1
    status(generate(weights, prompt="A tree", length=9, seed=3))
    assert capsys.readouterr().out == first


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"prompt": ""}, ["text", "''"]),
        ({"prompt": "to ~"}, ["'~'"]),
        ({"temperature": 0}, ["--temperature", "0"]),
        ({"temperature": "-1"}, ["--temperature", "-1"]),
        ({"temperature": "nan"}, ["--temperature", "nan"]),
        ({"length": 0}, ["--length", "0"]),
        ({"length": "ten"}, ["--length", "ten"]),
    ],
)
def test_refuses_to_generate(options, parts, weights, capsys):
    line = complaint(generate(weights, **options), capsys)
    assert all(part in line for part in parts)


def test_missing_weights(tmp_path, capsys):
    line = complaint(generate(tmp_path), capsys)
    assert line.endswith("weights.npz does not exist")


@pytest.mark.parametrize("damage", ["cut", "garbage", "names", "shapes", "no note"])
def test_damaged_weights(damage, weights, capsys):
    path = weights / training.WEIGHTS
    about, arrays = storage.load_arrays(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-500])
    elif damage == "garbage":
        path.write_bytes(b"none of this is an archive")
    elif damage == "names":
        arrays.pop("dense/bias")
        storage.save_arrays(path, about, arrays)
    elif damage == "shapes":
        arrays["dense/bias"] = arrays["dense/bias"][1:]
        storage.save_arrays(path, about, arrays)
    else:
        np.savez(path, **arrays)
    assert "damaged" in complaint(generate(weights), capsys)


@pytest.mark.parametrize(
    ("argv", "parts"),
    [
        (["sing"], ["sing"]),
        (["train", "char-rnn"], ["--output"]),
        (["train", "nothing", "--output", "OUT"], ["char-rnn", "nothing"]),
        (
            ["train", "char-rnn", "--output", "OUT", "--data", "none"],
            ["--data", "none"],
        ),
        (["train", "char-rnn", "--output", "OUT", "--epochs", "0"], ["--epochs", "0"]),
        (
            ["train", "char-rnn", "--output", "OUT", "--steps-per-epoch", "x"],
            ["--steps-per-epoch", "x"],
        ),
        (["train", "char-rnn", "--output", "OUT", "--data", "DAMAGED"], ["md5"]),
    ],
)
def test_refuses_to_train(argv, parts, tmp_path, capsys):
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "shakespeare.txt").write_text("First Citizen:\nBefore we")
    places = {"OUT": tmp_path / "out", "DAMAGED": damaged}
    line = complaint([places.get(a, a) for a in argv], capsys)
    assert all(part in line for part in parts)
    assert not (tmp_path / "out").exists()


def test_output_is_a_file(tmp_path, capsys, monkeypatch):
    text = "to be or not to be that is the question " * 120
    monkeypatch.setattr(recipes.corpora, "shakespeare", lambda data: text)
    (tmp_path / "out").write_text("here already")
    line = complaint(["train", "char-rnn", "--output", tmp_path / "out"], capsys)
    assert "cannot be made" in line


@pytest.mark.parametrize("name", ["char-rnn", "stateful-char-rnn"])
def test_text_shorter_than_a_window(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(recipes.corpora, "shakespeare", lambda data: "to be or not")
    argv = ["train", name, "--steps-per-epoch", 2, "--output", tmp_path / "out"]
    line = complaint(argv, capsys)
    assert "got 1" in line  # 101, the window, or 10, the text


@pytest.mark.corpus
@pytest.mark.skipif(not DATA, reason="CHAPTER_DATA names no folder of the real corpora")
@pytest.mark.parametrize("name", ["char-rnn", "stateful-char-rnn"])
def test_interrupted_command_resumes(name, tmp_path):
    """Ctrl-C in the middle of an epoch, then the same command again."""
    home = Path(__file__).parent.parent

    def command(output):
        sizes = ["--epochs", "2", "--steps-per-epoch", "40", "--data", DATA]
        here = ["--output", str(tmp_path / output)]
        return [sys.executable, "-m", "reference", "train", name, *sizes, *here]

    subprocess.run(command("whole"), cwd=home, check=True, capture_output=True)
    cut = subprocess.Popen(command("cut"), cwd=home, stderr=subprocess.PIPE, text=True)
    with cut:
        assert cut.stderr
        begun = re.compile(r" ([1-9]|1\d)/40")  # the bar passes over some steps
        while not begun.search(read := cut.stderr.readline(200)):
            assert read or cut.poll() is None
        cut.send_signal(signal.SIGINT)
        _, err = cut.communicate(timeout=120)
    assert cut.returncode == 130
    assert "Traceback" not in err
    subprocess.run(command("cut"), cwd=home, check=True, capture_output=True)
    found, right = (
        storage.load_arrays(tmp_path / output / training.CHECKPOINT)
        for output in ("cut", "whole")
    )
    for key, value in right[1].items():
        np.testing.assert_array_equal(found[1][key], value, err_msg=key)
