"""The chapter's way as an implementation: what its components cost as it writes them.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16. Stock Keras models that
Keras fits, a dataset for each window, and the whole text read again for each character.
The char-RNN runs on TensorFlow 2.0.0 and Python 3.7 as well:

    python -m benchmarks.chapter    # answers the peers' coordinator: see worker.py
"""


def device():
    """Return the kind of device: "cpu" or "gpu"."""
    import tensorflow as tf

    return "gpu" if tf.config.experimental.list_physical_devices("GPU") else "cpu"
