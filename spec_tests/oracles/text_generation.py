"""Text from a char-RNN: what comes next, and completions.

G19: Géron 2019, Hands-On Machine Learning, 2nd ed., ch. 16, "Generating Fake
Shakespearean Text".
"""

import numpy as np

from spec_tests.oracles.char_rnn import one_hot
from spec_tests.oracles.sampling import apply_temperature

START = (None, None)


class Generation:
    """Reads the text once, then each drawn character."""

    def next_char_probabilities(self, model, tokenizer, text):
        """Return [V]: the distribution after the text."""
        return self.after(model, self.ids(tokenizer, text), START)[0]

    def most_likely_char(self, model, tokenizer, text):
        """Return the character of the largest probability."""
        return self.char(
            tokenizer, self.best(self.next_char_probabilities(model, tokenizer, text))
        )

    def next_char(self, model, tokenizer, text, *, temperature, seed):
        """Return a character drawn at the temperature."""
        self.check_temperature(temperature)
        p = self.next_char_probabilities(model, tokenizer, text)
        return self.char(tokenizer, self.drawn(p, temperature, seed, len(text)))

    def complete_text(self, model, tokenizer, text, *, n_chars, temperature, seed):
        """Return the text and n_chars more, each drawn after all before it."""
        self.check_n_chars(n_chars)
        self.check_temperature(temperature)
        completion = self.opening(text)
        p, states = self.after(model, self.ids(tokenizer, text), START)
        for _ in range(n_chars):
            place = self.place(completion, text)
            index = self.drawn(p, temperature, seed, place)
            completion += self.char(tokenizer, index)
            p, states = self.after(model, [index], self.carried(states))
        return completion

    def check_n_chars(self, n_chars) -> None:
        if n_chars < 1:
            raise ValueError(f"n_chars must be positive, got {n_chars}")

    def check_temperature(self, temperature) -> None:
        if not temperature > 0:
            raise ValueError(f"temperature must be positive, got {temperature}")

    def check_text(self, text) -> None:
        if not text:
            raise ValueError(f"text must not be empty, got {text!r}")

    def ids(self, tokenizer, text):
        self.check_text(text)
        [ids] = tokenizer.texts_to_sequences([text])
        return self.from_zero(ids)

    def from_zero(self, ids):
        return np.array(ids) - 1

    def after(self, model, ids, states):
        """Return the distribution [V] after the ids, and the states."""
        depth = model.sizes["vocabulary_size"]
        probabilities, states = model.read(one_hot([ids], depth), states)
        return self.last(probabilities[0]), states

    def last(self, probabilities):
        return probabilities[-1]

    def carried(self, states):
        return states

    def opening(self, text):
        return text

    def place(self, completion, text) -> int:
        return len(completion)

    def best(self, p) -> int:
        return int(np.argmax(p))

    def char(self, tokenizer, index: int) -> str:
        [char] = tokenizer.sequences_to_texts([[index + 1]])
        return char

    def drawn(self, p, temperature, seed, place: int) -> int:
        """Return the class where a number of the seed and the place falls."""
        p = self.rescaled(p, temperature)
        uniform = np.random.default_rng([seed, place]).random()
        return int((np.cumsum(p)[:-1] <= uniform).sum())

    def rescaled(self, p, temperature):
        return apply_temperature(p, temperature)


_RIGHT = Generation()
next_char_probabilities = _RIGHT.next_char_probabilities
most_likely_char = _RIGHT.most_likely_char
next_char = _RIGHT.next_char
complete_text = _RIGHT.complete_text
