"""Forms of one model in one framework, turn by turn: the port, and the framework's own.

    python -m benchmarks.gpu.forms IMPLEMENTATION --seconds N [--small]

Each form is put through the workload of the model's benchmark, so that its answers are
checked as the port's are. A line of JSON for each form of each model.
"""

import argparse
import importlib.util
import json
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alternatives.ports import PORTS
from benchmarks import workload
from benchmarks.frame import Implementation, NotProvided
from benchmarks.peers import summary
from benchmarks.workloads import (
    char_rnn,
    encoder_decoder,
    multi_head_attention,
    sentiment,
    stateful_char_rnn,
    transformer,
)

PORT = "the port"
REHEARSED = ("char_rnn", "multi_head_attention")
ROUNDS, LONGEST_TURN = 15, 0.05  # seconds
LAST_LINES = 3  # of what a form raised


@dataclass(frozen=True)
class Model:
    """A workload that several forms take: `make(implementation, **sizes)`."""

    name: str
    make: Callable
    sizes: Mapping[str, int]


MODELS = (
    Model("char_rnn", char_rnn.train_step, char_rnn.SIZES),
    Model(
        "encoder_decoder",
        encoder_decoder.train_step,
        encoder_decoder.SIZES,
    ),
    Model("sentiment", sentiment.train_step, sentiment.SIZES),
    Model(
        "multi_head_attention",
        multi_head_attention.call,
        multi_head_attention.SIZES,
    ),
    Model("transformer", transformer.train_step, transformer.SIZES),
    Model(
        "stateful_char_rnn",
        stateful_char_rnn.train_step,
        stateful_char_rnn.SIZES,
    ),
)


@dataclass(frozen=True)
class Form:
    """A way to write a model; `make(model, sizes)` returns its workload."""

    name: str
    make: Callable[[Model, dict], workload.Workload]


class Altered:
    """An implementation whose objects are changed when they are made."""

    def __init__(self, implementation, change: Callable):
        self._implementation, self._change = implementation, change

    def __getattr__(self, component: str):
        return AlteredComponent(getattr(self._implementation, component), self._change)


class AlteredComponent:
    def __init__(self, component, change: Callable):
        self._component, self._change = component, change

    def __getattr__(self, name: str):
        found = getattr(self._component, name)
        if not isinstance(found, type):
            return found
        return lambda **sizes: self._change(found(**sizes))


def port_form(implementation) -> Form:
    return Form(PORT, lambda model, sizes: model.make(implementation, **sizes))


def altered_form(name: str, implementation, change: Callable) -> Form:
    altered = Altered(implementation, change)
    return Form(name, lambda model, sizes: model.make(altered, **sizes))


def turn(work, n_runs: int) -> float:
    """Return the seconds of a run, of so many, the device's rest waited for."""
    start = time.perf_counter()
    for _ in range(n_runs):
        work.run()
    workload.settle()
    return (time.perf_counter() - start) / n_runs


def timed(
    works: Mapping[str, workload.Workload], deadline: float, rounds: int = ROUNDS
) -> dict[str, dict]:
    """Return the times of each form, all of them turn by turn, then checked."""
    runs = {
        name: max(1, int(LONGEST_TURN / turn(work, 2))) if rounds == ROUNDS else 1
        for name, work in works.items()
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    for i in range(rounds):
        if i > 2 and time.monotonic() > deadline:
            break
        for name, work in works.items():
            times[name].append(turn(work, runs[name]))
    found: dict[str, dict] = {}
    for name, work in works.items():
        about = {"rounds": len(times[name]), "runs": runs[name]}
        cost = {"flops": work.cost.flops, "bytes": work.cost.bytes}
        where = {"on_gpu": work.on_gpu()}
        try:
            work.check()
        except AssertionError as error:
            found[name] = {"failed": f"its answers are wrong: {error}"}
        else:
            found[name] = summary(times[name]) | about | cost | where
    return found


def why(error: Exception) -> str:
    lines = traceback.format_exception_only(error)
    return "".join(lines).strip()[:1_000]


def compared(
    model: Model, forms: list[Form], sizes: dict, deadline: float, rounds: int = ROUNDS
):
    """Yield the record of each form of a model; one that fails stops no other."""
    works: dict[str, workload.Workload] = {}
    for form in forms:
        entry = {"model": model.name, "form": form.name}
        if works and form.name != PORT and time.monotonic() > deadline:
            yield entry | {"dropped": "no time was left"}
            continue
        try:
            work = form.make(model, sizes)
            work.warm_up()
            works[form.name] = work
        except NotProvided as absent:
            yield entry | {"absent": str(absent)}
        except Exception as error:
            yield entry | {"failed": why(error)}
    for name, found in timed(works, deadline, rounds).items():
        yield {"model": model.name, "form": name} | found


def forms_of(name: str, *, small: bool) -> Callable[[Model], list[Form]]:
    """Return what gives the forms of a model, in the framework of an implementation."""
    implementation = Implementation(name)
    frameworks = {port.name: port.framework for port in PORTS}
    module = f"benchmarks.gpu.{frameworks.get(name, '')}_forms"
    if importlib.util.find_spec(module) is None:
        return lambda model: [port_form(implementation)]
    home = importlib.import_module(module)
    return lambda model: home.forms(implementation, model, small=small)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.forms")
    parser.add_argument("implementation")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args(argv)
    start = time.monotonic()
    forms = forms_of(options.implementation, small=options.small)
    models = [m for m in MODELS if m.name in REHEARSED or not options.small]
    for i, model in enumerate(models):
        left = options.seconds - (time.monotonic() - start)
        deadline = time.monotonic() + left / (len(models) - i)
        sizes = workload.small(model.sizes) if options.small else dict(model.sizes)
        if left <= 0:
            print(json.dumps({"model": model.name, "dropped": "no time was left"}))
            continue
        rounds = 3 if options.small else ROUNDS
        for entry in compared(model, forms(model), sizes, deadline, rounds):
            print(json.dumps(entry), flush=True)


if __name__ == "__main__":
    main()
