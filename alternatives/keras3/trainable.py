"""One training step, by Keras's own trainer: compiled where the backend compiles."""

import keras

from alternatives.keras3.weights import NamedWeights


def placed(*arrays) -> tuple:
    """Return the arrays as tensors on the device."""
    return tuple(keras.ops.convert_to_tensor(array) for array in arrays)


class Trainable(NamedWeights):
    """Gives an object whose `model` is compiled its training step."""

    model: keras.Model

    def place(self, batch):
        """Return the batch on the device, as what `train_on_batch` takes."""
        inputs, targets = batch
        return placed(inputs, targets)

    def train_step(self, batch):
        """Change the weights by one step of Adam; return the loss before it."""
        self.model.reset_metrics()  # Keras 3.12 averages since the last
        return self.model.train_on_batch(*batch)


def compiled(model: keras.Model, loss: keras.Loss) -> keras.Model:
    """Return the model with Adam, at Keras's defaults, and the loss."""
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss)
    return model
