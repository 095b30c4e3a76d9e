"""From a flat graph to a tree: what lies between a layer and the merge of its branches is a Split.

A merge closes a region if all that it reads comes, over layers that nobody else reads, from one
layer before: the merge's immediate dominator. Regions lie side by side or in each other, so they
are closed from the inside out, each to one item.
"""

from collections.abc import Iterable

from archspec.emit.flat_entries import called
from archspec.emit.flat_networks import FlatNetworks
from archspec.importer.flat_graph import FlatGraph
from archspec.importer.fold.tree import Again, Body, Item, Leaf, Split
from archspec.layers import Layer
from archspec.layers.network import network_in
from archspec.shapes.shape import Shape
from archspec.spec.written import arguments

_MOST_INSIDE = 2_000
"""Most layers between a layer and its merge: beyond it, wires say it as well."""


def structure(graph: FlatGraph, networks: FlatNetworks) -> Body:
    """The tree of a graph, without blocks and loops; ``networks`` gets those in wrappers."""
    return _Structure(graph, networks).body()


class _Structure:
    def __init__(self, graph: FlatGraph, networks: FlatNetworks) -> None:
        self.graph = graph
        self.networks = networks
        self.inputs = {node: -1 - number for number, node in enumerate(graph.inputs)}
        self.shapes: list[tuple[Shape, ...]] = []
        for node in graph.nodes:
            self.shapes.append(_shapes(node.layer, [self._shape(r) for r in node.inputs]))
        self.fixed = {n.shares for n in graph.nodes if n.shares >= 0}
        self.fixed |= {k for k, n in enumerate(graph.nodes) if n.shares >= 0}
        self.readers: list[set[int]] = [set() for _ in graph.nodes]
        for index, node in enumerate(graph.nodes):
            for source, _ in node.inputs:
                self.readers[source].add(index)
        self.given = {source for source, _ in graph.outputs}
        self.merged: dict[int, int] = {}
        """Node → the merge of the region in which it is."""
        self.branches: dict[int, list[list[int]]] = {}
        """Merge of a region → the nodes of its branches in their order; empty for the input itself."""
        self.starts: dict[int, int] = {}
        """Merge of a region → the node that its branches read."""

    def body(self) -> Body:
        order = _depth_first(self.graph)
        self.place = {node: place for place, node in enumerate(order)}
        above: dict[int, int] = {}
        depth: dict[int, int] = {-1: 0}
        for node in order:
            sources = [source for source, _ in self.graph.nodes[node].inputs]
            above[node] = _common(sources, above, depth)
            depth[node] = depth[above[node]] + 1
            if len({*sources}) > 1 and above[node] >= 0:
                self._close(node, above[node])
        outer = [n for n in order if n not in self.merged and n not in self.inputs]
        return self._items(outer, self.inputs, list(self.graph.outputs))

    def _shape(self, ref: tuple[int, int]) -> Shape:
        shapes = self.shapes[ref[0]]
        return shapes[ref[1]] if ref[1] < len(shapes) else ()

    def _close(self, merge: int, start: int) -> None:
        """Make a region of what lies between, if nothing leads into it or out of it elsewhere."""
        node = self.graph.nodes[merge]
        if node.layer.roles or merge in self.fixed or any(output for _, output in node.inputs):
            return
        inside: set[int] = set()
        waiting = [source for source, _ in node.inputs if source != start]
        while waiting:
            current = waiting.pop()
            if current in inside:
                continue
            if current in self.inputs or current in self.fixed or current in self.given:
                return
            inside.add(current)
            if len(inside) > _MOST_INSIDE:
                return
            waiting += [s for s in self._read_by(current) if s != start and s not in inside]
        allowed = {*inside, merge}
        for current in inside:
            if any(self._outermost(reader) not in allowed for reader in self.readers[current]):
                return
            if any(output for s, output in self.graph.nodes[current].inputs if s == start):
                return
        branches = self._divide(merge, start, inside)
        if branches is None:
            return
        for current in inside:
            self.merged[current] = merge
        self.branches[merge] = branches
        self.starts[merge] = start

    def _outermost(self, node: int) -> int:
        while node in self.merged:
            node = self.merged[node]
        return node

    def _read_by(self, node: int) -> Iterable[int]:
        """What an item reads: for a region, what its branches read."""
        if node in self.starts:
            return (self.starts[node],)
        return [source for source, _ in self.graph.nodes[node].inputs]

    def _divide(self, merge: int, start: int, inside: set[int]) -> list[list[int]] | None:
        """The branches, if each ends in one input of the merge."""
        root = {node: node for node in inside}

        def find(node: int) -> int:
            while root[node] != node:
                root[node] = root[root[node]]
                node = root[node]
            return node

        for node in inside:
            for source in self._read_by(node):
                if source in inside:
                    root[find(source)] = find(node)
        parts: dict[int, list[int]] = {}
        for node in sorted(inside, key=self.place.__getitem__):
            parts.setdefault(find(node), []).append(node)
        branches: list[list[int]] = []
        ends: set[int] = set()
        for source, _ in self.graph.nodes[merge].inputs:
            part = [] if source == start else parts[find(source)]
            end = part[-1] if part else -1
            if end in ends or (part and source != end):
                return None
            ends.add(end)
            branches.append(part)
        return branches if len(branches) > 1 else None

    def _items(
        self, nodes: list[int], entries: dict[int, int], outputs: list[tuple[int, int]]
    ) -> Body:
        """A body of these nodes; ``entries`` are the places of what it reads from outside."""
        places = dict(entries)
        items: list[Item] = []
        for index in nodes:
            if index in self.branches:
                start = self.starts[index]
                branches = [
                    self._items(b, {start: -1}, [(b[-1], 0)]) if b else Body([])
                    for b in self.branches[index]
                ]
                item: Item = Split(branches, self._leaf(index, []), [(places[start], 0)])
            else:
                item = self._item(index, places)
            places[index] = len(items)
            items.append(item)
        return Body(items, [(places[node], output) for node, output in outputs])

    def _item(self, index: int, places: dict[int, int]) -> Item:
        node = self.graph.nodes[index]
        sources = [(places[source], output) for source, output in node.inputs]
        if node.shares < 0:
            return self._leaf(index, sources)
        owner = self.graph.nodes[node.shares]
        other = called(owner.layer, node.layer)
        return Again(places[node.shares], node.layer, other, sources, node.name)

    def _leaf(self, index: int, sources: list[tuple[int, int]]) -> Leaf:
        node = self.graph.nodes[index]
        written = arguments(node.layer)
        if network_in(node.layer) is not None:
            written = self.networks.entry(node.layer)[type(node.layer).__name__]
        if not node.trainable:
            written["trainable"] = False
        read = self._shape(node.inputs[0]) if len(node.inputs) == 1 else ()
        channels = read[-1] if read else None
        return Leaf(node.layer, written, sources, node.name, channels, index in self.fixed)


