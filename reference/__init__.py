"""The reference: every component of the chapter in TensorFlow 2.15, minimal.

RANDOM_STREAM says that seeds mean TensorFlow's seeded random stream.
"""

import os

RANDOM_STREAM = "tensorflow"

# What TensorFlow's libraries report at their start is of no use to its reader.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def device() -> str:
    """Return the kind of device that the components run on: "cpu" or a GPU's name."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "cpu"
    return tf.config.experimental.get_device_details(gpus[0]).get("device_name", "gpu")
