"""The char-RNN with both recurrent layers in one loop: two cores share a step.

The first layer's step t + 1 needs nothing of the second's step t, so that TensorFlow
works at both together. Keras's layers, loop after loop, keep one core waiting.
Axes: B batch, T time steps, V vocabulary, U units.
"""

import tensorflow as tf

from alternatives.fast_tensorflow.loop import loop, multiplier
from reference import char_rnn
from reference.char_rnn import batches, steps_per_epoch

__all__ = ["CharRNN", "batches", "steps_per_epoch"]


def gru(cell):
    """Return the step of a built Keras cell: (read [B, 3U], state [B, U]) -> state."""
    keep = multiplier(cell.recurrent_kernel)
    bias = cell.bias[1]

    def step(read, state):
        read_z, read_r, read_h = tf.split(read, 3, axis=-1)
        kept_z, kept_r, kept_h = tf.split(keep(state) + bias, 3, axis=-1)
        z, r = tf.sigmoid(read_z + kept_z), tf.sigmoid(read_r + kept_r)
        return z * state + (1 - z) * tf.tanh(read_h + r * kept_h)

    return step


class CharRNN(char_rnn.CharRNN):
    """Return [B, T, V] as the reference does."""

    def call(self, inputs, training=False):  # [B, T, V]
        first, second = self.gru_1.cell, self.gru_2.cell
        steps = gru(first), gru(second)
        between = multiplier(second.kernel)

        def step(read, states):
            hidden = steps[0](read, states[0])  # [B, U]
            outputs = steps[1](between(hidden) + second.bias[0], states[1])
            return outputs, [hidden, outputs]

        zeros = tf.zeros([tf.shape(inputs)[0], second.units])
        reads = tf.tensordot(inputs, first.kernel, 1) + first.bias[0]  # [B, T, 3U]
        outputs, _ = loop(step, reads, [zeros, zeros])
        return self.dense(outputs)
