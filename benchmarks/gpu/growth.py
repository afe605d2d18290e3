"""How the cost grows on a GPU: one size varied, coarsely first; a line of JSON a point.

python -m benchmarks.gpu.growth IMPLEMENTATION --seconds N [--small]
"""

import argparse
import json
import time

from benchmarks import curves
from benchmarks.curves import CHAR_RNN, Curve, attention_sizes, doubling
from benchmarks.frame import Implementation, NotProvided
from benchmarks.gpu.forms import why
from benchmarks.workloads import text_generation

STEP = "char_rnn step"
CURVES = (
    Curve(
        STEP,
        "time steps",
        curves.STEP,
        lambda n: CHAR_RNN | {"n_steps": n},
        doubling(25, 3_200),
    ),
    Curve(
        STEP,
        "batch size",
        curves.STEP,
        lambda n: CHAR_RNN | {"batch_size": n},
        doubling(8, 2_048),
    ),
    Curve(
        STEP,
        "units",
        curves.STEP,
        lambda n: CHAR_RNN | {"units": n},
        doubling(32, 2_048),
    ),
    Curve(
        "multi_head_attention call",
        "time steps",
        curves.CURVES[0].make,
        attention_sizes,
        doubling(64, 16_384),
    ),
    Curve(
        "text_generation",
        "characters",
        text_generation.complete,
        lambda n: text_generation.SIZES | {"n_chars": n},
        doubling(50, 800),
    ),
)
REHEARSED = (2, 0, 0, 1, 0)  # points of each curve


def ordered(values: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return (0, value) for every other value, then (1, value) for those between."""
    return [(0, v) for v in values[::2]] + [(1, v) for v in values[1::2]]


def plan(*, small: bool) -> list[tuple[Curve, int]]:
    """Return the points in their order: all curves coarsely, then finely.

    A rehearsal takes a few.
    """
    points = [
        (turn, i, value)
        for i, curve in enumerate(CURVES)
        for turn, value in ordered(
            curve.values[: REHEARSED[i]] if small else curve.values
        )
    ]
    return [
        (CURVES[i], value) for turn, i, value in sorted(points, key=lambda p: p[:2])
    ]


def measured(implementation, curve: Curve, value: int, *, longest: float) -> dict:
    """Return a point, or why there is none."""
    try:
        work = curve.make(implementation, **curve.sizes(value))
        work.run()
        found = curves.point(work, longest=longest)
    except NotProvided as absent:
        return {"absent": str(absent)}
    except Exception as error:  # such as too little memory for the largest
        return {"failed": why(error)}
    unit, amount = work.yields
    found |= {"unit": unit, "amount": amount, "on_gpu": work.on_gpu()}
    return found


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu.growth")
    parser.add_argument("implementation")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args(argv)
    start = time.monotonic()
    implementation = Implementation(options.implementation)
    failed: set[Curve] = set()
    points = plan(small=options.small)
    for i, (curve, value) in enumerate(points):
        if time.monotonic() - start > options.seconds:
            print(json.dumps({"dropped": f"{len(points) - i} points, of want of time"}))
            break
        if curve in failed:
            continue
        found = measured(
            implementation, curve, value, longest=0.02 if options.small else 0.2
        )
        if "failed" in found or "absent" in found:
            failed.add(curve)
        about = {"name": curve.name, "axis": curve.axis, "value": value}
        print(json.dumps(about | found), flush=True)


if __name__ == "__main__":
    main()
