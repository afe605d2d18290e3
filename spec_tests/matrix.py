"""Several reports side by side: a page, a table in Markdown, a badge.

The page is one file without scripts. What is shown of a clause beside its outcomes, its
sentence and its rivals, is what the specification says now.
"""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

from spec_tests.clauses import Clause, all_clauses, components
from spec_tests.report import OUTCOMES
from spec_tests.rivals import rivals_of

MARKS = {
    "passed": "✓",
    "failed": "✗",
    "error": "✗",
    "crashed": "✗",
    "timed out": "✗",
    "not provided": "○",
    "unrepresentable": "○",
    "known failure": "△",
    "not put": "·",
}
TONES = {"✓": "good", "✗": "bad", "○": "absent", "△": "known", "·": "absent"}
FORM = {
    "implementation": str,
    "versions": dict,
    "device": str,
    "clauses": list,
    "totals": dict,
}
NOT_PUT = {"outcome": "not put"}


@dataclass(frozen=True)
class Run:
    """One report: its implementation's name, and the outcome of each clause by id."""

    name: str
    versions: dict[str, str]
    device: str
    entries: dict[str, dict]

    def of(self, clause: Clause) -> dict:
        return self.entries.get(clause.id, NOT_PUT)

    def asked(self, clauses: list[Clause]) -> list[Clause]:
        """Return what counts: not a stream clause that is not provided, by right."""
        absent = "not provided", "not put"
        return [
            clause
            for clause in clauses
            if clause.level != "stream" or self.of(clause)["outcome"] not in absent
        ]

    def passed(self, clauses: list[Clause]) -> int:
        return sum(self.of(clause)["outcome"] == "passed" for clause in clauses)

    def mark(self, clauses: list[Clause]) -> str:
        """Return one mark for all of these clauses: the worst news first."""
        marks = {MARKS[self.of(clause)["outcome"]] for clause in self.asked(clauses)}
        for mark in "✗△":
            if mark in marks:
                return mark
        return "✓" if marks == {"✓"} else "·" if marks <= {"·"} else "○"


def read(path: Path) -> Run:
    """Return a report; ValueError where it is none, or not the whole of one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no JSON, or cut off: {error}") from None
    if not isinstance(found, dict) or any(
        not isinstance(found.get(key), kind) for key, kind in FORM.items()
    ):
        raise ValueError(f"{path} is no conformance report")
    n_clauses, n_outcomes = found["totals"].get("clauses"), len(found["clauses"])
    if found.get("complete") is not True or n_clauses != n_outcomes:
        raise ValueError(
            f"{path} is incomplete: {n_outcomes} of {n_clauses} clauses have an outcome"
        )
    entries = {entry.get("id"): entry for entry in found["clauses"]}
    if unknown := [str(name) for name in entries if name not in all_clauses()]:
        raise ValueError(
            f"{path} has clauses that the specification has not: {', '.join(unknown)}"
        )
    if odd := {e.get("outcome") for e in entries.values()} - set(OUTCOMES):
        raise ValueError(
            f"{path} has outcomes that there are not: {sorted(map(str, odd))}"
        )
    return Run(found["implementation"], found["versions"], found["device"], entries)


def by_component() -> dict[str, list[Clause]]:
    """Return the clauses of the specification by component."""
    groups: dict[str, list[Clause]] = {name: [] for name in components()}
    for clause in all_clauses().values():
        groups[clause.component].append(clause)
    return groups


def told_apart(runs: list[Run]) -> list[Run]:
    """Return the runs with a number behind each name that stands more than once."""
    names = [run.name for run in runs]
    return [
        Run(
            f"{run.name} ({names[: i + 1].count(run.name)})",
            *list(vars(run).values())[1:],
        )
        if names.count(run.name) > 1
        else run
        for i, run in enumerate(runs)
    ]


# Markdown and the badge


def markdown(runs: list[Run]) -> str:
    """Return the table of components by implementations: passed, of those asked."""
    runs = told_apart(runs)
    lines = ["| component | " + " | ".join(f"`{run.name}`" for run in runs) + " |"]
    lines.append("|---|" + "--:|" * len(runs))
    everything = list(all_clauses().values())
    for name, clauses in [*by_component().items(), ("**total**", everything)]:
        cells = [f"{count(run, clauses)} {run.mark(clauses)}" for run in runs]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", legend(), ""]
    return "\n".join(lines)


def count(run: Run, clauses: list[Clause]) -> str:
    return f"{run.passed(clauses)}/{len(run.asked(clauses))}"


def legend() -> str:
    return (
        "✓ all passed, ✗ some failed, △ known failures, ○ not provided, at least in "
        "part, · not put. Stream clauses count only where they are provided."
    )


BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" \
aria-label="{label}: {value}">
<title>{label}: {value}</title>
<clipPath id="r"><rect width="{width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)">
<rect width="{left}" height="20" fill="#44474f"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
</g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" \
font-size="11">
<text x="{middle_left}" y="14" textLength="{text_left}">{label}</text>
<text x="{middle_right}" y="14" textLength="{text_right}">{value}</text>
</g>
</svg>
"""
COLOURS = {
    "✓": "#1f6f43",
    "✗": "#a3262a",
    "△": "#7a5200",
    "○": "#56595f",
    "·": "#56595f",
}


