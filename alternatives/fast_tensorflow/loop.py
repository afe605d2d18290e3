"""Products inside a loop over the steps.

Axes: B batch, I inputs, O outputs.
"""

import tensorflow as tf


def multiplier(kernel):
    """Return the function that multiplies [B, I] by the kernel [I, O].

    TensorFlow's own gradient turns the kernel at every step, which takes longer than the
    product itself: here it is turned once.
    """
    kernel = tf.convert_to_tensor(kernel)
    turned = tf.transpose(kernel)  # [O, I]

    @tf.custom_gradient
    def product(x, kernel):
        def gradient(above):  # [B, O]
            return tf.matmul(above, turned), tf.matmul(x, above, transpose_a=True)

        return tf.matmul(x, kernel), gradient

    return lambda x: product(x, kernel)


def loop(step, steps, states):
    """Return the outputs [B, T, O] of step(input [B, I], states), and the last states."""
    steps = tf.transpose(steps, [1, 0, 2])  # [T, B, I]
    _, outputs, states = tf.keras.backend.rnn(step, steps, states, time_major=True)
    return tf.transpose(outputs, [1, 0, 2]), states
