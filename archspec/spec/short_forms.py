"""Layers that stand in wrappers by themselves, without the name of the argument: ``{LSTM: 16}``."""

from collections.abc import Collection
from typing import Any

from archspec.diagnostics.spelling import nearest
from archspec.layers import Layer, layer_types
from archspec.layers.plugins import find_layer
from archspec.records.record import fields
from archspec.spec.words import ItemKeys


def is_alone(type: type[Layer], value: Any, blocks: Collection[str]) -> bool:
    """Whether a map is the layer of a wrapper by itself: ``Bidirectional: {LSTM: {units: 4}}``."""
    known = fields(type)
    first = next(iter(known.values()), None)
    if first is None or not first.type.nested or not isinstance(value, dict) or len(value) != 1:
        return False
    (word,) = value
    if not isinstance(word, str) or word in known or word in fields(ItemKeys):
        return False
    if word in blocks or find_layer(word) is not None or word[:1].isupper():
        return True
    return nearest(word, [*known, *fields(ItemKeys)]) is None and (
        nearest(word, [*layer_types(), *blocks]) is not None
    )