def badge(runs: list[Run]) -> str:
    """Return an SVG badge of one run: clauses passed of those asked."""
    if len(runs) != 1:
        raise ValueError(f"a badge is of one report, got {len(runs)}")
    [run] = runs
    clauses = list(all_clauses().values())
    label = "conformance"
    value = f"{run.passed(clauses)} of {len(run.asked(clauses))} clauses"
    text_left, text_right = (round(6.4 * len(text)) for text in (label, value))
    left, right = text_left + 12, text_right + 12
    return BADGE.format(
        label=label,
        value=value,
        colour=COLOURS[run.mark(clauses)],
        width=left + right,
        left=left,
        right=right,
        text_left=text_left,
        text_right=text_right,
        middle_left=left / 2,
        middle_right=left + right / 2,
    )


# The page


def html(runs: list[Run]) -> str:
    """Return the page: the matrix, and below it every clause, which opens."""
    runs = told_apart(runs)
    groups = by_component()
    total = sum(map(len, groups.values()))
    sections = "\n".join(section(name, groups[name], runs) for name in groups)
    who = "1 implementation" if len(runs) == 1 else f"{len(runs)} implementations"
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Touchstone: who conforms to what</title>
<style>
{STYLE}</style>
</head>
<body>
<header id="top">
<h1>Touchstone</h1>
<p>{who}, {len(groups)} components, {total} clauses. A component's name leads to its
clauses; a clause opens.</p>
</header>
<main>
{table(groups, runs)}
<p class="legend">{escape(legend())}</p>
{sections}
</main>
</body>
</html>
"""


def table(groups: dict[str, list[Clause]], runs: list[Run]) -> str:
    """Return the matrix: components down, implementations across."""
    heads = "\n".join(
        f'<th scope="col">{breakable(run.name)}'
        f"<small>{escape(setting(run))}</small></th>"
        for run in runs
    )
    rows = "\n".join(
        f'<tr><th scope="row"><a href="#{name}">{breakable(name)}</a></th>'
        f"{''.join(cell(run, clauses) for run in runs)}</tr>"
        for name, clauses in groups.items()
    )
    everything = [clause for clauses in groups.values() for clause in clauses]
    totals = "".join(cell(run, everything) for run in runs)
    return f"""\
<div class="scroll" role="region" aria-label="Clauses passed" tabindex="0">
<table>
<caption>Clauses passed, of those asked</caption>
<thead><tr><th scope="col">Component</th>
{heads}</tr></thead>
<tbody>
{rows}
</tbody>
<tfoot><tr><th scope="row">All</th>{totals}</tr></tfoot>
</table>
</div>"""


def breakable(name: str) -> str:
    return escape(name).replace(".", ".<wbr>").replace("_", "_<wbr>")


def setting(run: Run) -> str:
    """Return the frameworks that were at work, and the device."""
    shown = [
        f"{k} {v}" for k, v in run.versions.items() if k not in ("python", "pytest")
    ]
    device = [run.device] if run.device != "not stated" else []
    return ", ".join([*shown, *device])


def cell(run: Run, clauses: list[Clause]) -> str:
    mark, passed = run.mark(clauses), run.passed(clauses)
    if not passed and TONES[mark] == "absent":
        says = "not put" if mark == "·" else "not provided"
        return (
            f'<td class="nothing"><span aria-hidden="true">{mark}</span>'
            f'<span class="hidden">{says}</span></td>'
        )
    return (
        f'<td class="{TONES[mark]}"><span aria-hidden="true">{mark}</span> '
        f"{passed}<small>/{len(run.asked(clauses))}</small></td>"
    )


def section(name: str, clauses: list[Clause], runs: list[Run]) -> str:
    """Return one component's clauses."""
    items = "\n".join(clause_details(clause, runs) for clause in clauses)
    return f"""\
<section id="{name}" aria-labelledby="h-{name}">
<h2 id="h-{name}">{name} <a class="up" href="#top" aria-label="to the top">↑</a></h2>
{items}
</section>"""


