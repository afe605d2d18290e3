"""Text by one `predict` a character, each of the whole text so far."""

import numpy as np
import tensorflow as tf


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
