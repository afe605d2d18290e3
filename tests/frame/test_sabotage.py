"""Who checks the checker: each spoiled line of the frame is caught by a check.

A sabotage replaces a piece of the source of one module, which must be there exactly once.
The check that it names passes on the frame as it is, and fails on the spoiled one.
"""

import importlib.abc
import importlib.util
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

import touchstone
from tests.frame.checks import checks, write_small

HOME = Path(touchstone.__file__).parent
COPIED = "touchstone", "small_spec"

# name: module, what is replaced, by what, the check that sees it
SABOTAGES = {
    "NaN counts as no error": (
        "comparisons",
        "np.where(np.isnan(error), np.inf, error / allowed)",
        "np.where(np.isnan(error), 0, error / allowed)",
        "nan_differs",
    ),
    "the dtype is not checked": (
        "comparisons",
        "if actual.dtype.type not in REAL:",
        "if False:",
        "integers_are_not_real",
    ),
    "shapes are broadcast": (
        "comparisons",
        "if plain.shape != expected.shape:",
        "if False:",
        "shapes_are_not_broadcast",
    ),
    "the threshold is doubled": (
        "comparisons",
        "if largest > 1:",
        "if largest > 2:",
        "the_threshold_is_the_tolerance",
    ),
    "the smallest error decides": (
        "comparisons",
        "np.argmax(ratio)",
        "np.argmin(ratio)",
        "the_largest_error_decides",
    ),
    "the index that is shown is reversed": (
        "comparisons",
        "_place(worst)",
        "_place(worst[::-1])",
        "the_place_is_shown",
    ),
    "the widest tolerance is in force": (
        "comparisons",
        "getattr(tolerance, PRECISION.get()) * scale",
        "tolerance.bfloat16 * scale",
        "the_precision_decides",
    ),
    "the precision is ignored": (
        "comparisons",
        "getattr(tolerance, PRECISION.get()) * scale",
        "tolerance.float32 * scale",
        "the_precision_decides",
    ),
    "the scale is ignored": (
        "comparisons",
        "getattr(tolerance, PRECISION.get()) * scale",
        "getattr(tolerance, PRECISION.get())",
        "scale_widens",
    ),
    "large values are compared absolutely": (
        "comparisons",
        "np.maximum(1, np.abs(expected))",
        "1",
        "large_values_are_relative",
    ),
    "masked arrays are compared": (
        "comparisons",
        'isinstance(plain, np.ma.MaskedArray) or plain.dtype.kind in "OV"',
        'plain.dtype.kind in "OV"',
        "masked_values_differ",
    ),
    "kinds are not compared": (
        "comparisons",
        "if ours != theirs:",
        "if False:",
        "kinds_differ",
    ),
    "one equal element is enough": (
        "comparisons",
        "if different.any():",
        "if different.all():",
        "elements_differ",
    ),
    "a tuple is a list": (
        "comparisons",
        "type(actual) is type(expected)",
        "isinstance(actual, list | tuple)",
        "containers_differ",
    ),
    "a list may be shorter": (
        "comparisons",
        "and len(actual) == len(expected)",
        "and True",
        "containers_differ",
    ),
    "1 is True": (
        "comparisons",
        "return actual is expected",
        "return actual == expected",
        "bool_is_no_int",
    ),
    "the record goes on after its block": (
        "comparisons",
        "_RECORD.reset(token)",
        "pass",
        "comparisons_stay_in_their_block",
    ),
    "one record serves all clauses": (
        "comparisons",
        "comparisons: list[Comparison] = []",
        "comparisons = recording.__dict__.setdefault('kept', [])",
        "comparisons_stay_in_their_block",
    ),
    "comparisons are not kept": (
        "comparisons",
        "record.append(comparison)",
        "pass",
        "a_passed_clause_has_compared",
    ),
    "the position of a comparison is lost": (
        "comparisons",
        "position = len(_RECORD.get() or [])",
        "position = 0",
        "position_counts_this_clause_alone",
    ),
    "no refusal is needed": (
        "comparisons",
        '_mismatch(message, [given, "accepted"], wanted)',
        "pass",
        "another_exception_is_no_refusal",
    ),
    "any exception is a refusal": (
        "comparisons",
        '_mismatch(message, [given, "raises", kind], wanted, cause=error)',
        "pass",
        "another_exception_is_no_refusal",
    ),
    "nothing compared is passed": (
        "verdict",
        "return Outcome.PASSED if comparisons else Outcome.ERROR",
        "return Outcome.PASSED",
        "nothing_compared_is_an_error",
    ),
    "what a compiled library raises is a declaration": (
        "engine",
        "if frame.f_code.co_code[lasti] != _RAISE:",
        "if False:",
        "an_absence_is_the_ports_own_word",
    ),
    "what a library raises is a declaration": (
        "engine",
        "not frame.f_code.co_filename.startswith(_LIBRARIES)",
        "True",
        "an_absence_is_the_ports_own_word",
    ),
    "not provided is passed": (
        "verdict",
        "        return Outcome.NOT_PROVIDED\n    return Outcome.ERROR",
        "        return Outcome.PASSED\n    return Outcome.ERROR",
        "an_absent_name_is_not_provided",
    ),
    "unrepresentable is passed": (
        "verdict",
        "return Outcome.UNREPRESENTABLE",
        "return Outcome.PASSED",
        "unrepresentable_is_not_passed",
    ),
    "an exception is not provided": (
        "verdict",
        "isinstance(error, NotProvided | NotImplementedError)",
        "True",
        "an_exception_is_an_error",
    ),
    "a mismatch is an error": (
        "verdict",
        "isinstance(error, Mismatch | Misnamed)",
        "isinstance(error, Misnamed)",
        "a_wrong_value_fails",
    ),
    "one passed clause conforms": (
        "verdict",
        "if all(outcome is Outcome.PASSED for outcome in deciding):",
        "if any(outcome is Outcome.PASSED for outcome in deciding):",
        "a_failure_denies_conformance",
    ),
    "anything may fail in part": (
        "verdict",
        "all(outcome in allowed for outcome in deciding):",
        "True:",
        "a_failure_denies_conformance",
    ),
    "the exit status ignores failures": (
        "verdict",
        "return Status.FAILED if failures and not excused else Status.PASSED",
        "return Status.PASSED",
        "a_failed_clause_fails_the_run",
    ),
    "any failed clause is excused": (
        "verdict",
        "return level is Level.GUARD and outcome in",
        "return outcome in",
        "a_failed_clause_fails_the_run",
    ),
    "guards are excused in a strict run": (
        "verdict",
        "excused = not strict and all(",
        "excused = all(",
        "a_failed_guard_fails_a_strict_run_alone",
    ),
    "no guard is excused": (
        "verdict",
        "excused = not strict and all(",
        "excused = False and all(",
        "a_failed_guard_fails_a_strict_run_alone",
    ),
    "nothing passed is a success": (
        "verdict",
        "Outcome.PASSED not in deciding and",
        "False and",
        "nothing_passed_is_a_failure",
    ),
    "lost clauses leave the exit status at 0": (
        "verdict",
        "return Status.CUT_SHORT",
        "return Status.PASSED",
        "a_lost_clause_is_seen",
    ),
    "no outcome is a failure": (
        "outcomes",
        'return self.tone == "bad"',
        "return False",
        "a_failed_clause_fails_the_run",
    ),
    "a near name is ignored": (
        "implementation",
        "if near := near_name(",
        "if near := () and near_name(",
        "a_near_name_fails",
    ),
    "stream clauses run for everyone": (
        "clauses",
        "if self.stream and implementation",
        "if False and implementation",
        "an_undeclared_stream_is_not_provided",
    ),
    "the precision outlasts the clause": (
        "engine",
        "seconds = time.perf_counter() - begun\n        PRECISION.reset(token)",
        "seconds = time.perf_counter() - begun",
        "the_precision_ends_with_the_clause",
    ),
    "the port's own interrupt ends the run": (
        "engine",
        "type(raised) is KeyboardInterrupt and is_interrupt()",
        "type(raised) is KeyboardInterrupt",
        "an_interrupt_of_the_ports_is_an_error",
    ),
    "ids select everything": (
        "report.model",
        "if clause.id in chosen]",
        "if True]",
        "ids_select",
    ),
    "a re-run replaces the first outcome": (
        "report.model",
        "self.results.setdefault(result.clause.id, self._as_known(result))",
        "self.results[result.clause.id] = self._as_known(result)",
        "the_first_outcome_stays",
    ),
    "a known failure may pass": (
        "report.model",
        "if result.outcome is Outcome.PASSED:",
        "if False:",
        "a_known_failure_must_fail",
    ),
    "known failures are forgotten": (
        "report.model",
        "reason = self.options.known.get(result.clause.id)",
        "reason = None",
        "a_known_failure_must_fail",
    ),
    "a part is complete": (
        "report.model",
        "all(map(self.is_whole, self.components()))",
        "True",
        "a_part_is_not_complete",
    ),
    "a part has a verdict": (
        "report.model",
        "if not self.is_whole(component):",
        "if False:",
        "a_part_is_not_complete",
    ),
    "a lost clause is complete": (
        "report.model",
        "return whole and not self.lost() and not self.uncollected",
        "return whole and not self.uncollected",
        "a_lost_clause_is_seen",
    ),
    "an unread file is complete": (
        "report.model",
        "return whole and not self.lost() and not self.uncollected",
        "return whole and not self.lost()",
        "an_unread_file_is_not_complete",
    ),
    "what is required may be absent": (
        "report.model",
        "or clause.component in self.options.required",
        "or False",
        "a_required_absence_fails",
    ),
    "strict is ignored": (
        "report.model",
        "if self.missing() or (strict and in_part):",
        "if self.options.required and self.missing():",
        "an_absence_is_conformance_in_part",
    ),
    "nothing requested is a success": (
        "report.model",
        "return Status.USAGE",
        "return Status.PASSED",
        "nothing_requested_is_a_wrong_use",
    ),
    "any mismatch is the rival's": (
        "diagnosis",
        "return 0.0 if type(found) is type(other) else None",
        "return 0.0 if other else None",
        "another_type_of_exception_is_no_rivals",
    ),
    "the diagnosis looks at the exception's type alone": (
        "diagnosis",
        "if not isinstance(found, Mismatch) or not isinstance(other, Mismatch):",
        "if True:",
        "another_value_is_no_rivals",
    ),
    "the diagnosis ignores which comparison failed": (
        "diagnosis",
        "if found.position != other.position:",
        "if False:",
        "another_comparison_is_no_rivals",
    ),
    "any distance is near": (
        "diagnosis",
        "return apart if apart <= nearest else None",
        "return apart",
        "another_value_is_no_rivals",
    ),
    "NaN is near anything": (
        "diagnosis",
        "return apart if apart <= nearest else None",
        "return None if apart > nearest else apart",
        "nan_is_no_rivals",
    ),
    "no rival is named": (
        "diagnosis",
        "return [rival for rival, _ in sorted(near, key=lambda pair: pair[1])]",
        "return []",
        "a_rival_is_named",
    ),
}


