"""Laws: what holds of every component, whatever it computes.

A call leaves its arguments as they are, weights are copied in and out, and a result stays
what it was. Each law keeps one object, for what one call does shows in the next.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from touchstone import agrees, array, equals
from touchstone.tolerances import Tolerance

ALIGNMENT = 64  # bytes: libraries that share an array's memory ask for it
OTHER = 2.5  # what is written over weights


def leaves_arguments(call: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Assert that a call changes no array, list or mapping that it is given."""
    given, named = copied(arguments), copied(options)
    call(*given, **named)
    for place, value in enumerate(arguments, 1):
        unchanged(given[place - 1], value, f"argument {place}")
    for name, value in options.items():
        unchanged(named[name], value, name)


def copies_in(
    layer: Any,
    weights: Mapping[str, Any],
    call: Callable[[], Any],
    tolerance: Tolerance,
) -> None:
    """Assert that writing into weights that were set changes nothing."""
    given = copied(weights)
    layer.set_named_weights(given)
    output, own = copied(call()), copied(layer.named_weights())
    overwrite(given)
    given.clear()
    for found, before in zip(leaves(call()), leaves(output), strict=True):
        agrees(found, before, tolerance, what="output")
    unchanged(layer.named_weights(), own, "the weights")


def copies_out(
    layer: Any, weights: Mapping[str, Any], *changes: Callable[[], Any]
) -> None:
    """Assert that weights, once returned, are apart from the layer's own.

    They stay when others are set and after each of the changes; the layer's stay when they
    are written into, unless that is refused.
    """
    layer.set_named_weights(copied(weights))
    returned = layer.named_weights()
    before = copied(returned)
    for change in changes:
        change()
        unchanged(returned, before, "the weights returned")
    others = {k: np.asarray(w * OTHER, w.dtype) for k, w in weights.items()}
    layer.set_named_weights(others)
    unchanged(returned, before, "the weights returned")
    layer.set_named_weights(copied(weights))
    returned = layer.named_weights()
    before = copied(returned)
    overwrite(returned)
    unchanged(layer.named_weights(), before, "the weights")


def keeps_results(call: Callable[[], Any], again: Callable[[], Any]) -> None:
    """Assert that what a call returned is not changed by another one."""
    result = call()
    before = copied(result)
    again()
    unchanged(result, before, "the result")


def unchanged(found: Any, before: Any, what: str) -> None:
    """Assert that a value still equals the copy that was made of it."""
    if isinstance(before, Mapping):
        equals(sorted(found), sorted(before), what=f"the names of {what}")
        for name in before:
            unchanged(found[name], before[name], f"{what}, {name}")
    elif isinstance(before, list | tuple):
        equals(len(found), len(before), what=f"the length of {what}")
        for one, other in zip(found, before, strict=True):
            unchanged(one, other, what)
    elif isinstance(before, np.ndarray) and before.dtype == object:
        equals(array(found).tolist(), before.tolist(), what=what)
    else:
        equals(found, before, what=what)


def leaves(value: Any) -> list[Any]:
    """Return the values that lie in tuples and lists."""
    if isinstance(value, list | tuple):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def copied(value: Any) -> Any:
    """Return a copy with arrays of ours in it; tensors become arrays."""
    if isinstance(value, Mapping):
        return {name: copied(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    if value is None or isinstance(value, str | bytes | bool | int | float):
        return value
    plain = array(value)
    return plain if plain.dtype == object else aligned(plain)


def aligned(value: np.ndarray) -> np.ndarray:
    """Return a copy that starts at a multiple of the alignment."""
    room = np.empty(value.nbytes + ALIGNMENT, np.uint8)
    start = -room.ctypes.data % ALIGNMENT
    copy = room[start : start + value.nbytes].view(value.dtype).reshape(value.shape)
    copy[...] = value
    return copy


def overwrite(weights: Mapping[str, Any]) -> None:
    """Write other values into all arrays that let it be done."""
    for value in weights.values():
        try:
            value[...] = OTHER
        except (TypeError, ValueError, RuntimeError):  # what is read-only is safe, too
            continue
