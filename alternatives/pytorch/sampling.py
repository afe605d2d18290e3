"""Choosing the next class: probabilities at a temperature, and draws."""

import torch

from alternatives.pytorch import DEVICE, tensor


def apply_temperature(probabilities, temperature: float) -> torch.Tensor:
    """Return [..., V]: log-probabilities divided by the temperature, normalised."""
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}")
    probabilities = tensor(probabilities)  # [..., V]
    possible = probabilities > 0
    best = probabilities.amax(dim=-1, keepdim=True)  # [..., V=1]
    logits = (probabilities / best).log() / max(temperature, 1e-30)  # [..., V]
    return logits.masked_fill(~possible, -torch.inf).softmax(dim=-1)


def categorical(logits, n_samples: int, seed: int) -> torch.Tensor:
    """Return [B, N] classes drawn with probabilities softmax(logits [B, V])."""
    logits = tensor(logits)
    if logits.ndim != 2:
        raise ValueError(f"logits must be [B, V], got shape {tuple(logits.shape)}")
    if n_samples < 1:
        raise ValueError(f"n_samples must be positive, got {n_samples}")
    if not logits.amax(dim=-1).isfinite().all():
        raise ValueError(f"logits must give each row a distribution, got {logits}")
    generator = torch.Generator(DEVICE).manual_seed(seed)
    probabilities = logits.softmax(dim=-1)  # [B, V]
    return torch.multinomial(
        probabilities, n_samples, replacement=True, generator=generator
    )
