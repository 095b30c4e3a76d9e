"""One of the two networks that are compared: its scopes as a tree, and numbers for what is equal."""

import re
from collections import Counter
from collections.abc import Hashable
from typing import Any

from archspec.expand.graph import Node, Scope
from archspec.infer.hierarchy import Counts, counts
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.merging import COMMUTATIVE
from archspec.layers.network import Network
from archspec.records.record import Record

_BETWEEN = re.compile(r"[./-]")
COMMUTING = frozenset([layer.__name__ for layer in COMMUTATIVE])
"""Layers that give the same for their inputs in another order."""


class Numbers:
    """Numbers that are equal in both networks for equal things."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        self._layers: dict[int, int] = {}

    def of(self, key: Hashable) -> int:
        """The number of a thing."""
        return self._known.setdefault(key, len(self._known))

    def layer(self, layer: Layer) -> int:
        """The number of a layer with its arguments; it is looked at once."""
        found = self._layers.get(id(layer))
        if found is None:
            found = self._layers[id(layer)] = self.of(layer_key(layer))
        return found


def layer_key(layer: Layer) -> Hashable:
    """What two layers have in common if they are equal, also in networks of two files."""
    if isinstance(layer, Network):
        nodes = tuple([(layer_key(n.layer), n.inputs, n.trainable, n.shares) for n in layer.nodes])
        return "network", nodes, layer.output
    return (*value_key(layer), layer.roles)


def value_key(value: Any) -> Any:
    """What two values of arguments have in common if they are equal: 1 is neither 1.0 nor true."""
    if isinstance(value, Network):
        return layer_key(value)
    if isinstance(value, Record):
        held = [(name, value_key(v)) for name, v in value.arguments().items()]
        return type(value).__name__, tuple(held)
    if isinstance(value, list | tuple):
        return tuple([value_key(v) for v in value])
    return repr(value)


class Part:
    """A scope with what is in it, in order."""

    __slots__ = (
        "content",
        "counter",
        "exact",
        "kinds",
        "mate",
        "nodes",
        "parent",
        "scope",
        "skeleton",
    )

    def __init__(self, scope: Scope, parent: "Part | None") -> None:
        self.scope = scope
        self.parent = parent
        self.content: list[Part | int] = []
        """Scopes, and indices of nodes."""
        self.nodes: list[int] = []
        """All nodes in it and below."""
        self.exact = -1
        """Equal for equal layers, wired equally, whatever scopes are in it and how they are called."""
        self.skeleton = -1
        """Equal for layers of the same classes, wired equally, whatever their arguments are."""
        self.counter: Counter[int] = Counter()
        """How often each layer is in it, by its number."""
        self.kinds: Counter[str] = Counter()
        self.mate: Part | None = None
        """The scope of the other network that it corresponds to."""

    @property
    def kind(self) -> str:
        """root, block, repeat, round, parallel or branch."""
        return self.scope.kind

    @property
    def word(self) -> str:
        """The block's name, or the construct's word."""
        return self.scope.word

    @property
    def path(self) -> str:
        """Its name from outside; that of the surroundings if it has none."""
        return self.scope.path

    @property
    def transparent(self) -> bool:
        """Whether it has no name, so that what is in it is called as if it stood outside."""
        return self.scope.parent is not None and self.path == self.scope.parent.path

    @property
    def name(self) -> str:
        """The name that the spec gives it; empty if it has none, or one that is counted."""
        if self.kind == "branch":
            return "" if self.transparent else self.path.rpartition(".")[2]
        given = getattr(self.scope.item, "name", None)
        if self.kind in ("block", "repeat", "parallel") and given is not None:
            return self.path.rpartition(".")[2]
        return ""

    def inner(self) -> "list[Part]":
        """All scopes in it, outer ones first."""
        found: list[Part] = []
        waiting = [c for c in reversed(self.content) if isinstance(c, Part)]
        while waiting:
            part = waiting.pop()
            found.append(part)
            waiting += [c for c in reversed(part.content) if isinstance(c, Part)]
        return found


Item = Part | int


class Side:
    """A network, looked at for a comparison."""

    def __init__(self, shaped: ShapedGraph, numbers: Numbers) -> None:
        self.shaped = shaped
        self.nodes: list[Node] = shaped.graph.nodes
        self.counts: list[Counts] = counts(shaped)
        self.live = shaped.live
        self.layers = [numbers.layer(node.layer) for node in self.nodes]
        """The number of each node's layer."""
        self.kinds = [type(node.layer).__name__ for node in self.nodes]
        self.wires = [_wires(node) for node in self.nodes]
        """What each node reads, in one order where the order does not matter."""
        self.calculations = self._calculations(numbers)
        """A number for each node of all that leads to it from the inputs."""
        self.surroundings = self._surroundings(numbers)
        """A number for each node of what is near it."""
        self.parent: list[Part] = []
        """The scope that each node stands in."""
        self.root = self._tree()
        for part in (self.root, *self.root.inner()):
            part.counter = Counter([self.layers[n] for n in part.nodes])
            part.kinds = Counter([self.kinds[n] for n in part.nodes])
            wires = self._inner_wires(part)
            part.exact = numbers.of(("part", tuple([self.layers[n] for n in part.nodes]), wires))
            kinds = tuple([self.kinds[n] for n in part.nodes])
            part.skeleton = numbers.of(("skeleton", kinds, wires))

    def name(self, index: int) -> str:
        """The name of a node within its scope."""
        name, path = self.nodes[index].name, self.nodes[index].scope.path
        return name[len(path) + 1 :] if path and name.startswith(path + ".") else name

    def given_name(self, index: int) -> str:
        """The name that the spec gives a node; empty if it has one that is counted."""
        node = self.nodes[index]
        if not node.inputs and node.item is None:
            return node.name if len(self.shaped.graph.inputs) > 1 else ""
        return self.name(index) if getattr(node.item, "name", None) is not None else ""

    def joined_name(self, index: int) -> str:
        """The path of a node as one word, as models have it in which names have no dots."""
        return _BETWEEN.sub("_", self.nodes[index].name)

    def trainable(self, index: int) -> bool:
        """Whether training changes a node's weights; one without weights counts as trained."""
        return self.nodes[index].trainable or not self.shaped.facts[index].params

    def _calculations(self, numbers: Numbers) -> list[int]:
        found: list[int] = []
        place = {index: k for k, index in enumerate(self.shaped.graph.inputs.values())}
        for index, wires in enumerate(self.wires):
            read = [(found[s], o) for s, o in wires]
            sources = tuple(sorted(read) if _sorts(self.nodes[index]) else read)
            shares = self.nodes[index].shares
            owner = found[shares] if shares >= 0 else -1
            found.append(
                numbers.of(("calculation", self.layers[index], sources, owner, place.get(index)))
            )
        return found

    def _surroundings(self, numbers: Numbers) -> list[int]:
        above = list(self.layers)
        for _ in range(2):
            above = [
                numbers.of(("above", self.layers[i], tuple([above[s] for s, _ in wires])))
                for i, wires in enumerate(self.wires)
            ]
        readers: list[list[str]] = [[] for _ in self.nodes]
        for index, wires in enumerate(self.wires):
            for source, _ in wires:
                readers[source].append(self.kinds[index])
        return [
            numbers.of(("near", n, tuple(sorted(r)))) for n, r in zip(above, readers, strict=True)
        ]

    def _tree(self) -> Part:
        root = Part(self.shaped.graph.root, None)
        known: dict[Scope, Part] = {root.scope: root}
        for index, node in enumerate(self.nodes):
            part = known.get(node.scope)
            if part is None:
                above = root
                for scope in node.scope.chain()[1:]:
                    part = known.get(scope)
                    if part is None:
                        part = known[scope] = Part(scope, above)
                        above.content.append(part)
                    above = part
                part = above
            part.content.append(index)
            self.parent.append(part)
            around: Part | None = part
            while around is not None:
                around.nodes.append(index)
                around = around.parent
        return root

    def _inner_wires(self, part: Part) -> Hashable:
        """The wires of a scope; those from outside by when they are first read."""
        place = {index: k for k, index in enumerate(part.nodes)}
        outside: dict[tuple[int, int], int] = {}
        found = []
        for index in part.nodes:
            wires = []
            for source, output in self.wires[index]:
                at = place.get(source)
                if at is None:
                    wires.append((-1, outside.setdefault((source, output), len(outside))))
                else:
                    wires.append((at, output))
            found.append(tuple(wires))
        return tuple(found)


def _sorts(node: Node) -> bool:
    return len(node.inputs) > 1 and type(node.layer).__name__ in COMMUTING


def _wires(node: Node) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(node.inputs)) if _sorts(node) else tuple(node.inputs)
