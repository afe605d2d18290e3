"""Small checks of the frame, each of one promise that it makes.

`test_sabotage.py` runs each on the frame as it is and on a frame with one line spoiled.
They import `touchstone` where they run, because it is another copy each time. SMALL is a
specification for them, of one component.
"""

import functools
import importlib
import math
import types
from pathlib import Path

import numpy as np

SMALL = {
    "small_spec/__init__.py": """
from touchstone import Specification

SPECIFICATION = Specification("small_spec", title="A small one", version="1")
""",
    "small_spec/test_adder.py": '''
"""add(x, y) is the sum."""

import numpy as np

from touchstone import Tolerance, agrees, equals, guard, probe, refuses, stream

TOLERANCE = Tolerance(float32=1e-3, tf32=1e-2, bfloat16=1e-1)


@probe
def add(implementation):
    return implementation.adder.add


def test_adds(add):
    """ADD-01. Two numbers are added. [us]"""
    agrees(add(np.ones(2), np.ones(2)), np.full(2, 2.0), TOLERANCE)


def test_adds_twice(add):
    """ADD-02. Sums are added as numbers are. [us]"""
    agrees(add(np.zeros(2), np.zeros(2)), np.zeros(2), TOLERANCE)
    agrees(add(add(np.ones(2), np.ones(2)), np.ones(2)), np.full(2, 3.0), TOLERANCE)


@stream("ours")
def test_stream(add):
    """ADD-03. A declared stream is this one. [us]"""
    equals(1, 1)


def test_counts(implementation):
    """ADD-04. The number of sums is counted. [us]"""
    equals(implementation.adder.n_sums(), 1)


@guard
def test_refuses_text(add):
    """ADD-05. Text is refused. [us]"""
    refuses(lambda: add("text", "more"), "x", "text")
''',
    "small_spec/oracles/__init__.py": "",
    "small_spec/oracles/adder.py": """
def add(x, y):
    if isinstance(x, str):
        raise ValueError(f"x must be a number, got {x}")
    return x + y


def n_sums():
    return 1
""",
    "small_spec/rivals/__init__.py": "",
    "small_spec/rivals/adder.py": '''
from touchstone import rival


@rival
class first_alone:
    """the first number alone"""

    def add(x, y):
        return x


@rival
class doubled:
    """the first number twice"""

    def add(x, y):
        return 2 * x


@rival
class refusing:
    """every number refused"""

    def add(x, y):
        raise ValueError("no numbers")
''',
}


def write_small(folder: Path) -> None:
    for path, text in SMALL.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


# What the checks are made of


def small():
    """Return the small specification, which is written when the tests begin."""
    return importlib.import_module("small_spec").SPECIFICATION


def tolerance():
    from touchstone.tolerances import Tolerance

    return Tolerance(float32=1e-3, tf32=1e-2, bfloat16=1e-1)


def differs(actual, expected, compare="agrees", **options) -> str:
    """Return the message of the Mismatch; AssertionError where there is none."""
    from touchstone import comparisons

    more = (tolerance(),) if compare == "agrees" else ()
    try:
        getattr(comparisons, compare)(actual, expected, *more, **options)
    except comparisons.Mismatch as error:
        return str(error)
    raise AssertionError(f"{actual!r} counts as {expected!r}")


def right_add(x, y):
    if isinstance(x, str):
        raise ValueError(f"x must be a number, got {x}")
    return x + y


def port(**names):
    """Return an implementation whose adder has these names; the right add by default."""
    from touchstone.implementation import Component

    adder = types.SimpleNamespace(**{"add": right_add} | names)
    return types.SimpleNamespace(
        adder=Component(adder, "adder"), declares=lambda name, default=None: default
    )


def outcome(clause_id, **names) -> str:
    return result(clause_id, **names).outcome.label


def result(clause_id, precision="float32", **names):
    from touchstone.engine import check_clause

    clause = small().clauses[clause_id]
    return check_clause(clause, port(**names), precision=precision)


def report(*ids, known=None, required=(), strict=False):
    """Return the report of the clauses, on which nothing has been entered."""
    from touchstone.report.model import Options, Report, selected

    options = Options("float32", known or {}, frozenset(required), strict)
    clauses = selected(small(), ids)
    return Report(small(), "port", clauses, options)


def entered(*ids, names=None, **options):
    """Return the report of the clauses, with the results of a port of these names."""
    found = report(*ids, **options)
    for clause_id in found.requested:
        found.add(result(clause_id, **(names or {"n_sums": lambda: 1})))
    return found


def raising(error):
    def call(*arguments):
        raise error

    return call


def named(clause_id, **names) -> list[str]:
    """Return the rivals that fail the clause as a port of these names does."""
    from touchstone.engine import diagnosed

    rivals = small().rivals_of("adder")
    return list(diagnosed(result(clause_id, **names), rivals).resembles or ())


