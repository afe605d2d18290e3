"""Layers and models that share memory with their callers, or write into it."""

import numpy as np

from touchstone.rivals import Rival, rival


class GivenWeightsKept:
    def set_named_weights(self, weights):
        super().set_named_weights(weights)
        self._weights = {name: np.asarray(weights[name]) for name in self._weights}


class OwnWeightsGiven:
    def named_weights(self):
        return dict(self._weights)


class WeightsSetInPlace(OwnWeightsGiven):
    def set_named_weights(self, weights):
        own = self._weights
        super().set_named_weights(weights)
        for name, value in own.items():
            value[...] = self._weights[name]
        self._weights = own


def into_buffers(owner, outputs):
    """Return the outputs in the buffers that the owner keeps for their shapes."""
    if isinstance(outputs, tuple):
        return tuple(into_buffers(owner, output) for output in outputs)
    buffers = owner.__dict__.setdefault("_buffers", {})
    buffer = buffers.setdefault(np.shape(outputs), np.array(outputs))
    buffer[...] = outputs
    return buffer


class BufferReused:
    def __call__(self, *arguments, **options):
        return into_buffers(self, super().__call__(*arguments, **options))


class LabelsCleared:
    def place(self, batch):
        inputs, labels = super().place(batch)
        kept = np.array(labels)
        labels[...] = 0
        return inputs, kept


MISTAKES = {
    "given_weights_kept": (GivenWeightsKept, "the arrays given to {} as its weights"),
    "own_weights_given": (OwnWeightsGiven, "the weights of {} given out uncopied"),
    "weights_set_in_place": (
        WeightsSetInPlace,
        "the weights that {} gave out overwritten when others are set",
    ),
    "output_buffer_reused": (BufferReused, "one array for all results of {}"),
}
PLACED = {
    "labels_cleared": (LabelsCleared, "labels overwritten where {} places a batch"),
}


def law_rivals(
    module: str,
    words: str,
    *models: type,
    prefix: str = "",
    trains: bool = False,
) -> dict[str, Rival]:
    """Return a component's rivals that break a law in all of the models, by name."""
    found = {}
    for name, (mixin, mistake) in (MISTAKES | (PLACED if trains else {})).items():
        attributes: dict = {
            m.__name__: type(m.__name__, (mixin, m), {}) for m in models
        }
        attributes |= {"__doc__": mistake.format(words), "__module__": module}
        found[prefix + name] = rival(type(prefix + name, (), attributes))
    return found
