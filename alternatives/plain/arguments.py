"""Checks of arguments: ValueError with the argument, the rule and the value."""

import numpy as np

from reference.arguments import check_rates, check_rows, whole_numbers, with_rank

__all__ = ["check_rates", "check_rows", "whole_numbers", "with_rank"]


def check_positive(**sizes: int) -> None:
    """Raise ValueError where a size is below 1."""
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be positive, got {size}")


def check_windows(sequence, *, window_length: int, **sizes: int) -> None:
    """Raise ValueError where no window can be cut, or a size is below 1."""
    if sequence.ndim != 1:
        shape = tuple(sequence.shape)
        raise ValueError(f"sequence must have one axis, got shape {shape}")
    if not 2 <= window_length <= len(sequence):
        raise ValueError(
            f"window_length must be 2 to {len(sequence)}, the length of the "
            f"sequence, got {window_length}"
        )
    check_positive(**sizes)


def check_weights(weights, own) -> None:
    """Raise ValueError where a name or a shape is not that of the own weights."""
    if odd := sorted(set(weights) ^ set(own)):
        raise ValueError(f"weights must have exactly the right names, got {odd}")
    for name, old in own.items():
        if np.shape(weights[name]) != tuple(old.shape):
            raise ValueError(
                f"weights: {name} must have shape {tuple(old.shape)}, "
                f"got {np.shape(weights[name])}"
            )


def check_temperature(temperature: float) -> None:
    """Raise ValueError where the temperature is no number above 0."""
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}")


def check_text(text: str) -> None:
    """Raise ValueError where there is nothing to read on from."""
    if not text:
        raise ValueError(f"text must not be empty, got {text!r}")


def check_draws(logits, n_samples: int) -> None:
    """Raise ValueError for logits that are not [B, V] or no distribution, or no draws."""
    if logits.ndim != 2:
        raise ValueError(f"logits must be [B, V], got shape {tuple(logits.shape)}")
    check_positive(n_samples=n_samples)
    if not np.isfinite(np.max(np.asarray(logits), axis=-1)).all():
        raise ValueError(f"logits must give each row a distribution, got {logits}")


def translation(
    encoder_inputs, decoder_inputs, sequence_lengths, *, vocabulary_size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ids [B, S] and [B, T] and lengths [B]; ValueError where one is wrong."""
    ids = dict(rank=2, largest=vocabulary_size - 1)
    encoder_inputs = whole_numbers("encoder_inputs", encoder_inputs, **ids)
    decoder_inputs = whole_numbers("decoder_inputs", decoder_inputs, **ids)
    lengths = whole_numbers(
        "sequence_lengths", sequence_lengths, rank=1, largest=decoder_inputs.shape[1]
    )
    rows = dict(decoder_inputs=decoder_inputs, sequence_lengths=lengths)
    check_rows(len(encoder_inputs), **rows)
    return encoder_inputs, decoder_inputs, lengths


def as_targets(targets, decoder_inputs, **limits) -> np.ndarray:
    """Return targets [B, T]; ValueError where they do not fit the decoder's inputs."""
    targets = bounded_ids("targets", targets, **limits)
    shape = tuple(decoder_inputs.shape)
    if targets.shape != shape:
        raise ValueError(f"targets must have shape {shape}, got {targets.shape}")
    return targets


def two_sides(encoder_inputs, decoder_inputs, **limits) -> tuple:
    """Return bounded ids [B, S] and [B, T]; ValueError where a side is wrong."""
    encoder_inputs = bounded_ids("encoder_inputs", encoder_inputs, **limits)
    decoder_inputs = bounded_ids("decoder_inputs", decoder_inputs, **limits)
    check_rows(len(encoder_inputs), decoder_inputs=decoder_inputs)
    return encoder_inputs, decoder_inputs


def bounded_ids(name: str, values, *, vocabulary_size: int, max_steps=None):
    """Return ids [B, T]; ValueError for a wrong rank, length or value."""
    ids = whole_numbers(name, values, rank=2, largest=vocabulary_size - 1)
    if max_steps is not None and ids.shape[1] > max_steps:
        raise ValueError(
            f"{name} must have at most max_steps={max_steps} steps, got {ids.shape[1]}"
        )
    return ids


def check_heads(*, dims: int, n_heads: int) -> None:
    """Raise ValueError where the dims cannot be cut into that many heads."""
    if n_heads < 1 or dims % n_heads:
        raise ValueError(f"n_heads must divide dims={dims}, got n_heads={n_heads}")


def check_attention(query, value, key, query_mask, value_mask, *, dims=None) -> None:
    """Raise ValueError where the shape of one does not fit the others, or the dims."""
    last = "" if dims is None else f", the last of dims={dims}"
    for name, x in (("query", query), ("value", value), ("key", key)):
        if len(x.shape) != 3 or dims not in (None, x.shape[2]):
            shape = tuple(x.shape)
            raise ValueError(f"{name} must have 3 axes{last}, got shape {shape}")
    batch, steps, dims = query.shape
    for name, x in (("value", value), ("key", key)):
        if (x.shape[0], x.shape[2]) != (batch, dims):
            raise ValueError(
                f"{name} must have the query's batch and dims, "
                f"got shape {tuple(x.shape)}"
            )
    if key.shape != value.shape:
        raise ValueError(
            f"key must have the value's steps, got shape {tuple(key.shape)}"
        )
    for name, mask, shape in (
        ("query_mask", query_mask, (batch, steps)),
        ("value_mask", value_mask, value.shape[:2]),
    ):
        if mask is not None and tuple(mask.shape) != tuple(shape):
            raise ValueError(
                f"{name} must have shape {tuple(shape)}, got {tuple(mask.shape)}"
            )
