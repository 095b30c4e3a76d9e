"""Layers that stand in layers, as they are written: ``{LSTM: {units: 4}}``, ``LSTM``."""

from collections.abc import Collection
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix
from archspec.diagnostics.sink import Place, Sink
from archspec.layers import Layer
from archspec.layers.plugins import find_layer
from archspec.records.record import bare_field, fields
from archspec.spec.short_forms import is_alone


def inner_layer(
    value: dict[str, Any] | str, place: Place, sink: Sink, blocks: Collection[str] = ()
) -> tuple[type[Layer], dict[str, Any], Place] | None:
    """The type of a layer that stands in a layer, its arguments, and where they stand.

    None after reporting that there is none.
    """
    if isinstance(value, str):
        value = {value: None}
    if len(value) != 1:
        message = "a layer is a one-key map such as {LSTM: {units: 4}}"
        sink.report("AS206", place, message, help=_inside(value, place))
        return None
    ((word, arguments),) = value.items()
    at = place.at(word)
    type = find_layer(word)
    if type is None:
        from archspec.spec.unknown_words import refuse_word  # for what is wrong only

        written = place.document.at(place.path)
        refuse_word(word, at.key() if isinstance(written, dict) else place, blocks, sink)
        return None
    first = bare_field(type)
    if isinstance(arguments, dict) and not is_alone(type, arguments, blocks):
        return type, arguments, at
    return type, {} if arguments is None else {first: arguments}, at


def _inside(value: dict[str, Any], place: Place) -> list[Fix]:
    """The keys beside the only layer as arguments of it."""
    words = [word for word in value if isinstance(word, str) and find_layer(word)]
    type = find_layer(words[0]) if len(words) == 1 else None
    rest = {name: inner for name, inner in value.items() if name not in words}
    given = value[words[0]] if type is not None else None
    if type is None or not rest.keys() <= fields(type).keys() or not isinstance(given, dict | None):
        return []
    listed = ", ".join(f"`{name}`" for name in rest)
    meant = {words[0]: {**(given or {}), **rest}}
    return [Fix(f"{listed} belongs to the arguments of `{words[0]}`", (Edit(place, meant),), True)]
