"""An encoder-decoder without Addons: two keras.layers.LSTM over one embedding.

Axes: B batch, S encoder steps, T decoder steps, L longest length, V vocabulary,
E embedding dims, U units.
"""

import keras
import numpy as np
from keras import ops

from alternatives.keras3.trainable import Trainable, compiled, placed
from alternatives.keras3.weights import (
    dense_places,
    embedding_places,
    lstm_places,
    under,
)
from alternatives.plain.arguments import (
    as_targets,
    check_positive,
    translation,
    whole_numbers,
)
from alternatives.plain.encoder_decoder import teacher_inputs

__all__ = ["EncoderDecoder", "teacher_inputs"]


class EncoderDecoder(Trainable):
    """Return probabilities [B, L, V] of the ids that follow the decoder's inputs."""

    def __init__(self, *, vocabulary_size: int, embed_size: int, units: int):
        self.vocabulary_size = vocabulary_size
        self.embedding = keras.layers.Embedding(vocabulary_size, embed_size)
        self.encoder = keras.layers.LSTM(units, return_state=True)
        self.decoder = keras.layers.LSTM(
            units, return_sequences=True, return_state=True
        )
        self.dense = keras.layers.Dense(vocabulary_size)
        encoder_ids, decoder_ids = (keras.Input([None], dtype="int32") for _ in "12")
        state = [keras.Input([units]), keras.Input([units])]  # hidden and cell
        encoded = self.encoded(encoder_ids)
        logits, *_ = self.decoded(decoder_ids, encoded)
        # of the steps that count, not of all
        loss = keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, reduction="mean_with_sample_weight"
        )
        self.model = compiled(keras.Model([encoder_ids, decoder_ids], logits), loss)
        self.encoder_model = keras.Model(encoder_ids, encoded)
        self.decoder_model = keras.Model(
            [decoder_ids, *state], self.decoded(decoder_ids, state)
        )

    def encoded(self, ids):  # [B, S]
        """Return the encoder's state, hidden and cell, after the ids."""
        _, *state = self.encoder(self.embedding(ids))
        return state

    def decoded(self, ids, state):  # [B, T]
        """Return logits [B, T, V] after each id, and the decoder's state."""
        hidden, *state = self.decoder(self.embedding(ids), initial_state=state)
        return [self.dense(hidden), *state]

    def places(self):
        return {
            **under("embedding", embedding_places(self.embedding)),
            **under("encoder", lstm_places(self.encoder)),
            **under("decoder", lstm_places(self.decoder)),
            **under("dense", dense_places(self.dense)),
        }

    def __call__(self, encoder_inputs, decoder_inputs, sequence_lengths):
        placed = self.checked(encoder_inputs, decoder_inputs, sequence_lengths)
        encoder_inputs, decoder_inputs, lengths = placed
        longest = lengths.max(initial=0)
        if not longest:  # a Keras layer reads no empty sequence
            return ops.zeros([len(lengths), 0, self.vocabulary_size])
        inputs = [encoder_inputs, decoder_inputs[:, :longest]]
        return ops.softmax(self.model.predict_on_batch(inputs))

    def greedy_decode(self, encoder_inputs, *, start_id: int = 0, n_steps: int):
        """Return ids [B, n_steps]: each the likeliest after those before it."""
        encoder_inputs = self.ids("encoder_inputs", encoder_inputs)
        start = self.ids("start_id", start_id, rank=0)
        check_positive(n_steps=n_steps)
        state = self.encoder_model.predict_on_batch(encoder_inputs)
        chosen = [np.full([len(encoder_inputs), 1], start)]  # [B, 1]
        for _ in range(n_steps):
            inputs = [chosen[-1], *state]
            logits, *state = self.decoder_model.predict_on_batch(inputs)
            chosen.append(logits.argmax(axis=-1))
        return np.concatenate(chosen[1:], axis=1)

    def place(self, batch):
        """Return the inputs, the targets and which of them count, on the device."""
        inputs, targets = batch
        encoder_inputs, decoder_inputs, lengths = self.checked(*inputs)
        own = dict(vocabulary_size=self.vocabulary_size)
        targets = as_targets(targets, decoder_inputs, **own)
        inside = np.arange(targets.shape[1]) < lengths[:, np.newaxis]  # [B, T]
        inputs = list(placed(encoder_inputs, decoder_inputs))
        return inputs, *placed(targets, inside.astype(np.float32))

    def ids(self, name: str, values, rank: int = 2) -> np.ndarray:
        return whole_numbers(name, values, rank=rank, largest=self.vocabulary_size - 1)

    def checked(self, encoder_inputs, decoder_inputs, sequence_lengths):
        """Return the arguments as arrays; ValueError where one is wrong."""
        inputs = encoder_inputs, decoder_inputs, sequence_lengths
        return translation(*inputs, vocabulary_size=self.vocabulary_size)