def clause_details(clause: Clause, runs: list[Run]) -> str:
    """Return a clause that opens to every implementation's outcome."""
    rows = "\n".join(outcome_row(run, clause) for run in runs)
    level = "" if clause.level == "core" else f" {clause.level} clause;"
    return f"""\
<details id="{clause.id}">
<summary><code>{clause.id}</code>
<span class="sentence">{escape(clause.sentence)}</span>
<span class="chips">{chips(clause, runs)}</span></summary>
<p class="source">{level} source: {escape(clause.source)}</p>
<dl>
{rows}
</dl>
</details>"""


def chips(clause: Clause, runs: list[Run]) -> str:
    """Return what stands out: who did not pass. All is quiet where all passed."""
    by_outcome: dict[str, list[str]] = {}
    for run in runs:
        by_outcome.setdefault(run.of(clause)["outcome"], []).append(run.name)
    if list(by_outcome) == ["passed"]:
        return (
            '<span class="chip quiet">✓<span class="hidden"> all passed</span></span>'
        )
    shown = [
        chip(outcome, names[0] if len(names) == 1 and len(runs) > 1 else len(names))
        for outcome, names in by_outcome.items()
        if outcome != "passed"
    ]
    return " ".join(shown)


def chip(outcome: str, who) -> str:
    mark = MARKS[outcome]
    who = "" if who == 1 else f": {who}"
    return (
        f'<span class="chip {TONES[mark]}"><span aria-hidden="true">{mark}</span> '
        f"{escape(outcome)}{escape(str(who))}</span>"
    )


def outcome_row(run: Run, clause: Clause) -> str:
    """Return one implementation's outcome: its error budget, or what went wrong."""
    entry = run.of(clause)
    mark = MARKS[entry["outcome"]]
    says = [f"<p>{escape(budget_words(entry))}</p>"] if budget_words(entry) else []
    if message := entry.get("message"):
        says.append(f"<pre>{escape(message)}</pre>")
    mistakes = {rival.name: rival.mistake for rival in rivals_of(clause.component)}
    for name in entry.get("resembles", ()):
        mistake = escape(mistakes.get(name, "a rival that is no more"))
        says.append(
            f'<p class="looks">Looks like: {mistake} <code>{escape(name)}</code></p>'
        )
    return (
        f'<dt>{breakable(run.name)}</dt><dd><span class="chip {TONES[mark]}">'
        f'<span aria-hidden="true">{mark}</span> {escape(entry["outcome"])}</span>'
        f"{''.join(says)}</dd>"
    )


def budget_words(entry: dict) -> str:
    """Return how much of the tolerance a passed clause used."""
    budget = entry.get("budget")
    if entry["outcome"] != "passed" or budget is None:
        return ""
    if budget == 0:
        return "exactly equal"
    return f"error budget {budget:.2g}x"


