"""Compared is what the notebooks say anywhere: on the CPU, with the made texts."""

import os


def pytest_configure(config):
    """Take from the kernels what would give other outputs: corpora and GPUs."""
    if config.getoption("nbval", False):
        os.environ.pop("CHAPTER_DATA", None)
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
