"""Text from an implementation, made safe to show: short, printable, always text."""

LONGEST = 4000
_CONTROL = {
    code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"
}


def clean(text: str, most: int = LONGEST) -> str:
    """Return text without control characters or lone surrogates, cut in the middle."""
    if len(text) > most:
        half = most // 2
        left_out = len(text) - 2 * half
        text = f"{text[:half]}\n[{left_out:,} characters left out]\n{text[-half:]}"
    return text.translate(_CONTROL).encode("utf-8", "backslashreplace").decode("utf-8")


def message_of(error: BaseException) -> str:
    """Return what an exception says, its type's name where it says nothing."""
    try:
        said = str(error)
    except Exception as inner:
        said = f"its text cannot be shown: str() raises {type(inner).__name__}"
    return clean(said) or type(error).__name__