class _Spoiled(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, with another source than its file's."""

    def __init__(self, name: str, source: str):
        self.name, self.source = name, source

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        return importlib.util.spec_from_loader(fullname, self)

    def exec_module(self, module):
        exec(compile(self.source, f"spoiled {self.name}", "exec"), vars(module))


@contextmanager
def fresh_copy(*finders):
    """Import the frame and the small specification anew inside the block."""

    def own():
        return [name for name in sys.modules if name.partition(".")[0] in COPIED]

    kept = {name: sys.modules.pop(name) for name in own()}
    sys.meta_path[:0] = finders
    try:
        yield
    finally:
        del sys.meta_path[: len(finders)]
        for name in own():
            del sys.modules[name]
        sys.modules.update(kept)


@pytest.fixture(scope="module", autouse=True)
def _small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    write_small(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield


@pytest.mark.parametrize("name", checks())
def test_the_frame_keeps_its_promise(name):
    with fresh_copy():
        checks()[name]()


@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_sabotage_is_caught(sabotage):
    module, right, wrong, check = SABOTAGES[sabotage]
    path = HOME / f"{module.replace('.', '/')}.py"
    source = path.read_text(encoding="utf-8")
    assert source.count(right) == 1, "the piece of source must be there exactly once"
    spoiled = _Spoiled(f"touchstone.{module}", source.replace(right, wrong))
    with fresh_copy(spoiled):
        # an interrupt is the one sabotage's that lets it through
        with pytest.raises((AssertionError, KeyboardInterrupt)):
            checks()[check]()


def test_every_check_catches_a_sabotage():
    assert {check for *_, check in SABOTAGES.values()} == set(checks())
