"""Shapes in a model whose config does not write them, as archspec infers them."""

from collections.abc import Sequence
from typing import Any

from archspec.layers import layer_types
from archspec.record import fields

_SETTINGS = ("initializer", "regularizer", "constraint")


def shapes_after(
    kind: str, config: dict[str, Any], inputs: Sequence[tuple[int | None, ...] | None]
) -> list[tuple[int | None, ...]]:
    """The shapes of a layer's outputs with the batch; none if they are not known.

    Args:
        kind: class of the layer.
        config: its config; layers inside of it are not looked at.
        inputs: shapes of its inputs with the batch.
    """
    type = layer_types().get(kind)
    given = [shape[1:] for shape in inputs if shape]
    if type is None or len(given) < len(inputs):
        return []
    known = fields(type)
    values = {
        name: value
        for name, value in config.items()
        if name in known
        and name.rpartition("_")[2] not in _SETTINGS
        and name != "seed"
        and (value is not None or known[name].default is None)
    }
    try:
        return [(None, *shape) for shape in type(**values).output_shapes(*given)]
    except Exception:  # a config of somebody else may hold anything
        return []
