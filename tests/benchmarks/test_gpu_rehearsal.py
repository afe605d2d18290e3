"""A GPU run, rehearsed on a CPU without TensorFlow; and the tables of a run's file."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from alternatives import ports
from benchmarks import report, workload
from benchmarks.__main__ import RESULTS
from benchmarks.frame import Implementation
from benchmarks.gpu import command, forms, growth, tables
from benchmarks.gpu.plan import PLAN, WHOLE
from benchmarks.gpu.record import LARGEST
from tests.running import ROOT, write

BLOCKED = {"tensorflow/__init__.py": 'raise ImportError("TensorFlow is blocked")\n'}
ALONE = [port.name for port in ports.PORTS if not port.shared]
PLAIN = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory):
    """Return what a rehearsal wrote, and its file."""
    pytest.importorskip("torch")
    pytest.importorskip("jax")
    folder = tmp_path_factory.mktemp("rehearsal")
    write(folder / "blocked", BLOCKED)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks", "gpu", "--rehearse"),
            *("--output", str(folder / "results")),
        ],
        cwd=ROOT,
        env=PLAIN | {"PYTHONPATH": str(folder / "blocked")},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    path = folder / "results" / command.REHEARSED
    return json.loads(path.read_text("utf-8")), path


def test_every_part_begins_or_says_why_not(rehearsal):
    """On a machine that others use, the last parts may be cut or dropped."""
    document, path = rehearsal
    assert document["kind"] == "gpu"
    assert document["rehearsal"] is True
    assert [*document["parts"]] == [slot.name for slot in PLAN]
    found = {name: part["status"] for name, part in document["parts"].items()}
    assert set(found.values()) <= {"done", "cut", "dropped"}
    assert found["device"] == "done"
    assert path.stat().st_size < LARGEST


def test_nothing_failed(rehearsal):
    """What is absent is a port that has an environment of its own."""
    document, _ = rehearsal
    for name, part in document["parts"].items():
        for entry in part["entries"]:
            assert "failed" not in entry, (name, entry)
            if "absent" in entry:
                alone = entry["port"].startswith(tuple(ALONE))
                assert alone or "JAX" in entry["absent"], entry
    conformance = document["parts"]["conformance"]["entries"]
    for entry in conformance:
        assert entry.get("failures", []) == [], entry


def test_no_figure_of_it_is_one_of_a_gpu(rehearsal, tmp_path):
    document, path = rehearsal
    for part in document["parts"].values():
        for entry in part["entries"]:
            assert not entry.get("on_gpu", False)
            assert entry.get("extra_info", {}).get("device", "cpu") == "cpu"
    folder = tmp_path / "results"
    folder.mkdir()
    shutil.copy(path, folder)
    text = report.document(folder)
    assert "no figure of it is a measurement" in text
    assert "| char_rnn: a training step | not measured |" in text
    assert "| matrix products, copies, launch latency | not measured |" in text
    assert report.draw_gpu_curves(folder) == []


def test_the_tables_can_be_made_of_it(rehearsal):
    """The same code makes those of a GPU."""
    document, _ = rehearsal
    text = "\n\n".join(tables.text_of(document, []))
    if document["parts"]["limits"]["status"] == "done":
        assert "| matrix product, tf32, 256 a side |" in text
    for name in document["parts"]:
        assert f"| {name} |" in text


def test_no_rehearsal_is_published():
    for path in RESULTS.glob("gpu_*.json"):
        assert not json.loads(path.read_text("utf-8"))["rehearsal"], path.name


# ---- The forms, and the order of the points.


@pytest.fixture
def one_thread():
    """Let PyTorch keep to one thread: several spin where others use the machine."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


RECURRENT = ("char_rnn", "encoder_decoder", "sentiment")


@pytest.mark.filterwarnings("default")  # a framework's are its own affair
@pytest.mark.parametrize(
    ("framework", "names"),
    [
        ("torch", [*RECURRENT, "multi_head_attention"]),
        ("jax", ["encoder_decoder", "multi_head_attention"]),
    ],
)
def test_every_form_answers_rightly(framework, names, one_thread):
    """In small sizes each form of a model trains, or maps, as its workload asks."""
    pytest.importorskip(framework)
    port = {"torch": "alternatives.pytorch", "jax": "alternatives.jax"}[framework]
    of = forms.forms_of(port, small=True)
    for model in forms.MODELS:
        if model.name not in names:
            continue
        sizes = workload.small(model.sizes)
        for entry in forms.compared(model, of(model), sizes, float("inf"), rounds=12):
            assert "failed" not in entry, entry
            if "absent" not in entry:
                assert entry["median"] > 0
                assert entry["rounds"] == 12