# Comparisons


def nan_differs():
    assert "got nan" in differs(np.array([0, np.nan]), np.zeros(2))


def integers_are_not_real():
    differs(np.array([1, 2]), np.array([1.0, 2.0]))


def shapes_are_not_broadcast():
    differs(np.zeros(2), np.zeros(1))
    differs(np.zeros([1, 2]), np.zeros(2))


def the_threshold_is_the_tolerance():
    differs(np.array([0.0011]), np.zeros(1))


def the_largest_error_decides():
    differs(np.array([0, 0.5, 0]), np.zeros(3))


def the_place_is_shown():
    actual = np.zeros([2, 3])
    actual[0, 2] = 1
    assert differs(actual, np.zeros([2, 3])).startswith(
        "output[0, 2]: got 1, expected 0"
    )


def the_precision_decides():
    assert outcome("ADD-01", add=lambda x, y: x + y + 0.05) == "failed"
    wide = result("ADD-01", "bfloat16", add=lambda x, y: x + y + 0.05)
    assert wide.outcome.label == "passed"


def the_precision_ends_with_the_clause():
    result("ADD-01", "bfloat16")
    differs(np.array([0.05]), np.zeros(1))


def scale_widens():
    from touchstone.comparisons import agrees

    agrees(np.array([0.0015]), np.zeros(1), tolerance(), scale=2)


def large_values_are_relative():
    from touchstone.comparisons import agrees

    agrees(np.array([1000.9]), np.array([1000.0]), tolerance())


def masked_values_differ():
    differs(np.ma.array([0.0], mask=[True]), np.zeros(1))


def kinds_differ():
    differs(np.array([1, 0]), np.array([True, False]), "equals")


def elements_differ():
    differs(np.array([1, 2]), np.array([1, 3]), "equals")


def containers_differ():
    differs((1, 2), [1, 2], "equals")
    differs([1, 2], [1, 2, 3], "equals")
    differs([660], 660, "equals")


def bool_is_no_int():
    differs(1, True, "equals")


def comparisons_stay_in_their_block():
    from touchstone.comparisons import equals, recording

    with recording() as first:
        equals(1, 1)
    with recording() as second:
        equals(2, 2)
    equals(3, 3)
    assert [c.actual for c in first] == [1]
    assert [c.actual for c in second] == [2]


def position_counts_this_clause_alone():
    half = result("ADD-02", add=lambda x, y: x)
    assert half.error.position == 1


def another_exception_is_no_refusal():
    from touchstone import comparisons

    said = "units must be positive, got -3"
    for call in raising(TypeError(said)), lambda: None, raising(ValueError("wrong")):
        try:
            comparisons.refuses(call, "units", -3)
        except comparisons.Mismatch:
            continue
        raise AssertionError("this is no refusal")


# Outcomes


def a_wrong_value_fails():
    found = result("ADD-01", add=lambda x, y: x)
    assert found.outcome.label == "failed"
    assert math.isclose(found.ratio, 500)


def an_exception_is_an_error():
    assert outcome("ADD-01", add=raising(KeyError("x"))) == "error"


def nothing_compared_is_an_error():
    from touchstone.clauses import Clause
    from touchstone.engine import check_clause
    from touchstone.outcomes import Level

    empty = Clause("ADD-09", "Nothing.", "us", Level.CORE, "adder", lambda: None)
    assert check_clause(empty, port()).outcome.label == "error"


def a_passed_clause_has_compared():
    assert outcome("ADD-01") == "passed"


def an_absent_name_is_not_provided():
    assert outcome("ADD-04") == "not provided"
    assert outcome("ADD-01", add=raising(NotImplementedError())) == "not provided"


def an_absence_is_the_ports_own_word():
    """What a library raises, in Python or compiled, is no word of the port's."""
    import logging

    def declared(x, y):
        try:
            raise NotImplementedError("later")
        finally:
            del x, y

    square = memoryview(bytearray(4)).cast("B", (2, 2))
    assert outcome("ADD-01", add=declared) == "not provided"
    assert outcome("ADD-01", add=lambda x, y: square[0]) == "error"
    library = logging.Handler()
    assert outcome("ADD-01", add=lambda x, y: library.emit(x)) == "error"


def unrepresentable_is_not_passed():
    error = type("Unrepresentable", (Exception,), {})()
    assert outcome("ADD-01", add=raising(error)) == "unrepresentable"


def a_near_name_fails():
    assert outcome("ADD-04", nSums=lambda: 1) == "failed"


def an_undeclared_stream_is_not_provided():
    assert outcome("ADD-03") == "not provided"


