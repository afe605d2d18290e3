"""`python -m reference`: one clear sentence for whatever is wrong, and no traceback."""

import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from reference import text_generation
from reference.__main__ import main
from reference.char_rnn import CharRNN
from reference.char_tokenizer import CharTokenizer
from reference.training import array_files, char_rnn_tasks, progress_bar, results
from tests.running import ROOT

# Keras draws its seeds with a float for an end
pytestmark = pytest.mark.filterwarnings("ignore:non-integer arg:DeprecationWarning")

CHARACTERS = list(" etoaihsrn")
DATA = os.environ.get("CHAPTER_DATA")


@pytest.fixture
def weights(tmp_path):
    """Return a folder with the weights of a small untrained char-RNN."""
    model = CharRNN(vocabulary_size=len(CHARACTERS), units=3)
    about = {"model": "char-rnn", "units": 3, "characters": CHARACTERS}
    array_files.save_arrays(tmp_path / results.WEIGHTS, about, model.named_weights())
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
        ({"prompt": ""}, ["--prompt", "''"]),
        ({"prompt": "to ~"}, ["--prompt", "'~'"]),
        ({"prompt": "to \x1b[31m"}, ["--prompt", r"'\x1b'"]),
        ({"prompt": "to \udcff"}, ["--prompt", r"'\udcff'"]),
        ({"prompt": "t" * 100_001}, ["--prompt", "100000", "100,001"]),
        ({"temperature": 0}, ["--temperature", "0"]),
        ({"temperature": "-1"}, ["--temperature", "-1"]),
        ({"temperature": "nan"}, ["--temperature", "nan"]),
        ({"temperature": "inf"}, ["--temperature", "inf"]),
        ({"temperature": "1e-310"}, ["--temperature", "1e-06", "1e-310"]),
        ({"temperature": "1e300"}, ["--temperature", "1e+06", "1e300"]),
        ({"temperature": "\x1b[2J"}, ["--temperature", r"\x1b[2J"]),
        ({"length": 0}, ["--length", "0"]),
        ({"length": "ten"}, ["--length", "ten"]),
        ({"length": "99999999999"}, ["--length", "100000", "99999999999"]),
        ({"length": "9" * 5000}, ["--length", "99...", "5,000 characters"]),
        ({"seed": "-1"}, ["--seed", "0 to 4294967295", "-1"]),
        ({"seed": "4294967296"}, ["--seed", "4294967295", "4294967296"]),
        ({"seed": "9" * 20}, ["--seed", "4294967295", "9" * 20]),
        ({"seed": "1.5"}, ["--seed", "1.5"]),
        ({"seed": ""}, ["--seed", "got ''"]),
    ],
)
def test_refuses_to_generate(options, parts, weights, capsys):
    line = complaint(generate(weights, **options), capsys)
    assert all(part in line for part in parts)
    assert line.isprintable()
    assert len(line) < 300


@pytest.mark.parametrize("options", [{"seed": 2**32 - 1}, {"temperature": 1e-6}])
def test_bounds_are_allowed(options, weights):
    assert status(generate(weights, **options)) == 0


def test_arguments_are_checked_before_anything_is_read(tmp_path, capsys):
    line = complaint(generate(tmp_path / "none", seed=-1), capsys)
    assert "--seed" in line


