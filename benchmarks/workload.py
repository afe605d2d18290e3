"""A workload: what is timed, how it is checked, and what it comes to."""

import inspect
import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.costs import Cost

WARM_UPS = 3  # the first compiles and traces
SMALLEST = {  # sizes to rehearse with
    **{"batch_size": 4, "n_steps": 12, "units": 16, "embed_size": 16, "dims": 32},
    **{"n_heads": 4, "n_layers": 2, "encoder_steps": 6, "decoder_steps": 6},
    **{"shuffle_buffer": 500, "n_words": 12},
}


@dataclass
class Workload:
    """One run of a component: `run` returns when all of its work is done.

    `yields` says what a run comes to, such as {"batches": 100}; `check` raises
    AssertionError where the answers of the runs so far are wrong. What can only be
    timed from inside has `timed`: it takes so many runs and returns their seconds.
    """

    run: Callable[[], object]
    check: Callable[[], None]
    sizes: Mapping[str, float]
    cost: Cost
    yields: tuple[str, int] = ("steps", 1)
    placed: list = field(default_factory=list)  # its last lies where the work is
    timed: Callable[[int], float] | None = None

    def warm_up(self) -> None:
        """Run what compiles, traces and fills caches, outside every timed region."""
        for _ in range(WARM_UPS):
            self.run()

    def on_gpu(self) -> bool:
        """Say whether the last answer lies on a GPU, whatever is said of it."""
        return bool(self.placed) and lies_on_gpu(self.placed[-1])


def lies_on_gpu(value) -> bool:
    """Say whether a tensor of any framework lies on a GPU; NumPy's never does."""
    devices = getattr(value, "devices", None)
    place = devices() if callable(devices) else getattr(value, "device", "cpu")
    return any(kind in str(place).lower() for kind in ("cuda", "gpu"))


def tells_its_place(value) -> bool:
    """Say whether a value lies where it was computed: a number or an array does not.

    Keras returns the loss as an array, which since NumPy 2 says that its device is
    the CPU, wherever the step ran.
    """
    return not isinstance(value, (np.generic, np.ndarray, int, float))


def on_host(value) -> np.ndarray:
    """Return a tensor of any framework, on whatever device, as an array."""
    value = detached(value)
    return np.asarray(value.cpu() if hasattr(value, "cpu") else value)


def settle() -> None:
    """Wait for what PyTorch still has to do on a GPU after the loss was read.

    A JAX program gives all its outputs at once, and TensorFlow's steps are read whole.
    """
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.synchronize()


def taken(make: Callable, sizes: Mapping) -> dict:
    """Return those of the sizes that a function takes."""
    parameters = inspect.signature(make).parameters.values()
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return dict(sizes)
    names = {p.name for p in parameters}
    return {name: size for name, size in sizes.items() if name in names}


def small(sizes: Mapping) -> dict:
    """Return the sizes, none larger than is needed to rehearse."""
    return {name: min(size, SMALLEST.get(name, size)) for name, size in sizes.items()}


def training(model, batch, *, sizes, cost) -> Workload:
    """Return the workload of one training step; the loss is read inside it."""
    placed = model.place(batch)
    losses: list[float] = []
    kept: list = []

    def run():
        loss = model.train_step(placed)
        losses.append(float(loss))  # waits for the device
        kept[:] = [loss if tells_its_place(loss) else placed[-1]]

    def timed(n_runs):
        seconds = model.timed_fit(placed, n_runs)
        losses[:] = model.losses  # all so far
        kept[:] = [placed[-1]]
        return seconds

    def check():
        assert len(losses) > WARM_UPS
        assert all(map(math.isfinite, losses)), losses
        last = losses[-max(1, len(losses) // 4) :]
        assert np.mean(last) < losses[0], (losses[0], last)

    fitted = timed if hasattr(model, "timed_fit") else None
    return Workload(run, check, sizes, cost, placed=kept, timed=fitted)


def forward(call, inputs, *, sizes, cost) -> Workload:
    """Return the workload of a call that maps [B, T, D] to that shape.

    The call's own first output is what is read on: it lies on the device already.
    """
    device_inputs = detached(call(inputs))
    kept: list = []

    def run():
        outputs = call(device_inputs)
        float(detached(outputs[0, 0, 0]))  # waits for the device
        kept[:] = [outputs]

    def check():
        outputs = on_host(kept[-1])
        assert outputs.shape == inputs.shape
        assert np.isfinite(outputs).all()
        assert outputs.std() > 0

    return Workload(run, check, sizes, cost, placed=kept)


def detached(value):
    """Return a tensor without its history, where its framework keeps one."""
    return value.detach() if hasattr(value, "detach") else value


def stream(batches, n_batches: int, check_pair, *, sizes, cost) -> Workload:
    """Return the workload of so many batches of a stream, its start behind it."""
    batches = iter(batches)
    kept: list = []

    def run():
        for _ in range(n_batches):
            pair = next(batches)
        kept[:] = pair
        int(pair[1][0, 0])  # waits for the device

    def check():
        check_pair(*map(on_host, kept))

    return Workload(run, check, sizes, cost, ("batches", n_batches), kept)


def one_hot(ids, depth: int) -> np.ndarray:
    """Return [..., V]: float32 rows of the unit matrix."""
    return np.eye(depth, dtype=np.float32)[ids]
