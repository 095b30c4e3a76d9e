"""A graph with some of its layers changed: which shapes it has then, and whether more of them fit."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archspec.expand.graph import Graph, Ref
from archspec.layers import Layer
from archspec.layers.measure import Facts, measure
from archspec.records.record import ArgumentError, ValidationError
from archspec.shapes.shape import Shape, ShapeError

Shapes = tuple[Shape, ...]


class Change(NamedTuple):
    """What becomes of one node."""

    layer: Layer | None
    """Another layer in its place; None if it goes: who reads it reads what it has read."""
    before: tuple[tuple[int, Layer], ...] = ()
    """Layers between it and what it reads, each with the number of the input that it is put on."""
    inputs: tuple[Ref, ...] | None = None
    """What it reads instead."""
    merge: Layer | None = None
    """A layer before it that makes one of all that it reads."""


Changes = Mapping[int, Change]


class Shaped(NamedTuple):
    """What comes out of a graph."""

    facts: list[Facts | None]
    """Of every node; None for what fails or depends on it. Layers before a node count as its own."""
    shapes: list[Shapes | None]
    """The output shapes of every node."""
    roots: frozenset[int]
    """Nodes that fail although all that they read does not."""


Known = dict[tuple[Layer, Shapes], Facts | None]


def shapes_with(graph: Graph, changes: Changes) -> Shaped:
    """The shapes of a graph with some changes."""
    known: Known = {}
    found: list[Facts | None] = []
    shapes: list[Shapes | None] = []
    roots: set[int] = set()
    lost = graph.lost
    for index, node in enumerate(graph.nodes):
        change = changes.get(index)
        reads = change.inputs if change is not None and change.inputs else node.inputs
        given = None if index in lost else _read(reads, shapes)
        facts = None
        if given is not None:
            facts = (
                _measure(node.layer, given, known)
                if change is None
                else _changed(change, given, known)
            )
            if facts is None:
                roots.add(index)
        found.append(facts)
        shapes.append(None if facts is None else facts.outputs)
    return Shaped(found, shapes, frozenset(roots))


def _read(inputs: Sequence[Ref], found: Sequence[Shapes | None]) -> Shapes | None:
    shapes: list[Shape] = []
    for source, output in inputs:
        outputs = found[source]
        if outputs is None:
            return None
        shapes.append(outputs[output])
    return tuple(shapes)


def _measure(layer: Layer, shapes: Shapes, known: Known) -> Facts | None:
    key = (layer, shapes)
    if key not in known:
        try:
            known[key] = measure(layer, shapes)
        except ShapeError:
            known[key] = None
    return known[key]


def _changed(change: Change, shapes: Shapes, known: Known) -> Facts | None:
    given = list(shapes)
    added: list[Facts] = []
    for number, layer in change.before:
        facts = _measure(layer, (given[number],), known)
        if facts is None:
            return None
        added.append(facts)
        given[number] = facts.outputs[0]
    if change.merge is not None:
        facts = _measure(change.merge, tuple(given), known)
        if facts is None:
            return None
        added.append(facts)
        given = [facts.outputs[0]]
    if change.layer is None:
        return Facts((given[0],), (), 0, 0, 0)
    own = _measure(change.layer, tuple(given), known)
    if own is None or not added:
        return own
    every = [own, *added]
    return Facts(
        own.outputs,
        own.weights,
        sum([f.params for f in every]),
        sum([f.trainable_params for f in every]),
        sum([f.macs for f in every]),
    )


def replaced(layer: Layer, arguments: Mapping[str, object]) -> Layer | None:
    """A layer with other arguments; None if it does not take them."""
    try:
        return layer.replace(**arguments)
    except (ArgumentError, ValidationError):
        return None


def made(type: type[Layer], arguments: Mapping[str, object]) -> Layer | None:
    """A layer of some arguments; None if it does not take them."""
    try:
        return type(**arguments)
    except (ArgumentError, ValidationError):
        return None