def test_weights_may_be_the_file(weights, capsys):
    assert status(generate(weights)) == 0
    text = capsys.readouterr().out
    (weights / results.WEIGHTS).rename(weights / "mine.npz")
    assert status(generate(weights / "mine.npz")) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("nothing", "none does not exist"),
        ("empty", "--weights"),
        ("pipe", "pipe must be a file, got a named pipe"),
        ("device", "/dev/zero must be a file, got a device"),
        ("folder", "weights.npz must be a file, got a folder"),
        ("below a file", "Not a directory"),
    ],
)
def test_weights_that_are_no_file(kind, part, tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder" / results.WEIGHTS).mkdir(parents=True)
    (tmp_path / "file").touch()
    places = {
        "nothing": tmp_path / "none",
        "empty": "",
        "device": "/dev/zero",
        "below a file": tmp_path / "file" / "x",
    }
    line = complaint(generate(places.get(kind, tmp_path / kind)), capsys)
    assert part in line


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_named(value, weights, capsys):
    path = weights / results.WEIGHTS
    about, arrays = array_files.load_arrays(path)
    arrays["gru_2/kernel_r"] = arrays["gru_2/kernel_r"] + np.float32(value)
    array_files.save_arrays(path, about, arrays)
    line = complaint(generate(weights), capsys)
    assert f"gru_2/kernel_r must be finite, got {value}" in line


def test_weights_whose_products_overflow(weights, capsys):
    path = weights / results.WEIGHTS
    about, arrays = array_files.load_arrays(path)
    for name, value in ("kernel_z", 0), ("input_bias_z", -100), ("input_bias_h", 100):
        arrays[f"gru_2/{name}"] = np.full_like(arrays[f"gru_2/{name}"], value)
    arrays["dense/kernel"] = np.full_like(arrays["dense/kernel"], 3e38)  # of units at 1
    array_files.save_arrays(path, about, arrays)
    line = complaint(generate(weights), capsys)
    assert "weights must give finite probabilities" in line


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"model": 3}, "--weights must be a char-RNN's, got 3's"),
        ({"model": "encoder-decoder"}, "'encoder-decoder'"),
        ({"units": "3"}, "units must be a positive integer, got '3'"),
        ({"units": 3.0}, "got 3.0"),
        ({"units": True}, "got True"),
        ({"units": None}, "got None"),
        ({"units": 10**12}, "must have shape (1000000000000,"),
        ({"characters": "etoa"}, "characters"),
        ({"characters": None}, "characters"),
        ({"characters": []}, "text must not be empty"),
        ({"characters": ["e", 7]}, "characters"),
        ({"characters": ["e", "to"]}, "characters"),
        ({"characters": [*CHARACTERS[:-1], "e"]}, "each listed once"),
        ({"characters": [*CHARACTERS[:-1], "N"]}, "lower case"),
        ({"characters": [*CHARACTERS, "x"]}, "must have shape (3, 11)"),
    ],
)
def test_notes_of_another_kind(change, part, weights, capsys):
    path = weights / results.WEIGHTS
    about, arrays = array_files.load_arrays(path)
    array_files.save_arrays(path, about | change, arrays)
    assert part in complaint(generate(weights), capsys)


def test_missing_weights(tmp_path, capsys):
    line = complaint(generate(tmp_path), capsys)
    assert line.endswith("weights.npz does not exist")


@pytest.mark.parametrize("damage", ["cut", "garbage", "names", "shapes", "no note"])
def test_damaged_weights(damage, weights, capsys):
    path = weights / results.WEIGHTS
    about, arrays = array_files.load_arrays(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-500])
    elif damage == "garbage":
        path.write_bytes(b"none of this is an archive")
    elif damage == "names":
        arrays.pop("dense/bias")
        array_files.save_arrays(path, about, arrays)
    elif damage == "shapes":
        arrays["dense/bias"] = arrays["dense/bias"][1:]
        array_files.save_arrays(path, about, arrays)
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
        (["train", "char-rnn", "--output", ""], ["--output", "''"]),
        (["train", "char-rnn", "--output", "OUT", "--data", ""], ["--data", "''"]),
        (["train", "translation", "--output", "OUT", "--seed", "-1"], ["--seed", "-1"]),
        (
            ["train", "char-rnn", "--output", "OUT", "--seed", "9" * 20],
            ["--seed", "9" * 20],
        ),
        (
            ["train", "char-rnn", "--output", "OUT", "--epochs", "9" * 12],
            ["--epochs", "1000000", "9" * 12],
        ),
        (
            ["train", "char-rnn", "--output", "OUT", "--steps-per-epoch", "9" * 12],
            ["--steps-per-epoch", "1000000000", "9" * 12],
        ),
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


@pytest.mark.parametrize("name", ["file", "pipe"])
def test_output_is_no_folder(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        char_rnn_tasks.corpora, "shakespeare", lambda data: pytest.fail("read")
    )
    (tmp_path / "file").write_text("here already")
    os.mkfifo(tmp_path / "pipe")
    argv = ["train", "char-rnn", "--output", tmp_path / name]
    assert "--output must be a folder" in complaint(argv, capsys)


def test_output_is_below_a_file(tmp_path, capsys):
    (tmp_path / "file").write_text("here already")
    argv = ["train", "translation", "--output", tmp_path / "file" / "out"]
    assert "Not a directory" in complaint(argv, capsys)


@pytest.mark.parametrize(
    ("module", "extra"), [("tensorflow_datasets", "data"), ("tqdm.auto", "reference")]
)
def test_missing_extras_are_named(module, extra, tmp_path, capsys, monkeypatch):
    def missing(data):
        raise ModuleNotFoundError(f"No module named {module!r}", name=module)

    monkeypatch.setattr(char_rnn_tasks.corpora, "shakespeare", missing)
    line = complaint(["train", "char-rnn", "--output", tmp_path / "out"], capsys)
    assert f"{module.partition('.')[0]} is missing: install the extra `{extra}`" in line


