"""Times the workloads of workloads/multi_head_attention.py."""

import pytest

from benchmarks.workloads import multi_head_attention


@pytest.mark.benchmark(group="multi_head_attention: a call")
def test_call(clock):
    clock(multi_head_attention.call, **multi_head_attention.SIZES)
