"""How far an epoch is: a bar on a terminal, plain lines now and then elsewhere."""

import sys
import time

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 10


class ProgressBar:
    """Shows on the standard error how many of an epoch's steps are done.

    Training goes on where nobody reads it any longer: what cannot be written is dropped.
    """

    def __init__(self, label: str, *, total: int, done: int):
        self.label, self.total, self.done = label, total, done
        self.written_at = float("-inf")
        self.bar = None
        if sys.stderr.isatty():
            self.bar = tqdm(total=total, initial=done, desc=label)

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_) -> None:
        self.write(self.bar.close if self.bar else lambda: None)

    def step(self, loss: float) -> None:
        """Count one more step; the loss is the mean so far."""
        self.done += 1
        self.write(lambda: self.show(f"loss {loss:.4f}"))

    def show(self, text: str) -> None:
        if self.bar is not None:
            self.bar.set_postfix_str(text, refresh=False)
            self.bar.update()
            return
        now = time.monotonic()
        if now - self.written_at >= SECONDS_BETWEEN_LINES or self.done == self.total:
            self.written_at = now
            line = f"{self.label}: step {self.done}/{self.total}, {text}"
            print(line, file=sys.stderr, flush=True)

    def write(self, write) -> None:
        try:
            write()
        except OSError:  # a closed pipe, a lost terminal, a full disk
            self.bar, self.written_at = None, float("inf")
            self.total = -1  # no line is due any more