def an_interrupt_of_the_ports_is_an_error():
    from touchstone.engine import check_clause

    broken = port(add=raising(KeyboardInterrupt()))
    clause = small().clauses["ADD-01"]
    found = check_clause(clause, broken, is_interrupt=lambda: False)
    assert found.outcome.label == "error"


# Verdicts, selection, report


def a_failed_clause_fails_the_run():
    from touchstone.verdict import Status

    names = {"add": lambda x, y: x, "n_sums": lambda: 1}
    assert entered("ADD-01", "ADD-04", names=names).status() is Status.FAILED


def a_failed_guard_fails_a_strict_run_alone():
    from touchstone.verdict import Conformance, Status

    names = {"add": np.add, "n_sums": lambda: 1}
    found = entered("adder", names=names)
    assert found.results["ADD-05"].outcome.label == "failed"
    assert found.conformance("adder") is Conformance.CONFORMS
    assert found.status() is Status.PASSED
    assert entered("adder", names=names, strict=True).status() is Status.FAILED


def a_failure_denies_conformance():
    from touchstone.verdict import Conformance, Status

    found = entered("adder", names={"add": lambda x, y: x, "n_sums": lambda: 1})
    assert found.conformance("adder") is Conformance.DOES_NOT
    assert found.status() is Status.FAILED


def an_absence_is_conformance_in_part():
    from touchstone.verdict import Conformance, Status

    found = entered("adder", names={"add": right_add})
    assert found.conformance("adder") is Conformance.IN_PART
    assert found.status() is Status.PASSED
    strict = entered("adder", names={"add": right_add}, strict=True)
    assert strict.status() is Status.FAILED


def a_required_absence_fails():
    from touchstone.verdict import Status

    found = entered("adder", names={"add": right_add}, required=["adder"])
    assert found.status() is Status.FAILED


def nothing_passed_is_a_failure():
    from touchstone.verdict import Status

    assert entered("ADD-04", names={"add": right_add}).status() is Status.FAILED


def nothing_requested_is_a_wrong_use():
    from touchstone.verdict import Status

    assert report().status() is Status.USAGE


def a_lost_clause_is_seen():
    from touchstone.verdict import Conformance, Status

    found = report("adder")
    found.add(result("ADD-01"))
    assert found.status() is Status.CUT_SHORT
    assert not found.is_complete
    assert found.conformance("adder") is Conformance.NO_VERDICT


def a_part_is_not_complete():
    from touchstone.verdict import Conformance

    part = entered("ADD-01")
    assert not part.is_complete
    assert part.conformance("adder") is Conformance.NO_VERDICT
    assert entered("adder").is_complete


def an_unread_file_is_not_complete():
    from touchstone.verdict import Status

    found = entered("adder")
    found.uncollected.append("small_spec/test_other.py")
    assert not found.is_complete
    assert found.status() is Status.CUT_SHORT


def ids_select():
    from touchstone.report.model import selected

    assert [c.id for c in selected(small(), ["add-02"])] == ["ADD-02"]


def the_first_outcome_stays():
    found = report("ADD-01")
    found.add(result("ADD-01", add=lambda x, y: x))
    again = found.add(result("ADD-01"))
    assert again.outcome.label == "failed"
    assert [r.outcome.label for r in found.results.values()] == ["failed"]


def a_known_failure_must_fail():
    from touchstone.verdict import Conformance, Status

    reasons = {"ADD-01": "it is ours"}
    assert entered("ADD-01", known=reasons).status() is Status.FAILED
    wrong = {"add": lambda x, y: x, "n_sums": lambda: 1}
    found = entered("adder", names=wrong, known=reasons | {"ADD-02": "and this"})
    assert found.status() is Status.PASSED
    assert found.conformance("adder") is Conformance.DOES_NOT


# Diagnosis


def a_rival_is_named():
    assert named("ADD-01", add=lambda x, y: x) == ["first_alone"]


def another_value_is_no_rivals():
    assert named("ADD-01", add=lambda x, y: 7 * x) == []


def another_comparison_is_no_rivals():
    """`doubled` gives 0 and 4: right at first, where this port is wrong."""
    assert named("ADD-02", add=lambda x, y: x + 4) == []


def another_type_of_exception_is_no_rivals():
    assert named("ADD-01", add=raising(ValueError("no numbers"))) == ["refusing"]
    assert named("ADD-01", add=raising(TypeError("no numbers"))) == []


def nan_is_no_rivals():
    assert named("ADD-01", add=lambda x, y: x * np.nan) == []


@functools.cache
def checks() -> dict:
    """Return the checks of this file by name."""
    helpers = "write_small small tolerance differs right_add port outcome result report"
    helpers += " entered raising named checks"
    return {
        name: value
        for name, value in globals().items()
        if isinstance(value, types.FunctionType) and name not in helpers.split()
    }
