"""Ctrl-C and SIGTERM, put off until training has saved itself."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Interrupted(Exception):
    """Training was asked to stop, and has saved itself."""


@contextmanager
def deferred_interrupts() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C or SIGTERM sets; a second one raises."""
    asked = threading.Event()

    def ask(number, frame):
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked  # signals reach the main thread alone
        return
    before = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
