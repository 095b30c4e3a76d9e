"""A graph with some of its layers changed: which shapes it has then, and whether more of them fit."""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from archspec.expand.graph import Graph, Ref
from archspec.layers import Layer
from archspec.layers.measure import measure
from archspec.records.record import ArgumentError, ValidationError
from archspec.shapes.shape import Shape, ShapeError

MOST_WORK = 100_000
"""Nodes and reads that are inferred again for one error: an error must not take seconds."""
MOST_WORK_OF_ALL = 300_000
"""The same for all errors of a run."""

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

    shapes: list[Shapes | None]
    """The output shapes of every node; None for what fails or depends on it."""
    roots: frozenset[int]
    """Nodes that fail although all that they read does not."""


def shapes_with(graph: Graph, changes: Changes) -> Shaped:
    """The shapes of a graph with some changes."""
    known: dict[tuple[Layer, Shapes], Shapes | None] = {}
    found: list[Shapes | None] = []
    roots: set[int] = set()
    lost = graph.lost
    for index, node in enumerate(graph.nodes):
        change = changes.get(index)
        shapes = None if index in lost else _read((change and change.inputs) or node.inputs, found)
        if shapes is None:
            found.append(None)
            continue
        outputs: Shapes | None
        if change is None:
            outputs = _measure(node.layer, shapes, known)
        else:
            outputs = _changed(change, shapes, known)
        if outputs is None:
            roots.add(index)
        found.append(outputs)
    return Shaped(found, frozenset(roots))


def _read(inputs: Sequence[Ref], found: Sequence[Shapes | None]) -> Shapes | None:
    shapes: list[Shape] = []
    for source, output in inputs:
        outputs = found[source]
        if outputs is None:
            return None
        shapes.append(outputs[output])
    return tuple(shapes)


def _measure(
    layer: Layer, shapes: Shapes, known: dict[tuple[Layer, Shapes], Shapes | None]
) -> Shapes | None:
    key = (layer, shapes)
    if key not in known:
        try:
            known[key] = measure(layer, shapes).outputs
        except ShapeError:
            known[key] = None
    return known[key]


def _changed(
    change: Change, shapes: Shapes, known: dict[tuple[Layer, Shapes], Shapes | None]
) -> Shapes | None:
    given = list(shapes)
    for number, layer in change.before:
        outputs = _measure(layer, (given[number],), known)
        if outputs is None:
            return None
        given[number] = outputs[0]
    if change.merge is not None:
        outputs = _measure(change.merge, tuple(given), known)
        if outputs is None:
            return None
        given = [outputs[0]]
    if change.layer is None:
        return (given[0],)
    return _measure(change.layer, tuple(given), known)


class Verdict(Enum):
    """What a change comes to."""

    NONE = "the node fails as before, or another one does that did not"
    HERE = "the node does not fail, but something after it does, or an expectation does not hold"
    ALL = "nothing fails that follows"


class Work:
    """What may be inferred again in one run, for all errors of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.left = MOST_WORK_OF_ALL

    @cached_property
    def before(self) -> Shaped:
        """The graph as it is."""
        return shapes_with(self.graph, {})

    @cached_property
    def cost(self) -> int:
        """Nodes and reads of the graph."""
        nodes = self.graph.nodes
        return len(nodes) + sum([len(node.inputs) for node in nodes])

    @cached_property
    def of_item(self) -> dict[int, list[int]]:
        """The nodes of each entry of the file, by its identity."""
        found: dict[int, list[int]] = {}
        for number, node in enumerate(self.graph.nodes):
            found.setdefault(id(node.item), []).append(number)
        return found


class Trials:
    """Tries changes that would mend one node, as long as that does not take too much work."""

    def __init__(self, work: Work, index: int) -> None:
        self._graph = work.graph
        self._index = index
        self._work = work
        self._cost = work.cost
        self._left = MOST_WORK
        item = self._graph.nodes[index].item
        self._alike = frozenset(work.of_item[id(item)])
        before = work.before
        self.shapes = before.shapes
        """The shapes as they are."""
        self._roots = before.roots
        self._unmet = self._expectations(before)

    @property
    def spent(self) -> bool:
        """Whether nothing more is tried."""
        return self._left < self._cost or self._work.left < self._cost

    def judge(self, changes: Changes) -> Verdict:
        """What some changes come to."""
        if self.spent:
            return Verdict.NONE
        self._left -= self._cost
        self._work.left -= self._cost
        after = shapes_with(self._graph, changes)
        if after.shapes[self._index] is None:
            return Verdict.NONE
        new = after.roots - self._roots
        if any(self.shapes[n] is not None for n in new):
            return Verdict.NONE
        whole = not new and self._alike.isdisjoint(after.roots)
        whole = whole and self._expectations(after) <= self._unmet
        return Verdict.ALL if whole else Verdict.HERE

    def _expectations(self, shaped: Shaped) -> frozenset[int]:
        """The expectations of shapes that do not hold, by their number."""
        spec = self._graph.spec
        found = set()
        for number, expected in enumerate(self._graph.expected):
            wanted = expected.values.get("shape")
            if not isinstance(wanted, list) or len(expected.output) != 1:
                continue
            if spec.changed and not expected.expect.values.names:
                continue
            source, output = expected.output[0]
            shapes = shaped.shapes[source]
            if shapes is not None and not matches(shapes[output], wanted):
                found.add(number)
        return frozenset(found)


def matches(shape: Shape, wanted: object) -> bool:
    """Whether a shape is as it is expected; null stands for any size."""
    if not isinstance(wanted, list) or len(wanted) != len(shape):
        return False
    return all(w is None or w == s for w, s in zip(wanted, shape, strict=True))


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
