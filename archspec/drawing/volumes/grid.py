"""Columns and lanes: what follows stands right of what it reads, branches one below the other."""

from typing import NamedTuple

Pair = tuple[int, int]


class Grid(NamedTuple):
    """A column and a lane for each box; lane 0 holds the longest way through the network."""

    columns: list[int]
    lanes: list[int]


def grid(size: int, wires: list[Pair]) -> Grid:
    """Where boxes stand that read only earlier ones."""
    reads: list[list[int]] = [[] for _ in range(size)]
    writes: list[list[int]] = [[] for _ in range(size)]
    for source, target in wires:
        reads[target].append(source)
        writes[source].append(target)
    columns = [0] * size
    for k in range(size):
        columns[k] = max([columns[s] + 1 for s in reads[k]], default=0)
    spine = _longest(columns, reads, writes)
    after = [False] * size
    for k in range(size):
        after[k] = k == spine[0] or any(after[s] for s in reads[k])
    for k in range(size - 1, -1, -1):  # what comes in at the side stands where it comes in
        if not after[k] and writes[k]:
            columns[k] = min(columns[t] for t in writes[k]) - 1
    return Grid(columns, _lanes(columns, spine, reads, writes))


def _longest(columns: list[int], reads: list[list[int]], writes: list[list[int]]) -> list[int]:
    """The longest way to a box that nothing reads; of several the one in the middle."""
    ends = [k for k in range(len(columns)) if not writes[k]] or [0]
    k = max(ends, key=lambda e: (columns[e], -e))
    found = [k]
    while reads[k]:
        near = sorted(s for s in reads[k] if columns[s] == columns[k] - 1)
        k = near[(len(near) - 1) // 2]
        found.append(k)
    return found[::-1]


def _lanes(
    columns: list[int], spine: list[int], reads: list[list[int]], writes: list[list[int]]
) -> list[int]:
    size = len(columns)
    lanes: list[int | None] = [None] * size
    at: dict[int, int] = {}
    for k in spine:
        lanes[k] = 0
        at[columns[k]] = k
    taken: dict[int, list[Pair]] = {0: [(columns[spine[0]], columns[spine[-1]])]}
    ahead = [0] * size
    for k in range(size - 1, -1, -1):
        ahead[k] = max([ahead[t] + 1 for t in writes[k]], default=0)
    several = [not reads[k] or max([len(writes[s]) for s in reads[k]]) > 2 for k in range(size)]
    above = [k < at.get(columns[k], -1) for k in range(size)]
    for k in _order(reads, [a and b for a, b in zip(above, several, strict=True)]):
        if lanes[k] is not None:
            continue
        chain = [k]
        while more := [t for t in writes[chain[-1]] if lanes[t] is None]:
            chain.append(max(more, key=lambda t: (ahead[t], -t)))
        before = max([columns[s] for s in reads[k]], default=columns[k] - 1)
        after = min([columns[t] for t in writes[chain[-1]]], default=columns[chain[-1]] + 1)
        start, end = before + 1, max(columns[chain[-1]], after - 1)
        lane = _free(taken, start, end, above[k], several[k])
        taken.setdefault(lane, []).append((start, end))
        for one in chain:
            lanes[one] = lane
    return [lane or 0 for lane in lanes]


def _order(reads: list[list[int]], upward: list[bool]) -> list[int]:
    """Boxes as they get lanes: of those that go up from one place the last one first, the nearest."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for k, up in enumerate(upward):
        if up:
            groups.setdefault(tuple(reads[k]), []).append(k)
    found: list[int] = []
    for k, up in enumerate(upward):
        found += groups.pop(tuple(reads[k]), [])[::-1] if up else [k]
    return found


def _free(taken: dict[int, list[Pair]], start: int, end: int, above: bool, only_there: bool) -> int:
    """The lane nearest to the middle that is free from a column to another one.

    Args:
        taken: columns that are taken in each lane.
        start: first column.
        end: last column.
        above: whether it should stand above the middle, not below.
        only_there: whether it must, as one of several whose order should be seen.
    """
    distance = 1
    while True:
        sides = (-distance, distance) if above else (distance, -distance)
        for lane in sides[:1] if only_there else sides:
            if all(end < a or b < start for a, b in taken.get(lane, ())):
                return lane
        distance += 1


def rows(widths: list[float], gaps: list[float], crossing: list[int], most: float) -> list[Pair]:
    """Columns in rows that are no wider than ``most``, if a column alone is not: first and last ones.

    Args:
        widths: of the columns.
        gaps: between each column and the next.
        crossing: how many sources' wires cross each gap.
        most: width of a row.
    """
    count = len(widths)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, count + 1):
        found: tuple[float, int] | None = None
        wide = 0.0
        for start in range(end - 1, -1, -1):
            wide += widths[start] + (gaps[start] if start < end - 1 else 0.0)
            if wide > most and start < end - 1:
                break
            slack = max(0.0, (most - wide) / most)
            cost = best[start][0] + 1 + slack**2
            cost += 0.25 * max(0, crossing[end - 1] - 1) if end < count else 0
            if found is None or cost < found[0]:
                found = cost, start
        assert found is not None
        best.append(found)
    result: list[Pair] = []
    end = count
    while end:
        start = best[end][1]
        result.append((start, end - 1))
        end = start
    return result[::-1]
