"""Bring notebooks into the form in which they are committed: `normalise.py FILE...`.

Sources, outputs, ids and tags are kept; times, kernels and numbers of executions, which
differ from run to run and from editor to editor, are not.
"""

import itertools
import sys
from pathlib import Path

import nbformat

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}


def normalised(text: str) -> str:
    """Return the text of a notebook in that form."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata, notebook.nbformat_minor = nbformat.from_dict(METADATA), 5
    numbers = itertools.count(1)
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags" and v}
        if cell.cell_type == "code":
            cell.execution_count = next(numbers)
            cell.outputs = list(joined(cell.outputs))
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count
    return nbformat.writes(notebook) + "\n"


def joined(outputs):
    """Yield the outputs, the pieces in which a text was printed put together."""
    for stream, group in itertools.groupby(
        outputs, key=lambda output: output.get("name")
    ):
        first, *rest = group
        if stream:
            first.text += "".join(piece.text for piece in rest)
        yield from [first] if stream else [first, *rest]


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        before = path.read_text("utf-8")
        if (after := normalised(before)) != before:
            path.write_text(after, "utf-8")
