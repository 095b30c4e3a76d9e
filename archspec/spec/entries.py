"""Entries of a list of layers, as plain values: the forms that they take, and those that they should."""

from collections.abc import Collection
from typing import Any

from archspec.diagnostics.fixes import Edit, Fix, How
from archspec.diagnostics.sink import Place
from archspec.diagnostics.spelling import nearest
from archspec.layers import layer_type, layer_types
from archspec.records.record import bare_field, fields
from archspec.spec.meant_values import as_written
from archspec.spec.words import CONSTRUCTS, is_wire_name

LAYER_KEYS = ("type", "class_name", "layer", "op", "module", "kind", "layer_type")
"""Keys under which other formats have the name of a layer."""


def entry_of(place: Place) -> Place | None:
    """The entry of a list of layers that an argument stands in."""
    path = place.path
    for length in (len(path) - 2, len(path) - 1):
        if length >= 1 and isinstance(path[length - 1], int):
            return place._replace(path=path[:length], part="value", within=None)
    return None


def in_wrapper(place: Place, entry: Any) -> Any:
    """What stands at a place for an entry: a layer that stands alone in a wrapper is its `layer`."""
    type = layer_type(str(place.path[-1])) if place.path else None
    alone = type is not None and bare_field(type) == "layer"
    if not alone or not isinstance(entry, dict):
        return entry
    return {"layer": entry}


def named_layer(word: str, value: Any, blocks: Collection[str]) -> Any:
    """`conv1: {Conv2D: {…}}`, whose key is a name: the entry as a spec has it; None for others."""
    inner = value if isinstance(value, dict) and len(value) == 1 else None
    if inner is None and isinstance(value, str):
        inner = {value: None}
    if inner is None or not is_wire_name(word) or word in LAYER_KEYS:
        return None
    ((layer, arguments),) = inner.items()
    if layer not in layer_types() and layer not in CONSTRUCTS and layer not in blocks:
        return None
    meant = layer_type(nearest(word, layer_types()) or "")
    if meant is not None and any(field.type.nested for field in fields(meant).values()):
        return None  # the layer of a wrapper stands in it by itself
    return with_arguments(layer, arguments, {"name": word})


def with_arguments(word: str, inner: Any, more: dict[str, Any]) -> dict[str, Any] | None:
    """The word with arguments that stood beside it."""
    if not word:
        return None
    if inner is None:
        inner = {}
    if not isinstance(inner, dict):
        type: Any = layer_type(word) or CONSTRUCTS.get(word)
        names = list(fields(type)) if type else []
        if not names:
            return None
        inner = {names[0]: inner}
    if inner.keys() & more.keys():
        return None
    return {word: {**inner, **more}}


def wires_by_number(numbers: list[Any], place: Place) -> Fix | None:
    """`from: [-1, -3]`: the names of the entries so far before, if they have names."""
    entry = entry_of(place)
    if entry is None:
        return None
    here = entry.path[-1]
    assert isinstance(here, int)
    names = []
    new: dict[str, Edit] = {}
    for number in numbers:
        if type(number) is not int:
            names.append(number)
            continue
        index = here + number if number < 0 else number
        if index == -1 and entry.path[:-1] == ("layers",):
            names.append("input")
            continue
        at = entry._replace(path=(*entry.path[:-1], index))
        other = entry.document.at(at.path) if 0 <= index < here else None
        inner = next(iter(other.values())) if isinstance(other, dict) and other else None
        if isinstance(other, dict) and isinstance(inner, dict):
            at = at.at(next(iter(other)))
        elif not isinstance(other, str):
            return None
        name = inner.get("name") if isinstance(inner, dict) else None
        if not isinstance(name, str):
            name = f"layer{index}"
            if name in entry.document.source.text:
                return None
            new[name] = Edit(at, name, How.ADD, "name")
        names.append(name)
    meant = names if len(names) > 1 else names[0]
    said = f"wires are names: `from: {as_written(meant)}`"
    said += f", and `name: {next(iter(new))}` there" if new else ""
    return Fix(said, (Edit(place, meant), *new.values()))
