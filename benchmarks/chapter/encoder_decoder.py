"""The encoder-decoder as a functional model around the decoder of Addons."""

import tensorflow as tf

from benchmarks.chapter.model import Model
from reference.encoder_decoder import seq2seq, teacher_inputs

__all__ = ["EncoderDecoder", "teacher_inputs"]

layers = tf.keras.layers


class EncoderDecoder(Model):
    def __init__(self, *, vocabulary_size, embed_size, units):
        encoder_ids = layers.Input([None], dtype=tf.int32)
        decoder_ids = layers.Input([None], dtype=tf.int32)
        lengths = layers.Input([], dtype=tf.int32)
        embed = layers.Embedding(vocabulary_size, embed_size)
        _, *state = layers.LSTM(units, return_state=True)(embed(encoder_ids))
        decoder = seq2seq.BasicDecoder(
            layers.LSTMCell(units),
            seq2seq.TrainingSampler(),
            output_layer=layers.Dense(vocabulary_size),
        )
        outputs, _, _ = decoder(
            embed(decoder_ids), initial_state=state, sequence_length=lengths
        )
        probabilities = tf.nn.softmax(outputs.rnn_output)
        inputs = [encoder_ids, decoder_ids, lengths]
        super().__init__(tf.keras.Model(inputs, probabilities))
