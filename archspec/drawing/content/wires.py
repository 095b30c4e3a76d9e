"""Wires between items, and where a drawing can be cut: at items that everything goes through."""

from typing import Any, NamedTuple

from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group, OutlineItem


class Web(NamedTuple):
    """Items in the order of the file and the wires between them, by position.

    The position -1 is whatever stands before the first item, ``len(items)`` what comes after.
    """

    items: list[OutlineItem]
    reads: list[tuple[int, ...]]
    """For each item the positions that it reads, in its order, each once."""
    ends: frozenset[int]
    """Positions that are read from after the last item."""

    def writes(self) -> list[list[int]]:
        """For each item the positions that read it."""
        found: list[list[int]] = [[] for _ in self.items]
        for position, sources in enumerate(self.reads):
            for source in sources:
                if source >= 0:
                    found[source].append(position)
        for position in sorted(self.ends):
            found[position].append(len(self.items))
        return found


def web(items: list[OutlineItem], readers: list[list[int]]) -> Web:
    """The web of neighbouring items; ``readers`` has the nodes that read each node, -1 for outputs."""
    position_of = {n.index: k for k, item in enumerate(items) for n in item.nodes}
    reads = []
    ends = set()
    for k, item in enumerate(items):
        sources: dict[int, None] = {}
        for node in item.nodes:
            if not node.node.inputs:
                sources[-1] = None
            for index, _ in node.node.inputs:
                source = position_of.get(index, -1)
                if source != k:
                    sources[source] = None
            if any(reader not in position_of for reader in readers[node.index]):
                ends.add(k)
        reads.append(tuple(sources))
    return Web(items, reads, frozenset(ends))


def cuts(found: Web) -> list[int]:
    """Positions of the items that everything goes through, in order."""
    writes = found.writes()
    starts = [k for k, sources in enumerate(found.reads) if -1 in sources]
    reach = max(starts, default=0)
    result = []
    for k in range(len(found.items)):
        if reach <= k:
            result.append(k)
        reach = max([reach, *writes[k]])
    return result


def pieces(found: Web) -> list[tuple[int, int]]:
    """The web from cut to cut, as ranges of positions; each ends with a cut, or is the rest."""
    result = []
    start = 0
    for cut in cuts(found):
        result.append((start, cut + 1))
        start = cut + 1
    if start < len(found.items):
        result.append((start, len(found.items)))
    return result


def part(found: Web, start: int, end: int, writes: list[list[int]] | None = None) -> Web:
    """A range of a web as a web of its own; ``writes`` are those of the whole, if known."""
    reads = [
        tuple(dict.fromkeys(s - start if s >= start else -1 for s in sources))
        for sources in found.reads[start:end]
    ]
    writes = writes or found.writes()
    ends = frozenset(
        k - start for k in range(start, end) if any(reader >= end for reader in writes[k])
    )
    return Web(found.items[start:end], reads, ends)


def look(item: OutlineItem, times: bool = True) -> Any:
    """What two items have in common if they are drawn alike, how often each comes aside or not."""
    often = item.times if times else 0
    if isinstance(item, Unit):
        layers = tuple([id(n.layer) for n in (item.head, *item.chips)])
        node = item.head.node
        return layers, item.head.live, node.trainable, node.shares >= 0, often
    return item.word, often, tuple([look(i) for i in item.content])


def make_group(word: str, items: list[OutlineItem], times: int, nodes: list[Any]) -> Group:
    """Items folded into one, though the spec has no block for them."""
    group = Group("", "", word, nodes)
    group.content = items
    group.times = times
    return group
