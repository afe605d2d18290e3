"""The chapter's way as an implementation: nested windows, a predict a character.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16. What is here is what that
costs: stock Keras models stepped by Keras, a dataset for each window, and the whole
text read again for each character. It runs on TensorFlow 2.0.0 and Python 3.7 as well:

    python -m benchmarks.chapter    # answers the peers' coordinator: see worker.py
"""

import sys
import time

import numpy as np
import tensorflow as tf

from benchmarks import worker

layers = tf.keras.layers


def device():
    """Return the kind of device: "cpu" or "gpu"."""
    return "gpu" if tf.config.experimental.list_physical_devices("GPU") else "cpu"


class Model:
    """A stock Keras model with the contract's training step, taken by Keras."""

    loss = "sparse_categorical_crossentropy"

    def __init__(self, *stack):
        self.keras = tf.keras.Sequential(list(stack))
        self.keras.compile(loss=self.loss, optimizer="adam")
        self.losses = []

    def __call__(self, inputs):
        return self.keras(inputs)

    def place(self, batch):
        return tuple(map(tf.convert_to_tensor, batch))

    def train_step(self, batch):
        return np.float32(self.keras.train_on_batch(*batch))

    def fit(self, batch, n_steps):
        """Take so many steps on a batch as the chapter does; return their seconds.

        One step more goes before: what `fit` does once an epoch is none of a step's.
        """
        ends = StepEnds()
        fitted = self.keras.fit(
            tf.data.Dataset.from_tensors(batch).repeat(),
            steps_per_epoch=n_steps + 1,
            epochs=1,
            verbose=0,
            callbacks=[ends],
        )
        self.losses += fitted.history["loss"]
        return ends.times[-1] - ends.times[0]

    def check(self):
        """Raise AssertionError unless the losses are finite and fall."""
        assert np.all(np.isfinite(self.losses)), self.losses
        assert self.losses[-1] < self.losses[0], self.losses


class StepEnds(tf.keras.callbacks.Callback):
    """Notes when each step has ended and its loss has been read."""

    def __init__(self):
        super().__init__()
        self.times = []

    def on_train_batch_end(self, batch, logs=None):
        self.times.append(time.perf_counter())


class char_rnn:
    class CharRNN(Model):
        def __init__(self, *, vocabulary_size, units):
            super().__init__(
                layers.GRU(
                    units, return_sequences=True, input_shape=[None, vocabulary_size]
                ),
                layers.GRU(units, return_sequences=True),
                layers.TimeDistributed(
                    layers.Dense(vocabulary_size, activation="softmax")
                ),
            )

    @staticmethod
    def batches(encoded, *, n_steps, batch_size, vocabulary_size, shuffle_buffer, seed):
        pairs = windows.endless_batches(
            encoded,
            window_length=n_steps + 1,
            shift=1,
            batch_size=batch_size,
            shuffle_buffer=shuffle_buffer,
            seed=seed,
        )
        return pairs.map(lambda x, y: (tf.one_hot(x, vocabulary_size), y)).prefetch(1)


class stateful_char_rnn:
    class StatefulCharRNN(Model):
        def __init__(
            self, *, vocabulary_size, units, batch_size, dropout, recurrent_dropout
        ):
            options = {
                "return_sequences": True,
                "stateful": True,
                "dropout": dropout,
                "recurrent_dropout": recurrent_dropout,
            }
            shape = [batch_size, None, vocabulary_size]
            super().__init__(
                layers.GRU(units, batch_input_shape=shape, **options),
                layers.GRU(units, **options),
                layers.TimeDistributed(
                    layers.Dense(vocabulary_size, activation="softmax")
                ),
            )

    @staticmethod
    def batches(encoded, *, n_steps, batch_size, vocabulary_size):
        def rows(part):
            steps = tf.data.Dataset.from_tensor_slices(part)
            nested = steps.window(n_steps + 1, shift=n_steps, drop_remainder=True)
            return nested.flat_map(lambda window: window.batch(n_steps + 1))

        parts = np.array_split(encoded, batch_size)
        zipped = tf.data.Dataset.zip(tuple(map(rows, parts)))
        stacked = zipped.map(lambda *rows: tf.stack(rows))
        pairs = stacked.map(lambda rows: (rows[:, :-1], rows[:, 1:]))
        return pairs.map(lambda x, y: (tf.one_hot(x, vocabulary_size), y)).prefetch(1)


class sentiment:
    class SentimentModel(Model):
        loss = "binary_crossentropy"

        def __init__(self, *, vocabulary_size, embed_size, units):
            super().__init__(
                layers.Embedding(
                    vocabulary_size, embed_size, mask_zero=True, input_shape=[None]
                ),
                layers.GRU(units, return_sequences=True),
                layers.GRU(units),
                layers.Dense(1, activation="sigmoid"),
            )


class windows:
    @staticmethod
    def endless_batches(
        sequence, *, window_length, shift, batch_size, shuffle_buffer, seed
    ):
        tf.random.set_seed(seed)
        steps = tf.data.Dataset.from_tensor_slices(sequence).repeat()
        nested = steps.window(window_length, shift=shift, drop_remainder=True)
        rows = nested.flat_map(lambda window: window.batch(window_length))
        rows = rows.shuffle(shuffle_buffer).batch(batch_size)
        return rows.map(lambda rows: (rows[:, :-1], rows[:, 1:])).prefetch(1)


class char_tokenizer:
    class CharTokenizer(tf.keras.preprocessing.text.Tokenizer):
        def __init__(self, text):
            super().__init__(char_level=True)
            self.fit_on_texts([text])


class text_generation:
    @staticmethod
    def complete_text(model, tokenizer, text, *, n_chars, temperature, seed):
        tf.random.set_seed(seed)
        depth = len(tokenizer.word_index)
        for _ in range(n_chars):
            ids = np.array(tokenizer.texts_to_sequences([text])) - 1
            probabilities = model.keras.predict(tf.one_hot(ids, depth), verbose=0)
            logits = tf.math.log(probabilities[0, -1:]) / temperature
            chosen = tf.random.categorical(logits, num_samples=1) + 1
            text += tokenizer.sequences_to_texts(chosen.numpy())[0]
        return text


def main():
    """Fit the chapter's char-RNN on a random batch, so many steps at a time."""
    rng = np.random.RandomState(1)
    ids = rng.randint(0, 39, size=[32, 101])
    batch = tf.one_hot(ids[:, :-1], 39), tf.constant(ids[:, 1:])
    model = char_rnn.CharRNN(vocabulary_size=39, units=128)
    versions = {"python": sys.version.split()[0], "tensorflow": tf.__version__}
    about = {"versions": versions, "device": device()}
    worker.serve(lambda n: model.fit(batch, n), lambda: about, model.check)


if __name__ == "__main__":
    main()
