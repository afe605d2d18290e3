"""A stock Keras model with the contract's training step, taken by Keras."""

import time

import numpy as np
import tensorflow as tf


class Model:
    """A Keras model that is compiled with Adam, and the losses that it has had."""

    loss = "sparse_categorical_crossentropy"

    def __init__(self, keras_model):
        self.keras = keras_model
        self.keras.compile(loss=self.loss, optimizer="adam")
        self.losses = []

    def __call__(self, inputs):
        return self.keras(inputs)

    def place(self, batch):
        return tf.nest.map_structure(tf.convert_to_tensor, tuple(batch))

    def train_step(self, batch):
        return np.float32(self.keras.train_on_batch(*batch))

    def timed_fit(self, batch, n_steps):
        """Take so many steps on a batch as the chapter does; return their seconds.

        One step more goes before: what `fit` does once an epoch is none of a step's.
        """
        ends = StepEnds()
        self.keras.fit(
            tf.data.Dataset.from_tensors(batch).repeat(),
            steps_per_epoch=n_steps + 1,
            epochs=1,
            verbose=0,
            callbacks=[ends],
        )
        self.losses += ends.losses
        return ends.times[-1] - ends.times[0]

    def check(self):
        """Raise AssertionError unless the losses are finite and fall."""
        assert np.all(np.isfinite(self.losses)), self.losses
        assert self.losses[-1] < self.losses[0], self.losses


class StepEnds(tf.keras.callbacks.Callback):
    """Notes when each step has ended, and the mean of the losses so far."""

    def __init__(self):
        super().__init__()
        self.times, self.losses = [], []

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(float(logs["loss"]))
        self.times.append(time.perf_counter())
