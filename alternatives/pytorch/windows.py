"""Batches of shuffled windows over a sequence, as pairs of inputs and targets."""

import itertools

import torch
from torch.utils.data import IterableDataset

from alternatives.plain.arguments import check_windows
from alternatives.pytorch import DEVICE


def batches(sequence, **sizes) -> "Windows":
    """Return (inputs [B, L-1], targets [B, L-1]) of every whole window, once."""
    return Windows(sequence, endless=False, **sizes)


def endless_batches(sequence, **sizes) -> "Windows":
    """Return batches without end: the sequence repeats, and windows cross the seam."""
    return Windows(sequence, endless=True, **sizes)


class Windows(IterableDataset):
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
        sequence = torch.as_tensor(sequence, device=DEVICE)  # [N]
        sizes = dict(shift=shift, batch_size=batch_size, shuffle_buffer=shuffle_buffer)
        check_windows(sequence, window_length=window_length, **sizes)
        # the start of the sequence again, for the windows that cross the seam
        self.windows = torch.cat([sequence, sequence[: window_length - 1]]).unfold(
            0, window_length, 1
        )  # [N, L], a view
        self.period, self.shift, self.endless = len(sequence), shift, endless
        self.last = len(sequence) - window_length
        self.batch_size, self.shuffle_buffer, self.seed = (
            batch_size,
            shuffle_buffer,
            seed,
        )

    def __iter__(self):
        starts = self.shuffled()
        while batch := list(itertools.islice(starts, self.batch_size)):
            rows = torch.tensor(batch, device=DEVICE) % self.period  # [B]
            windows = self.windows[rows]  # [B, L]
            yield windows[:, :-1], windows[:, 1:]  # [B, L-1], [B, L-1]

    def shuffled(self):
        """Yield the starts, each drawn from the buffer, which the next one refills."""
        whole = range(0, self.last + 1, self.shift)
        starts = itertools.count(0, self.shift) if self.endless else iter(whole)
        generator = torch.Generator().manual_seed(self.seed)
        buffer = list(itertools.islice(starts, self.shuffle_buffer))
        for start, place in zip(starts, self.places(generator), strict=False):
            yield buffer[place]
            buffer[place] = start
        for place in torch.randperm(len(buffer), generator=generator).tolist():
            yield buffer[place]

    def places(self, generator, at_once: int = 4096):
        """Yield places in a full buffer, each as likely as the others."""
        while True:
            drawn = torch.randint(self.shuffle_buffer, [at_once], generator=generator)
            yield from drawn.tolist()
