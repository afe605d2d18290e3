"""The ports that run on a GPU, and the environment of the processes that measure them."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alternatives.ports import WHOLE
from benchmarks.frame import ROOT
from benchmarks.peers import SHARED_GPU, TITLES, search_path
from benchmarks.precision import PRECISION, VARIABLES, variables

# Compiled once, read by every process after; it outlives the run on a machine kept warm.
CACHE = ROOT / "build" / "gpu-cache"
CACHED = {
    "JAX_COMPILATION_CACHE_DIR": str(CACHE),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
    "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
    "TORCHINDUCTOR_CACHE_DIR": str(CACHE / "inductor"),
}
# One thread: the ports of a rehearsal run side by side on a machine that others use.
ON_A_CPU = {
    "CUDA_VISIBLE_DEVICES": "",
    "JAX_PLATFORMS": "cpu",
    "OMP_NUM_THREADS": "1",
}
NO_AUTOTUNING = "--xla_gpu_autotune_level=0"  # of programs that run once


@dataclass(frozen=True)
class Port:
    """A port on one of its frameworks; `label` tells it apart, `variables` choose it."""

    label: str
    name: str
    framework: str
    variables: Mapping[str, str] = field(default_factory=dict)


def on_frameworks(port) -> list[Port]:
    """Return a port of the list on each of the frameworks that it runs on."""
    if not port.backends:
        return [Port(port.name, port.name, port.framework)]
    return [
        Port(f"{port.name} on {TITLES[each]}", port.name, each, {port.variable: each})
        for each in port.backends
    ]


PORTS = tuple(each for port in WHOLE for each in on_frameworks(port))


@dataclass
class Setting:
    """What the parts share: how the run was asked for, and what the first part found."""

    rehearse: bool
    scratch: Path
    pythons: Mapping[str, str] = field(default_factory=dict)  # by a port's name
    ports: tuple[Port, ...] = PORTS
    limits: dict = field(default_factory=dict)

    def python(self, port: Port | None = None) -> str:
        """Return the interpreter that runs a port, or what is no port's."""
        return self.pythons.get(port.name if port else "", sys.executable)

    def environment(
        self, precision: str | None, port: Port | None = None, *, clauses: bool = False
    ) -> dict[str, str]:
        """Return the variables of a process whose products round to the precision.

        None leaves it to the process.
        """
        found = variables(precision, os.environ) | SHARED_GPU
        found |= {"PYTHONPATH": search_path(), "TF_CPP_MIN_LOG_LEVEL": "3"}
        found |= {"PYTHONUNBUFFERED": "1"}
        if port is not None:
            found |= port.variables
        if self.rehearse:
            kept = {k: v for k, v in found.items() if k not in VARIABLES}
            return kept | ON_A_CPU | {PRECISION: precision or ""}
        if clauses:
            flags = found.get("XLA_FLAGS", ""), NO_AUTOTUNING
            found["XLA_FLAGS"] = " ".join(filter(None, flags))
        return found | CACHED
