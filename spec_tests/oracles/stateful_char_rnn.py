"""The stateful char-RNN and its consecutive batches.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Stateful RNN".
G16: Gal and Ghahramani 2016, "A Theoretically Grounded Application of Dropout in
Recurrent Neural Networks".
Axes: B batch, T time steps, V vocabulary, U units.
"""

import numpy as np

from spec_tests.oracles.char_rnn import CharRNN, one_hot
from spec_tests.oracles.recurrent import GRU
from touchstone.arithmetic import real


class Batches:
    """One epoch of consecutive windows; row i reads part i of the text."""

    def __call__(self, encoded, *, n_steps, batch_size, vocabulary_size):
        self.check_sizes(n_steps=n_steps, batch_size=batch_size)
        rows = self.rows(np.asarray(encoded), batch_size)
        n_batches = self.n_batches(rows, n_steps)
        self.check_length(n_batches, len(encoded))
        return (
            self.batch([self.window(row, i, n_steps) for row in rows], vocabulary_size)
            for i in range(n_batches)
        )

    def check_sizes(self, **sizes) -> None:
        for name, size in sizes.items():
            if size < 1:
                raise ValueError(f"{name} must be positive, got {size}")

    def check_length(self, n_batches: int, length: int) -> None:
        if n_batches < 1:
            raise ValueError(
                f"encoded must have a window in each part, got {length} characters"
            )

    def rows(self, encoded, batch_size: int):
        return np.array_split(encoded, batch_size)

    def n_batches(self, rows, n_steps: int) -> int:
        return (min(map(len, rows)) - 1) // n_steps

    def window(self, row, i: int, n_steps: int):
        start = i * n_steps
        return row[start : start + n_steps + 1]

    def batch(self, windows, vocabulary_size):
        windows = np.stack(windows)  # [B, T + 1]
        return one_hot(windows[:, :-1], vocabulary_size), windows[:, 1:]


class DropoutGRU(GRU):
    """A GRU that reads inputs and states through masks, one for each gate. [G16]"""

    def __init__(self, *, input_size: int, units: int):
        super().__init__(input_size=input_size, units=units)
        self.input_size = input_size
        self.input_masks = self.state_masks = None

    def draw(self, rng, batch: int, dropout: float, recurrent_dropout: float) -> None:
        """Draw the masks that hold until `release`."""
        self.input_masks = self.masks(rng, (batch, self.input_size), dropout)
        self.state_masks = self.masks(rng, (batch, self.units), recurrent_dropout)

    def release(self) -> None:
        self.input_masks = self.state_masks = None

    def masks(self, rng, shape, rate):
        return {gate: self.mask(rng, shape, rate) for gate in "zrh"}

    def mask(self, rng, shape, rate):
        return (rng.random(shape) >= rate) / (1 - rate)

    def input_part(self, gate, x):
        masks = self.input_masks
        return super().input_part(gate, x if masks is None else real(x * masks[gate]))

    def recurrent_part(self, gate, h):
        masks = self.state_masks
        return super().recurrent_part(
            gate, h if masks is None else real(h * masks[gate])
        )


class StatefulCharRNN(CharRNN):
    """A char-RNN whose every call reads on from the one before."""

    layer = DropoutGRU
    gru_1: DropoutGRU
    gru_2: DropoutGRU
    copy = CharRNN

    def __init__(
        self, *, vocabulary_size, units, batch_size, dropout, recurrent_dropout
    ):
        self.check_rates(dropout=dropout, recurrent_dropout=recurrent_dropout)
        super().__init__(vocabulary_size=vocabulary_size, units=units)
        self.batch_size = batch_size
        self.rates = dropout, recurrent_dropout
        self.rng = np.random.default_rng(0)
        self.states = self.fresh()

    def check_rates(self, **rates) -> None:
        for name, rate in rates.items():
            if not 0 <= rate < 1:
                raise ValueError(f"{name} must be at least 0 and below 1, got {rate}")

    def fresh(self):
        zeros = np.zeros([self.batch_size, self.sizes["units"]])
        return zeros, zeros

    def reset_states(self) -> None:
        self.states = self.fresh()

    def __call__(self, inputs, training=False):
        self.prepare(training)
        probabilities, states = self.read(inputs, self.states)
        self.states = self.kept(states)
        return probabilities

    def prepare(self, training: bool) -> None:
        """Draw masks for training; see to it that there are none outside it."""
        for layer in self.gru_1, self.gru_2:
            if training:
                layer.draw(self.rng, self.batch_size, *self.rates)
            else:
                layer.release()

    def kept(self, states):
        return states

    def loss(self, batch):
        inputs, targets = batch
        return self.cost(self.read(inputs, self.states)[0], targets)

    def train_step(self, batch):
        self.prepare(True)
        after = self.read(batch[0], self.states)[1]
        loss = super().train_step(batch)
        self.states = self.kept(after)
        return loss

    def stateless_copy(self):
        copy = self.copy(**self.sizes)
        copy.set_named_weights(self.named_weights())
        return copy


batches = Batches()
