"""The JSON Schema states what reports hold, and the reader asks for no less."""

import json

import jsonschema
import pytest

from tests.frame.reports import (
    RIVAL,
    SPECIFICATION,
    added_up,
    made,
    put,
    refusal,
    run,
    saved,
)
from touchstone.engine import Result
from touchstone.outcomes import Level, Outcome
from touchstone.report import schema
from touchstone.report.model import SCHEMA_VERSION, Report
from touchstone.report.reading import read
from touchstone.verdict import Conformance, Status

VALIDATOR = jsonschema.Draft202012Validator(schema.schema())


def incomplete():
    clauses = SPECIFICATION.clauses_of("windows")
    report = Report(SPECIFICATION, "port", clauses)
    report.add(Result(clauses[0], Outcome.PASSED))
    return report


def other_outcomes():
    """Return a report with each outcome, and each field that an entry may have."""
    clauses = SPECIFICATION.clauses_of("windows")
    report = Report(SPECIFICATION, "port", clauses)
    for clause, outcome in zip(clauses, Outcome, strict=False):
        report.add(
            Result(
                clause, outcome, message="m", ratio=float("inf"), place="p.py:3, in f",
                resembles=("halves",), looks="looks like: halves", hint="hint: h",
            )
        )  # fmt: skip
    return report


REPORTS = {
    "passed": lambda: run(),
    "failed": lambda: run(RIVAL, ("recurrent",)),
    "in bfloat16": lambda: run(RIVAL, ("recurrent",), precision="bfloat16"),
    "partial": lambda: run("spec_tests.oracles", ("REC-05", "WIN-01")),
    "not provided": lambda: run("math", ("windows",)),
    "incomplete": incomplete,
    "every outcome": other_outcomes,
    "nothing asked": lambda: Report(SPECIFICATION, "port"),
}


@pytest.mark.parametrize("kind", REPORTS)
def test_reports_are_of_the_form(kind):
    report = REPORTS[kind]()
    VALIDATOR.validate(json.loads(report.as_json()))


def test_these_reports_differ_in_what_matters():
    documents = {kind: make().document() for kind, make in REPORTS.items()}
    assert {kind for kind, d in documents.items() if d["complete"]} == {
        "passed", "failed", "in bfloat16", "not provided",
    }  # fmt: skip
    assert [documents[k]["status"] for k in ("passed", "failed", "incomplete")] == [
        Status.PASSED,
        Status.FAILED,
        Status.CUT_SHORT,
    ]
    found = {c["outcome"] for d in documents.values() for c in d["clauses"]}
    assert found == {outcome.label for outcome in Outcome}


def test_the_schema_is_a_schema_of_this_version():
    VALIDATOR.check_schema(schema.schema())
    assert schema.schema()["properties"]["schema"] == {
        "description": "Version of this form.",
        "const": SCHEMA_VERSION,
    }
    assert schema.schema()["$id"].endswith(f":{SCHEMA_VERSION}")


def test_every_key_that_is_written_is_described():
    stated = schema.schema()
    entry = stated["$defs"]["entry"]["properties"]
    for make in REPORTS.values():
        document = make().document()
        assert list(document) == list(stated["properties"])
        assert document["specification"].keys() == (
            stated["properties"]["specification"]["properties"].keys()
        )
        for clause in document["clauses"]:
            assert clause.keys() <= entry.keys()
    written = {k for c in other_outcomes().document()["clauses"] for k in c}
    assert written == entry.keys()


def test_labels_are_those_of_the_enumerations():
    """After a change: python -m touchstone.report.schema"""
    assert schema.updated(schema.text()) == schema.text()
    definitions = schema.schema()["$defs"]
    assert definitions["outcome"]["enum"] == [outcome.label for outcome in Outcome]
    assert definitions["level"]["enum"] == [level.label for level in Level]
    assert definitions["verdict"]["enum"] == [found.value for found in Conformance]
    assert schema.schema()["properties"]["status"]["enum"] == list(Status)


def test_labels_are_brought_up_to_date(monkeypatch):
    monkeypatch.setitem(schema.LABELS, "level", ["core", 'new "é"'])
    found = json.loads(schema.updated(schema.text()))
    assert found["$defs"]["level"]["enum"] == ["core", 'new "é"']
    assert found["$defs"]["outcome"] == schema.schema()["$defs"]["outcome"]
    with pytest.raises(ValueError, match="must list the labels of 'level' once"):
        schema.updated("{}")


WRONG: list = [
    None, True, 1, -1, 1.5, 1e400, "", "word", [], [1], [[]], {}, {"a": 1}, {"a": None},
]  # fmt: skip


def places(value, at=()):
    """Return where each value of a document stands, as a tuple of keys."""
    found = [at] if at else []
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            found += places(item, (*at, key))
    return found


def changed(document, at, value):
    """Return a copy with another value at a place; `...` takes it away."""
    copy = json.loads(json.dumps(document))
    *path, last = at
    inner = copy
    for key in path:
        inner = inner[key]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return copy


def small():
    entries = {"POS-02": put("failed", message="m", looks="l", resembles=["halves"])}
    document = made(entries=entries)
    names = "POS-01", "POS-02"
    rest = [e for e in document["clauses"] if e["id"] in names]
    # of another version, which had these two clauses only
    package = document["specification"] | {"version": "0.1.0", "clauses": 2}
    return added_up(document | {"clauses": rest, "specification": package})


def test_the_reader_asks_for_no_less_than_the_schema(tmp_path):
    """Each value of a report in turn is replaced by each wrong one, or taken away."""
    right = small()
    [path] = saved(tmp_path, right)
    VALIDATOR.validate(right)
    read(path, SPECIFICATION)
    n_refused = 0
    for at in places(right):
        for value in [*WRONG, ...]:
            document = changed(right, at, value)
            path.write_text(json.dumps(document), encoding="utf-8")
            if refusal(path):
                n_refused += 1
            else:
                assert VALIDATOR.is_valid(document), (at, value)
    assert n_refused > 400


def test_the_version_of_the_suite_is_in_the_report():
    document = run().document()
    assert document["specification"]["version"] == SPECIFICATION.version
    assert document["specification"]["clauses"] == len(SPECIFICATION.clauses)
    assert document["touchstone"]
    assert document["precision"] == "float32"
    other = run("spec_tests.oracles", ("POS-01",), precision="tf32")
    assert other.document()["precision"] == "tf32"
