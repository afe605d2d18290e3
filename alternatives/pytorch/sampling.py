"""Choosing the next class: probabilities at a temperature, and draws."""

import torch

from alternatives.plain.arguments import check_draws, check_temperature
from alternatives.pytorch import DEVICE, tensor


def apply_temperature(probabilities, temperature: float) -> torch.Tensor:
    """Return [..., V]: log-probabilities divided by the temperature, normalised."""
    check_temperature(temperature)
    probabilities = tensor(probabilities)  # [..., V]
    possible = probabilities > 0
    best = probabilities.amax(dim=-1, keepdim=True)  # [..., V=1]
    logits = (probabilities / best).log() / max(temperature, 1e-30)  # [..., V]
    return logits.masked_fill(~possible, -torch.inf).softmax(dim=-1)


def categorical(logits, n_samples: int, seed: int) -> torch.Tensor:
    """Return [B, N] classes drawn with probabilities softmax(logits [B, V])."""
    logits = tensor(logits)
    check_draws(logits.cpu(), n_samples)
    generator = torch.Generator(DEVICE).manual_seed(seed)
    probabilities = logits.softmax(dim=-1)  # [B, V]
    return torch.multinomial(
        probabilities, n_samples, replacement=True, generator=generator
    )
