"""Reports for the tests of what reads them: run on the oracles once, then changed."""

import copy
import functools
import json
from pathlib import Path

import touchstone
from touchstone.outcomes import Level, Outcome
from touchstone.report.reading import read
from touchstone.verdict import conformance, status

SPECIFICATION = touchstone.load_specification("spec_tests")
COMPONENTS = ["positional_encoding", "recurrent", "windows"]
RIVAL = "spec_tests.rivals.recurrent:gates_swapped"


@functools.cache
def run(target="spec_tests.oracles", only=tuple(COMPONENTS), **options):
    """Return the Report of a real run on a few components."""
    return touchstone.check(target, only=only, specification=SPECIFICATION, **options)


@functools.cache
def _right():
    return json.loads(run().as_json())


def made(name="port", entries=None, **changes):
    """Return a document that adds up, with changed entries by id, and changed fields."""
    document = copy.deepcopy(_right()) | {"implementation": name}
    for entry in document["clauses"]:
        for change in (entries or {}).get(entry["id"], ()):
            entry.update(change)
    return added_up(document) | changes


def put(outcome, **fields):
    """Return the change of an entry to an outcome."""
    return [{"outcome": outcome} | fields]


def added_up(document):
    """Return the document with the totals, verdicts and status of its entries."""
    levels = {level.label: level for level in Level}
    found: dict[str, list] = {}
    for entry in document["clauses"]:
        pair = levels[entry["level"]], Outcome.of(entry["outcome"])
        found.setdefault(entry["component"], []).append(pair)
    outcomes = [outcome for pairs in found.values() for _, outcome in pairs]
    document["components"] = {n: conformance(p).value for n, p in found.items()}
    document["totals"] = {o.label: outcomes.count(o) for o in Outcome}
    document["totals"]["clauses"] = len(outcomes)
    document["status"] = int(status(p for pairs in found.values() for p in pairs))
    return document


def saved(folder: Path, *documents):
    """Write the documents and return their paths."""
    paths = [folder / f"report_{i}.json" for i in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return paths


def read_back(folder: Path, document):
    """Return the Run of a document that was written to a file."""
    [path] = saved(folder, document)
    return read(path, SPECIFICATION)


def refusal(path):
    """Return the sentence with which the reader refuses a file, None if it does not."""
    try:
        read(path, SPECIFICATION)
    except ValueError as error:
        refused = error
    else:
        return None
    assert type(refused) is ValueError
    file, _, sentence = str(refused).partition(": ")
    assert file == str(path)
    assert "\n" not in sentence
    assert len(sentence) < 500
    return sentence
