"""The layers that an operation is, and why there may be none."""

from typing import Any, NamedTuple

from archspec.layers import Layer
from archspec.records.record import ArgumentError, ValidationError
from archspec.weights.structure.operations import Operand


class UnknownOperation(Exception):
    """An operation that neither an operation nor a layer of archspec does; the text is its name."""


class UnsayableOperation(Exception):
    """An operation that archspec has, called so that a spec cannot say it; the text says how."""


class Part(NamedTuple):
    """A layer that does an operation, or a part of it."""

    layer: Layer
    inputs: tuple[Operand, ...]
    """What it reads; nothing for the output of the part before it."""
    roles: tuple[str, ...] = ()


def make(type: type[Layer], values: dict[str, Any]) -> Layer:
    """The layer with these arguments.

    Raises:
        UnsayableOperation: it cannot have them.
    """
    if "axis" in values and isinstance(values["axis"], list) and len(values["axis"]) == 1:
        values = {**values, "axis": values["axis"][0]}
    try:
        return type(**values)
    except (ValidationError, ArgumentError, TypeError, ValueError) as error:
        told = ", ".join(f"`{name}: {value}`" for name, value in values.items())
        raise UnsayableOperation(told or type.__name__) from error
