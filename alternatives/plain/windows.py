"""Batches of shuffled windows over a sequence, as pairs of inputs and targets."""

import itertools
from collections.abc import Iterator

import numpy as np

from alternatives.plain.arguments import check_windows


def batches(sequence, **sizes) -> "Windows":
    """Return (inputs [B, L-1], targets [B, L-1]) of every whole window, once."""
    return Windows(sequence, endless=False, **sizes)


def endless_batches(sequence, **sizes) -> "Windows":
    """Return batches without end: the sequence repeats, and windows cross the seam."""
    return Windows(sequence, endless=True, **sizes)


class Windows:
    """Shuffles the starts of windows in a buffer, and gathers a batch at a time."""

    def __init__(
        self,
        sequence,
        *,
        window_length: int,
        shift: int,
        batch_size: int,
        shuffle_buffer: int,
        seed: int,
        endless: bool,
    ):
        sequence = np.asarray(sequence)  # [N]
        sizes = dict(shift=shift, batch_size=batch_size, shuffle_buffer=shuffle_buffer)
        check_windows(sequence, window_length=window_length, **sizes)
        # the start of the sequence again, for the windows that cross the seam
        round_the_seam = np.concatenate([sequence, sequence[: window_length - 1]])
        self.windows = np.lib.stride_tricks.sliding_window_view(
            round_the_seam, window_length
        )  # [N, L], a view
        self.shift, self.batch_size = shift, batch_size
        self.shuffle_buffer, self.seed, self.endless = shuffle_buffer, seed, endless

    def __iter__(self):
        starts = self.shuffled()
        while batch := list(itertools.islice(starts, self.batch_size)):
            windows = self.windows[np.array(batch) % len(self.windows)]  # [B, L]
            yield windows[:, :-1], windows[:, 1:]  # [B, L-1], [B, L-1]

    def shuffled(self) -> Iterator[int]:
        """Yield the starts, each drawn from the buffer, which the next one refills."""
        period, length = self.windows.shape
        starts: Iterator[int] = itertools.count(0, self.shift)
        if not self.endless:
            starts = iter(range(0, period - length + 1, self.shift))
        rng = np.random.default_rng(self.seed)
        buffer = list(itertools.islice(starts, self.shuffle_buffer))
        for start, place in zip(starts, self.places(rng), strict=False):
            yield buffer[place]
            buffer[place] = start
        for place in rng.permutation(len(buffer)).tolist():
            yield buffer[place]

    def places(self, rng, at_once: int = 4096) -> Iterator[int]:
        """Yield places in a full buffer, each as likely as the others."""
        while True:
            yield from rng.integers(self.shuffle_buffer, size=at_once).tolist()
