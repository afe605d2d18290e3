"""The function `check`: a verdict inside the caller's own process."""

from collections.abc import Callable, Iterable

from touchstone.conditions import DRAWN
from touchstone.engine import Result, Unimportable, check_clause, diagnosed, load
from touchstone.explanation import account_for
from touchstone.report.model import (
    MOST,
    Options,
    Report,
    selected,
    versions,
    whole,
)
from touchstone.specification import Specification, load_specification


def check(
    target: str,
    *,
    only: Iterable[str] = (),
    specification: Specification | str | None = None,
    precision: str = "float32",
    known: dict[str, str] | None = None,
    require: Iterable[str] = (),
    strict: bool = False,
    rows: int = 0,
    seed: int = 0,
    done: Callable[[Result], None] = lambda result: None,
) -> Report:
    """Run the clauses against the implementation `target` and return the report.

    `target` is a package, a module or `module:attribute`; `only` names components and
    clause ids; `known` gives reasons by id for clauses that must fail; `rows` is a number
    of calls drawn at random from `seed`, besides those that cover all pairs of conditions;
    `done` is called with each result. ValueError names what is wrong with an argument,
    Unimportable says why the target cannot be imported.

    It runs here: an implementation that crashes or hangs takes this process along. The
    command `touchstone check` runs it in a process of its own.
    """
    if not isinstance(specification, Specification):
        specification = load_specification(specification)
    only = list(only)
    clauses = selected(specification, only or specification.components)
    options = Options(
        precision,
        dict(known or {}),
        frozenset(require),
        strict,
        rows=whole("rows", str(rows), MOST["rows"]),
        seed=whole("seed", str(seed), MOST["seed"]),
    )
    try:
        implementation = load(target)
    except TimeoutError as error:
        raise Unimportable(
            f"importing {target} raises TimeoutError: {error}"
        ) from error
    report = Report(specification, target, clauses, options)
    token = DRAWN.set((options.rows, options.seed))
    try:
        for clause in clauses:
            result = check_clause(clause, implementation, precision=precision)
            rivals = specification.rivals_of(clause.component)
            result = diagnosed(
                result, rivals, precision=precision, implementation=implementation
            )
            done(report.add(result))
        for component in report.components():
            account_for(report, component)
    finally:
        DRAWN.reset(token)
    report.versions, report.device = versions(), implementation.device()
    return report
