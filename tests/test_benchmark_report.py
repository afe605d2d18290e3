"""The table of results, from files made by hand."""

import json

import pytest

from benchmarks import report

MACHINE = {
    "kind": "4-core x86-64 machine",
    "processor": "P",
    "cores_used": 2,
    "load_at_start": 0.25,
    "versions": {"python": "3.11.7"},
}


def entry(name, median, **info):
    return {
        "group": "char_rnn: a training step",
        "stats": {"median": median, "iqr": 0.001, "rounds": 9},
        "extra_info": {
            "implementation": name,
            "device": "cpu",
            "limit_seconds": 0.003,
            "unit": "steps",
            "amount": 1,
            "peak_memory": 2**21,
            "flops_per_second": 5e10,
            "bytes_per_second": 1e10,
            "measured_with": "NumPy",
            **info,
        },
    }


@pytest.fixture
def results(tmp_path):
    benchmarks = {
        "machine_info": MACHINE,
        "datetime": "2020-02-03T04:05:06",
        "benchmarks": [entry("reference", 0.030), entry("other", 0.045)],
    }
    peers = {
        "kind": "peers",
        "component": "char_rnn",
        "function": "train_step",
        "date": "2020-02-03",
        "machine": MACHINE,
        "rounds": 3,
        "runs": 2,
        "peers": [
            {
                "name": "reference",
                "versions": {"python": "3.11.7", "tensorflow": "2.15.1"},
                "median": 0.03,
                "iqr": 0.001,
                "ratio": {"median": 1.0, "low": 1.0, "high": 1.0},
            }
        ],
    }
    paths = tmp_path / "benchmarks.json", tmp_path / "peers.json"
    for path, content in zip(paths, (benchmarks, peers), strict=True):
        path.write_text(json.dumps(content))
    return paths


def test_rows_hold_medians_ratios_and_shares(results):
    text = report.document(results)
    assert "| `other` | cpu | 45 | 1 | 1 | - | 1.50 | 6.7% | 2 |" in text
    assert "| `reference` | cpu | 30 | 1 | 1 | - | 1.00 | 10.0% | 2 |" in text


def test_runs_are_taken_together():
    runs = [entry("reference", 0.030), entry("reference", 0.034), entry("other", 0.064)]
    [reference, other] = report.benchmark_rows(runs)
    assert reference[2:5] == ["32", "4", "2"]  # the spread of the runs, not within one
    assert other[2:5] == ["64", "1", "1"]
    assert other[6] == "2.00"


def test_recorded_times_stand_beside(results):
    assert "The chapter recorded 169 to 195 ms" in report.document(results)


def test_machine_and_load_are_said(results):
    text = report.document(results)
    assert "4-core x86-64 machine (P), 2 cores used" in text
    assert "load average at the start 0.2" in text


def test_what_ran_on_no_gpu_is_not_measured(results):
    assert "| char_rnn: a training step | not measured |" in report.document(results)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "other.json"
    path.write_text("{}")
    with pytest.raises(ValueError, match="results must be"):
        report.document([path])