@pytest.mark.parametrize("name", ["char-rnn", "stateful-char-rnn"])
def test_text_shorter_than_a_window(name, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(
        char_rnn_tasks.corpora, "shakespeare", lambda data: "to be or not"
    )
    argv = ["train", name, "--steps-per-epoch", 2, "--output", tmp_path / "out"]
    line = complaint(argv, capsys)
    assert "got 1" in line  # 101, the window, or 10, the text
    assert not (tmp_path / "out").exists()


def start(*argv, **options) -> subprocess.Popen:
    """Start the command in a process of its own."""
    command = [sys.executable, "-m", "reference", *map(str, argv)]
    environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"} | options.pop("env", {})
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **options)


def translation(output, epochs=1) -> list:
    """Return a training of seconds that reads no data."""
    sizes = "--steps-per-epoch", 3, "--epochs", epochs
    return ["train", "translation", *sizes, "--output", output]


def test_progress_in_a_pipe_is_plain_lines(tmp_path):
    pipe = subprocess.PIPE
    with start(*translation(tmp_path / "out"), stdout=pipe, stderr=pipe) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "\r" not in out + err
    assert "\x1b" not in out + err
    lines = [line for line in err.splitlines() if "epoch" in line]
    assert re.fullmatch(r"epoch 1/1: step 1/3, loss 4\.\d{4}", lines[0])
    assert lines[-1].startswith("epoch 1/1: step 3/3, loss 4.")
    assert len(lines) == 2  # and one every ten seconds


