"""Times the workloads of workloads/positional_encoding.py."""

import pytest

from benchmarks.workloads import positional_encoding


@pytest.mark.benchmark(group="positional_encoding: a call")
def test_call(clock):
    clock(positional_encoding.call, **positional_encoding.SIZES)
