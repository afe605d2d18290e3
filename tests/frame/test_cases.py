"""Saved cases: the script of a failure says what the message says, without Touchstone."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.running import ROOT, Run, check, run_spec, write

GRU = """
import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class GRU:
    def __init__(self, input_size, units):
        self.units = units

    def set_named_weights(self, weights):
        self.weights = dict(weights)

    def __call__(self, inputs, initial_state=None, keep_mask=None):
        w, outputs = self.weights, []
        state = np.zeros([len(inputs), self.units])
        if initial_state is not None:
            state = np.array(initial_state)
        def into(gate, x):
            return x @ w["kernel_" + gate] + w["input_bias_" + gate]
        def back(gate, h):
            return h @ w["recurrent_kernel_" + gate] + w["recurrent_bias_" + gate]
        for x in np.moveaxis(np.asarray(inputs, float), 1, 0):
            z = sigmoid(into("z", x) + back("z", state))
            r = sigmoid(into("r", x) + back("r", state))
            new = np.tanh(into("h", x) + r * back("h", state))
            state = z * state + (1 - z) * new
            outputs.append(state)
        return np.stack(outputs, axis=1), state
"""
ATTENTION = """
import numpy as np

class Attention:
    def __init__(self, use_scale, causal):
        self.scale = 1.0

    def set_named_weights(self, weights):
        self.scale = weights.get("scale", 1.0)

    def __call__(self, query, value, key=None):
        key = value if key is None else key
        scores = self.scale * (query @ np.swapaxes(key, 1, 2))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return (weights / weights.sum(axis=-1, keepdims=True)) @ value
"""
POSITION = """
import numpy as np

class PositionalEncoding:
    def __init__(self, max_steps, max_dims):
        pairs = (max_dims + 1) // 2
        angle = np.arange(max_steps)[:, None] / 10000 ** (np.arange(pairs) / pairs)
        table = np.stack([np.sin(angle), np.cos(angle)], axis=-1)
        self.table = table.reshape(max_steps, -1)

    def __call__(self, x):
        return x + self.table[:x.shape[1], :x.shape[2]]
"""
SAMPLING = """
import numpy as np

def apply_temperature(p, temperature):
    with np.errstate(divide="ignore"):
        logits = np.log(np.asarray(p, float)) / temperature
    p = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)
"""
TOKENIZER = """
class CharTokenizer:
    def __init__(self, text):
        text = text.lower()
        order = sorted(dict.fromkeys(text), key=lambda c: -text.count(c))
        self.char_index = {c: i for i, c in enumerate(order, 1)}
        self.max_id = len(self.char_index)

    def texts_to_sequences(self, texts):
        return [[self.char_index[c] for c in text.lower()] for text in texts]

    def sequences_to_texts(self, sequences):
        chars = {i: c for c, i in self.char_index.items()}
        return [" ".join(chars[i] for i in ids) for ids in sequences]
