"""The components in JAX: pure functions of pytrees, and thin classes that hold them.

Seeds mean JAX's keys.
"""

import jax


def device() -> str:
    """Return the kind of device that the components run on: "cpu" or a GPU's name."""
    return jax.devices()[0].device_kind
