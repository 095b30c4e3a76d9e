"""Items in a block and what flows between them: which stand in a row, and which beside each other."""

from collections.abc import Iterable
from typing import NamedTuple

ABOVE = -1
"""Stands for the block's main input among what an item reads."""


class Flow(NamedTuple):
    """What the items of a block read, by position; each reads only earlier ones, or ABOVE.

    Inputs from elsewhere are left out: an item may read nothing here.
    """

    reads: list[tuple[int, ...]]

    def readers(self, among: list[int]) -> dict[int, list[int]]:
        """For each position, and for what is outside of them as ABOVE, those that read it."""
        inside = set(among)
        found: dict[int, list[int]] = {k: [] for k in (ABOVE, *among)}
        for k in among:
            for source in dict.fromkeys([s if s in inside else ABOVE for s in self.reads[k]]):
                found[source].append(k)
        return found

    def threads(self, among: list[int]) -> list[list[int]]:
        """The positions that hang together, each in order."""
        owner = {k: k for k in among}

        def root(k: int) -> int:
            while owner[k] != k:
                owner[k] = owner[owner[k]]
                k = owner[k]
            return k

        for k in among:
            for source in self.reads[k]:
                if source in owner:
                    a, b = root(source), root(k)
                    owner[max(a, b)] = min(a, b)
        found: dict[int, list[int]] = {}
        for k in among:
            found.setdefault(root(k), []).append(k)
        return list(found.values())

    def leading(self, among: list[int], ends: Iterable[int]) -> set[int]:
        """The positions from which something flows into one of the ends, with those."""
        inside, found = set(among), set(ends)
        for k in reversed(among):
            if k in found:
                found |= inside.intersection(self.reads[k])
        return found


class Segment(NamedTuple):
    """What lies between two items that everything flows through."""

    before: int
    """The position of the item above; ABOVE for the first segment."""
    inner: list[int]
    after: int | None
    """The position of the item below; None for the last segment."""


def segments(flow: Flow, among: list[int], ends: frozenset[int]) -> list[Segment]:
    """Positions cut where everything flows through that leads to the ends.

    What leads to no end is in the segment after the last item that it depends on.
    """
    readers = flow.readers(among)
    leading = flow.leading(among, ends)
    path = [k for k in among if k in leading]
    past = len(flow.reads)

    def last_reader(k: int) -> int:
        return past if k in ends else max([r for r in readers[k] if r in leading], default=k)

    reach = max([r for r in readers[ABOVE] if r in leading], default=ABOVE)
    cuts = []
    for k in path:
        if reach <= k:
            cuts.append(k)
        reach = max(reach, last_reader(k))
    place = dict(zip(path, path, strict=True))
    for thread in flow.threads([k for k in among if k not in leading]):
        inside = {*thread}
        reads = [s for k in thread for s in flow.reads[k] if s not in inside]
        sources = {s if s in leading else ABOVE for s in reads}
        last = max(sources, default=ABOVE)
        place.update(dict.fromkeys(thread, last))
        if len(sources) > 1:  # it does not flow through the later ones of what it reads
            cuts = [k for k in cuts if not min(sources) < k <= last]
    result, before = [], ABOVE
    for cut in [*cuts, None]:
        stop = past if cut is None else cut
        inner = [k for k in among if k not in cuts and before <= place[k] < stop]
        result.append(Segment(before, inner, cut))
        before = stop
    return result
