"""Keras's tokenizer of characters."""

import tensorflow as tf


class CharTokenizer(tf.keras.preprocessing.text.Tokenizer):
    def __init__(self, text):
        super().__init__(char_level=True)
        self.fit_on_texts([text])
