"""Text from a char-RNN: what comes next, and completions, the states carried."""

import torch

from alternatives.plain.arguments import check_positive, check_temperature, check_text
from alternatives.pytorch import DEVICE
from alternatives.pytorch.char_rnn import one_hot


@torch.inference_mode()
def next_char_probabilities(model, tokenizer, text: str) -> torch.Tensor:
    """Return [V]: how likely each character is to follow the text."""
    return read(model, tokenizer, text)[0].softmax(dim=-1)


def most_likely_char(model, tokenizer, text: str) -> str:
    """Return the most likely character to follow the text."""
    probabilities = next_char_probabilities(model, tokenizer, text)
    return character(tokenizer, int(probabilities.argmax()))


@torch.inference_mode()
def next_char(model, tokenizer, text: str, *, temperature: float, seed: int) -> str:
    """Return a character drawn at the temperature; the seed and the place decide."""
    check_temperature(temperature)
    scores, *_ = read(model, tokenizer, text)
    return character(tokenizer, drawn(scores, temperature, seed, len(text)))


@torch.inference_mode()
def complete_text(
    model, tokenizer, text: str, *, n_chars: int, temperature: float, seed: int
) -> str:
    """Return the text and n_chars more, each drawn after all that stand before it."""
    check_positive(n_chars=n_chars)
    check_temperature(temperature)
    scores, *states = read(model, tokenizer, text)
    classes: list[int] = []
    while len(classes) < n_chars:
        place = len(text) + len(classes)
        classes.append(drawn(scores, temperature, seed, place))
        scores, *states = read_on(model, classes[-1:], *states)
    return text + "".join(character(tokenizer, index) for index in classes)


def read(model, tokenizer, text: str):
    """Return the scores [V] after the text, and the states."""
    check_text(text)
    [ids] = tokenizer.texts_to_sequences([text])
    return read_on(model, [id - 1 for id in ids])  # the tokenizer counts from 1


def read_on(model, classes, *states):
    """Return the scores [V] after the classes, read from the states, and new ones."""
    inputs = one_hot([classes], model.sizes["vocabulary_size"])  # [1, T, V]
    scores, *states = model.read(inputs, *states)
    return scores[0, -1], *states


def drawn(scores, temperature: float, seed: int, place: int) -> int:
    """Return a class drawn at the temperature, by the Gumbel-max trick."""
    # a seed of its own for each pair; Knuth's multiplier keeps neighbours apart
    mixed = (seed * 6364136223846793005 + place * 1442695040888963407) % 2**63
    generator = torch.Generator().manual_seed(mixed)
    uniform = torch.rand(len(scores), generator=generator, dtype=torch.float64)
    gumbel = -torch.log(-torch.log(uniform)).to(DEVICE)  # [V]
    return int((scores.double() / temperature + gumbel).argmax())


def character(tokenizer, index: int) -> str:
    """Return the class's character."""
    return tokenizer.sequences_to_texts([[index + 1]])[0]
