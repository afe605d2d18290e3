"""Split work that takes minutes between two processes."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TypeVar

from touchstone.specification import Specification

PROCESSES = 2
Found = TypeVar("Found")


def by_component(
    specification: Specification,
    find: Callable[[Specification, str], Found],
    done: Callable[[str], None] = lambda component: None,
) -> dict[str, Found]:
    """Return `find(specification, component)` for every component.

    `find` is a function that other processes can import; `done` is called with each
    component when it is finished.
    """
    context = multiprocessing.get_context("spawn")  # safe beside threads
    components = specification.components
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        running = {pool.submit(find, specification, name): name for name in components}
        for finished in as_completed(running):
            done(running[finished])
    found = {name: task.result() for task, name in running.items()}
    return {name: found[name] for name in components}