def _shapes(layer: Layer, inputs: list[Shape]) -> tuple[Shape, ...]:
    try:
        return tuple(layer.output_shapes(*inputs))
    except Exception:  # only channels are asked for, and only where they are known
        return ()


def _depth_first(graph: FlatGraph) -> list[int]:
    """All nodes, each after what it reads; branches one after the other; what leads nowhere last."""
    found: dict[int, None] = dict.fromkeys(graph.inputs)
    read = {source for node in graph.nodes for source, _ in node.inputs}
    ends = [n for n in range(len(graph.nodes)) if n not in read]
    for end in (*(node for node, _ in graph.outputs), *ends):
        waiting = [end]
        while waiting:
            node = waiting[-1]
            if node in found:
                waiting.pop()
                continue
            wanted = [source for source, _ in graph.nodes[node].inputs]
            wanted += [graph.nodes[node].shares] if graph.nodes[node].shares >= 0 else []
            missing = [source for source in wanted if source not in found]
            if missing:
                waiting.append(missing[0])
            else:
                found[node] = None
                waiting.pop()
    return list(found)


def _common(sources: list[int], above: dict[int, int], depth: dict[int, int]) -> int:
    """The last node over which all ways to the sources lead; -1 if there is none."""
    if not sources:
        return -1
    found = sources[0]
    for other in sources[1:]:
        while found != other:
            if depth[found] < depth[other]:
                found, other = other, found
            found = above[found]
    return found
