"""Pairing nodes that calculate the same from the inputs, whatever scopes they are in."""

from collections import Counter
from collections.abc import Iterable

from archspec.diff.side import COMMUTING, Part, Side


def calculated_alike(
    first: Side, second: Side, left: Iterable[int], right: Iterable[int]
) -> dict[int, int]:
    """Pairs of some nodes of the first network with some of the second that calculate the same.

    It begins with the outputs and the last nodes, from which most others follow: what two nodes read
    that are a pair, are pairs. Where several calculate the same, they are paired in their order.
    """
    return _Calculated(first, second, set(left), set(right)).pairs


class _Calculated:
    def __init__(self, first: Side, second: Side, left: set[int], right: set[int]) -> None:
        self.first = first
        self.second = second
        self.left = left
        self.right = right
        self.pairs: dict[int, int] = {}
        outputs = first.shaped.graph.outputs, second.shaped.graph.outputs
        for (a, _), (b, _) in zip(*outputs, strict=False):
            if first.calculations[a] == second.calculations[b]:
                self._spread(a, b)
        for alone in (True, False):
            self._last_ones(alone)

    def _last_ones(self, alone: bool) -> None:
        """Pair the nodes that no other one has the number of, or, in their order, the others too."""
        there: dict[int, list[int]] = {}
        for a in self.left:
            there.setdefault(self.first.calculations[a], []).append(a)
        times = Counter([self.second.calculations[b] for b in self.right])
        rows = {number: sorted(nodes) for number, nodes in there.items()}
        for b in sorted(self.right, reverse=True):
            number = self.second.calculations[b]
            same = rows.get(number, [])
            if alone and (len(same) != 1 or times[number] != 1):
                continue
            while same and same[-1] not in self.left:
                same.pop()
            if same and b in self.right:
                self._spread(same.pop(), b)

    def _spread(self, a: int, b: int) -> None:
        """Take two nodes as a pair, and what they read."""
        waiting = [(a, b)]
        while waiting:
            a, b = waiting.pop()
            if a not in self.left or b not in self.right:
                continue
            self.left.remove(a)
            self.right.remove(b)
            self.pairs[a] = b
            ours = self._read(self.first, a)
            theirs = self._read(self.second, b)
            waiting += zip(ours, theirs, strict=True)

    def _read(self, side: Side, index: int) -> list[int]:
        """What a node reads, in an order that is the same for nodes that calculate the same."""
        wires = list(side.nodes[index].inputs)
        if side.kinds[index] in COMMUTING:
            wires.sort(key=lambda wire: (side.calculations[wire[0]], wire[1], wire[0]))
        return [source for source, _ in wires]


def pair_scopes(first: Side, second: Side, pairs: dict[int, int]) -> None:
    """Take those scopes as corresponding of which all nodes do that have a partner."""
    for part in (*first.root.inner(), *second.root.inner()):
        part.mate = None
    first.root.mate, second.root.mate = second.root, first.root
    back = {b: a for a, b in pairs.items()}
    for part in second.root.inner():
        nodes = {back[b] for b in part.nodes if b in back}
        around: Part | None = first.parent[min(nodes)] if nodes else None
        while around is not None and (
            around.kind != part.kind or around.mate is not None or not nodes <= {*around.nodes}
        ):
            around = around.parent
        if around is None:
            continue
        inside = {*part.nodes}
        if all(pairs[a] in inside for a in around.nodes if a in pairs):
            part.mate, around.mate = around, part
