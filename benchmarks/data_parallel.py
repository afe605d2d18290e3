"""Data-parallel training of the reference's char-RNN through tf.distribute.

    python -m benchmarks.data_parallel one|mirrored|worker --steps N

Two replicas read half of each batch, on one processor (mirrored) or in two processes
that reduce their gradients over the network (worker: TF_CONFIG says where they are).
The losses are to be those of one process that reads the whole batch:
`tests/benchmarks/test_data_parallel.py`. Prints the losses and the median time of a
step as JSON.
"""

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
if cores := os.environ.get("KEEP_TO_CORES"):  # TensorFlow counts them at its import
    os.sched_setaffinity(0, map(int, cores.split(",")))

import numpy as np
import tensorflow as tf

from benchmarks.costs import rounded
from reference.char_rnn import CharRNN

N_REPLICAS = 2
SIZES = {"vocabulary_size": 39, "units": 128}
BATCH_SIZE, N_STEPS = 32, 100
SMALL = {"vocabulary_size": 7, "units": 5}, 6, 11


def strategy_of(way: str) -> tf.distribute.Strategy:
    """Return the strategy; it must be made before TensorFlow's devices are used."""
    if way == "mirrored":
        [cpu, *_] = tf.config.list_physical_devices("CPU")
        halves = [tf.config.LogicalDeviceConfiguration()] * N_REPLICAS
        tf.config.set_logical_device_configuration(cpu, halves)
        return tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(N_REPLICAS)])
    if way == "worker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.get_strategy()


def parallel_step(strategy, model):
    """Return the compiled step: the replicas' shares of one step on the whole batch."""

    def descend(batch):
        with tf.GradientTape() as tape:
            # shares of the mean over the whole batch: Adam sums the replicas' gradients
            loss = model.batch_loss(batch) / strategy.num_replicas_in_sync
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)
        model.adam.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    @tf.function
    def step(batch):
        losses = strategy.run(descend, args=(batch,))
        return strategy.reduce("SUM", losses, axis=None)

    return step


def weights(shapes: dict, seed: int = 1) -> dict[str, np.ndarray]:
    """Return small random weights, the same in every process."""
    rng = np.random.default_rng(seed)
    return {
        name: 0.1 * rng.standard_normal(shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def batch_of(rows: int, n_steps: int, vocabulary_size: int):
    """Return a one-hot batch and its targets, the same in every process."""
    ids = np.random.default_rng(2).integers(0, vocabulary_size, [rows, n_steps + 1])
    inputs = np.eye(vocabulary_size, dtype=np.float32)[ids[:, :-1]]
    return inputs, ids[:, 1:].astype(np.int32)


def distributed(strategy, batch):
    """Return the batch with its rows dealt out to the replicas, in order."""
    n = strategy.num_replicas_in_sync
    shares = [np.array_split(part, n) for part in batch]

    def share(context):
        return tuple(
            tf.constant(part[context.replica_id_in_sync_group]) for part in shares
        )

    if n == 1:
        return tuple(map(tf.constant, batch))
    return strategy.experimental_distribute_values_from_function(share)


def time_of(times: list[float]) -> dict:
    """Return the median of the times and the distance of their quartiles."""
    low, middle, high = statistics.quantiles(times, n=4, method="inclusive")
    return {"seconds": rounded(middle, 4), "iqr": rounded(high - low, 4)}


def trained(way: str, *, n_updates: int, small: bool) -> dict:
    """Return the losses of so many steps, and the time of one."""
    strategy = strategy_of(way)
    sizes, rows, n_steps = SMALL if small else (SIZES, BATCH_SIZE, N_STEPS)
    with strategy.scope():
        model = CharRNN(**sizes)
        shapes = {name: w.shape for name, w in model.named_weights().items()}
        model.set_named_weights(weights(shapes))
        model.adam  # noqa: B018  # made where the strategy sees it
    step = parallel_step(strategy, model)
    batch = distributed(strategy, batch_of(rows, n_steps, sizes["vocabulary_size"]))
    losses, times = [], []
    for _ in range(n_updates):
        start = time.perf_counter()
        losses.append(float(step(batch)))
        times.append(time.perf_counter() - start)
    return {
        "way": way,
        "replicas": strategy.num_replicas_in_sync,
        "losses": losses,
        **time_of(times[2:]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.data_parallel")
    parser.add_argument("way", choices=["one", "mirrored", "worker"])
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--small", action="store_true", help="sizes for a test")
    options = parser.parse_args()
    found = trained(options.way, n_updates=options.steps, small=options.small)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
