"""Which scope and which layer of one network is which of the other.

Scopes come first, from outside to inside: those of a name that the spec gives, then, from left to right,
those that are most alike. Constructs without a partner (a repeat, a residual) are looked through: their
content stands where they stand. Then the layers in scopes that correspond, in the same way. What is left
then is looked for everywhere: by a name that the spec gives, by what is calculated from the inputs, by what
is near it; of scopes only those that are found again for the greater part. Where one network is flat, or
written in quite other blocks, layers are paired whatever scopes they are in.

Equal rows have several alignments that are equally good, so the two networks are compared in an order that
does not depend on which was given first: the other way round, the same layers are pairs.
"""

from typing import Any

from archspec.diff.calculated import calculated_alike, pair_scopes
from archspec.diff.elsewhere import Elsewhere
from archspec.diff.matching import Matcher
from archspec.diff.side import Numbers, Side
from archspec.diff.wires import Wires
from archspec.infer.infer import ShapedGraph


class Pairing:
    """Pairs of nodes, and of scopes (:attr:`Part.mate`)."""

    def __init__(self, first: ShapedGraph, second: ShapedGraph) -> None:
        numbers = Numbers()
        self.first = Side(first, numbers)
        self.second = Side(second, numbers)
        self.to_second: dict[int, int] = {}
        self.to_first: dict[int, int] = {}
        if _comes_first(self.first, self.second):
            self.to_second = _pairs(self.first, self.second)
            self.to_first = {b: a for a, b in self.to_second.items()}
        else:
            self.to_first = _pairs(self.second, self.first)
            self.to_second = {a: b for b, a in self.to_first.items()}


def _comes_first(one: Side, other: Side) -> bool:
    """Whether one of two networks is the first, whichever was given first."""
    keys = [(len(s.nodes), s.shaped.params, s.shaped.macs) for s in (one, other)]
    if keys[0] != keys[1]:
        return keys[0] < keys[1]
    return _written(one) <= _written(other)


def _written(side: Side) -> list[tuple[Any, ...]]:
    texts: dict[int, str] = {}
    for node in side.nodes:
        if id(node.layer) not in texts:
            texts[id(node.layer)] = repr(node.layer)
    return [(n.name, texts[id(n.layer)], n.inputs, n.trainable, n.shares) for n in side.nodes]


def _pairs(first: Side, second: Side) -> dict[int, int]:
    if first.root.exact != second.root.exact:
        nodes = range(len(first.nodes)), range(len(second.nodes))
        found = calculated_alike(first, second, *nodes)
        if len(found) == len(nodes[0]) == len(nodes[1]) and _wired_alike(first, second, found):
            pair_scopes(first, second, found)
            return found
    return Elsewhere(first, second, Matcher(first, second).pairs).pairs


def _wired_alike(first: Side, second: Side, pairs: dict[int, int]) -> bool:
    """Whether two networks are equal up to names and the order of the nodes."""
    wires = Wires(first, second, pairs)
    graphs = first.shaped.graph, second.shaped.graph
    if wires.between(graphs[0].outputs, graphs[1].outputs, ordered=True) is not None:
        return False
    return all(wires.of_pair(a, b) is None for a, b in pairs.items())
