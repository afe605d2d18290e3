"""Write what is generated from the clauses, or put one of them without pytest."""

import argparse
import sys
from pathlib import Path

from spec_tests import matrix, new_port, specification
from spec_tests.clauses import Implementation, all_clauses


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m spec_tests")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("specification", help="write SPECIFICATION.md")
    command.add_argument("--output", type=Path, required=True, metavar="FILE")
    command.add_argument("--readme", type=Path, metavar="FILE", help="and its table")
    command.set_defaults(run=write_specification)
    command = commands.add_parser("put", help="put one clause, without pytest")
    command.add_argument("clause", metavar="ID")
    command.add_argument("--to", default="reference", metavar="PACKAGE")
    command.set_defaults(run=put)
    command = commands.add_parser("new-port", help="write a package to be filled in")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--components", nargs="+", default=[], metavar="NAME")
    command.set_defaults(run=write_port)
    command = commands.add_parser("matrix", help="make one page of several reports")
    command.add_argument("reports", type=Path, nargs="+", metavar="REPORT")
    command.add_argument("--output", type=Path, metavar="FILE.html")
    command.add_argument("--markdown", type=Path, metavar="FILE.md")
    command.add_argument("--badge", type=Path, metavar="FILE.svg", help="of one report")
    command.set_defaults(run=write_matrix)
    arguments = parser.parse_args()
    arguments.run(arguments)


def write_specification(arguments) -> None:
    """Write the specification, as the clauses state it now."""
    arguments.output.write_text(specification.document(), encoding="utf-8")
    if readme := arguments.readme:
        text = readme.read_text(encoding="utf-8")
        readme.write_text(specification.with_table(text), encoding="utf-8")


def put(arguments) -> None:
    """Put one clause to an implementation; a failure is an ordinary traceback."""
    clauses = all_clauses()
    if arguments.clause not in clauses:
        raise SystemExit(f"no clause has the id {arguments.clause!r}")
    sys.path.insert(0, "")
    comparisons = clauses[arguments.clause].put_to(Implementation(arguments.to))
    budget = max((comparison.budget for comparison in comparisons), default=0)
    print(f"{arguments.clause} passed; largest error budget {budget:.2g}x")


def write_port(arguments) -> None:
    """Write a port whose every function is still to be written."""
    try:
        written = new_port.write(arguments.folder, arguments.components)
    except ValueError as error:
        raise SystemExit(str(error)) from None
    for path in written:
        print(f"wrote {path}")


def write_matrix(arguments) -> None:
    """Write what several reports say side by side."""
    pages = arguments.output, arguments.markdown, arguments.badge
    if not any(pages):
        raise SystemExit("name a page to write: --output, --markdown or --badge")
    try:
        runs = [matrix.read(path) for path in arguments.reports]
        makers = matrix.html, matrix.markdown, matrix.badge
        texts = {
            path: make(runs) for path, make in zip(pages, makers, strict=True) if path
        }
    except (OSError, ValueError) as error:
        raise SystemExit(str(error)) from None
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
