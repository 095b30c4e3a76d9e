"""What is put together: where there is too much to be read, and where boxes read each other in a circle."""

from heapq import heappop, heappush

from archspec.infer.infer import ShapedNode

Together = tuple[int, ...]
"""Positions of what is put together, in order; mostly one."""


def in_order(parts: list[list[ShapedNode]]) -> list[Together]:
    """The parts so that each reads only earlier ones; those between circles are together."""
    reads = _reads(parts)
    order, stuck = _sorted(reads)
    if not stuck:
        return [(k,) for k in order]
    # What only follows from a circle is not in one: take away from the other end as well.
    writes: list[set[int]] = [set() for _ in parts]
    for k in stuck:
        for source in reads[k] & stuck:
            writes[source].add(k)
    ends = [k for k in sorted(stuck) if not writes[k]]
    while ends:
        k = ends.pop()
        stuck.discard(k)
        for source in reads[k]:
            if k in writes[source]:
                writes[source].discard(k)
                if source in stuck and not writes[source]:
                    ends.append(source)
    circle = tuple(sorted(stuck))
    name = dict.fromkeys(circle, circle[0])
    joined = [
        {name.get(s, s) for s in reads[k]} - {name.get(k, k)} if k not in stuck else set()
        for k in range(len(parts))
    ]
    joined[circle[0]] = {s for k in circle for s in reads[k]} - set(circle)
    order, _ = _sorted(joined)
    return [circle if k == circle[0] else (k,) for k in order if k not in name or k == circle[0]]


def thinned(parts: list[list[ShapedNode]], most: int) -> list[Together]:
    """Parts, each reading only earlier ones, as ``most`` at most: neighbours are put together.

    The first and the last ones stay as they are.
    """
    starts = [k for k, nodes in enumerate(parts) if not any(n.node.inputs for n in nodes)]
    others = [k for k in range(len(parts)) if k not in set(starts)]
    few = max(2, most // 3)
    found: list[Together] = [(k,) for k in starts]
    if len(starts) > few:
        found = [*[(k,) for k in starts[: few - 1]], tuple(starts[few - 1 :])]
    room = most - len(found)
    if len(others) <= room:
        return found + [(k,) for k in others]
    first, last = room // 3, room // 3
    middle = others[first : len(others) - last]
    pieces = room - first - last
    size, more = divmod(len(middle), pieces)
    found += [(k,) for k in others[:first]]
    start = 0
    for number in range(pieces):
        end = start + size + (number < more)
        found.append(tuple(middle[start:end]))
        start = end
    return found + [(k,) for k in others[len(others) - last :]]


def _reads(parts: list[list[ShapedNode]]) -> list[set[int]]:
    position = {n.index: k for k, nodes in enumerate(parts) for n in nodes}
    return [
        {position[i] for n in nodes for i, _ in n.node.inputs if i in position} - {k}
        for k, nodes in enumerate(parts)
    ]


def _sorted(reads: list[set[int]]) -> tuple[list[int], set[int]]:
    """Positions in order, the first of the file first, and those that wait for each other."""
    waits = [len(sources) for sources in reads]
    writes: list[list[int]] = [[] for _ in reads]
    for k, sources in enumerate(reads):
        for source in sorted(sources):
            writes[source].append(k)
    ready: list[int] = [k for k, count in enumerate(waits) if not count]
    order: list[int] = []
    while ready:
        k = heappop(ready)
        order.append(k)
        for target in writes[k]:
            waits[target] -= 1
            if not waits[target]:
                heappush(ready, target)
    return order, {k for k, count in enumerate(waits) if count}
