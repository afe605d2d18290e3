"""Heads folded into the batch, and projections as convolutions of width 1."""

import tensorflow as tf

layers = tf.keras.layers


class MultiHeadAttention(tf.keras.layers.Layer):
    def __init__(self, *, dims, n_heads, use_scale=False):
        super().__init__()
        self.n_heads = n_heads
        self.query, self.value, self.key, self.out = (
            layers.Conv1D(dims, kernel_size=1, use_bias=False) for _ in range(4)
        )
        self.attention = layers.Attention(use_scale=use_scale)

    def call(self, query, value):
        heads = [
            self.folded(self.query(query)),
            self.folded(self.value(value)),
            self.folded(self.key(value)),
        ]
        attended = self.attention(heads)  # [B * H, T, D / H]
        batch, steps, dims = tf.unstack(tf.shape(query))
        apart = tf.reshape(attended, [batch, self.n_heads, steps, -1])
        beside = tf.transpose(apart, [0, 2, 1, 3])  # [B, T, H, D / H]
        return self.out(tf.reshape(beside, [batch, steps, dims]))

    def folded(self, projected):
        batch, steps, _ = tf.unstack(tf.shape(projected))
        apart = tf.reshape(projected, [batch, steps, self.n_heads, -1])
        first = tf.transpose(apart, [0, 2, 1, 3])  # [B, H, T, D / H]
        return tf.reshape(first, [batch * self.n_heads, steps, -1])
