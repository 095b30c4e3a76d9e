"""What a layer reads in the other network, where that is a change and not what follows from another one.

Behind a layer that was inserted stands another one than before, and so the wire differs; but what it leads
to is the same. So a wire through layers without a partner is followed to those that have one.
"""

from collections import Counter
from itertools import islice
from typing import NamedTuple

from archspec.diff.side import COMMUTING, Side
from archspec.expand.graph import Ref

_MOST_BEHIND = 64
"""Outputs that are looked for behind a layer without a partner: in a row of sums there may be thousands."""


class Rewired(NamedTuple):
    """How the wires of a layer differ."""

    gone: tuple[Ref, ...]
    """What it reads in the first network only; nodes of that one."""
    come: tuple[Ref, ...]
    """What it reads in the second one only."""
    reordered: bool
    """Whether it reads the same in another order, where the order matters."""


class Wires:
    """The wires of two networks of which nodes are paired."""

    def __init__(self, first: Side, second: Side, pairs: dict[int, int]) -> None:
        """``pairs`` are nodes of the first network, and those of the second that correspond."""
        self.first = first
        self.second = second
        self.pairs = pairs
        self.back = {b: a for a, b in pairs.items()}
        self.behind_first = _behind(first, pairs)
        """For each node of the first network without a partner the outputs that have one behind it."""
        self.behind_second = _behind(second, self.back)

    def of_pair(self, a: int, b: int) -> Rewired | None:
        """How the wires of two nodes that correspond differ; None if they do not."""
        first, second = self.first, self.second
        if first.kinds[a] == second.kinds[b] and first.kinds[a] in COMMUTING:
            return self.between(first.wires[a], second.wires[b], ordered=False)
        return self.between(first.nodes[a].inputs, second.nodes[b].inputs, ordered=True)

    def between(
        self, ours: tuple[Ref, ...], theirs: tuple[Ref, ...], ordered: bool
    ) -> Rewired | None:
        """How two lists of outputs that are read differ; None if they do not."""
        pairs = self.pairs
        mapped = [(pairs[s], o) if s in pairs else None for s, o in ours]
        if mapped == list(theirs):
            return None
        left = Counter(theirs)
        rest: list[Ref] = []
        kept: list[Ref] = []
        for ref, at in zip(ours, mapped, strict=True):
            if at is not None and left[at] > 0:
                left[at] -= 1
                kept.append(at)
            else:
                rest.append(ref)
        others = _others(theirs, kept)
        kept_there = _others(theirs, others)
        gone, come = self._unexplained(rest, others)
        reordered = ordered and kept != kept_there
        if not gone and not come and not reordered:
            return None
        if gone and not come:
            come = [ref for ref in others if ref[0] not in self.back]
        elif come and not gone:
            gone = [ref for ref in rest if ref[0] not in pairs]
        return Rewired(tuple(gone), tuple(come), reordered)

    def _unexplained(self, rest: list[Ref], others: list[Ref]) -> tuple[list[Ref], list[Ref]]:
        """What is read on one side only, and not through layers without a partner on the other."""
        pairs, back = self.pairs, self.back
        through_first = {
            (pairs[s], o) for ref in rest for s, o in self.behind_first.get(ref[0], ())
        }
        through_second = {r for ref in others for r in self.behind_second.get(ref[0], ())}
        gone = [(s, o) for s, o in rest if s in pairs and (pairs[s], o) not in through_second]
        come = [ref for ref in others if ref[0] in back and ref not in through_first]
        return gone, come


def _others(refs: tuple[Ref, ...], without: list[Ref]) -> list[Ref]:
    """A list without some of its entries, each taken away once."""
    left = Counter(without)
    found = []
    for ref in refs:
        if left[ref] > 0:
            left[ref] -= 1
        else:
            found.append(ref)
    return found


def _behind(side: Side, pairs: dict[int, int]) -> dict[int, tuple[Ref, ...]]:
    """The outputs behind each node without a partner, the nearest first."""
    found: dict[int, tuple[Ref, ...]] = {}
    for index, node in enumerate(side.nodes):
        if index not in pairs:
            refs = dict.fromkeys(ref for ref in node.inputs if ref[0] in pairs)
            for source, _ in node.inputs:
                if source not in pairs:
                    refs.update(dict.fromkeys(found[source]))
            found[index] = tuple(islice(refs, _MOST_BEHIND))
    return found
