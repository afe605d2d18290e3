"""Write what is generated from the clauses, or put one of them without pytest."""

import argparse
import sys
from pathlib import Path

from spec_tests import specification
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


if __name__ == "__main__":
    main()
