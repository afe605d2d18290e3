"""Text from an implementation, made safe to show: short, printable, always text."""

LONGEST = 4000
MOST_LINES = 40
_CONTROL = {
    code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"
}


def clean(text: str, most: int = LONGEST) -> str:
    """Return text without control characters or lone surrogates, cut in the middle."""
    if len(text) > most:
        half = most // 2
        left_out = len(text) - 2 * half
        text = f"{text[:half]}\n[{left_out:,} characters left out]\n{text[-half:]}"
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        left_out = len(lines) - 2 * half
        middle = f"[{left_out:,} lines left out]"
        text = "\n".join([*lines[:half], middle, *lines[-half:]])
    return text.translate(_CONTROL).encode("utf-8", "backslashreplace").decode("utf-8")


def message_of(error: BaseException) -> str:
    """Return what an exception says, its type's name where it says nothing."""
    try:
        said = str(error)
    except BaseException as inner:
        said = f"its text cannot be shown: str() raises {type(inner).__name__}"
    return clean(said) or type(error).__name__


def indented(text: str) -> str:
    """Return text whose later lines are indented: none of them looks like ours."""
    return "\n  ".join(text.splitlines())


def one_line(text: str) -> str:
    """Return text with its line breaks, and what surrounds them, as single spaces."""
    return " ".join(line.strip() for line in text.splitlines())
