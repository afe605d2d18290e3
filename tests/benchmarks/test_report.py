"""The tables of results, from files made by hand; and those that are published."""

import json

import pytest

from benchmarks import report
from benchmarks.__main__ import RESULTS, together
from benchmarks.gpu.record import LARGEST

MACHINE = {
    "kind": "4-core x86-64 machine",
    "processor": "P",
    "cores_used": 2,
    "load_at_start": 0.25,
    "versions": {"python": "3.11.7"},
}
LIMITS = {"flops_per_second": 5e10, "bytes_per_second": 1e10, "measured_with": "NumPy"}


def entry(name, median, **info):
    return {
        "group": "char_rnn: a training step",
        "stats": {
            "median": median,
            "ld15iqr": median - 0.001,
            "hd15iqr": median + 0.002,
            "rounds": 9,
        },
        "extra_info": {
            "implementation": name,
            "device": "cpu",
            "limit_seconds": 0.003,
            "unit": "steps",
            "amount": 1,
            "peak_memory": 2**21,
            "fused_kernel": "not measured",
            **info,
        },
    }


def benchmarks(*entries, **more):
    return {
        "machine_info": MACHINE,
        "datetime": "2020-02-03T04:05:06",
        "limits": {"cpu": LIMITS},
        "benchmarks": list(entries),
        **more,
    }


PEERS = {
    "kind": "peers",
    "date": "2020-02-03",
    "machine": MACHINE,
    "limits": LIMITS,
    "comparisons": [
        {
            "component": "char_rnn",
            "function": "train_step",
            "rounds": 3,
            "runs": 2,
            "cost": {"flops": 1, "bytes": 1, "limit_seconds": 0.003},
            "peers": [
                {
                    "name": "reference",
                    "note": "",
                    "device": "cpu",
                    "versions": {"python": "3.11.7", "tensorflow": "2.15.1"},
                    "median": 0.03,
                    "iqr": 0.001,
                    "ratio": {"median": 1.0, "low": 0.9, "high": 1.1},
                },
                {"name": "absent", "note": "elsewhere", "absent": "not measured"},
            ],
        }
    ],
}


@pytest.fixture
def document(tmp_path):
    """Return what makes the document of results, each the content of a file."""

    def of(*results):
        for i, result in enumerate(results):
            (tmp_path / f"{i}.json").write_text(json.dumps(result))
        return report.document(tmp_path)

    return of


def test_rows_hold_medians_ratios_and_shares(document):
    text = document(benchmarks(entry("reference", 0.030), entry("other", 0.045)))
    assert "| `other` | 45 | 3 | - | 22 steps/s | 1.50 | 0.067 | 2 |" in text
    assert "| `reference` | 30 | 3 | - | 33 steps/s | 1.00 | 0.1 | 2 |" in text


def test_two_runs_agree_within_their_spread(document):
    text = document(
        benchmarks(entry("reference", 0.030), entry("other", 0.060)),
        benchmarks(entry("reference", 0.032), entry("other", 0.064)),
    )
    assert "| `reference` | 30 / 32 | 3 / 3 | yes |" in text
    assert "| `other` | 60 / 64 | 3 / 3 | no |" in text
    assert "in 1 of 2 measurements. They do not in `other`, char_rnn" in text


def test_processes_of_one_run_stand_together():
    """The median is that of the processes; what they differ by is in the spread."""
    mine = [benchmarks(entry("reference", median)) for median in (0.03, 0.05, 0.031)]
    [found] = together(mine)
    assert found["stats"]["median"] == 0.031
    assert found["stats"]["ld15iqr"] == pytest.approx(0.029)
    assert found["stats"]["hd15iqr"] == pytest.approx(0.052)
    assert found["stats"]["rounds"] == 27


def test_recorded_times_stand_beside(document):
    for result in benchmarks(entry("reference", 0.03)), PEERS:
        assert "the chapter recorded 169 to 195 ms" in document(result)


def test_machine_and_load_are_said(document):
    text = document(benchmarks(entry("reference", 0.03)))
    assert "4-core x86-64 machine (P), 2 cores used" in text
    assert "load average at the start 0.2" in text


def test_a_peer_that_is_not_there_is_not_measured(document):
    assert "| `absent`, elsewhere | - | - | not measured |" in document(PEERS)


def test_what_ran_on_no_gpu_is_not_measured(document):
    text = document(benchmarks(entry("reference", 0.03)))
    assert "| char_rnn: a training step | not measured |" in text
    assert text.count("### char_rnn: a training step") == 1


def test_what_ran_on_a_gpu_stands_under_its_name(document):
    gpu = entry("reference", 0.002, device="NVIDIA H200", fused_kernel="ran")
    cpu = entry("alternatives.jax", 0.05)
    text = document(benchmarks(gpu, cpu, limits={"cpu": LIMITS, "NVIDIA H200": LIMITS}))
    on_cpu, on_gpu = text.split("## Benchmarks on a GPU")
    assert "`reference`" not in on_cpu
    assert "alternatives.jax" not in on_gpu
    assert "### char_rnn: a training step on NVIDIA H200" in on_gpu
    assert "| ran |" in on_gpu
    assert "| char_rnn: a training step | not measured |" not in on_gpu


def test_what_is_to_be_measured_again_is_said(document):
    text = document(benchmarks(entry("reference", 0.03), note="rounds were reduced"))
    assert "**To be measured again: rounds were reduced.**" in text


def test_other_files_are_refused(document):
    with pytest.raises(ValueError, match=r"0\.json must be a result"):
        document({"kind": "cheese"})


def test_published_tables_are_those_of_the_results():
    published = (RESULTS.parent / "RESULTS.md").read_text("utf-8")
    assert published == report.document(RESULTS), "run python -m benchmarks report"


def test_results_are_data_alone():
    kinds = {path.suffix for path in RESULTS.rglob("*") if path.is_file()}
    assert kinds <= {".json", ".png"}


def test_published_results_are_small_and_name_no_machine():
    for path in RESULTS.glob("*.json"):
        largest = LARGEST if path.stem.startswith("gpu_") else 40_000
        assert path.stat().st_size < largest, path.name
        text = path.read_text("utf-8")
        assert '"node"' not in text
        assert '"/' not in text  # a path
