"""How a change of a layer is written in the file that it comes from.

An entry of a list has one of three forms: a word alone, a word with the value of its first argument,
a word with a map of arguments. What each function gives is the edits for whichever stands there;
None where it cannot be written.
"""

from collections.abc import Mapping
from typing import Any

from archspec.diagnostics.fixes import Edit, How
from archspec.diagnostics.place import Place
from archspec.expand.graph import Graph
from archspec.formulas.expressions import is_name
from archspec.layers import Layer
from archspec.records.record import Record, bare_field
from archspec.shapes.shape import Shape
from archspec.spec.types import InputDeclaration, Item
from archspec.spec.written import shortest

Edits = tuple[Edit, ...]


def write_arguments(place: Place, type: type[Record], values: Mapping[str, Any]) -> Edits | None:
    """Other values for arguments of a layer, or of one inside of a layer, at its place."""
    written = {
        n: v if isinstance(v, str | list) else shortest(type, n, v) for n, v in values.items()
    }
    current = place.document.at(place.path)
    if isinstance(current, dict):
        return tuple(
            Edit(place.at(name), value) if name in current else Edit(place, value, How.ADD, name)
            for name, value in written.items()
        )
    first = bare_field(type)
    if is_bare(place):
        if [*written] == [first] and not isinstance(written[first], dict):
            return (Edit(place, {current: written[first]}),)
        return tuple([Edit(place, value, How.ADD, name) for name, value in written.items()])
    if current is None:
        return _write_merge(place, {type.__name__: written})
    if [*written] == [first] and not isinstance(written[first], dict):
        return (Edit(place, written[first]),)
    return (Edit(place, {first: current, **written}),)


def _write_merge(place: Place, layer: Any) -> Edits | None:
    """The merging layer of a parallel or a residual that says none."""
    around = Place(place.document, place.path[:-1])
    if place.path[-1] != "merge" or not isinstance(around.document.at(around.path), dict):
        return None
    return (Edit(around, layer, How.ADD, "merge"),)


def is_bare(place: Place) -> bool:
    """Whether an entry is a word alone."""
    value = place.document.at(place.path)
    return isinstance(value, str) and (
        isinstance(place.path[-1], int) or place.path[-1] in ("merge", "layer")
    )


def written_argument(place: Place, type: type[Record], name: str) -> Any:
    """What is written as an argument; None if nothing is."""
    current = place.document.at(place.path)
    if isinstance(current, dict):
        return current.get(name)
    if is_bare(place) or name != bare_field(type):
        return None
    return current


def entry(item: Item) -> Place | None:
    """The place of the whole entry of a list, its word included; None for what is in no list."""
    path = item.place.path
    if isinstance(path[-1], int):
        return item.place
    if len(path) > 1 and isinstance(path[-2], int):
        return Place(item.place.document, path[:-1])
    return None


def has_comments(place: Place) -> bool:
    """Whether comments may stand in a list, from its first line to its last."""
    path = place.path
    value = place.document.at(path)
    first = place.document.span(path, "key").line
    while isinstance(value, dict | list) and value:
        step = list(value)[-1] if isinstance(value, dict) else len(value) - 1
        path, value = (*path, step), value[step]
    last = place.document.span(path, "value").end_line
    return any("#" in line for line in place.document.source.text.split("\n")[first - 1 : last])


def write_word(item: Item, word: str) -> Edits:
    """Another layer with the same arguments."""
    place = item.place if is_bare(item.place) else item.place.key()
    return (Edit(place, word),)


def write_before(item: Item, layer: Any) -> Edits | None:
    """A layer before another one that reads it, and what that one has read."""
    at = entry(item)
    if at is None:
        return None
    if item.sources is None:
        return (Edit(at, layer, How.BEFORE),)
    source = item.place.document.at((*item.place.path, "from"))
    if isinstance(source, list):
        if len(source) != 1:
            return None
        source = source[0]
    word, arguments = next(iter(layer.items())) if isinstance(layer, dict) else (layer, {})
    if not isinstance(arguments, dict):
        return None
    wired = {word: {"from": source, **arguments}}
    return Edit(at, wired, How.BEFORE), Edit(item.place.at("from"), how=How.REMOVE)


def write_without(item: Item) -> Edits | None:
    """Without the layer, unless it is the only one of its list.

    If something reads it by its name, that is not told here.
    """
    at = entry(item)
    around = None if at is None else at.document.at(at.path[:-1])
    if at is None or not isinstance(around, list) or len(around) < 2:
        return None
    return (Edit(at, how=How.REMOVE),)


def write_input(graph: Graph, declared: InputDeclaration, shape: Shape) -> Edits | None:
    """Another shape of an input, or other values of the parameters that give its sizes."""
    place = declared.place if declared.short else declared.place.at("shape")
    written = place.document.at(place.path)
    if not isinstance(written, list):
        return None
    if written[1:] == list(shape):  # without the size of the batch
        return (Edit(place.at(0), how=How.REMOVE),)
    if any(isinstance(size, str) for size in written):
        return _write_sizes(graph, written, shape)
    if place.document is not graph.spec.place.document:
        return None  # a file that another one extends: others extend it too
    return (Edit(place, list(shape)),)


def _write_sizes(graph: Graph, written: list[Any], shape: Shape) -> Edits | None:
    """Other values of the parameters that stand for sizes."""
    spec = graph.spec
    values: dict[str, Any] = {}
    if len(written) != len(shape):
        return None
    for old, new in zip(written, shape, strict=True):
        if isinstance(old, str):
            if not is_name(old) or old not in spec.params or values.setdefault(old, new) != new:
                return None
        elif old != new:
            return None
    found = []
    for name, value in values.items():
        param = spec.params[name]
        if spec.values.get(name) == value:
            continue
        if (
            spec.values.get(name) != param.default
            or param.place.document is not spec.place.document
        ):
            return None
        found.append(Edit(param.place, value))
    return tuple(found) or None


def declaration(graph: Graph, name: str) -> InputDeclaration:
    """What an input comes from."""
    return next(d for d in graph.spec.inputs if d.name == name)


def is_formula(value: Any) -> bool:
    """Whether what is written for a number is worked out from parameters."""
    if isinstance(value, list):
        return any(is_formula(v) for v in value)
    return isinstance(value, str)


def loops(place: Place) -> tuple[int, ...]:
    """Where on the way to a place there are lists that are gone through several times."""
    path = place.path
    return tuple([n for n, step in enumerate(path) if step in ("repeat", "dense_block")])


def means_there(place: Place, other: Place) -> bool:
    """Whether a formula at a place means the same at another one: they see the same names."""
    if place.document is not other.document:
        return False
    a, b = place.path, other.path
    if a[:1] != b[:1] or (a[:1] == ("blocks",) and a[:2] != b[:2]):
        return False
    ends = [n + 1 for n in loops(place)]
    return not ends or a[: ends[-1]] == b[: ends[-1]]


def layer_entry(layer: Layer, **written: Any) -> Any:
    """A layer as an entry of a list, some of its arguments as they are written elsewhere."""
    from archspec.spec.written import arguments

    inner = {**arguments(layer), **written}
    first = bare_field(type(layer))
    word = type(layer).__name__
    if not inner:
        return word
    if [*inner] == [first] and not isinstance(inner[first], dict):
        return {word: inner[first]}
    return {word: inner}
