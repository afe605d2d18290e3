"""What the reference's Keras models share: named weights, and Keras's own conveniences."""

import tensorflow as tf

from reference.weights import NamedWeights


class Model(NamedWeights, tf.keras.Model):
    """A model that is built when it is made; `input_specs` say what it is called with."""

    input_specs: tuple[tf.TensorSpec, ...]

    def __call__(self, *inputs, **options):
        """Return the outputs.

        Keras's `fit` hands over several inputs as one tuple, and wants a default for each
        but the first in the signature of `call`.
        """
        named = {name: x for name, x in options.items() if name != "training"}
        if len(self.input_specs) > 1 and len(inputs) == 1 and not named:
            [inputs] = inputs
        if tf.executing_eagerly():  # what a compiled step reads was checked by `place`
            self.check(*inputs, **named)
        return super().__call__(*inputs, **options)

    def check(self, *inputs, **named):
        """Raise ValueError where an input is wrong; a subclass says what is."""

    def trace(self, *inputs) -> None:
        """Call every layer with symbolic inputs."""
        self.call(*inputs)

    def summary(self, *args, **options) -> None:
        """Print Keras's table of the layers, with the shapes of their outputs."""
        self.built = True
        # Keras keeps the shapes of symbolic calls alone
        self.trace(*[tf.keras.Input(type_spec=spec) for spec in self.input_specs])
        super().summary(*args, **options)
