"""Follows a walk-through: writes its files, runs its commands, keeps the outputs."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"(?:^<!-- file: (?P<file>\S+) -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$",
    re.M | re.S,
)


@dataclass(frozen=True)
class Command:
    """A line behind `$` and the output that the page shows of it."""

    line: str
    shown: str


@dataclass(frozen=True)
class File:
    """A file that the page gives in full."""

    path: str
    text: str


@dataclass(frozen=True)
class Change:
    """Lines that take the place of others in a file."""

    path: str
    old: str
    new: str


def steps(page: str) -> list[Command | File | Change]:
    """Return what a reader of the page does, in order."""
    found: list[Command | File | Change] = []
    for fence in FENCE.finditer(page):
        body = fence["body"]
        if fence["kind"] == "console":
            found += commands(body)
        elif fence["kind"] == "diff":
            first, _, rest = body.partition("\n")
            lines = rest.splitlines(keepends=True)
            old = "".join(line[1:] for line in lines if line[0] in " -")
            new = "".join(line[1:] for line in lines if line[0] in " +")
            found.append(Change(first.removeprefix("--- "), old, new))
        elif fence["file"]:
            found.append(File(fence["file"], body))
    return found


def commands(body: str) -> list[Command]:
    """Return the commands of a console block, each with what follows it."""
    parts = re.split(r"^\$ (.*)\n", body, flags=re.M)[1:]
    return [Command(*pair) for pair in zip(parts[::2], parts[1::2], strict=True)]


def follow(
    found, folder: Path, environment: dict[str, str]
) -> list[tuple[Command, str]]:
    """Take the steps in one shell in the folder; return what each command printed."""
    script, ran = [], []
    for step in found:
        if isinstance(step, Command):
            ran.append(step)
            script.append(f"printf '\\n@@@\\n'; {{ {step.line}\n}} 2>&1")
        elif isinstance(step, File):
            script.append(f"cat > {step.path} <<'END_OF_FILE'\n{step.text}END_OF_FILE")
        else:
            script.append(replacement(step))
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert not done.stderr, done.stderr
    outputs = done.stdout.split("\n@@@\n")[1:]
    return list(zip(ran, outputs, strict=True))


def replacement(change: Change) -> str:
    """Return the command that puts the new lines in the place of the old ones."""
    code = (
        "import pathlib\n"
        f"path = pathlib.Path({change.path!r})\n"
        "text = path.read_text()\n"
        f"assert text.count({change.old!r}) == 1, text\n"
        f"path.write_text(text.replace({change.old!r}, {change.new!r}))"
    )
    return f"python - <<'END_OF_CODE'\n{code}\nEND_OF_CODE"


def same(text: str) -> str:
    """Return an output without what differs from run to run."""
    text = re.sub(r"in \d+\.\d+ ?s", "in 0 s", text)
    text = re.sub(r"(largest difference) [\d.e-]+", r"\1 0", text)
    text = re.sub(r"(\.\d{4})\d+", r"\1", text)  # and in the last digits
    return re.sub(r"[ \t]+", " ", text).replace(" \n", "\n").strip()


def is_shown(shown: str, printed: str) -> bool:
    """Say whether the page shows what was printed; a line `...` is any lines."""
    blocks = re.split(r"^\.\.\.\n", shown, flags=re.M)
    pattern = r".*".join(re.escape(same(block)) for block in blocks)
    return bool(re.fullmatch(pattern, same(printed), re.S))
