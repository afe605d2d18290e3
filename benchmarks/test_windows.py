"""Times the workloads of workloads/windows.py."""

import pytest

from benchmarks.workloads import windows


@pytest.mark.benchmark(group="windows: 300 batches")
def test_pipeline(clock):
    clock(windows.pipeline, **windows.SIZES)
