"""One training step for every model that has a loss.

K14: Kingma and Ba 2014, "Adam: A Method for Stochastic Optimization".
G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16: Adam with Keras's defaults.
"""

import functools
from collections.abc import Callable

import tensorflow as tf

from reference.model import Model


class Trainable(Model):
    """A model with a training step; the subclass gives `batch_loss`."""

    is_fitting = False  # whether Keras's `fit` is what calls `train_step`
    train_function: Callable | None  # Keras's, of a compiled model

    def batch_loss(self, batch):
        """Return the mean loss of a batch, computed in training mode."""
        raise NotImplementedError

    @functools.cached_property
    def adam(self):
        """The optimizer, built when it is first asked for."""
        adam = tf.keras.optimizers.Adam()
        adam.build(self.trainable_variables)
        return adam

    def carried(self) -> dict[str, tf.Variable]:
        """Return, by name, the variables besides weights that a step changes."""
        return {}

    def place(self, batch):
        """Return the batch's arrays as tensors on the device."""
        return tf.nest.map_structure(tf.convert_to_tensor, tuple(batch))

    def train_step(self, batch):
        """Change the weights by one step of Adam; return the loss before it.

        Keras calls its own step by this name: in `fit` it is that step, which follows
        what the model was compiled with and returns a dict.
        """
        if self.is_fitting:
            return super().train_step(batch)
        return self._compiled_step(batch)

    def make_train_function(self, force=False):
        """Return what `fit` calls for each batch: Keras's function, announced."""
        if self.train_function is None or force:
            keras_function = super().make_train_function(force)

            def announced(batches):
                self.is_fitting = True
                try:
                    return keras_function(batches)
                finally:
                    self.is_fitting = False

            self.train_function = announced
        return self.train_function

    @functools.cached_property
    def _compiled_step(self):
        self.adam  # noqa: B018  # its variables are made outside the graph
        return tf.function(self._descend, reduce_retracing=True, autograph=False)

    def _descend(self, batch):
        with tf.GradientTape() as tape:
            loss = self.batch_loss(batch)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.adam.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return loss
