"""The components in Keras 3, on the backend that KERAS_BACKEND names; else on JAX.

Keras 2, with the reference's TensorFlow 2.15, is a package of the same name: this port
has an environment of its own. Seeds mean the backend's generators.
"""

import importlib
import os

os.environ.setdefault("KERAS_BACKEND", "jax")

import keras  # it reads the variable when it is imported

if int(keras.__version__.partition(".")[0]) < 3:
    raise ImportError(f"alternatives.keras3 needs Keras 3, found {keras.__version__}")


def device() -> str:
    """Return the kind of device that the components run on: "cpu" or a GPU's name."""
    framework = importlib.import_module(keras.backend.backend())
    if framework.__name__ == "jax":
        return framework.devices()[0].device_kind
    return framework.cuda.get_device_name() if framework.cuda.is_available() else "cpu"
