"""What JAX itself offers for the models: the port's loops unrolled, its own attention."""

from collections.abc import Callable
from contextlib import contextmanager
from types import SimpleNamespace

import jax
import jax.numpy as jnp

from alternatives.jax import loop, trainable
from benchmarks.frame import NotProvided
from benchmarks.gpu.forms import Form, Model, altered_form, port_form
from benchmarks.spy import RECURRENT

UNROLLED = (16, 4, 1)
ON_GPU = jax.default_backend() == "gpu"


@contextmanager
def unrolling(n: int):
    """Let the port's loops take n steps at a time, in what is traced meanwhile."""

    def scan(*arguments, **options):
        return jax.lax.scan(*arguments, unroll=n, **options)

    before = loop.lax
    loop.lax = SimpleNamespace(scan=scan)
    jax.clear_caches()  # of what was traced with another loop
    try:
        yield
    finally:
        loop.lax = before
        jax.clear_caches()


def unrolled(n: int) -> Callable:
    """Return what gives a model a step that is compiled once, its loops unrolled."""

    def change(model):
        compiled: list = []

        def train_step(batch):
            if not compiled:
                step = jax.jit(trainable.step, static_argnames="loss")
                given = model.params, model.adam, batch
                with unrolling(n):
                    lowered = step.lower(*given, loss=model.batch_loss)
                    compiled.append(lowered.compile())
            loss, model.params, model.adam = compiled[0](
                model.params, model.adam, batch
            )
            return loss

        model.train_step = train_step
        return model

    return change


def attention(precision, implementation: str | None):
    """Return a layer on jax.nn.dot_product_attention."""
    if not hasattr(jax.nn, "dot_product_attention"):
        raise NotProvided(f"JAX {jax.__version__} has no dot_product_attention")

    class MultiHeadAttention:
        def __init__(self, *, dims: int, n_heads: int):
            keys = jax.random.split(jax.random.key(0))
            scale = dims**-0.5
            self.n_heads = n_heads
            self.inside = scale * jax.random.normal(keys[0], [dims, 3 * dims])
            self.outside = scale * jax.random.normal(keys[1], [dims, dims])
            self.run = jax.jit(self.computed)

        def computed(self, inside, outside, x):  # [B, T, D]
            batch, steps, dims = x.shape
            x, inside, outside = (
                each.astype(precision) for each in (x, inside, outside)
            )
            heads = (x @ inside).reshape(batch, steps, 3, self.n_heads, -1)
            averages = jax.nn.dot_product_attention(
                *(heads[:, :, i] for i in range(3)), implementation=implementation
            )  # [B, T, H, D/H]
            outputs = averages.reshape(batch, steps, dims) @ outside
            return outputs.astype(jnp.float32)

        def __call__(self, query, value):
            return self.run(self.inside, self.outside, jnp.asarray(query))

    return SimpleNamespace(
        multi_head_attention=SimpleNamespace(MultiHeadAttention=MultiHeadAttention)
    )


def forms(implementation, model: Model, *, small: bool) -> list[Form]:
    """Return the port, last what needs the caches that the others clear."""
    found = []
    if model.name in RECURRENT:
        for n in UNROLLED[1:] if small else UNROLLED:
            name = f"the port's step compiled alone, its loops unrolled by {n}"
            found.append(altered_form(name, implementation, unrolled(n)))
    if model.name == "multi_head_attention":
        for name, precision, way in (
            ("jax.nn.dot_product_attention", jnp.float32, "xla"),
            (
                "jax.nn.dot_product_attention by cuDNN in bfloat16",
                jnp.bfloat16,
                "cudnn" if ON_GPU else "xla",
            ),
        ):

            def own(target: Model, sizes: dict, precision=precision, way=way):
                return target.make(attention(precision, way), **sizes)

            found.append(Form(name, own))
    return [*found, port_form(implementation)]
