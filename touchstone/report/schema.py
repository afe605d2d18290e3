"""The JSON Schema of a report, for programs in any language.

`report.schema.json` is written by hand except for its lists of labels, which are those of
the enumerations: `python -m touchstone.report.schema` brings them up to date.
"""

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

from touchstone.outcomes import Level, Outcome
from touchstone.report.files import write_whole
from touchstone.tolerances import PRECISIONS
from touchstone.verdict import Conformance

FILE = "report.schema.json"
LABELS = {
    "level": [level.label for level in Level],
    "outcome": [outcome.label for outcome in Outcome],
    "precision": list(PRECISIONS),
    "verdict": [verdict.value for verdict in Conformance],
}


def text() -> str:
    """Return the file."""
    file = resources.files("touchstone.report").joinpath(FILE)
    return file.read_text(encoding="utf-8")


def schema() -> dict[str, Any]:
    """Return the schema of `Report.document()`, as JSON Schema 2020-12."""
    found: dict[str, Any] = json.loads(text())
    return found


def updated(file: str) -> str:
    """Return the text of the file with the labels of the enumerations."""
    for name, labels in LABELS.items():
        form = rf'(\n  "{name}": \{{\n   "enum": )\[[^\]]*\]'
        listed = json.dumps(labels, ensure_ascii=False)
        to = r"\g<1>" + listed.replace("\\", r"\\")
        file, n_found = re.subn(form, to, file)
        if n_found != 1:
            raise ValueError(f"{FILE} must list the labels of {name!r} once")
    return file


if __name__ == "__main__":
    write_whole(Path(__file__).with_name(FILE), updated(text()))
