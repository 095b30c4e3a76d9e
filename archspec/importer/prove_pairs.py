"""Which layer of one flat graph is which of another: only looked for here; who uses it checks it.

Every layer gets a colour: what it is and, round by round, what it reads, who reads it, and with
whom it shares weights. Equal graphs have equal colours. From the inputs and outputs the pairs then
follow along the wires; where several have the same colour, the first ones are taken for each
other, and what follows from that comes before the next ones.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from archspec.importer.flat_graph import FlatGraph
from archspec.importer.prove_labels import Labels, calculations, commutes
from archspec.layers import Layer

_MOST_ROUNDS = 8

Pairs = dict[int, int]
"""Nodes of the first graph, and those of the second that they are."""


def find_pairs(ours: FlatGraph, theirs: FlatGraph, tied: Callable[[Layer], bool]) -> Pairs:
    """A pair for each node if the graphs are the same; if not, for those that are alike.

    Args:
        ours: a graph.
        theirs: another one.
        tied: whether it matters that a layer is used twice, and what is trained in it.
    """
    labels = Labels()
    sides = _Side(ours, labels, tied), _Side(theirs, labels, tied)
    _refine(sides)
    if Counter(sides[0].colours) == Counter(sides[1].colours):
        return _Finder(*sides).find()
    return _alike(*sides)


_Reader = tuple[int, int, int]
"""Who reads a node: where among its inputs, -1 if that does not matter, and which output."""
_Signed = Sequence[tuple[int, ...]]
"""Nodes, each with numbers in which those that are alike agree."""
_Some = tuple[deque[int], deque[int]]
"""Nodes of the one graph that may be those of the other."""


class _Side:
    """A graph with what is looked up in it."""

    def __init__(self, graph: FlatGraph, labels: Labels, tied: Callable[[Layer], bool]) -> None:
        self.graph = graph
        self.labels = labels
        self.tied = tied
        self.nodes = graph.nodes
        self.free = [commutes(node.layer) for node in graph.nodes]
        self.readers: list[list[_Reader]] = [[] for _ in graph.nodes]
        for index, node in enumerate(graph.nodes):
            for place, (source, output) in enumerate(node.inputs):
                reader = index, -1 if self.free[index] else place, output
                self.readers[source].append(reader)
        self.groups: dict[int, list[int]] = {}
        """Nodes that share their weights, by each of them."""
        members: dict[int, list[int]] = {}
        for index, node in enumerate(graph.nodes):
            if node.shares >= 0 and tied(node.layer):
                members.setdefault(node.shares, [node.shares]).append(index)
        for group in members.values():
            self.groups |= dict.fromkeys(group, group)
        self.colours = self._first_colours()

    def _first_colours(self) -> list[int]:
        frozen = [not node.trainable and self.tied(node.layer) for node in self.nodes]
        ends: dict[int, list[Hashable]] = {}
        for number, index in enumerate(self.graph.inputs):
            ends.setdefault(index, []).append(("input", number))
        for number, (index, output) in enumerate(self.graph.outputs):
            ends.setdefault(index, []).append(("output", number, output))
        return [
            self.labels.number((self.labels.of(node.layer), kept, *ends.get(index, ())))
            for index, (node, kept) in enumerate(zip(self.nodes, frozen, strict=True))
        ]

    def read(self, index: int) -> list[tuple[int, int]]:
        """The colours of what a node reads."""
        colours = self.colours
        found = [(colours[n], o) for n, o in self.nodes[index].inputs]
        return sorted(found) if self.free[index] else found

    def recolour(self, keys: Callable[[int], Hashable], order: Iterable[int]) -> None:
        """Colours that say more: each at once seen by those that come after it."""
        number = self.labels.number
        for index in order:
            self.colours[index] = number((self.colours[index], keys(index)))

    def round(self) -> None:
        """Colours by what is read, by who reads it, and by who shares its weights."""
        colours, groups = self.colours, self.groups
        self.recolour(lambda n: tuple(self.read(n)), range(len(colours)))
        self.recolour(
            lambda n: tuple(sorted([(colours[r], place, o) for r, place, o in self.readers[n]])),
            range(len(colours) - 1, -1, -1),
        )
        if groups:
            keys: dict[int, Hashable] = {}
            for index, group in groups.items():
                first = group[0]
                if first not in keys:
                    keys[first] = self.labels.number(tuple(sorted([colours[m] for m in group])))
                keys[index] = keys[first]
            self.recolour(keys.__getitem__, sorted(groups))


def _refine(sides: Sequence[_Side]) -> None:
    """Rounds, until they tell no more layers apart."""
    told = [0, 0]
    for _ in range(_MOST_ROUNDS):
        for side in sides:
            side.round()
        before, told = told, [len({*side.colours}) for side in sides]
        if told == before or told == [len(side.nodes) for side in sides]:
            return


class _Finder:
    def __init__(self, ours: _Side, theirs: _Side) -> None:
        self.ours = ours
        self.theirs = theirs
        self.pairs: Pairs = {}
        self.taken: set[int] = set()
        self._open: deque[tuple[int, int]] = deque()
        self._unclear: deque[_Some] = deque()
        self._tied: set[int] = set()

    def find(self) -> Pairs:
        """A pair for each node."""
        ours, theirs = self.ours.graph, self.theirs.graph
        for a, b in zip(ours.inputs, theirs.inputs, strict=False):
            self._pair(a, b)
        for one, other in zip(ours.outputs, theirs.outputs, strict=False):
            self._pair(one[0], other[0])
        self._spread()
        signs = [[(index, 0) for index in range(len(ours.nodes))] for _ in range(2)]
        for some in self._by_colour(*signs):  # what no wire leads to
            self._unclear.append(some)
            self._spread()
        return self.pairs

    def _pair(self, a: int, b: int) -> None:
        if a not in self.pairs and b not in self.taken:
            self.pairs[a] = b
            self.taken.add(b)
            self._open.append((a, b))

    def _spread(self) -> None:
        """Pair what the pairs are wired to, the clear cases first."""
        while self._open or self._unclear:
            if self._open:
                self._around(*self._open.popleft())
                continue
            mine, others = self._unclear[0]
            while mine and mine[0] in self.pairs:
                mine.popleft()
            while others and others[0] in self.taken:
                others.popleft()
            if mine and others:
                self._pair(mine[0], others[0])
            else:
                self._unclear.popleft()

    def _around(self, a: int, b: int) -> None:
        """Pair what two nodes read, who reads them, and who shares their weights."""
        ours, theirs = self.ours, self.theirs
        one, other = ours.nodes[a].inputs, theirs.nodes[b].inputs
        if ours.free[a]:
            self._some(one, other)
        else:
            for (mine, _), (there, _) in zip(one, other, strict=False):
                self._pair(mine, there)
        self._some(ours.readers[a], theirs.readers[b])
        if a in ours.groups and b in theirs.groups and ours.groups[a][0] not in self._tied:
            self._tied.add(ours.groups[a][0])
            self._some([(n, 0) for n in ours.groups[a]], [(n, 0) for n in theirs.groups[b]])

    def _some(self, mine: _Signed, others: _Signed) -> None:
        """Pair those of some nodes that are alone alike; the others wait."""
        for some in self._by_colour(mine, others):
            if len(some[0]) == len(some[1]) == 1:
                self._pair(some[0][0], some[1][0])
            else:
                self._unclear.append(some)

    def _by_colour(self, mine: _Signed, others: _Signed) -> Iterable[_Some]:
        found: dict[Hashable, _Some] = {}
        for side, some, which in ((self.ours, mine, 0), (self.theirs, others, 1)):
            for index, *sign in dict.fromkeys(some):
                key = (side.colours[index], *sign)
                found.setdefault(key, (deque(), deque()))[which].append(index)
        return found.values()


def _alike(ours: _Side, theirs: _Side) -> Pairs:
    """Pairs of what is calculated alike, of what is made alike of it, and of what stands alike."""
    pairs = dict(zip(ours.graph.inputs, theirs.graph.inputs, strict=False))
    labels = ours.labels

    def add(sign: Callable[[int], Hashable], signs: Sequence[Hashable]) -> None:
        taken = {*pairs.values()}
        free: dict[Hashable, deque[int]] = {}
        for b, there in enumerate(signs):
            if b not in taken:
                free.setdefault(there, deque()).append(b)
        for a in range(len(ours.nodes)):
            if a not in pairs and free.get(sign(a)):
                pairs[a] = free[sign(a)].popleft()

    def same(signs: Callable[[_Side], Sequence[Any]]) -> None:
        add(signs(ours).__getitem__, signs(theirs))

    same(lambda side: calculations(side.graph, labels))
    same(_backward)
    add(
        lambda a: tuple([(pairs.get(n, -1), o) for n, o in ours.nodes[a].inputs]),
        [node.inputs for node in theirs.nodes],
    )
    same(lambda side: [labels.of(node.layer) for node in side.nodes])
    same(lambda side: [type(node.layer) for node in side.nodes])
    return pairs


def _backward(side: _Side) -> list[int]:
    """Numbers by what is made of the nodes."""
    ends: dict[int, list[Hashable]] = {}
    for number, (index, output) in enumerate(side.graph.outputs):
        ends.setdefault(index, []).append(("output", number, output))
    found = [0] * len(side.nodes)
    for index in range(len(found) - 1, -1, -1):
        label = side.labels.of(side.nodes[index].layer)
        read = sorted([(found[r], place, output) for r, place, output in side.readers[index]])
        key = "made", label, tuple(read), tuple(ends.get(index, ()))
        found[index] = side.labels.number(key)
    return found
