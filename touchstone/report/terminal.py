"""What a terminal shows of a run: the failures, the table, and the sentences below it."""

import textwrap
from collections import Counter

from touchstone.engine import Result
from touchstone.outcomes import Level, Outcome
from touchstone.report.model import Report
from touchstone.texts import indented
from touchstone.verdict import Conformance

MANY = 12  # ids that are listed in one line


def title(report: Report) -> str:
    """Return what was checked, and at which precision."""
    options = report.options
    drawn = f", {options.rows} rows drawn from seed {options.seed}" * bool(options.rows)
    return f"conformance of {report.implementation} ({options.precision}{drawn})"


def failure(result: Result, report: Report) -> str:
    """Return what is shown of a clause that failed."""
    where = f"at {result.place}" if result.place else ""
    command = f"reproduce: {reproduction(result, report)}"
    case = f"case: {result.case}" if result.case else ""
    said = indented(result.message), indented(where)
    lines = [str(result.clause), *said, result.looks or result.hint, case, command]
    return "\n".join(filter(None, lines))


def reproduction(result: Result, report: Report) -> str:
    """Return the command that runs one clause against the same implementation."""
    options = f" --only {result.clause.id}"
    if report.options.precision != "float32":
        options += f" --precision {report.options.precision}"
    return f"touchstone check {report.implementation}{options}{report.options.repeated}"


def table(report: Report) -> str:
    """Return components by outcomes; an outcome that did not occur has no column."""
    shown = [o for o in Outcome if o is Outcome.PASSED or report.count(o)]
    rows = [["", *(outcome.heading for outcome in shown), "of", "verdict"]]
    for component in [*report.components(), None]:
        counts = [report.count(outcome, component) for outcome in shown]
        verdict = _verdict(report, component) if component else ""
        of = len(report.clauses_of(component))
        cells = [str(count) if count else "." for count in counts]
        rows.append([component or "total", *cells, str(of), verdict])
    return _aligned(rows)


def _verdict(report: Report, component: str) -> str:
    found = report.conformance(component)
    label = str(found.value)
    if found is not Conformance.IN_PART:
        return label
    deciding = [c for c in report.clauses_of(component) if c.level.decides]
    passed = sum(report.outcome(c) is Outcome.PASSED for c in deciding)
    return f"{label} ({passed} of {len(deciding)})"


def remarks(report: Report) -> list[str]:
    """Return the sentences that stand below the table."""
    lines = []
    total, n_clauses = len(report.specification.clauses), len(report.requested)
    verdicts = {name: report.conformance(name) for name in report.components()}
    if all(found is Conformance.NO_VERDICT for found in verdicts.values()):
        checked = n_clauses - len(report.lost())
        lines.append(f"{checked} of {total} clauses checked, no verdict")
    absent = [
        name for name, found in verdicts.items() if found is Conformance.NOT_PROVIDED
    ]
    if absent:
        lines += _listed("not provided", absent)
    if lost := report.lost():
        ids = [clause.id for clause in lost]
        lines += _listed(f"{len(lost)} clauses have no outcome", ids)
    if report.uncollected:
        lines += _listed("clause files that cannot be read", report.uncollected)
    if guards := report.failed_guards():
        beside = "" if report.options.strict else ", which --strict would not allow"
        ids = [clause.id for clause in guards]
        lines += _listed(f"{_counted(len(guards), 'guard')} failed{beside}", ids)
    if missing := report.missing():
        ids = [clause.id for clause in missing]
        lines += _listed(f"{len(missing)} required clauses are not provided", ids)
    if report.results and not report.count(Outcome.PASSED):
        lines.append("no clause passed")
    for said in report.explanations.values():
        for sentence in said:
            lines += textwrap.wrap(sentence, 78, subsequent_indent="  ")
    return [*lines, summary(report)]


def summary(report: Report) -> str:
    """Return the last line: the counts of outcomes, and what they come to."""
    guards = report.failed_guards()
    of_guards = Counter(report.outcome(clause) for clause in guards)
    counts = [
        _counted(n, outcome.label)
        for outcome in Outcome
        if (n := report.count(outcome) - of_guards[outcome])
    ]
    if guards:
        counts.append(f"{_counted(len(guards), Level.GUARD.label)} failed")
    seconds = sum(result.seconds for result in report.results.values())
    return f"{', '.join(counts) or 'nothing checked'} in {seconds:.1f} s"


def _counted(number: int, label: str) -> str:
    """Return "1 error" or "2 errors"; adjectives and participles have no plural."""
    is_noun = label in (Outcome.ERROR.label, Outcome.KNOWN_FAILURE.label, "guard")
    return f"{number} {label}{'s' if is_noun and number > 1 else ''}"


def _listed(what: str, names: list[str]) -> list[str]:
    """Return a sentence and its names, wrapped, the rest counted."""
    shown = names[:MANY]
    more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
    return textwrap.wrap(
        f"{what}: {', '.join(shown)}{more}", 78, subsequent_indent="  "
    )


def _aligned(rows: list[list[str]]) -> str:
    """Return rows as aligned text; a heading of two words takes two lines."""
    heading = [cell.split("\n") for cell in rows[0]]
    upper = [cell[0] if len(cell) > 1 else "" for cell in heading]
    lines = [upper, [cell[-1] for cell in heading], *rows[1:]]
    if not any(upper):
        del lines[0]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heading))]
    last = len(widths) - 1
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i in (0, last) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
