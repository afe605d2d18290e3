"""The plan of a GPU run: limits, what is dropped, and a file that is always whole."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from benchmarks.gpu import command, parts, plan, processes
from benchmarks.gpu.plan import PLAN, REHEARSAL, RESERVE, WHOLE, Part, Refused
from benchmarks.gpu.ports import CACHE, PORTS, Setting
from benchmarks.gpu.processes import Follower, Job, ran, side_by_side
from benchmarks.gpu.record import Record, encoded
from tests.running import ROOT

HERE = dict(os.environ)


class Clock:
    """A clock that moves only when a part says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def carried_out(record, *named, whole=100.0):
    """Carry out parts, each (name, limit, least, seconds that it takes)."""
    clock = Clock()

    def part(name, limit, least, takes):
        def run(add, seconds):
            add({"given": seconds})
            clock.now += takes

        return Part(name, limit, least, run)

    plan.carried_out([part(*each) for each in named], record, whole, clock=clock)
    return record.document["parts"]


@pytest.fixture
def record(tmp_path):
    return Record(tmp_path / "run.json", {"kind": "gpu"})


def test_the_limits_fit_into_nine_minutes():
    assert WHOLE == 9 * 60
    assert sum(slot.limit for slot in PLAN) <= WHOLE
    assert REHEARSAL <= 2 * 60
    assert {slot.name for slot in PLAN} == set(parts.RUN) == set(plan.SHARES)


def test_parts_get_their_limit_and_later_ones_what_is_left(record):
    found = carried_out(record, ("a", 60, 5, 70), ("b", 60, 5, 1))
    assert found["a"]["entries"] == [{"given": 60}]
    assert found["b"]["entries"] == [{"given": 100 - RESERVE - 70}]
    assert found["a"]["status"] == found["b"]["status"] == "done"


def test_parts_that_do_not_fit_are_dropped_from_the_end(record):
    found = carried_out(record, ("a", 60, 5, 60), ("b", 60, 5, 25), ("c", 60, 30, 1))
    assert [found[name]["status"] for name in "abc"] == ["done", "done", "dropped"]
    assert "7 s were left" in found["c"]["why"]


def test_a_part_that_fails_stops_no_other(record):
    def fails(add, seconds):
        add({"before": 1})
        raise RuntimeError("out of memory")

    def works(add, seconds):
        add({"after": 1})

    both = [Part("a", 9, 1, fails), Part("b", 9, 1, works)]
    plan.carried_out(both, record, 100.0)
    found = record.document["parts"]
    assert found["a"]["status"] == "failed"
    assert found["a"]["why"] == "RuntimeError: out of memory"
    assert found["a"]["entries"] == [{"before": 1}]
    assert found["b"]["status"] == "done"


def test_a_refusal_ends_the_run(record):
    def refuses(add, seconds):
        raise Refused("no GPU")

    with pytest.raises(Refused):
        plan.carried_out([Part("device", 9, 0, refuses)] * 2, record, 100.0)
    assert record.document["parts"]["device"]["status"] == "failed"


def test_the_file_is_valid_at_every_moment(record):
    def part(add, seconds):
        for i in range(5):
            add({"i": i})
            read = json.loads(record.path.read_text())
            assert read["parts"]["a"]["entries"][-1] == {"i": i}
            assert read["parts"]["a"]["status"] == "running"

    plan.carried_out([Part("a", 9, 1, part)], record, 100.0)
    assert json.loads(record.path.read_text())["parts"]["a"]["status"] == "done"
    assert list(record.path.parent.iterdir()) == [record.path]


def test_what_is_cut_short_is_marked(record):
    def part(add, seconds):
        add({"cut": "not done after 9 s"})

    plan.carried_out([Part("a", 9, 1, part)], record, 100.0)
    assert record.document["parts"]["a"]["status"] == "cut"


def test_a_part_of_nothing_but_failures_failed(record):
    def part(add, seconds):
        add({"failed": "no module named torch"})

    plan.carried_out([Part("a", 9, 1, part)], record, 100.0)
    assert record.document["parts"]["a"]["status"] == "failed"


def test_parts_of_an_earlier_run_stand_until_they_run_again(record):
    old = {"status": "done", "entries": [{"old": 1}]}
    record.keep({"parts": {"a": old, "b": old, "c": old}})
    found = carried_out(record, ("a", 60, 5, 90), ("b", 60, 30, 1))
    assert found["a"]["entries"] == [{"given": 60}]
    assert found["b"] == found["c"] == old  # b was dropped


def test_a_large_result_is_cut_to_the_limit_and_says_so():
    failures = [{"id": i, "message": "x" * 10_000} for i in range(100)]
    document = {"parts": {"a": {"entries": failures}}}
    assert json.loads(encoded(document)) == document
    text = encoded(document, largest=200_000)
    assert len(text) <= 200_000
    kept = json.loads(text)
    assert len(kept["parts"]["a"]["entries"]) == 100
    assert kept["shortened"] == "texts were cut to 1000 characters"
    text = encoded(document, largest=5_000)
    assert len(text) <= 5_000
    assert "left out" in json.loads(text)["shortened"]


SLEEPS = "import time; time.sleep(600)"
CHILD = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {SLEEPS!r}])
print('{{"child": 1}}', flush=True)
{SLEEPS}
"""
WRITES_LAST = """
import time
try:
    print('{"first": 1}', flush=True)
    time.sleep(600)
