"""Layers that stand in layers, as they are written: ``{LSTM: {units: 4}}``, ``LSTM``."""

from collections.abc import Collection
from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.layers import Layer
from archspec.layers.plugins import find_layer
from archspec.records.record import bare_field
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
        sink.report("AS206", place, "a layer is a one-key map such as {LSTM: {units: 4}}")
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