"""
NUMBER = r"[-+\d.e,]+"


def front_end(name: str, folder: Path, *clauses: str, options: tuple = ()) -> Run:
    """Return the Run of one front end that saves its cases in `cases`."""
    only = ",".join(clauses)
    if name == "command":
        return check(folder, "my_port", f"--only={only}", "--save-case=cases", *options)
    target = "--touchstone-implementation=my_port"
    save = f"--touchstone-only={only}", "--touchstone-save-case=cases"
    return run_spec(folder, target, *save, *options)


def run_script(folder: Path, clause: str) -> str:
    """Return what the script of a case prints where there is no Touchstone."""
    refusal = "raise ImportError('it is not installed here')\n"
    for name in "touchstone", "spec_tests":
        write(folder, {f"without/{name}/__init__.py": refusal})
    done = subprocess.run(
        [sys.executable, f"cases/{clause}.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "without")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def saved(name: str, folder: Path, component: str, text: str, clause: str) -> Run:
    """Return the Run that saves the case of a port of one component."""
    write(folder, {"my_port/__init__.py": "", f"my_port/{component}.py": text})
    run = front_end(name, folder, clause)
    assert f"case: {Path('cases', clause)}.py" in run.output, run.output
    assert run.status == 1
    return run


def difference(text: str) -> float:
    """Return the largest difference that a script prints."""
    found = re.search(rf"largest difference ({NUMBER})", text)
    assert found, text
    return float(found[1].rstrip(","))


WRONG = {  # component, right text, the mistake, clause
    "gru": ("recurrent", GRU, ("z * state + (1 - z) * new", "state"), "REC-06"),
    "gru_law": ("recurrent", GRU, ("initial_state is not None", "0"), "REC-09"),
    "gru_last": ("recurrent", GRU, ("axis=1), state", "axis=1), -state"), "REC-08"),
    "attention": ("attention", ATTENTION, ("self.scale *", "2 *"), "ATT-02"),
    "rows": ("positional_encoding", POSITION, ("10000", "100"), "POS-02"),
    "sum": ("positional_encoding", POSITION, ("x + self", "2 * x + self"), "POS-04"),
    "sampling": ("sampling", SAMPLING, ("/ temperature", "* temperature"), "SAM-02"),
}


@pytest.mark.parametrize("name", ["command", "pytest"])
@pytest.mark.parametrize("case", WRONG)
def test_the_script_prints_the_difference_of_the_message(tmp_path, case, name):
    component, right, (words, mistake), clause = WRONG[case]
    assert words in right
    run = saved(name, tmp_path, component, right.replace(words, mistake), clause)
    told = re.search(rf"the difference ({NUMBER}) is", run.output)
    limit = re.search(rf"times the tolerance ({NUMBER}) ", run.output)
    assert told, run.output
    assert limit, run.output
    assert difference(run_script(tmp_path, clause)) == pytest.approx(
        float(told[1]), rel=0.01
    )
    write(tmp_path, {f"my_port/{component}.py": right})
    assert difference(run_script(tmp_path, clause)) <= float(limit[1])


@pytest.mark.parametrize("name", ["command", "pytest"])
@pytest.mark.parametrize("clause", ["TOK-05", "TOK-03", "TOK-04"])
def test_text_and_integers(tmp_path, clause, name):
    wrong = TOKENIZER.replace("(order, 1)", "(order[::-1], 1)")
    run = saved(name, tmp_path, "char_tokenizer", wrong, clause)
    said = run_script(tmp_path, clause)
    told = re.search(r"got (.+), expected (.+)", run.output)
    assert told, run.output
    if clause == "TOK-03":  # numbers have a difference
        assert difference(said) > 0
    else:
        assert f"got {told[1]}, expected {told[2]}" in said
    write(tmp_path, {"my_port/char_tokenizer.py": TOKENIZER})
    said = run_script(tmp_path, clause)
    assert "no difference" in said or difference(said) == 0


@pytest.mark.parametrize("name", ["command", "pytest"])
def test_an_exception(tmp_path, name):
    wrong = ATTENTION.replace("weights = np", "query.no_such(); weights = np")
    run = saved(name, tmp_path, "attention", wrong, "ATT-01")
    said = run_script(tmp_path, "ATT-01")
    last = said.splitlines()[-1]
    assert last.startswith("AttributeError: "), said
    assert f"raised {last}" in run.output
    write(tmp_path, {"my_port/attention.py": ATTENTION})
    assert run_script(tmp_path, "ATT-01").strip() == "nothing was raised"


def test_what_is_not_refused(tmp_path):
    saved("command", tmp_path, "sampling", SAMPLING, "SAM-10")
    assert run_script(tmp_path, "SAM-10").strip() == "nothing was raised"
    refusing = SAMPLING.replace(
        "temperature):\n",
        "temperature):\n    if temperature < 0: raise ValueError('t')\n",
    )
    write(tmp_path, {"my_port/sampling.py": refusing})
    assert run_script(tmp_path, "SAM-10").endswith("\nValueError: t\n")


def test_what_cannot_be_written_is_named(tmp_path):
    wrong = SAMPLING.replace("return p / ", "return 0.5 * p / ")
    saved("command", tmp_path, "sampling", wrong, "SAM-04")  # compares a sum
    script = (tmp_path / "cases/SAM-04.py").read_text()
    assert "# It does not say: how the compared value follows from what" in script
    assert run_script(tmp_path, "SAM-04").startswith("[[[")  # what came


def test_an_iterator_is_named_as_missing(tmp_path):
    made = "def batches(sequence, **sizes):\n    yield [[7]], [[8]]\n"
    saved("command", tmp_path, "windows", made, "WIN-01")
    script = (tmp_path / "cases/WIN-01.py").read_text()
    assert "# It does not say: what the clause took from the iterator." in script
    assert run_script(tmp_path, "WIN-01").strip() == "(0, ([[7]], [[8]]))"


def test_the_archive_holds_the_call_and_is_not_pickled(tmp_path):
    wrong = GRU.replace("z * state + (1 - z) * new", "state")
    saved("command", tmp_path, "recurrent", wrong, "REC-06")
    with np.load(tmp_path / "cases/REC-06.npz", allow_pickle=False) as case:
        held = {name: case[name] for name in case.files}
    assert held["actual"].shape == held["expected"].shape == (2, 7, 5)
    assert held["call_3.initial_state"].shape == (2, 5)
    assert "call_2.0/kernel_z" in held
    assert b'"call_1.input_size": 3' in held["json"].tobytes()
    script = (tmp_path / "cases/REC-06.py").read_text()
    assert "recurrent.GRU(input_size=3, units=5)" in script
    assert str(tmp_path) not in script


def test_the_script_is_short(tmp_path):
    write(tmp_path, {"my_port/__init__.py": ""})
    wrong = GRU.replace("z * state + (1 - z) * new", "state")
    saved("command", tmp_path, "recurrent", wrong, "REC-33")
    script = (tmp_path / "cases/REC-33.py").read_text().splitlines()
    code = [line for line in script if line and not line.startswith("#")]
    assert len(code) <= 14, code  # of a row: the calls before it are left out
    assert sum("gru(" in line for line in code) == 1


def test_calls_before_it_stay_where_they_matter(tmp_path):
    keeps = GRU.replace(
        "if initial_state is not None:",
        "if getattr(self, 'last', state).shape == state.shape:\n"
        "            state = getattr(self, 'last', state)\n"
        "        if initial_state is not None:",
    ).replace("return np.stack", "self.last = state; return np.stack")
    run = saved("command", tmp_path, "recurrent", keeps, "REC-42")
    told = re.search(rf"the difference ({NUMBER}) is", run.output)
    assert told, run.output
    script = (tmp_path / "cases/REC-42.py").read_text()
    assert difference(run_script(tmp_path, "REC-42")) == pytest.approx(
        float(told[1]), rel=0.01
    )
    assert script.count("came = gru(") == 1
    assert script.count(" gru(") + script.count("\ngru(") == 2


def test_files_are_overwritten_whole(tmp_path):
    write(tmp_path, {"cases/ATT-02.npz": "old" * 10_000, "cases/ATT-02.py": "before"})
    saved(
        "command", tmp_path, "attention", ATTENTION.replace("@ value", "* 0"), "ATT-02"
    )
    assert sorted(p.name for p in (tmp_path / "cases").iterdir()) == [
        "ATT-02.npz",
        "ATT-02.py",
    ]
    assert "before" not in (tmp_path / "cases/ATT-02.py").read_text()


@pytest.mark.parametrize("name", ["command", "pytest"])
def test_a_folder_that_cannot_be_made_is_said_first(tmp_path, name):
    write(tmp_path, {"my_port/__init__.py": "", "cases": "a file"})
    run = front_end(name, tmp_path, "ATT-01")
    assert run.status not in (0, 1)
    assert "the folder of cases" in run.output
    assert "cannot be made" in run.output
    assert "Traceback" not in run.output


@pytest.mark.parametrize("name", ["command", "pytest"])
def test_the_verdict_does_not_depend_on_it(tmp_path, name):
    once = "\nimport builtins\nbuiltins.n = 0\n" + ATTENTION.replace(
        "key = value if",
        "import builtins; builtins.n += 1; value = value + (builtins.n == 1)\n"
        "        key = value if",
    )
    write(tmp_path, {"my_port/__init__.py": "", "my_port/attention.py": once})
    run = front_end(name, tmp_path, "ATT-02")
    assert run.outcome("ATT-02")["outcome"] == "failed"
    assert "case: not saved: run a second time, the clause passed" in run.output


def test_a_process_that_dies_in_the_second_run_costs_its_case(tmp_path):
    dying = "\nimport os, builtins\nbuiltins.n = 0\n" + ATTENTION.replace(
        "key = value if",
        "builtins.n += 1; os._exit(3) if builtins.n == 3 else None\n"
        "        value = 2 * value\n        key = value if",
    )
    write(tmp_path, {"my_port/__init__.py": "", "my_port/attention.py": dying})
    run = front_end("command", tmp_path, "ATT-02", "ATT-03")
    assert run.outcome("ATT-02")["outcome"] == "failed"
    assert "looks" not in run.output or run.status == 1
    assert "case: not saved: the process ended with exit status 3" in run.output


def test_without_the_option_nothing_is_written(tmp_path):
    wrong = ATTENTION.replace("@ value", "* 0")
    write(tmp_path, {"my_port/__init__.py": "", "my_port/attention.py": wrong})
    run = check(tmp_path, "my_port", "--only=ATT-02")
    assert "case:" not in run.output
    assert not list(tmp_path.glob("**/*.npz"))
    assert (ROOT / "touchstone" / "cases.py").exists()
