"""Text generation: 200 characters after a short prompt, from a fresh char-RNN."""

import itertools

import numpy as np

from benchmarks import costs
from benchmarks.workload import Workload

SIZES = {"vocabulary_size": 39, "units": 128}
N_CHARS, PROMPT = 200, "t"


def complete(implementation, *, n_chars=N_CHARS, vocabulary_size, units):
    """Return the workload of a completion, each with another seed."""
    alphabet = "".join(map(chr, range(ord("t"), ord("t") + vocabulary_size)))
    tokenizer = implementation.char_tokenizer.CharTokenizer(alphabet)
    model = implementation.char_rnn.CharRNN(
        vocabulary_size=vocabulary_size, units=units
    )
    generate = implementation.text_generation.complete_text
    texts: list[str] = []
    seeds = itertools.count()

    def run():
        text = generate(
            model, tokenizer, PROMPT, n_chars=n_chars, temperature=1.0, seed=next(seeds)
        )
        texts.append(text)

    def check():
        assert {len(text) for text in texts} == {len(PROMPT) + n_chars}
        assert all(text.startswith(PROMPT) for text in texts)
        assert len(set(texts)) > 1
        assert set("".join(texts)) <= set(alphabet)

    sizes = dict(vocabulary_size=vocabulary_size, units=units)
    cost = costs.generation(n_chars=n_chars, prompt_length=len(PROMPT), **sizes)
    placed = [model(np.zeros([1, 1, vocabulary_size], np.float32))]
    return Workload(run, check, sizes, cost, ("characters", n_chars), placed)
