"""Write what is generated from the clauses, or put one of them without pytest."""

import argparse
import itertools
import sys
from pathlib import Path

from spec_tests.clauses import Implementation, all_clauses, components
from spec_tests.compare import PROFILE

from spec_tests import matrix, new_port, rivals_page, specification
from spec_tests.tolerances import PROFILES


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m spec_tests")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("specification", help="write SPECIFICATION.md")
    command.add_argument("--output", type=Path, required=True, metavar="FILE")
    command.add_argument("--readme", type=Path, metavar="FILE", help="and its table")
    command.set_defaults(run=write_specification)
    command = commands.add_parser("rivals", help="write what the clauses reject")
    command.add_argument("--output", type=Path, required=True, metavar="FILE")
    command.set_defaults(run=write_rivals)
    command = commands.add_parser("put", help="put one clause, without pytest")
    command.add_argument("clause", metavar="ID")
    command.add_argument("--to", default="reference", metavar="PACKAGE")
    command.add_argument("--precision", choices=PROFILES, default="float32")
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
    command.add_argument(
        "--readme", type=Path, metavar="FILE", help="between its marks"
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="leave the README as it is, and fail where it says something else",
    )
    command.set_defaults(run=write_matrix)
    arguments = parser.parse_args()
    arguments.run(arguments)


def write_specification(arguments) -> None:
    """Write the specification, as the clauses state it now."""
    arguments.output.write_text(specification.document(), encoding="utf-8")
    if readme := arguments.readme:
        text = readme.read_text(encoding="utf-8")
        readme.write_text(specification.with_table(text), encoding="utf-8")


def write_rivals(arguments) -> None:
    """Put the clauses to all rivals, and write what they reject: some minutes."""
    n_through = itertools.count(1)

    def done(component: str) -> None:
        print(f"{next(n_through)} of {len(components())}: {component}", flush=True)

    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(rivals_page.document(done), encoding="utf-8")


def put(arguments) -> None:
    """Put one clause to an implementation; a failure is an ordinary traceback."""
    clauses = all_clauses()
    if arguments.clause not in clauses:
        raise SystemExit(f"no clause has the id {arguments.clause!r}")
    sys.path.insert(0, "")
    PROFILE.set(arguments.precision)
    try:
        implementation = Implementation(arguments.to)
    except ModuleNotFoundError as error:
        if not error.name or error.name not in arguments.to:
            raise  # it is the implementation that lacks something
        raise SystemExit(f"--to: no module is named {error.name}") from None
    comparisons = clauses[arguments.clause].put_to(implementation)
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
    readme = arguments.readme
    if not any(pages) and not readme:
        raise SystemExit(
            "name a page to write: --output, --markdown, --badge or --readme"
        )
    if arguments.check and not readme:
        raise SystemExit("--check compares a README: name it with --readme")
    try:
        runs = [matrix.read(path) for path in arguments.reports]
        makers = matrix.html, matrix.markdown, matrix.badge
        texts = {
            path: make(runs) for path, make in zip(pages, makers, strict=True) if path
        }
        if readme:
            before = readme.read_text(encoding="utf-8")
            texts[readme] = matrix.with_matrix(before, runs)
    except (OSError, ValueError) as error:
        raise SystemExit(str(error)) from None
    stale = readme and texts[readme] != before
    if readme and (arguments.check or not stale):
        del texts[readme]
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path}")
    if stale and arguments.check:
        raise SystemExit(
            f"{readme} does not say what these reports say: `make matrix`, or the same "
            "command without --check, mends it"
        )


if __name__ == "__main__":
    main()