def test_a_form_that_fails_stops_no_other():
    pytest.importorskip("torch")
    port = Implementation("alternatives.pytorch")

    def broken(model, sizes):
        raise RuntimeError("no kernel image is available")

    sizes = workload.small(forms.MODELS[0].sizes)
    both = [forms.Form("broken", broken), forms.port_form(port)]
    found = {
        entry["form"]: entry
        for entry in forms.compared(forms.MODELS[0], both, sizes, float("inf"))
    }
    assert found["broken"]["failed"] == "RuntimeError: no kernel image is available"
    assert "median" in found[forms.PORT]


def test_where_time_is_short_the_port_is_timed_all_the_same():
    pytest.importorskip("torch")
    port = forms.port_form(Implementation("alternatives.pytorch"))
    sizes = workload.small(forms.MODELS[0].sizes)
    three = [forms.Form("first", port.make), forms.Form("other", port.make), port]
    found = {
        entry["form"]: entry
        for entry in forms.compared(forms.MODELS[0], three, sizes, 0.0, rounds=3)
    }
    assert "dropped" in found["other"]
    assert "median" in found[forms.PORT]


def test_an_answer_that_is_wrong_is_no_figure():
    class Stuck:
        def place(self, batch):
            return batch

        def train_step(self, batch):
            return 1.0

    work = workload.training(Stuck(), ([0],), sizes={}, cost=forms_cost())
    work.warm_up()
    [found] = forms.timed({"stuck": work}, float("inf"), rounds=3).values()
    assert "its answers are wrong" in found["failed"]
    assert "median" not in found


def forms_cost():
    from benchmarks.costs import Cost

    return Cost(1, 1)


def test_curves_are_taken_coarsely_first():
    points = growth.plan(small=False)
    assert len(points) == len(set(points))
    steps = [value for curve, value in points if curve is growth.CURVES[0]]
    assert steps == [25, 100, 400, 1_600, 50, 200, 800, 3_200]
    ends = {
        (curve.name, curve.axis): (curve.values[0], curve.values[-1])
        for curve in growth.CURVES
    }
    assert ends["char_rnn step", "time steps"] == (25, 3_200)
    assert ends["char_rnn step", "batch size"] == (8, 2_048)
    assert ends["char_rnn step", "units"] == (32, 2_048)
    assert ends["multi_head_attention call", "time steps"] == (64, 16_384)
    assert points.index((growth.CURVES[0], 50)) > points.index((growth.CURVES[3], 64))


def test_a_point_without_memory_ends_its_curve_alone():
    def make(implementation, **sizes):
        raise MemoryError("CUDA out of memory")

    curve = growth.Curve("c", "units", make, lambda n: {}, (1,))
    found = growth.measured(None, curve, 1, longest=0.1)
    assert found == {"failed": "MemoryError: CUDA out of memory"}


# ---- The tables, from a file made by hand: none of its figures was measured.

MADE_UP: dict = {
    "kind": "gpu",
    "date": "2020-02-03",
    "rehearsal": False,
    "parts": {
        "device": {
            "status": "done",
            "entries": [
                {
                    "card": "Card X",
                    "machine": {"kind": "a machine", "processor": "P", "cores_used": 2},
                },
                {"port": "alternatives.pytorch", "versions": {"torch": "9"}},
            ],
        },
        "limits": {
            "status": "done",
            "limit_seconds": 35.0,
            "seconds": 20.0,
            "entries": [
                {
                    "what": "matrix product",
                    "precision": "tf32",
                    "size": 8_192,
                    "flops_per_second": 4e14,
                },
                {"what": "copy on the device", "bytes_per_second": 2e12},
                {
                    "what": "launch, in a queue",
                    "framework": "PyTorch",
                    "seconds": 4e-6,
                },
                {
                    "what": "launch, waited for",
                    "framework": "PyTorch",
                    "seconds": 1e-5,
                },
            ],
        },
        "conformance": {
            "status": "cut",
            "entries": [
                {
                    "port": "alternatives.pytorch",
                    "precision": "float32",
                    "components": ["recurrent"],
                    "seconds": 12.0,
                    "clauses": 18,
                    "totals": {"passed": 17, "failed": 1},
                    "failures": [
                        {
                            "id": "REC-06",
                            "component": "recurrent",
                            "outcome": "failed",
                            "message": "output[1]: got 1\nexpected 2",
                        }
                    ],
                    "device": "Card X",
                    "complete": True,
                },
                {
                    "port": "alternatives.jax",
                    "precision": "float32",
                    "components": ["recurrent"],
                    "seconds": 99.0,
                    "cut": "not done after 99 s",
                },
            ],
        },
        "peers": {
            "status": "done",
            "entries": [
                {
                    "port": "alternatives.pytorch",
                    "model": "char_rnn",
                    "form": form,
                    "median": median,
                    "iqr": 1e-5,
                    "rounds": 3,
                    "runs": 1,
                    "flops": 4e8,
                    "bytes": 4e6,
                }
                for form, median in (("the port", 3e-3), ("torch.nn.GRU", 2e-3))
            ]
            + [
                {
                    "port": "alternatives.pytorch",
                    "model": "char_rnn",
                    "form": "compiled",
                    "failed": "RuntimeError: a | b",
                }
            ],
        },
        "curves": {
            "status": "done",
            "entries": [
                {
                    "port": "alternatives.pytorch",
                    "name": "char_rnn step",
                    "axis": "units",
                    "value": value,
                    "median": 1e-3 * value,
                    "iqr": 1e-5,
                    "flops": 1e6,
                    "bytes": 1e6,
                    "unit": "steps",
                    "amount": 1,
                }
                for value in (64, 32)
            ],
        },
    },
}


