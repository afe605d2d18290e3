"""Rows cover all pairs, and what fails is traced to the levels that it takes."""

import itertools
import types

import numpy as np
import pytest

from spec_tests import SPECIFICATION
from spec_tests.oracles import attention as oracle
from touchstone import NotProvided
from touchstone.command import main
from touchstone.comparisons import Mismatch, holds, recording
from touchstone.conditions import DRAWN, Conditions, random_rows, rows_of
from touchstone.engine import check_clause
from touchstone.tolerances import Tolerance

AXES = {
    "size": (3, 1, 5),
    "mask": ("none", "full", "holes", "left"),
    "causal": (False, True),
    "scale": (None, 0.5, -2.0),
}
OPEN = {"a causal call has no left mask": lambda r: r["causal"] and r["mask"] == "left"}
FINE = Tolerance(1e-6, 1e-3, 1e-2)


def checked(layer, **options):
    """Return the rows run against a layer: a function of a row, or a class of such."""
    conditions = Conditions(
        types.SimpleNamespace(AXES=AXES, LEFT_OUT=OPEN),
        types.SimpleNamespace(layer=right),
        make=lambda module, row: (
            module.layer() if isinstance(module.layer, type) else module.layer
        ),
        call=lambda layer, row: {"output": layer(row)},
        settings=("scale",),
        tolerance=FINE,
    )
    module = types.SimpleNamespace(layer=layer)
    return conditions.of(types.SimpleNamespace(), module)


def right(row):
    return np.arange(row["size"]) * (row["scale"] or 1.0)


def failing(found):
    """Return the axes whose clauses fail, with their messages."""
    messages = {}
    for axis in [*AXES, "history"]:
        try:
            with recording() as comparisons:
                found.hold(axis)
        except (Mismatch, RuntimeError) as error:
            messages[axis] = str(error)
        else:
            assert comparisons or not found.passed
    return messages


def wrong_where(condition):
    return lambda row: right(row) + 1.0 if condition(row) else right(row)


def test_rows_cover_every_legal_pair():
    rows = rows_of(AXES, OPEN)
    covered = {pair for row in rows for pair in itertools.combinations(row.items(), 2)}
    for one, other in itertools.combinations(AXES, 2):
        for pair in itertools.product(AXES[one], AXES[other]):
            legal = pair != ("left", True)
            assert (((one, pair[0]), (other, pair[1])) in covered) is legal
    assert rows[0] == {axis: levels[0] for axis, levels in AXES.items()}
    assert len(rows) < 20
    assert rows == rows_of(AXES, OPEN)


def test_a_pair_is_covered_out_of_the_reach_of_hiding_levels():
    hiding = {"size": (1,), "scale": (0.5,)}
    rows = rows_of(AXES, OPEN, hiding)
    covered = {
        pair
        for row in rows
        if row["size"] != 1 and row["scale"] != 0.5
        for pair in itertools.combinations(row.items(), 2)
    }
    assert (("size", 5), ("mask", "holes")) in covered
    assert (("mask", "left"), ("scale", -2.0)) in covered
    every = {pair for row in rows for pair in itertools.combinations(row.items(), 2)}
    assert (("size", 1), ("scale", 0.5)) in every


def test_random_rows_are_legal_and_repeatable():
    rows = random_rows(AXES, OPEN, 50, seed=3)
    assert len(rows) == 50
    assert not any(r["causal"] and r["mask"] == "left" for r in rows)
    assert rows == random_rows(AXES, OPEN, 50, seed=3)
    assert rows != random_rows(AXES, OPEN, 50, seed=4)


def test_what_is_right_passes():
    assert failing(checked(right)) == {}


def test_one_level_is_named():
    found = failing(checked(wrong_where(lambda row: row["size"] == 1)))
    assert list(found) == ["size"]
    assert "with size=1: output[0]: got 1, expected 0" in found["size"]


def test_a_pair_of_levels_is_named():
    found = failing(
        checked(wrong_where(lambda row: row["causal"] and row["mask"] == "holes"))
    )
    assert list(found) == ["mask", "causal"]
    assert "with mask='holes' and causal=True: output" in found["mask"]
    assert "1 of the 18 calls tried fail" in found["mask"]


def test_what_is_always_wrong_fails_every_axis():
    found = failing(checked(wrong_where(lambda row: True)))
    assert list(found) == [*AXES, "history"]  # nothing passed
    assert "in the plainest call: output" in found["causal"]


