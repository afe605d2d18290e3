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

from reference.trainable import Trainable
from reference.weights import NamedWeights, Part, under

with warnings.catch_warnings():  # its end of life, and that it predates 2.15
    warnings.filterwarnings("ignore", r"\s*TensorFlow Addons", UserWarning)
    from tensorflow_addons import seq2seq

GATES = "ifco"  # input, forget, candidate, output: Keras's order


def teacher_inputs(targets) -> np.ndarray:
    """Return the decoder's inputs [B, T]: 0, then the targets but the last."""
    targets = with_rank("targets", targets, 2)
    return np.pad(targets[:, :-1], [(0, 0), (1, 0)])


def with_rank(argument: str, values, rank: int) -> np.ndarray:
    """Return values as an array; ValueError where it has not that many axes."""
    values = np.asarray(values)
    if values.ndim != rank:
        raise ValueError(f"{argument} must have {rank} axes, got shape {values.shape}")
    return values


def check_range(argument: str, values: np.ndarray, largest: int) -> None:
    """Raise ValueError where a value is not from 0 to the largest."""
    odd = values[~((values >= 0) & (values <= largest))]  # NaN, too
    if odd.size:
        raise ValueError(f"{argument} must be from 0 to {largest}, got {odd[0]}")


def lstm_parts(cell) -> list[Part]:
    """Return where a built Keras LSTM cell keeps its named weights."""
    variables = {
        "kernel": cell.kernel,
        "recurrent_kernel": cell.recurrent_kernel,
        "bias": cell.bias,
    }
    return [
        Part(variable, (tuple(f"{kind}_{gate}" for gate in GATES),))
        for kind, variable in variables.items()
    ]


class EncoderDecoder(Trainable, NamedWeights, tf.keras.Model):
    """Return probabilities [B, L, V] of the ids that follow the decoder's inputs. [S14]

    Addons stops at the longest length, and reads on in the rows that end before it.
    """

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
            Part(self.embedding.embeddings, (("embedding/embeddings",),)),
            *under("encoder", lstm_parts(self.encoder.cell)),
            *under("decoder", lstm_parts(self.cell)),
            Part(self.dense.kernel, (("dense/kernel",),)),
            Part(self.dense.bias, (("dense/bias",),)),
        ]

    def call(self, encoder_inputs, decoder_inputs, sequence_lengths):
        if tf.executing_eagerly():  # a compiled step was checked by `place`
            self.check(encoder_inputs, decoder_inputs, sequence_lengths)
        outputs, _, _ = self.decoder(
            self.embedding(decoder_inputs),  # [B, T, E]
            initial_state=self.encoded(encoder_inputs),
            sequence_length=tf.cast(sequence_lengths, tf.int32),
        )
        return tf.nn.softmax(outputs.rnn_output)  # [B, L, V]

    def encoded(self, encoder_inputs) -> list[tf.Tensor]:
        """Return the state to hand over: hidden [B, U] and cell [B, U]."""
        _, hidden, cell = self.encoder(self.embedding(encoder_inputs))
        return [hidden, cell]

    def greedy_decode(self, encoder_inputs, *, start_id: int = 0, n_steps: int):
        """Return ids [B, n_steps]: each the likeliest after those before it."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        self.ids("start_id", [[start_id]])
        if n_steps < 1:
            raise ValueError(f"n_steps must be at least 1, got {n_steps}")
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
        ids = tf.TensorSpec([None, None], tf.int32)
        lengths = tf.TensorSpec([None], tf.int32)
        batch = (ids, ids, lengths), ids  # one trace, however many rows and steps
        return tf.function(self._descend, input_signature=[batch], autograph=False)

    def place(self, batch):
        """Return the inputs, lengths and targets, checked, on the device."""
        inputs, targets = batch
        inputs, targets = self.check(*inputs), self.ids("targets", targets)
        if targets.shape != inputs[1].shape:
            raise ValueError(
                f"targets must have shape {inputs[1].shape}, got {targets.shape}"
            )
        return super().place((inputs, targets))

    def ids(self, argument: str, values) -> np.ndarray:
        """Return ids as an array; ValueError where they are not of the vocabulary."""
        ids = with_rank(argument, values, 2)
        check_range(argument, ids, self.vocabulary_size - 1)
        return ids.astype(np.int32)

    def check(self, encoder_inputs, decoder_inputs, sequence_lengths):
        """Return the arguments as arrays; ValueError where one is wrong."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        decoder_inputs = self.ids("decoder_inputs", decoder_inputs)
        lengths = with_rank("sequence_lengths", sequence_lengths, 1)
        check_range("sequence_lengths", lengths, decoder_inputs.shape[1])
        for argument, values in (
            ("decoder_inputs", decoder_inputs),
            ("sequence_lengths", lengths),
        ):
            if len(values) != len(encoder_inputs):
                rows = len(encoder_inputs)
                raise ValueError(f"{argument} must have {rows} rows, got {len(values)}")
        return encoder_inputs, decoder_inputs, lengths.astype(np.int32)
