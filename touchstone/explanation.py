"""Which mistake explains the failures of a component, decided when its clauses have run.

A rival that fails a clause in the same way may do so by chance, or be wrong elsewhere too.
It explains failures if it fails those in the same way and nothing that passed: no clause
with a probe of theirs, since a component may be wrong in one part alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from touchstone.clauses import Clause
from touchstone.conditions import DRAWN
from touchstone.diagnosis import sentence
from touchstone.engine import Result, check_clause
from touchstone.outcomes import Outcome
from touchstone.report.model import Report
from touchstone.rivals import Rival

MOST_TRIED = 12  # rivals of which it is found out what else they fail
MOST_NAMED = 3  # in one sentence
CONDITIONS = {"conditions"}  # the probe of rows, which look at every part
FAR = 2.0  # tolerances: a rival that fails by less may pass in other arithmetic


@dataclass(frozen=True)
class Explanation:
    """Rivals that fail the same clauses in the same way, and nothing that passed."""

    rivals: tuple[Rival, ...]
    clauses: frozenset[str]

    def __str__(self) -> str:
        named = [f"{rival.mistake} [{rival.name}]" for rival in self.rivals]
        more = len(named) - MOST_NAMED
        also = f", or {more} more that fail alike" if more > 0 else ""
        return ", or ".join(named[:MOST_NAMED]) + also


def account_for(report: Report, component: str) -> None:
    """Say in the report what explains the failures of a component, a sentence each.

    Rivals that are refuted by what passed are taken from its results.
    """
    options = report.options
    token = DRAWN.set((options.rows, options.seed))
    try:
        if found := _explanations(report, component):
            report.explanations[component] = found
    finally:
        DRAWN.reset(token)


def _explanations(report: Report, component: str) -> list[str]:
    results = [
        report.results[clause.id]
        for clause in report.clauses_of(component)
        if clause.id in report.results
    ]
    failed = [result for result in results if result.outcome.is_failure]
    if not any(result.resembles for result in failed):
        return []
    passed = [r.clause for r in results if r.outcome is Outcome.PASSED]
    rivals = {r.name: r for r in report.specification.rivals_of(component)}
    alike = _by_rival(failed, rivals)
    refuted: dict[str, str] = {}
    for name in list(alike)[:MOST_TRIED]:
        if why := _refuted(rivals[name], alike[name], failed, passed, report):
            refuted[name] = why
    begin = "looks like" if len(results) > 1 else "consistent with"
    for result in failed:
        kept = [n for n in result.resembles or () if n in rivals and n not in refuted]
        looks = sentence([rivals[name] for name in kept], begin)
        better = replace(result, resembles=tuple(kept), looks=looks)
        report.results[result.clause.id] = better
    standing = {name: ids for name, ids in alike.items() if name not in refuted}
    if len(results) == 1:
        return []
    found = [
        f"{component}: {len(one.clauses)} of {len(failed)} failures: {one}"
        for one in _cover(standing, rivals, len(failed))
    ]
    if not found and refuted:
        name, why = next(iter(refuted.items()))
        if len(alike[name]) > len(failed) / 2:
            near = f"{rivals[name].mistake} [{name}]"
            found = [
                f"{component}: no known mistake fits; the nearest is {near}, but it {why}"
            ]
    return found


def _by_rival(
    failed: Iterable[Result], rivals: dict[str, Rival]
) -> dict[str, frozenset[str]]:
    """Return, for each rival, the failures that it has in the same way, most first.

    Of those with as many, the ones that are modelled on a report come last.
    """
    alike: dict[str, set[str]] = {}
    for result in failed:
        for name in result.resembles or ():
            if name in rivals:
                alike.setdefault(name, set()).add(result.clause.id)

    def rank(name: str) -> tuple[int, bool, str]:
        return -len(alike[name]), bool(rivals[name].report), name

    return {name: frozenset(alike[name]) for name in sorted(alike, key=rank)}


def _refuted(
    rival: Rival,
    ids: frozenset[str],
    failed: list[Result],
    passed: Iterable[Clause],
    report: Report,
) -> str:
    """Return why a rival does not explain the failures that it has, "" where it may."""
    shared = [result for result in failed if result.clause.id in ids]
    is_by_value = any(result.outcome is Outcome.FAILED for result in shared)
    if not is_by_value and len(shared) < len(failed):
        return "only raises the same type of exception"
    probes = {name for result in shared for name in result.clause.arguments}
    for clause in passed:
        if probes != CONDITIONS and probes.isdisjoint(clause.arguments):
            continue  # it looks at another part, which may be right
        result = check_clause(clause, rival, precision=report.options.precision)
        ratio = result.ratio if result.ratio is not None else FAR
        if result.outcome.is_failure and ratio >= FAR:
            return f"would also fail {clause.id}, which passed"
    return ""


def _cover(
    alike: dict[str, frozenset[str]], rivals: dict[str, Rival], n_failed: int
) -> Iterator[Explanation]:
    """Return explanations that together account for most, the strongest first.

    There is none where the strongest explains no more than half of the failures.
    """
    groups: dict[frozenset[str], list[Rival]] = {}
    for name, ids in alike.items():
        groups.setdefault(ids, []).append(rivals[name])
    left: set[str] = set()
    for number, (ids, group) in enumerate(groups.items()):
        if not number:
            if len(ids) <= n_failed / 2:
                return
            left = {clause for names in alike.values() for clause in names}
        elif not ids & left:
            continue
        left -= ids
        yield Explanation(tuple(group), ids)
