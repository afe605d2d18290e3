"""Contracts: how each component of a specification is called, as types.

`<specification>/contracts/<component>.py` holds Protocols. A class of the component is a
Protocol (`GRU`), and so is what makes it (`MakesGRU`, whose `__call__` has the arguments
of the constructor). `Contract` has every public name of the component: a read-only
property for a class, a method for a function. A module that has these names satisfies
it, so a type checker can compare an implementation with a contract:

    checked: contracts.recurrent.Contract = my_port.recurrent

`Annotated[Array, "B T D"]` is an array of real numbers with the axes B, T and D, and
`Annotated[Array, "B T", "int"]` one of integers; "" is a single number. The docstring of
the module holds the title, what the signatures do not say, and in its last paragraph a
line `KEY: text` for the axes and for each source.
"""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

Array: TypeAlias = Any


class NamedWeights(Protocol):
    """Something whose weights can be read and replaced by name."""

    def named_weights(self) -> Mapping[str, Array]:
        """Return the weights by name, in the shapes that the class lists."""

    def set_named_weights(self, weights: Mapping[str, Array], /) -> None:
        """Replace every weight by the array of that name."""
