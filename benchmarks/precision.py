"""To what the products round: asked for by environment variables, then observed.

PyTorch's products are float32 and its cuDNN layers TF32 unless told otherwise, JAX's
products TF32 on a GPU that has it. Figures of different precision do not compare, and a
setting that did not take effect must not pass unseen: `observed` multiplies a number
that each format rounds to another.
"""

import os
import sys
from collections.abc import Callable, Mapping

import numpy as np

PRECISION = "BENCHMARK_PRECISION"  # environment variable: which was asked for
ASKED = {
    "float32": {
        "NVIDIA_TF32_OVERRIDE": "0",
        "JAX_DEFAULT_MATMUL_PRECISION": "highest",
    },
    "tf32": {"TORCH_ALLOW_TF32_CUBLAS_OVERRIDE": "1"},  # and JAX's default
    "bfloat16": {"JAX_DEFAULT_MATMUL_PRECISION": "BF16_BF16_F32"},
}
VARIABLES = sorted({name for asked in ASKED.values() for name in asked})
# float32 keeps both small bits, TF32 (10 bits) the larger, bfloat16 (7 bits) neither.
PROBE = 1 + 2**-9 + 2**-14
ROUNDED_TO = {
    PROBE: "float32",
    1 + 2**-9: "tf32",
    1.0: "bfloat16",
}
SIZE = 256  # of the product: a small one may take another path


def variables(precision: str | None, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which products round to the precision; None asks none."""
    kept = {k: v for k, v in inherited.items() if k not in (*VARIABLES, PRECISION)}
    if precision is None:
        return kept
    return kept | ASKED[precision] | {PRECISION: precision}


def rounding(product: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> str:
    """Return to what a product of two matrices rounds its operands."""
    unit = np.eye(SIZE, dtype=np.float32)
    found = np.asarray(product(np.float32(PROBE) * unit, unit))
    values = {float(value) for value in np.diagonal(found)}
    [value] = values if len(values) == 1 else [float("nan")]
    return ROUNDED_TO.get(value, f"unknown: {PROBE} becomes {value}")


def observed() -> dict[str, str]:
    """Return to what the frameworks in this process round, product by product."""
    found = {}
    if "torch" in sys.modules:
        found["PyTorch's products"] = tried(torch_product)
        found["PyTorch's recurrent layers"] = tried(torch_recurrent)
    if "jax" in sys.modules:
        found["JAX's products"] = tried(jax_product)
    return found


def tried(product: Callable) -> str:
    """Return what a product rounds to, or why that could not be observed."""
    try:
        return rounding(product)
    except Exception as error:
        return f"not observed: {type(error).__name__}: {error}"


def described() -> dict:
    """Return which precision was asked for and which was observed."""
    return {"asked": os.environ.get(PRECISION, "nothing"), "observed": observed()}


def torch_product(a, b) -> np.ndarray:
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    left, right = (torch.tensor(each, device=device) for each in (a, b))
    return (left @ right).cpu().numpy()


def torch_recurrent(a, b) -> np.ndarray:
    """Return the product, as a layer of rectified units that forgets takes it."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    layer = torch.nn.RNN(len(b), len(b), nonlinearity="relu", bias=False)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.tensor(b.T))
        layer.weight_hh_l0.zero_()
        outputs, _ = layer.to(device)(torch.tensor(a, device=device))
    return outputs.cpu().numpy()


def jax_product(a, b) -> np.ndarray:
    import jax.numpy as jnp

    return np.asarray(jnp.asarray(a) @ jnp.asarray(b))
