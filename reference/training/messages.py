"""What the command writes: lines on the standard error, text on the standard output."""

import os
import sys

PROGRAM = "python -m reference"
MOST_SHOWN = 2_000  # characters of a message


def say(message: str) -> None:
    """Write a line on the standard error, with control characters escaped."""
    line = " ".join(message.split())
    if len(line) > MOST_SHOWN:
        line = f"{line[:MOST_SHOWN]}..."
    safe = (c if c.isprintable() else ascii(c)[1:-1] for c in line)
    try:
        print("".join(safe), file=sys.stderr, flush=True)
    except OSError:
        pass  # nobody reads it; the exit status says it too


def complain(message: str) -> None:
    """Say what is wrong."""
    say(f"{PROGRAM}: error: {message}")


def reason(error: Exception) -> str:
    """Return the error's message, the system's without the number."""
    if isinstance(error, OSError) and error.strerror and error.filename:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def show(text: str) -> None:
    """Print a text, with what the terminal cannot show escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding))


def open_standard_streams() -> None:
    """Give what was closed, as by `>&-`, the null device.

    Else the next file opened, a checkpoint, would take what is written to the stream.
    """
    for descriptor, name in enumerate(["stdin", "stdout", "stderr"]):
        if getattr(sys, name) is None:
            null = open(os.devnull, "w" if descriptor else "r")
            setattr(sys, name, null)


def discard_standard_output() -> None:
    """Give the null device what is still to be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
