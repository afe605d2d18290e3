"""Training goes on after an interrupt as if there had been none, and loses nothing."""

import errno
import itertools
import json
import multiprocessing
import os
import signal

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from reference import files  # noqa: E402
from reference.stateful_char_rnn import StatefulCharRNN, batches  # noqa: E402
from reference.training import array_files, lock, results  # noqa: E402
from reference.training.interrupts import Interrupted  # noqa: E402
from reference.training.run import fit  # noqa: E402
from reference.training.task import Task  # noqa: E402

# Keras draws its seeds with a float for an end
pytestmark = pytest.mark.filterwarnings("ignore:non-integer arg:DeprecationWarning")

STEPS, EPOCHS = 7, 3
IDENTITY = {"recipe": "tiny", "seed": 1, "steps_per_epoch": STEPS}
RECORDED = {"loss": [2.0, None, 1.5]}


def tiny_task(interrupt_at: int | None = None) -> Task:
    """Return a task with states and dropout; a Ctrl-C comes before a step, once."""
    tf.keras.utils.set_random_seed(1)
    model = StatefulCharRNN(
        vocabulary_size=5, units=3, batch_size=2, dropout=0.2, recurrent_dropout=0.2
    )
    encoded = np.random.default_rng(2).integers(0, 5, 2 * (3 * STEPS + 1))
    epoch = batches(encoded, n_steps=3, batch_size=2, vocabulary_size=5)

    def endless(step):
        for i in itertools.count(step):
            if i == interrupt_at:
                os.kill(os.getpid(), signal.SIGINT)
            yield next(iter(epoch.skip(i % STEPS)))

    return Task(
        model=model,
        steps_per_epoch=STEPS,
        batches=endless,
        about={"model": "tiny"},
        begin_epoch=model.reset_states,
    )


def train(output, epochs=EPOCHS, identity=IDENTITY, **options) -> dict:
    task = tiny_task(**options)
    return fit(task, epochs=epochs, output=output, identity=identity, recorded=RECORDED)


def arrays(output) -> dict:
    return array_files.load_arrays(output / results.CHECKPOINT)[1]


def losses(history) -> list[float]:
    return [epoch["loss"] for epoch in history["epochs"]]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    output = tmp_path_factory.mktemp("whole")
    return output, train(output)


@pytest.mark.parametrize("step", [0, 4, STEPS - 1, STEPS, 2 * STEPS + 3])
def test_resumed_is_uninterrupted_bit_for_bit(step, tmp_path, uninterrupted):
    with pytest.raises(Interrupted):
        train(tmp_path, interrupt_at=step)
    history = train(tmp_path)
    whole, expected = uninterrupted
    assert losses(history) == losses(expected)
    found, right = arrays(tmp_path), arrays(whole)
    assert sorted(found) == sorted(right)
    for name, value in right.items():
        np.testing.assert_array_equal(found[name], value, err_msg=name)


def test_states_are_reset_at_each_epochs_start(uninterrupted):
    whole, _ = uninterrupted
    one = tiny_task()
    one.model.set_named_weights(
        {k[8:]: v for k, v in arrays(whole).items() if k.startswith("weights/")}
    )
    one.model(next(iter(one.batches(0)))[0])
    assert np.any(one.model.gru_1.state.numpy())
    one.begin_epoch()
    assert not np.any(one.model.gru_1.state.numpy())
    assert not np.any(one.model.gru_2.state.numpy())


def test_epochs_begin_with_a_reset(tmp_path):
    task, resets = tiny_task(), []
    counted = Task(**{**vars(task), "begin_epoch": lambda: resets.append(1)})
    fit(counted, epochs=2, output=tmp_path, identity=IDENTITY, recorded=RECORDED)
    assert len(resets) == 2


def test_more_epochs_go_on_from_the_last(tmp_path, uninterrupted):
    train(tmp_path, epochs=1)
    assert losses(train(tmp_path)) == losses(uninterrupted[1])


