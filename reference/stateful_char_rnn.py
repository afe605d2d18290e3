"""The stateful char-RNN: each batch is read from where the one before it ended.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Stateful RNN".
G16: Gal and Ghahramani 2016, "A Theoretically Grounded Application of Dropout in
Recurrent Neural Networks": one mask for all steps, on inputs and on states.
Axes: B batch, T time steps, V vocabulary, U units.
"""

import numpy as np
import tensorflow as tf

from reference.arguments import check_positive, check_rates
from reference.char_rnn import CharRNN, Network


def batches(encoded, *, n_steps, batch_size, vocabulary_size) -> tf.data.Dataset:
    """Return one epoch: one-hot inputs [B, T, V], integer targets [B, T].

    Row i reads on, batch after batch, in part i of the text, split in batch_size parts.
    """
    check_positive(n_steps=n_steps, batch_size=batch_size)
    parts = np.array_split(np.asarray(encoded), batch_size)
    n_batches = (len(parts[-1]) - 1) // n_steps  # the last part is a shortest one
    if n_batches < 1:
        raise ValueError(
            f"encoded must have at least {batch_size} windows of {n_steps + 1}, "
            f"got {len(encoded)} characters"
        )
    rows = np.stack([part[: n_batches * n_steps + 1] for part in parts])
    rows = tf.constant(rows, tf.int32)  # [B, all steps and one more]

    def batch(i):
        window = rows[:, i * n_steps : (i + 1) * n_steps + 1]  # [B, T + 1]
        return tf.one_hot(window[:, :-1], vocabulary_size), window[:, 1:]

    return tf.data.Dataset.range(n_batches).map(batch)


def next_state(read, state, parts) -> tf.Tensor:
    """Return the GRU's state [B, U] after inputs that are projected to [B, 3U].

    The parts are the dropout mask, the kernel and the bias of each gate.
    """
    z, r, kept = [(state * mask) @ kernel + bias for mask, kernel, bias in parts]
    x_z, x_r, x_h = tf.split(read, 3, axis=-1)
    z, r = tf.sigmoid(x_z + z), tf.sigmoid(x_r + r)
    return z * state + (1 - z) * tf.tanh(x_h + r * kept)


class StatefulGRU(tf.keras.layers.Layer):
    """Return [B, T, U] as Keras's GRU(stateful=True) with dropout does. [G16]

    The inputs are projected outside the loop, which Keras does not do where there is
    dropout; the random stream is a variable, so that it is saved with the state.
    """

    def __init__(self, units, *, batch_size, dropout, recurrent_dropout, **kwargs):
        super().__init__(**kwargs)
        self.cell = tf.keras.layers.GRUCell(units)  # its weights alone are used
        self.dropout, self.recurrent_dropout = dropout, recurrent_dropout
        self.state = tf.Variable(tf.zeros([batch_size, units]), trainable=False)
        seed = tf.random.uniform([], maxval=2**31 - 1, dtype=tf.int32)
        self.generator = tf.random.Generator.from_seed(int(seed))

    def build(self, input_shape):
        self.cell.build(input_shape)
        super().build(input_shape)

    def call(self, inputs, training=False):  # [B, T, D]
        rows, units = self.state.shape
        masks = self.masks([3, rows, 1, inputs.shape[-1]], self.dropout, training)
        state_masks = self.masks([3, rows, units], self.recurrent_dropout, training)
        kernels = tf.split(self.cell.kernel, 3, axis=-1)  # of z, r, h
        recurrent_kernels = tf.split(self.cell.recurrent_kernel, 3, axis=-1)
        bias, recurrent_bias = self.cell.bias[0], tf.split(self.cell.bias[1], 3)
        read = [(inputs * m) @ k for m, k in zip(masks, kernels, strict=True)]
        read = tf.concat(read, axis=-1) + bias  # [B, T, 3U]

        def step(read, states):  # [B, 3U], [[B, U]]
            parts = zip(state_masks, recurrent_kernels, recurrent_bias, strict=True)
            state = next_state(read, states[0], parts)
            return state, [state]

        state, outputs, _ = tf.keras.backend.rnn(step, read, [self.state.read_value()])
        self.state.assign(state)
        return outputs  # [B, T, U]

    def masks(self, shape, rate, training):
        """Return three masks, for z, r and h: 0, or what keeps the expectation."""
        if not (training and rate):
            return [tf.constant(1.0)] * 3
        kept = self.generator.uniform(shape) >= rate
        return tf.unstack(tf.cast(kept, tf.float32) / (1 - rate))


class StatefulCharRNN(Network):
    """Return [B, T, V] as the char-RNN does, reading on from the call before."""

    def __init__(
        self,
        *,
        vocabulary_size,
        units,
        batch_size,
        dropout,
        recurrent_dropout,
        **kwargs,
    ):
        rates = dict(dropout=dropout, recurrent_dropout=recurrent_dropout)
        check_rates(**rates)
        sizes = dict(vocabulary_size=vocabulary_size, units=units)
        first, second = (
            StatefulGRU(units, batch_size=batch_size, **rates) for _ in range(2)
        )
        super().__init__(first, second, **sizes, **kwargs)
        self.sizes = sizes
        self.input_specs = (tf.TensorSpec([batch_size, None, vocabulary_size]),)

    def reset_states(self) -> None:
        """Begin again: the next call reads from zero states."""
        for layer in self.gru_1, self.gru_2:
            layer.state.assign(tf.zeros_like(layer.state))

    def stateless_copy(self) -> CharRNN:
        """Return a model with the same weights that takes batches of any size."""
        copy = CharRNN(**self.sizes)
        copy.set_named_weights(self.named_weights())
        return copy

    def carried(self) -> dict[str, tf.Variable]:
        """Return the recurrent states, and those of the dropout's generators."""
        return {
            f"{layer}/{name}": variable
            for layer in ("gru_1", "gru_2")
            for name, variable in (
                ("state", getattr(self, layer).state),
                ("random", getattr(self, layer).generator.state),
            )
        }
