"""Times the workloads of workloads/text_generation.py."""

import pytest

from benchmarks.workloads import text_generation


@pytest.mark.benchmark(group="text_generation: 200 characters")
def test_complete_text(clock):
    clock(text_generation.complete, **text_generation.SIZES)