STYLE = """\
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --ink: #23252b; --soft: #5c5f67; --line: #dedcd5; --link: #23548f;
  --good: #1f6f43; --good-bg: #e5f1e9; --bad: #9f2428; --bad-bg: #fae6e3;
  --known: #735000; --known-bg: #f8eed3; --absent: #56595f; --absent-bg: #efeeea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --ink: #e5e5e1; --soft: #a6a9b1; --line: #33363d; --link: #9cc3f2;
    --good: #93d6ac; --good-bg: #1a3124; --bad: #f5aaa4; --bad-bg: #432122;
    --known: #e8c777; --known-bg: #3a2f16; --absent: #b3b5bb; --absent-bg: #25282d;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 5rem; max-width: 62rem;
  background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
h1 { margin: 0; font-size: 2rem; font-weight: 650; letter-spacing: -0.02em; }
h2 { margin: 3.25rem 0 0.6rem; font-size: 1.2rem; font-weight: 620; }
header p, .legend, .source, caption { color: var(--soft); }
header p { margin: 0.3rem 0 2rem; max-width: 42rem; }
a { color: var(--link); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
:focus-visible {
  outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px;
}
.up { font-weight: 400; text-decoration: none; padding: 0 0.3em; }
code { font: 0.86em ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }

.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: separate; border-spacing: 0; width: 100%; }
caption {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
th, td {
  padding: 0.45rem 0.8rem; border-bottom: 1px solid var(--line); text-align: left;
  font-weight: 400; vertical-align: bottom;
}
tfoot th, tfoot td { border-bottom: 0; font-weight: 620; }
thead th { font-weight: 620; }
tbody th, tbody td { vertical-align: baseline; }
thead small { display: block; font-weight: 400; color: var(--soft); font-size: 0.78em; }
th:first-child { position: sticky; left: 0; background: var(--paper); }
tbody th { white-space: nowrap; }
td { font-variant-numeric: tabular-nums; white-space: nowrap; }
td small { opacity: 0.85; }
td.good { color: var(--good); }
td.bad { color: var(--bad); background: var(--bad-bg); }
td.known { color: var(--known); background: var(--known-bg); }
td.nothing { color: var(--soft); }
td.absent { color: var(--absent); background: var(--absent-bg); }
.legend { font-size: 0.86rem; margin: 0.7rem 0 0; }

details { border-top: 1px solid var(--line); }
section > details:last-child { border-bottom: 1px solid var(--line); }
summary {
  display: flex; flex-wrap: wrap; gap: 0.15rem 0.8rem; align-items: baseline;
  padding: 0.42rem 0.2rem; cursor: pointer; list-style: none;
}
summary::-webkit-details-marker { display: none; }
summary code { color: var(--soft); flex: 0 0 4.4rem; white-space: nowrap; }
summary:hover .sentence {
  text-decoration: underline; text-decoration-color: var(--soft);
  text-underline-offset: 0.2em; text-decoration-thickness: 1px;
}
details[open] summary .sentence { font-weight: 620; }
.sentence { flex: 1 1 20rem; }
.chips { display: flex; flex-wrap: wrap; gap: 0.3rem; margin-left: auto; }
.chip {
  display: inline-block; padding: 0 0.55em; border-radius: 999px; font-size: 0.82rem;
  line-height: 1.6;
}
.chip.good, .chip.quiet { color: var(--good); }
.chip.good { background: var(--good-bg); }
.chip.bad { color: var(--bad); background: var(--bad-bg); }
.chip.known { color: var(--known); background: var(--known-bg); }
.chip.absent { color: var(--absent); background: var(--absent-bg); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.source { margin: 0 0 0.6rem 5.4rem; font-size: 0.86rem; }
.source::first-letter { text-transform: uppercase; }
dl {
  display: grid; grid-template-columns: minmax(7rem, max-content) minmax(0, 1fr);
  gap: 0.55rem 1.2rem; margin: 0 0 1.1rem 5.4rem; font-size: 0.92rem;
}
dt { overflow-wrap: anywhere; }
dd { margin: 0; }
dd p { display: inline; margin: 0 0 0 0.6rem; color: var(--soft); }
dd .looks { display: block; margin: 0.35rem 0 0; color: var(--ink); }
pre {
  margin: 0.4rem 0 0; padding: 0.55rem 0.75rem; border-radius: 8px; overflow-x: auto;
  background: var(--absent-bg); white-space: pre-wrap; overflow-wrap: anywhere;
  font: 0.84rem/1.5 ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace;
}
@media (max-width: 40rem) {
  body { padding: 1.5rem 0.9rem 4rem; }
  th, td { padding: 0.4rem; font-size: 0.88rem; }
  thead th { font-size: 0.8rem; }
  tbody th { white-space: normal; max-width: 8.5rem; }
  thead small { display: none; }
  summary { padding: 0.55rem 0; }
  summary code { flex-basis: auto; }
  .sentence { flex-basis: 100%; order: 2; }
  .chips { order: 1; }
  .source { margin-left: 0; }
  dl { grid-template-columns: 1fr; gap: 0.1rem; margin-left: 0; }
  dd { margin-bottom: 0.7rem; }
}
@media print { .scroll { overflow: visible; } .up { display: none; } }
"""
