"""An encoder-decoder on TensorFlow Addons: two LSTMs over one embedding.

H97: Hochreiter and Schmidhuber 1997, "Long Short-Term Memory".
S14: Sutskever, Vinyals and Le 2014, "Sequence to Sequence Learning with Neural
    Networks".
A23: TensorFlow Addons 0.23, at its end of life: nothing else here imports it.
Axes: B batch, S encoder steps, T decoder steps, L longest length, V vocabulary,
E embedding dims, U units.
"""

import functools
import warnings

import numpy as np
import tensorflow as tf

from reference.arguments import (
    check_at_least_one,
    check_rows,
    check_shape,
    whole_numbers,
    with_rank,
)
from reference.recurrent import lstm_parts
from reference.trainable import Trainable
from reference.weights import Part, dense_parts, embedding_parts, under

with warnings.catch_warnings():  # its end of life, and that it predates 2.15
    warnings.filterwarnings("ignore", r"\s*TensorFlow Addons", UserWarning)
    from tensorflow_addons import seq2seq

IDS, LENGTHS = tf.TensorSpec([None, None], tf.int32), tf.TensorSpec([None], tf.int32)


def teacher_inputs(targets) -> np.ndarray:
    """Return the decoder's inputs [B, T]: 0, then the targets but the last."""
    targets = with_rank("targets", targets, 2)
    return np.pad(targets[:, :-1], [(0, 0), (1, 0)])


class EncoderDecoder(Trainable):
    """Return probabilities [B, L, V] of the ids that follow the decoder's inputs. [S14]

    Addons stops at the longest length, and reads on in the rows that end before it.
    """

    input_specs = IDS, IDS, LENGTHS

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int, **kwargs):
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.embedding = tf.keras.layers.Embedding(vocabulary_size, embed_size)
        self.encoder = tf.keras.layers.LSTM(units, return_state=True)
        self.cell = tf.keras.layers.LSTMCell(units)
        self.dense = tf.keras.layers.Dense(vocabulary_size)
        sampler = seq2seq.TrainingSampler()
        self.decoder = seq2seq.BasicDecoder(self.cell, sampler, self.dense)
        self.embedding.build(None)
        self.encoder.build((None, None, embed_size))
        self.cell.build((None, embed_size))
        self.dense.build((None, units))

    def parts(self) -> list[Part]:
        return [
            *under("embedding", embedding_parts(self.embedding)),
            *under("encoder", lstm_parts(self.encoder.cell)),
            *under("decoder", lstm_parts(self.cell)),
            *under("dense", dense_parts(self.dense)),
        ]

    def call(self, encoder_inputs, decoder_inputs=None, sequence_lengths=None):
        outputs, _, _ = self.decoder(
            self.embedding(decoder_inputs),  # [B, T, E]
            initial_state=self.encoded(encoder_inputs),
            sequence_length=tf.cast(sequence_lengths, tf.int32),
        )
        return tf.nn.softmax(outputs.rnn_output)  # [B, L, V]

    def trace(self, encoder_inputs, decoder_inputs, sequence_lengths) -> None:
        """Call every layer; Addons hides the cell and the dense layer from Keras."""
        self.call(encoder_inputs, decoder_inputs, sequence_lengths)
        embedded = tf.keras.Input([self.embedding.output_dim])
        hidden, _ = self.cell(embedded, self.encoded(encoder_inputs))
        self.dense(hidden)

    def encoded(self, encoder_inputs) -> list[tf.Tensor]:
        """Return the state to hand over: hidden [B, U] and cell [B, U]."""
        _, hidden, cell = self.encoder(self.embedding(encoder_inputs))
        return [hidden, cell]

    def greedy_decode(self, encoder_inputs, *, start_id: int = 0, n_steps: int):
        """Return ids [B, n_steps]: each the likeliest after those before it."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        self.ids("start_id", [[start_id]])
        check_at_least_one(n_steps=n_steps)
        return self.compiled_greedy(encoder_inputs, start_id, tf.constant(n_steps))

    @tf.function(reduce_retracing=True, autograph=False)  # it would rewrite Addons
    def compiled_greedy(self, encoder_inputs, start_id, n_steps):
        sampler = seq2seq.GreedyEmbeddingSampler(self.embedding)
        decoder = seq2seq.BasicDecoder(
            self.cell, sampler, self.dense, maximum_iterations=n_steps
        )
        outputs, _, _ = decoder(
            None,
            initial_state=self.encoded(encoder_inputs),
            start_tokens=tf.fill(tf.shape(encoder_inputs)[:1], start_id),
            end_token=-1,  # no id: every row has n_steps
        )
        return outputs.sample_id  # [B, n_steps]

    def batch_loss(self, batch):
        """Return the mean cross-entropy of the steps before each sequence's end."""
        inputs, targets = batch
        lengths = inputs[2]
        y = self(*inputs)  # [B, L, V]
        steps = tf.shape(y)[1]
        losses = tf.keras.losses.sparse_categorical_crossentropy(targets[:, :steps], y)
        inside = tf.sequence_mask(lengths, steps, losses.dtype)  # [B, L]
        return tf.reduce_sum(losses * inside) / tf.reduce_sum(inside)

    @functools.cached_property
    def _compiled_step(self):
        self.adam  # noqa: B018  # its variables are made outside the graph
        batch = self.input_specs, IDS  # one trace, however many rows and steps
        return tf.function(self._descend, input_signature=[batch], autograph=False)

    def place(self, batch):
        """Return the inputs, lengths and targets, checked, on the device."""
        inputs, targets = batch
        inputs, targets = self.check(*inputs), self.ids("targets", targets)
        check_shape("targets", targets.shape, inputs[1].shape)
        return super().place((inputs, targets))

    def check(self, encoder_inputs, decoder_inputs, sequence_lengths):
        """Return the arguments as arrays; ValueError where one is wrong."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        decoder_inputs = self.ids("decoder_inputs", decoder_inputs)
        n_steps = decoder_inputs.shape[1]
        lengths = whole_numbers(
            "sequence_lengths", sequence_lengths, rank=1, largest=n_steps
        )
        rows = dict(decoder_inputs=decoder_inputs, sequence_lengths=lengths)
        check_rows(len(encoder_inputs), **rows)
        return encoder_inputs, decoder_inputs, lengths

    def ids(self, name: str, values) -> np.ndarray:
        """Return ids as an array; ValueError where they are not of the vocabulary."""
        return whole_numbers(name, values, rank=2, largest=self.vocabulary_size - 1)