except KeyboardInterrupt:
    print('{"last": 1}', flush=True)
"""


def test_lines_of_json_are_heard_and_others_kept():
    heard: list[dict] = []
    code = "print('{\"a\": 1}'); print('{ no JSON'); print('words')"
    ended = ran([sys.executable, "-c", code], HERE, 60, heard.append)
    assert heard == [{"a": 1}]
    assert ended.status == 0
    assert "no JSON" in ended.last_words
    assert "words" in ended.last_words


def test_a_process_that_fails_leaves_its_last_words():
    code = "raise SystemExit('it broke')"
    ended = ran([sys.executable, "-c", code], HERE, 60)
    assert ended.status == 1
    assert parts.failure(ended) == {"failed": "it broke\n"}


def test_time_that_runs_out_lets_a_process_write_and_then_ends_it():
    heard: list[dict] = []
    ended = ran([sys.executable, "-c", WRITES_LAST], HERE, 2, heard.append)
    assert ended.cut
    assert heard in ([{"first": 1}, {"last": 1}], [])  # [] on a very slow machine
    assert "cut" in parts.failure(ended)


def test_what_a_process_started_ends_with_it(monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 0.5)
    groups: list[int] = []
    kill = os.killpg

    def spied(pid, sent):
        groups.append(sent)
        kill(pid, sent)

    monkeypatch.setattr(os, "killpg", spied)
    assert ran([sys.executable, "-c", CHILD], HERE, 1).cut
    assert groups[-1] == signal.SIGKILL


def test_no_process_begins_without_time():
    assert ran([sys.executable, "-c", "1"], HERE, 0).cut


def test_jobs_run_in_their_order_until_the_time_is_up():
    ends: list = []

    def job(i):
        command = [sys.executable, "-c", "import time; time.sleep(1.5)"]
        return Job(command, HERE, lambda ended: ends.append((i, ended.cut)))

    jobs = [job(i) for i in range(9)]
    side_by_side(jobs, 1, 2.5)
    assert sorted(i for i, _ in ends) == list(range(9))
    assert ends[-1] == (8, True)


def test_a_file_is_followed_line_by_line(tmp_path):
    heard: list[dict] = []
    path = tmp_path / "stream"
    with Follower(path, heard.append), path.open("a") as file:
        file.write('{"a": 1}\n{"b"')
        file.flush()
        time.sleep(0.5)
        file.write(": 2}\n{")
    assert heard == [{"a": 1}, {"b": 2}]


def test_parts_are_named_and_the_device_is_always_asked():
    assert command.names("limits") == ["device", "limits"]
    assert command.names("benchmarks,curves") == [
        *("device", "benchmarks 1", "benchmarks 2", "curves"),
    ]
    with pytest.raises(command.argparse.ArgumentTypeError, match="cheese"):
        command.names("cheese")


def test_shards_weigh_about_alike_and_lose_nothing():
    found = parts.shards(parts.REAL, 4)
    loads = [sum(parts.REAL[name] for name in shard) for shard in found]
    assert sorted(name for shard in found for name in shard) == sorted(parts.REAL)
    assert max(loads) - min(loads) <= 5


def test_every_component_is_put_in_float32_and_the_real_ones_rounded(tmp_path):
    jobs = list(parts.clause_jobs(Setting(False, tmp_path)))
    every = sorted([*parts.REAL, *parts.OTHER])
    for port in PORTS:
        for precision in parts.PRECISIONS:
            own = [only for p, how, only in jobs if (p, how) == (port, precision)]
            names = sorted(name for only in own for name in only)
            if precision == "bfloat16" and port.framework == "torch":
                assert names == []
            else:
                assert names == (
                    every if precision == "float32" else sorted(parts.REAL)
                )
    order = [how for _, how, _ in jobs]
    assert order.index("tf32") > max(
        i for i, how in enumerate(order) if how == "float32"
    )


def test_the_components_are_those_of_the_specification():
    from benchmarks.frame import components

    assert sorted([*parts.REAL, *parts.OTHER]) == components()


def test_the_real_ones_are_those_with_tolerances():
    files = (ROOT / "spec_tests").glob("test_*.py")
    real = {
        file.stem.removeprefix("test_")
        for file in files
        if "tolerances" in file.read_text("utf-8")
    }
    assert set(parts.REAL) == real


def test_the_cache_is_no_result():
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert CACHE.relative_to(ROOT).parts[0] + "/" in ignored


def test_without_a_gpu_the_run_is_refused_and_nothing_is_lost(tmp_path):
    """No nvidia-smi is found: the path is empty."""
    kept = tmp_path / command.FILE
    kept.write_text('{"parts": {}}')
    for folder in tmp_path, tmp_path / "new":
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "gpu", "--output", str(folder)],
            cwd=ROOT,
            env=HERE | {"PATH": ""},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == command.REFUSED, done.stderr
        assert "refused: no GPU" in done.stderr
    assert kept.read_text() == '{"parts": {}}'
    assert not (tmp_path / "new" / command.FILE).exists()


def test_an_interpreter_is_asked_what_it_finds():
    assert parts.imports(sys.executable, "pytest_benchmark")
    assert not parts.imports(sys.executable, "no_such_module")