def test_progress_on_a_terminal_is_a_bar(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar.ProgressBar("epoch 1/1", total=2, done=0) as shown:
        shown.step(1.0)
        shown.step(0.5)
    assert "\repoch 1/1: 100%" in capsys.readouterr().err


def test_progress_lines_come_every_so_often(monkeypatch, capsys):
    clock = iter(range(100))
    monkeypatch.setattr(progress_bar.time, "monotonic", lambda: next(clock))
    with progress_bar.ProgressBar("epoch 1/1", total=25, done=0) as shown:
        for _ in range(25):
            shown.step(1.0)
    steps = re.findall(r"step (\d+)/25", capsys.readouterr().err)
    assert steps == ["1", "11", "21", "25"]


def test_training_goes_on_where_nobody_reads_its_progress(tmp_path):
    reading, writing = os.pipe()
    os.close(reading)
    with start(*translation(tmp_path / "out"), stderr=writing) as process:
        os.close(writing)
        assert process.wait(120) == 0
    assert (tmp_path / "out" / results.WEIGHTS).exists()


@pytest.mark.parametrize("argv", ["generate", "--help"])
def test_a_reader_that_has_gone_is_no_traceback(argv, weights):
    reading, writing = os.pipe()
    os.close(reading)
    argv = generate(weights) if argv == "generate" else [argv]
    buffered = {"PYTHONUNBUFFERED": ""}  # else argparse drops what it cannot write
    with start(*argv, stdout=writing, stderr=subprocess.PIPE, env=buffered) as process:
        os.close(writing)
        _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (141, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_standard_output(weights):
    with (
        open("/dev/full", "w") as full,
        start(*generate(weights), stdout=full, stderr=subprocess.PIPE) as process,
    ):
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err.endswith("standard output cannot be written: No space left on device\n")
    assert err.count("\n") == 1


def test_characters_that_the_terminal_cannot_show(tmp_path):
    model = CharRNN(vocabulary_size=2, units=3)
    about = {"model": "char-rnn", "units": 3, "characters": ["\ud800", "é"]}
    weights = tmp_path / results.WEIGHTS
    array_files.save_arrays(weights, about, model.named_weights())
    plain = {"PYTHONIOENCODING": "ascii"}
    argv = generate(weights, prompt="é", length=40)
    with start(*argv, stdout=subprocess.PIPE, env=plain) as process:
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert set(re.findall(r"\\\w+", out)) <= {r"\xe9", r"\ud800"}
    assert out.startswith(r"\xe9")


def test_closed_streams_do_not_reach_the_checkpoint(tmp_path):
    """Without the null device, the first file opened would be the standard error."""
    command = "exec >&- 2>&- <&-; " + " ".join(
        map(str, [sys.executable, "-m", "reference", *translation(tmp_path / "out")])
    )
    assert subprocess.run(["sh", "-c", command], cwd=ROOT, check=False).returncode == 0
    about, _ = array_files.load_arrays(tmp_path / "out" / results.CHECKPOINT)
    assert about["progress"]["step"] == 3


def test_a_killed_training_leaves_a_folder_that_the_next_takes_over(tmp_path):
    """Killed with -9 while it trains, it holds no lock and no draft for ever."""
    argv = translation(tmp_path, epochs=10_000)
    with start(*argv, stderr=subprocess.PIPE) as killed:
        assert killed.stderr
        try:
            while "epoch 2/" not in (line := killed.stderr.readline()):
                assert line, killed.poll()
            line = complaint_of(start(*argv, stderr=subprocess.PIPE))
            assert f"held by process {killed.pid} on" in line
        finally:
            killed.kill()
    (tmp_path / f".{results.CHECKPOINT}.{'0' * 32}").write_text("half of a draft")
    about, _ = array_files.load_arrays(tmp_path / results.CHECKPOINT)
    done = len(about["progress"]["epochs"])
    with start(*translation(tmp_path, epochs=done)) as process:
        assert process.wait(120) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(results.RESULTS)


def complaint_of(process) -> str:
    """Return the one sentence of a process that must fail."""
    with process:
        _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    [line] = err.splitlines()
    return line


# What the command asks of the component.


@pytest.fixture
def pair():
    tokenizer = CharTokenizer("to be or not to be")
    return CharRNN(vocabulary_size=tokenizer.max_id, units=3), tokenizer


def completed(pair, n_chars=1, temperature=1.0, seed=1) -> str:
    """Return what follows "to"."""
    model, tokenizer = pair
    options = {"n_chars": n_chars, "temperature": temperature, "seed": seed}
    text = text_generation.complete_text(model, tokenizer, "to", **options)
    assert text.startswith("to")
    return text[2:]


def next_char(pair, temperature=1.0, seed=1) -> str:
    model, tokenizer = pair
    options = {"temperature": temperature, "seed": seed}
    return text_generation.next_char(model, tokenizer, "to", **options)


@pytest.mark.parametrize("seed", [2**63, -(2**63) - 1, 10**30])
@pytest.mark.parametrize("ask", [next_char, completed])
def test_seeds_beyond_64_bits(seed, ask, pair):
    with pytest.raises(ValueError, match=f"seed must be .*, got {seed}"):
        ask(pair, seed=seed)


def test_lengths_beyond_memory(pair):
    with pytest.raises(ValueError, match=r"n_chars must be at most .*, got 2147483647"):
        completed(pair, n_chars=2**31 - 1)


@pytest.mark.parametrize("temperature", [5e-324, 1e-310, 1e-300, 1e-30])
def test_the_smallest_temperatures_give_the_most_likely(temperature, pair):
    model, tokenizer = pair
    best = text_generation.most_likely_char(model, tokenizer, "to")
    assert next_char(pair, temperature) == best
    assert completed(pair, temperature=temperature) == best


@pytest.mark.parametrize("temperature", [1e300, 1.7e308, float("inf")])
def test_no_temperature_gives_what_has_probability_0(temperature, pair):
    model, tokenizer = pair
    weights = model.named_weights()
    weights["dense/bias"] = np.array([0, 0, *[-1e4] * (tokenizer.max_id - 2)])
    model.set_named_weights(weights)
    found = completed(pair, n_chars=50, temperature=temperature)
    assert set(found) == set(list(tokenizer.char_index)[:2])


@pytest.mark.corpus
@pytest.mark.skipif(not DATA, reason="CHAPTER_DATA names no folder of the real corpora")
@pytest.mark.parametrize("name", ["char-rnn", "stateful-char-rnn"])
def test_interrupted_command_resumes(name, tmp_path):
    """Ctrl-C in the middle of an epoch, then the same command again."""

    def command(output):
        sizes = ["--epochs", "2", "--steps-per-epoch", "40", "--data", DATA]
        here = ["--output", str(tmp_path / output)]
        return [sys.executable, "-m", "reference", "train", name, *sizes, *here]

    subprocess.run(command("whole"), cwd=ROOT, check=True, capture_output=True)
    cut = subprocess.Popen(command("cut"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    with cut:
        assert cut.stderr
        begun = re.compile(r" ([1-9]|1\d)/40")
        while not begun.search(read := cut.stderr.readline()):
            assert read or cut.poll() is None
        cut.send_signal(signal.SIGINT)
        _, err = cut.communicate(timeout=120)
    assert cut.returncode == 130
    assert "Traceback" not in err
    subprocess.run(command("cut"), cwd=ROOT, check=True, capture_output=True)
    found, right = (
        array_files.load_arrays(tmp_path / output / results.CHECKPOINT)
        for output in ("cut", "whole")
    )
    for key, value in right[1].items():
        np.testing.assert_array_equal(found[1][key], value, err_msg=key)
