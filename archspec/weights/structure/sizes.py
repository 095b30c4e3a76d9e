"""Shapes in a model whose config does not write them, as archspec infers them."""

from collections.abc import Sequence
from typing import Any

from archspec.layers import Layer, layer_types
from archspec.layers.settings import takes_setting
from archspec.records.record import fields

Sizes = tuple[int | None, ...]
"""A shape with the batch."""


def shapes_after(
    kind: str, arguments: dict[str, Any], inputs: Sequence[Sizes | None]
) -> list[Sizes]:
    """The shapes of a layer's outputs with the batch; none if they are not known.

    Args:
        kind: class of the layer.
        arguments: what it was told, in plain form.
        inputs: shapes of its inputs with the batch.
    """
    given = [shape[1:] for shape in inputs if shape]
    if kind not in layer_types() or len(given) < len(inputs):
        return []
    try:
        return [(None, *shape) for shape in _made(kind, arguments).output_shapes(*given)]
    except Exception:  # a config of somebody else may hold anything
        return []


def _made(kind: str, arguments: dict[str, Any]) -> Layer:
    """The layer, as far as its shapes go; layers in it too."""
    type = layer_types()[kind]
    known = fields(type)
    return type(
        **{
            name: _made(value["class_name"], value) if known[name].type.nested else value
            for name, value in arguments.items()
            if name in known
            and not takes_setting(name)
            and (value is not None or known[name].default is None)
        }
    )
