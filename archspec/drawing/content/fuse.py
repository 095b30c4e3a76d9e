"""Layers that are drawn on the card of the layer before them: normalization, activation, dropout."""

from archspec.expand.graph import Scope
from archspec.expand.walks import readers
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.layers import Layer

_FUSED = frozenset(("norm", "activation", "dropout"))
_ALONE = frozenset(("io",))
"""Families on whose cards nothing else is drawn."""


class Unit:
    """A layer with those that are fused into it, once or several equal times in a row."""

    __slots__ = ("chips", "head", "name", "nodes", "times")

    def __init__(self, head: ShapedNode) -> None:
        self.head = head
        self.chips: list[ShapedNode] = []
        self.name = head.name
        """What it is called in the block around it."""
        self.times = 1
        self.nodes: list[ShapedNode] = [head]
        """All nodes of all times."""

    @property
    def last(self) -> ShapedNode:
        """The node whose output is that of the unit."""
        return self.chips[-1] if self.chips else self.head


def units(shaped: ShapedGraph, fuse: bool = True) -> list[Unit]:
    """The units of a graph, in the order of their first layers; one for each layer if not fused."""
    read_by = readers(shaped.graph)
    scopes = _Scopes(shaped)
    found: list[Unit] = []
    unit_of: dict[int, Unit] = {}
    for node in shaped.nodes:
        refs = node.node.inputs
        if fuse and len(refs) == 1 and node.layer.family in _FUSED:
            source, output = refs[0]
            unit = unit_of[source]
            if (
                output == 0
                and len(read_by[source]) == 1
                and unit.last.index == source
                and _takes(unit.head.layer, node.layer)
                and unit.last.output_shape == node.output_shape
                and len(node.facts.outputs) == 1
                and unit.head.live == node.live
                and scopes.joined(unit.head.node.scope, node.node.scope)
            ):
                unit.chips.append(node)
                unit.nodes.append(node)
                unit_of[node.index] = unit
                continue
        unit = unit_of[node.index] = Unit(node)
        found.append(unit)
    return found


def _takes(head: Layer, other: Layer) -> bool:
    """Whether a layer is drawn on the card of another one.

    What is put side by side and then normalized is the beginning of what comes next, as in
    DenseNet; what is added and normalized is one step, as in a Transformer.
    """
    if head.family == "merge" and not head.symbol:
        return other.family == "activation"
    return head.family not in _ALONE


class _Scopes:
    """Whether fusing would take a layer out of a block that is more than what is fused."""

    def __init__(self, shaped: ShapedGraph) -> None:
        self.heads: dict[Scope, int] = {}
        """Scope → how many layers in it and below are not of a fused family."""
        for node in shaped.nodes:
            if node.layer.family in _FUSED:
                continue
            scope: Scope | None = node.node.scope
            while scope is not None:
                self.heads[scope] = self.heads.get(scope, 0) + 1
                scope = scope.parent

    def joined(self, head: Scope, other: Scope) -> bool:
        if head is other:
            return True
        own, theirs = _named(head), _named(other)
        depth = 0
        while depth < min(len(own), len(theirs)) and own[depth] is theirs[depth]:
            depth += 1
        return all(self.heads.get(s, 0) <= 1 for s in own[depth:]) and all(
            self.heads.get(s, 0) == 0 for s in theirs[depth:]
        )


def _named(scope: Scope) -> list[Scope]:
    """The scopes from the root that a picture shows: not a ``residual`` without a name."""
    found: list[Scope] = []
    below: Scope | None = scope
    while below is not None:
        dissolves = (
            below.parent is not None
            and below.path == below.parent.path
            and below.kind in ("parallel", "branch")
        )
        if not dissolves:
            found.append(below)
        below = below.parent
    return found[::-1]
