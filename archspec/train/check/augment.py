"""The augmentation of a recipe: a list of layers."""

from typing import Any

from archspec.diagnostics.sink import Place, Sink
from archspec.layers import Layer
from archspec.layers.plugins import find_layer
from archspec.records.record import fields
from archspec.spec.check_values import Maker, show
from archspec.train.objects.objects import work_out


def read_augment(values: list[Any] | None, place: Place, sink: Sink) -> tuple[Layer | None, ...]:
    """The layers; None for each that was reported."""
    maker = Maker(sink)
    found: list[Layer | None] = []
    for number, value in enumerate(values or []):
        at = place.at(number)
        if isinstance(value, dict | str):
            worked = _calculated(value, at, sink)
            found.append(maker.nested(worked, at) if worked is not None else None)
            continue
        found.append(None)
        sink.report("AS206", at, f"a layer is a name or a one-key map, not {show(value)}")
    return tuple(found)


def _calculated(
    value: dict[str, Any] | str, place: Place, sink: Sink
) -> dict[str, Any] | str | None:
    """A layer with the formulas in its arguments worked out: ``RandomRotation: 10/360``."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((word, arguments),) = value.items()
    kind = find_layer(word) if isinstance(word, str) else None
    if kind is None or not fields(kind) or arguments is None:
        return value
    if not isinstance(arguments, dict):
        arguments = {next(iter(fields(kind))): arguments}
    worked = work_out(kind, arguments, place.at(word), sink)
    return None if worked is None else {word: worked}