def test_history_stands_beside_what_is_recorded(uninterrupted):
    output, history = uninterrupted
    written = json.loads((output / results.HISTORY).read_text())
    assert written == history
    assert written["recorded"] == RECORDED
    assert [e["epoch"] for e in written["epochs"]] == [1, 2, 3]
    assert all(e["seconds_per_step"] > 0 for e in written["epochs"])
    assert (output / results.CURVE).read_bytes().startswith(b"\x89PNG")


def test_no_partial_file_is_left(uninterrupted):
    names = sorted(path.name for path in uninterrupted[0].iterdir())
    assert names == ["checkpoint.npz", "curve.png", "history.json", "weights.npz"]


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()]
)
def test_failed_save_leaves_the_one_before(failure, tmp_path, monkeypatch):
    train(tmp_path, epochs=1)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}

    def fail(descriptor):
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", fail)
        with pytest.raises(type(failure)):
            train(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    assert len(train(tmp_path)["epochs"]) == EPOCHS


def test_full_disk_is_found_before_the_first_step(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(OSError, match=r"checkpoint\.npz cannot be written: No space"):
        train(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_another_run_is_refused(tmp_path):
    train(tmp_path, epochs=1)
    with pytest.raises(ValueError, match="another run"):
        train(tmp_path, identity=IDENTITY | {"seed": 2})


@pytest.mark.parametrize("keep", [0, 100, 3000])
def test_truncated_checkpoint_is_refused(keep, tmp_path):
    train(tmp_path, epochs=1)
    path = tmp_path / results.CHECKPOINT
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match="damaged"):
        train(tmp_path)


def hold(folder, ready):
    with lock.locked_folder(folder):
        ready.set()
        signal.pause()


@pytest.fixture
def holder(tmp_path):
    """Return another process that trains in the folder, as far as that can be seen."""
    spawn = multiprocessing.get_context("spawn")
    ready = spawn.Event()
    process = spawn.Process(target=hold, args=(tmp_path, ready))
    process.start()
    assert ready.wait(60)
    yield process
    process.kill()
    process.join()


def test_a_folder_takes_one_run_at_a_time(tmp_path, holder):
    before = sorted(tmp_path.iterdir())
    match = rf"{tmp_path}, held by process {holder.pid} on"
    with pytest.raises(ValueError, match=match):
        train(tmp_path)
    assert sorted(tmp_path.iterdir()) == before


def test_a_killed_run_holds_nothing(tmp_path, holder):
    holder.kill()
    holder.join()
    assert (tmp_path / lock.LOCK).exists()
    train(tmp_path, epochs=1)
    assert not (tmp_path / lock.LOCK).exists()


def test_a_folder_is_free_after_an_error(tmp_path):
    train(tmp_path, epochs=1)
    with pytest.raises(ValueError, match="another run"):
        train(tmp_path, identity=IDENTITY | {"seed": 2})
    assert len(train(tmp_path)["epochs"]) == EPOCHS


def test_a_lock_removed_while_it_was_opened_is_none(tmp_path, monkeypatch):
    """The holder removes the file between another's opening and locking of it."""
    locked_file = lock.locked_file
    calls: list[int] = []

    def late(path):
        descriptor = locked_file(path)
        if not calls:
            path.unlink()
        calls.append(descriptor)
        return descriptor

    monkeypatch.setattr(lock, "locked_file", late)
    with lock.locked_folder(tmp_path):
        assert len(calls) == 2
        assert (tmp_path / lock.LOCK).read_text().startswith(f"process {os.getpid()}")
        with pytest.raises(ValueError, match="held by"):
            lock.locked_folder(tmp_path).__enter__()


def test_drafts_of_a_killed_run_are_removed(tmp_path):
    left = [tmp_path / f".{name}.{'0af3' * 8}" for name in results.RESULTS]
    folder = tmp_path / f".{results.HISTORY}.{'0' * 32}"  # it was never a draft
    folder.mkdir()
    other = tmp_path / f".notes.{'0af3' * 8}"
    for path in [*left, other]:
        path.write_bytes(b"half")
    train(tmp_path, epochs=1)
    assert not [path for path in left if path.exists()]
    assert other.exists()


def test_a_refused_task_writes_nothing(tmp_path):
    def refused(step):
        raise ValueError("window_length must be at most 3, got 9")

    task = Task(**{**vars(tiny_task()), "batches": refused})
    output = tmp_path / "out"
    with pytest.raises(ValueError, match="window_length"):
        fit(task, epochs=1, output=output, identity=IDENTITY, recorded=RECORDED)
    assert not output.exists()
    train(output, epochs=1)


@pytest.mark.parametrize("name", results.RESULTS)
@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_results_that_cannot_be_written(name, kind, tmp_path):
    path = tmp_path / name
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(ValueError, match=rf"{name} must be a file, got a .*{kind}"):
        train(tmp_path, epochs=1)
    assert list(tmp_path.iterdir()) == [path]


def test_divergence_stops_and_keeps_the_last_save(tmp_path):
    train(tmp_path, epochs=1)
    before = (tmp_path / results.CHECKPOINT).read_bytes()
    task = tiny_task()

    def infinite(batch):
        return tf.constant(float("nan"))

    task.model.train_step = infinite
    with pytest.raises(FloatingPointError, match=f"got nan at step {STEPS + 1}"):
        fit(task, epochs=2, output=tmp_path, identity=IDENTITY, recorded=RECORDED)
    assert (tmp_path / results.CHECKPOINT).read_bytes() == before


def wrong_progress(about, arrays):
    about["progress"] |= {"step": -3}


def strange_progress(about, arrays):
    about["progress"]["train"] = 1


def no_progress(about, arrays):
    about["progress"] = "all of it"


def too_many_epochs(about, arrays):
    about["progress"]["epochs"] *= 2


def epochs_of_texts(about, arrays):
    about["progress"]["epochs"][0]["loss"] = "low"


def a_loss_of_nan(about, arrays):
    about["progress"]["losses"] = float("nan")


def a_weight_of_nan(about, arrays):
    arrays["weights/dense/bias"] = arrays["weights/dense/bias"] * np.nan


def a_moment_of_infinity(about, arrays):
    arrays["adam/2"] = arrays["adam/2"] + np.inf


def a_wrong_dtype(about, arrays):
    arrays["weights/dense/bias"] = arrays["weights/dense/bias"].astype(np.float64)


def a_wrong_shape(about, arrays):
    arrays["adam/2"] = arrays["adam/2"][:1]


def an_array_too_few(about, arrays):
    arrays.pop("adam/2")


def an_array_too_many(about, arrays):
    arrays["adam/2000"] = np.zeros(3)


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    output = tmp_path_factory.mktemp("begun")
    train(output, epochs=1)
    return array_files.load_arrays(output / results.CHECKPOINT)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (wrong_progress, "step -3"),
        (strange_progress, "progress"),
        (no_progress, "progress"),
        (too_many_epochs, "epoch 3"),
        (epochs_of_texts, "epoch 1"),
        (a_loss_of_nan, "losses must be a finite float"),
        (a_weight_of_nan, "weights/dense/bias must be finite, got nan"),
        (a_moment_of_infinity, "adam/2 must be finite, got inf"),
        (a_wrong_dtype, "weights/dense/bias must have dtype float32, got float64"),
        (a_wrong_shape, "adam/2 must have shape"),
        (an_array_too_few, "lacks the array adam/2"),
        (an_array_too_many, "unknown array adam/2000"),
    ],
)
def test_a_damaged_checkpoint_is_refused(change, part, begun, tmp_path):
    about, arrays = json.loads(json.dumps(begun[0])), dict(begun[1])
    change(about, arrays)
    path = tmp_path / results.CHECKPOINT
    array_files.save_arrays(path, about, arrays)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=f"damaged: .*{part}"):
        train(tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
