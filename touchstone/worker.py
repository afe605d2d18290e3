"""The child process of `touchstone check`: it runs clauses that its parent asks for.

Requests come as JSON lines on the standard input, answers go as JSON lines to what was
the standard output; whatever the implementation prints goes to the standard error.
"""

import json
import os
import signal
import threading
import time
from typing import IO, Any

from touchstone import engine
from touchstone.conditions import DRAWN
from touchstone.report.model import entry_of, versions
from touchstone.specification import load_specification


def main() -> None:
    """Answer requests until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    threading.Thread(target=_end_with, args=[os.getppid()], daemon=True).start()
    serve(requests, answers)
    os._exit(0)  # whatever the implementation left running


def _end_with(parent: int) -> None:
    """End this process when its parent has ended, whatever it is doing."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def serve(requests: IO[str], answers: IO[str]) -> None:
    """Load the implementation that the first request names, then run clauses."""

    def answer(**what: Any) -> None:
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    begin = json.loads(requests.readline())
    specification = load_specification(begin["specification"])
    if str(specification.folder) != begin["folder"]:
        answer(unimportable=f"another specification is found: {specification.folder}")
        return
    precision = begin["precision"]
    DRAWN.set(tuple(begin["drawn"]))
    try:
        implementation = engine.load(begin["target"])
    except engine.Unimportable as error:
        answer(unimportable=str(error))
        return
    except KeyboardInterrupt:
        answer(
            unimportable=f"the implementation {begin['target']} cannot be imported: "
            "its import raises KeyboardInterrupt"
        )
        return
    answer(
        ready=True, about={"versions": versions(), "device": implementation.device()}
    )
    for line in requests:
        request = json.loads(line)
        if folder := request.get("case"):
            clause = specification.clauses[request["of"]]
            said = engine.saved_case(
                clause,
                implementation,
                begin["target"],
                precision,
                folder,
                is_interrupt=lambda: False,
            )
            answer(case=said)
            continue
        clause = specification.clauses[request["check"]]
        result = engine.check_clause(
            clause, implementation, precision=precision, is_interrupt=lambda: False
        )
        answer(result=entry_of(result))
        # the parent's clock for the clause has stopped: a diagnosis is our own work
        result = engine.diagnosed(
            result,
            specification.rivals_of(clause.component),
            precision=precision,
            implementation=implementation,
        )
        answer(
            diagnosed=entry_of(result),
            versions=versions(),
            has_case=engine.has_case(result),
        )
