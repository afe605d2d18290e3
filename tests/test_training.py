"""Training goes on after an interrupt as if there had been none, and loses nothing."""

import errno
import itertools
import json
import os
import signal

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")

from reference import storage, training  # noqa: E402
from reference.stateful_char_rnn import StatefulCharRNN, batches  # noqa: E402
from reference.training import Interrupted, Task, fit  # noqa: E402

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
    return storage.load_arrays(output / training.CHECKPOINT)[1]


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
    written = json.loads((output / training.HISTORY).read_text())
    assert written == history
    assert written["recorded"] == RECORDED
    assert [e["epoch"] for e in written["epochs"]] == [1, 2, 3]
    assert all(e["seconds_per_step"] > 0 for e in written["epochs"])
    assert (output / training.CURVE).read_bytes().startswith(b"\x89PNG")


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
        patch.setattr(storage.os, "fsync", fail)
        with pytest.raises(type(failure)):
            train(tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    assert len(train(tmp_path)["epochs"]) == EPOCHS


def test_full_disk_is_found_before_the_first_step(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, "fsync", fail)
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
    path = tmp_path / training.CHECKPOINT
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ValueError, match="damaged"):
        train(tmp_path)


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, about=np.array("{}"), weights=np.array([{}], object))
    with pytest.raises(ValueError, match="damaged"):
        storage.load_arrays(path)
