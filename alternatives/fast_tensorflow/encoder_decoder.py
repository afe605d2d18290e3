"""The encoder-decoder without Addons' loop, whose gradient turns the kernels each step.

Axes: B batch, S encoder steps, T decoder steps, L longest length, V vocabulary,
E embedding dims, U units.
"""

import tensorflow as tf

from alternatives.fast_tensorflow.loop import loop, multiplier
from reference import encoder_decoder
from reference.encoder_decoder import teacher_inputs

__all__ = ["EncoderDecoder", "teacher_inputs"]


def lstm(cell, inputs, states):
    """Return outputs [B, T, U] and the states of a built Keras cell, hidden and cell."""
    keep = multiplier(cell.recurrent_kernel)

    def step(read, states):
        i, f, c, o = tf.split(read + keep(states[0]), 4, axis=-1)
        carried = tf.sigmoid(f) * states[1] + tf.sigmoid(i) * tf.tanh(c)
        hidden = tf.sigmoid(o) * tf.tanh(carried)
        return hidden, [hidden, carried]

    reads = tf.tensordot(inputs, cell.kernel, 1) + cell.bias  # [B, T, 4U]
    return loop(step, reads, states)


class EncoderDecoder(encoder_decoder.EncoderDecoder):
    """Return probabilities [B, L, V] as the reference does."""

    def call(self, encoder_inputs, decoder_inputs=None, sequence_lengths=None):
        longest = tf.reduce_max(sequence_lengths)
        embedded = self.embedding(decoder_inputs[:, :longest])  # [B, L, E]
        outputs, _ = lstm(self.cell, embedded, self.encoded(encoder_inputs))
        return tf.nn.softmax(self.dense(outputs))

    def encoded(self, encoder_inputs) -> list[tf.Tensor]:
        """Return the state to hand over: hidden [B, U] and cell [B, U]."""
        zeros = tf.zeros([tf.shape(encoder_inputs)[0], self.cell.units])
        embedded = self.embedding(encoder_inputs)  # [B, S, E]
        _, states = lstm(self.encoder.cell, embedded, [zeros, zeros])
        return states