def benchmark_entry(median):
    return {
        "port": "alternatives.pytorch",
        "group": "char_rnn: a training step",
        "stats": {
            "median": median,
            "ld15iqr": median - 1e-4,
            "hd15iqr": median + 1e-4,
            "rounds": 9,
        },
        "extra_info": {
            "implementation": "alternatives.pytorch",
            "device": "Card X",
            "limit_seconds": 1e-4,
            "unit": "steps",
            "amount": 1,
            "peak_memory": 2**22,
            "fused_kernel": "ran",
            "launches": 500,
            "device_microseconds": 900.0,
            "host_waits": 3,
            "kernels": [{"name": "gru | fp", "calls": 2, "microseconds": 700.0}],
        },
    }


@pytest.fixture
def page(tmp_path):
    """Return the page of results, and the pictures, of the file made by hand."""
    document = json.loads(json.dumps(MADE_UP))
    for run, median in ((1, 3.0e-3), (2, 3.1e-3)):
        document["parts"][f"benchmarks {run}"] = {
            "status": "done",
            "date": "2020-02-03",
            "entries": [
                benchmark_entry(median),
                {
                    "port": "alternatives.pytorch",
                    "precision": {"asked": "tf32", "observed": {"products": "tf32"}},
                    "versions": {},
                },
            ],
        }
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "gpu_x.json").write_text(json.dumps(document))
    return report.document(folder), report.draw_gpu_curves(folder)


def test_limits_and_clauses_stand_in_tables(page):
    text, _ = page
    assert "| matrix product, tf32, 8,192 a side | 400 TFLOP/s |" in text
    assert "| copy on the device | 2,000 GB/s |" in text
    assert "| launch, in a queue, PyTorch | 4 µs |" in text
    assert "| `alternatives.pytorch` | float32 | 17 of 18 | yes | 12 | Card X |" in text
    assert "no: 1 of 1 processes ended" in text
    assert "REC-06 (failed):\n\n```text\noutput[1]: got 1\nexpected 2\n```" in text


def test_both_runs_of_the_benchmarks_stand_beside_one_another(page):
    text, _ = page
    assert "### char_rnn: a training step on Card X" in text
    assert "| `alternatives.pytorch` | 3 / 3.1 |" in text
    assert "400,000 GFLOP/s in tf32 products" in text
    assert "| char_rnn: a training step | not measured |" not in text
    assert "| transformer: a training step | not measured |" in text


def test_kernels_and_precision_are_said(page):
    text, _ = page
    assert "asked for tf32, observed products tf32" in text
    assert "| ran | 500 | 0.30 | 3 | 4 | gru \\| fp (2, 700 µs) |" in text


def test_a_port_that_is_far_from_the_best_form_says_what_binds(page):
    text, _ = page
    assert (
        "`alternatives.pytorch` takes 1.50 times its best form here (torch.nn.GRU): "
        "bound by 500 launches: 2 ms, 0.67 of the step."
    ) in text
    assert (
        "compiled (alternatives.pytorch) | not measured: RuntimeError: a \\| b" in text
    )


def test_curves_are_drawn_and_tabled(page):
    text, pictures = page
    assert [path.name for path in pictures] == ["gpu_x.png"]
    assert pictures[0].stat().st_size > 1_000
    assert "![Cost curves](results/gpu_x.png)" in text
    assert "| units | 32 | 64 |" in text


def test_parts_that_are_missing_are_not_measured(tmp_path):
    empty = MADE_UP | {"parts": {"device": MADE_UP["parts"]["device"]}}
    (tmp_path / "gpu_y.json").write_text(json.dumps(empty))
    text = report.document(tmp_path)
    section = text.partition("## A run on a GPU")[2]
    for heading in ("What the card can do", "Conformance", "Which kernels ran"):
        assert f"### {heading}\n\nnot measured" in section
    assert section.count("not measured") >= len(PLAN) - 1
    assert WHOLE == 540
