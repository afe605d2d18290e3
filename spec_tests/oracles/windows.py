"""Batches of shuffled windows over a sequence, as pairs of inputs and targets.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Chopping the Sequential
Dataset into Multiple Windows".
"""

import itertools

import numpy as np


class Windows:
    """The text repeats where it is endless; it is cut into windows, which shuffle."""

    def batches(self, sequence, **sizes):
        """Return the batches of every whole window, once."""
        self.check(sequence, **sizes)
        return self.batched(self.windows(iter(sequence), **sizes), **sizes)

    def endless_batches(self, sequence, **sizes):
        """Return batches without end; windows cross the seam."""
        self.check(sequence, **sizes)
        return self.batched(self.endless_windows(sequence, **sizes), **sizes)

    def check(self, sequence, *, window_length, **sizes) -> None:
        self.check_sequence(sequence)
        self.check_window(len(sequence), window_length)
        self.check_sizes(**sizes)

    def check_sequence(self, sequence) -> None:
        if np.ndim(sequence) != 1:
            shape = np.shape(sequence)
            raise ValueError(f"sequence must have one axis, got shape {shape}")

    def check_window(self, length: int, window_length: int) -> None:
        if not 2 <= window_length <= length:
            raise ValueError(
                f"window_length must be 2 to {length}, got {window_length}"
            )

    def check_sizes(self, *, seed, **sizes) -> None:
        for name, size in sizes.items():
            if size < 1:
                raise ValueError(f"{name} must be positive, got {size}")

    def endless_windows(self, sequence, **sizes):
        return self.windows(itertools.cycle(sequence), **sizes)

    def windows(self, steps, *, window_length, shift, **sizes):
        """Yield a window at the start and after each shift, while steps last."""
        window = list(itertools.islice(steps, window_length))
        while len(window) == window_length:
            yield window
            window = window[shift:]
            skipped = list(itertools.islice(steps, max(0, shift - window_length)))
            missing = window_length - len(window)
            if len(skipped) < shift - window_length:
                return
            window = window + list(itertools.islice(steps, missing))

    def batched(self, windows, *, shuffle_buffer, batch_size, seed, **sizes):
        shuffled = self.shuffled(windows, shuffle_buffer, self.generator(seed))
        while batch := list(itertools.islice(shuffled, batch_size)):
            yield self.pair(np.array(batch))

    def pair(self, windows):
        return windows[:, :-1], windows[:, 1:]

    def generator(self, seed):
        return np.random.default_rng(seed)

    def shuffled(self, windows, shuffle_buffer, generator):
        buffer = list(itertools.islice(windows, shuffle_buffer))
        while buffer:
            place = self.place(len(buffer), generator)
            yield buffer.pop(place)
            buffer += itertools.islice(windows, 1)

    def place(self, size: int, generator) -> int:
        return int(generator.integers(size))


batches = Windows().batches
endless_batches = Windows().endless_batches