def test_two_mistakes_are_told_apart():
    found = failing(checked(wrong_where(lambda r: r["size"] == 5 or r["scale"] == -2)))
    assert list(found) == ["size", "scale"]
    assert "with size=5" in found["size"]
    assert "with scale=-2.0" in found["scale"]


def test_the_condition_of_an_exception_is_said():
    class Port:
        class attention:
            class Attention(oracle.Attention):
                def __call__(self, query, *given, **masks):
                    if len(query) == 1:
                        raise RuntimeError("no kernel")
                    return super().__call__(query, *given, **masks)

    [clause] = [c for c in SPECIFICATION.clauses_of("attention") if c.id == "ATT-25"]
    found = check_clause(clause, Port())
    assert found.message == "with batch=1: raised RuntimeError: no kernel"


def test_an_exception_is_kept_with_its_condition():
    def raising(row):
        if row["causal"]:
            raise RuntimeError("no kernel")
        return right(row)

    found = checked(raising)
    with pytest.raises(RuntimeError, match="no kernel"):
        found.hold("causal")
    found.hold("mask")


def test_a_mismatch_in_the_call_itself_is_shown():
    def misshapen(row):
        holds(row["size"] != 1, "a pair", row["size"])
        return right(row)

    found = failing(checked(misshapen))
    assert list(found) == ["size"]
    assert "expected a pair; got 1" in found["size"]


def test_what_is_absent_is_absent_on_every_axis():
    def lacking(row):
        raise NotProvided("no such layer")

    found = checked(lacking)
    for axis in [*AXES, "history"]:
        with pytest.raises(NotProvided):
            found.hold(axis)


def test_an_absence_comes_after_a_mismatch():
    def lacking(row):
        if row["mask"] == "full":
            raise NotProvided("no full masks")
        return right(row) + (row["mask"] == "left")

    found = checked(lacking)
    with pytest.raises(Mismatch):
        found.hold("mask")


class Remembers:
    """Adds what the last call left behind."""

    def __init__(self):
        self.last = 0.0

    def __call__(self, row):
        output = right(row) + self.last
        self.last = 1.0
        return output


def test_what_an_earlier_call_spoils_is_a_matter_of_history():
    found = failing(checked(Remembers))
    assert list(found) == ["history"]
    assert "after earlier calls of the same object: output[0]" in found["history"]


def test_results_that_change_later_are_copied():
    buffer = np.zeros(5)

    def reusing(row):
        out = buffer[: row["size"]]
        out[:] = right(row)
        return out

    assert failing(checked(reusing)) == {}


def test_rows_run_once_for_all_clauses():
    calls = []

    def counted(row):
        calls.append(row)
        return right(row)

    conditions = Conditions(
        types.SimpleNamespace(AXES=AXES, LEFT_OUT=OPEN),
        types.SimpleNamespace(layer=right),
        make=lambda module, row: module.layer,
        call=lambda layer, row: {"output": layer(row)},
        tolerance=FINE,
    )

    class Port:
        layer = staticmethod(counted)

    port = Port()
    for _ in range(3):
        conditions.of(port, port).hold("size")
    assert len(calls) == len(conditions.rows) + 1  # the first row once more


def test_an_unknown_axis_is_refused():
    with pytest.raises(ValueError, match="axis must be one of size, mask"):
        checked(right).hold("masks")


# From outside.


def checked_with(capfd, *options):
    only = "ATT-24"
    status = main(["check", "spec_tests.oracles", "--only", only, *options])
    return status, capfd.readouterr()


def test_rows_drawn_at_random_are_run_besides(capfd):
    status, printed = checked_with(capfd, "--rows", "5", "--seed", "3")
    assert status == 0
    assert "(float32, 5 rows drawn from seed 3)" in printed.out


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "99999999"])
def test_a_wrong_number_of_rows_is_refused(capfd, text):
    status, printed = checked_with(capfd, "--rows", text)
    assert status == 2
    assert f"rows must be a whole number from 0 to 10,000, got {text}" in printed.err


def test_drawn_rows_come_after_those_that_cover_all_pairs():
    seen = []

    class Watching:
        class attention:
            class Attention(oracle.Attention):
                def __call__(self, *given, **masks):
                    seen.append(given[0].shape)
                    return super().__call__(*given, **masks)

    counts = []
    for number in 0, 7:
        token = DRAWN.set((number, 1))
        seen.clear()
        rows = SPECIFICATION.conditions_of("attention")
        assert rows is not None
        rows.of(Watching(), Watching.attention)
        counts.append(len(seen))
        DRAWN.reset(token)
    assert counts[1] == counts[0] + 7
