"""Training on two replicas takes the steps of one that reads the whole batch."""

import pytest

from benchmarks.scaling import results, started, workers

pytest.importorskip("tensorflow")

OPTIONS = ["--small", "--steps", "6"]


@pytest.fixture(scope="module")
def whole() -> list[float]:
    """Return the losses of one process that reads the whole batch."""
    [one] = results(started("one", OPTIONS))
    assert one["replicas"] == 1
    assert one["losses"][-1] < one["losses"][0]
    return one["losses"]


def test_mirrored_replicas(whole):
    [mirrored] = results(started("mirrored", OPTIONS))
    assert mirrored["replicas"] == 2
    assert mirrored["losses"] == pytest.approx(whole, rel=1e-5)


def test_two_workers(whole):
    for worker in results(*workers(OPTIONS)):
        assert worker["replicas"] == 2
        assert worker["losses"] == pytest.approx(whole, rel=1e-5)
