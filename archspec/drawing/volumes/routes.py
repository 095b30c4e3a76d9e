"""How wires run on a grid: along lanes where these are free, over the boxes where they are not.

A wire changes its height only between columns, where there are no boxes and no labels. Wires of one
box that go over others share their way.
"""

from typing import NamedTuple

from archspec.drawing.volumes.grid import Grid, Pair

_APART = 9.0
"""Between wires that run over the same boxes, and between these and the boxes."""


class Level(NamedTuple):
    """A height: the middle of a lane, or above it, where the wires of a box run over others."""

    row: int
    lane: int
    over: int = -1
    """Whose wires; -1 for the middle of the lane."""


class Leg(NamedTuple):
    """A wire's way in one row: where it begins, and where it changes its height."""

    start: Level
    turns: tuple[tuple[int, Level], ...]
    """Column after which it turns, and to which height."""


class Routes(NamedTuple):
    """The legs of each wire, one or two, and how far above its lane each level over boxes is."""

    legs: list[list[Leg]]
    heights: dict[Level, float]
    spans: dict[Level, Pair]
    """Columns over which the wires of a level run."""
    held: frozenset[Pair]
    """Lanes and columns in whose middle a box is, or a wire runs."""


def routes(grid: Grid, wires: list[Pair], rows: list[Pair], tops: list[float]) -> Routes:
    """The ways of all wires.

    Args:
        grid: where the boxes stand.
        wires: from which box to which.
        rows: first and last column of each row.
        tops: how far each box goes above the middle of its lane.
    """
    return _Router(grid, rows, tops).routes(wires)


class _Router:
    def __init__(self, grid: Grid, rows: list[Pair], tops: list[float]) -> None:
        self.grid = grid
        self.rows = rows
        self.row_of = [k for k, (first, last) in enumerate(rows) for _ in range(first, last + 1)]
        self.held: dict[Pair, tuple[str, int]] = {}
        """Lane and column → whose wire runs there in the middle, or that a box is there."""
        self.tops: dict[Pair, float] = {}
        for k, (column, lane) in enumerate(zip(grid.columns, grid.lanes, strict=True)):
            self.held[lane, column] = ("box", k)
            self.tops[lane, column] = tops[k]
        self.spans: dict[Level, Pair] = {}
        """Columns over which the wires of a level run."""

    def routes(self, wires: list[Pair]) -> Routes:
        columns = self.grid.columns
        order = sorted(range(len(wires)), key=lambda w: (self.length(wires[w]), w))
        legs: dict[int, list[Leg]] = {}
        for w in order:
            source, target = wires[w]
            first, last = self.row_of[columns[source]], self.row_of[columns[target]]
            if first == last:
                legs[w] = [self.within(source, target, first)]
            else:
                legs[w] = [self.out_of(source, first), self.into(source, target, last)]
        ways = [legs[w] for w in range(len(wires))]
        return Routes(ways, self.heights(), self.spans, frozenset(self.held))

    def length(self, wire: Pair) -> int:
        return self.grid.columns[wire[1]] - self.grid.columns[wire[0]]

    def within(self, source: int, target: int, row: int) -> Leg:
        columns, lanes = self.grid.columns, self.grid.lanes
        start, end = Level(row, lanes[source]), Level(row, lanes[target])
        first, last = columns[source] + 1, columns[target] - 1
        if first > last:
            return Leg(start, ((columns[source], end),) if start != end else ())
        if start != end and self.free(end.lane, first, last, ("in", target)):
            return Leg(start, ((first - 1, end),))
        if self.free(start.lane, first, last, ("out", source)):
            return Leg(start, ((last, end),) if start != end else ())
        lane = start.lane + 1 if end.lane > start.lane else start.lane
        over = self.over(row, lane, source, first, last)
        return Leg(start, ((first - 1, over), (last, end)))

    def out_of(self, source: int, row: int) -> Leg:
        """To the right end of a row."""
        start = Level(row, self.grid.lanes[source])
        first, last = self.grid.columns[source] + 1, self.rows[row][1]
        if first > last or self.free(start.lane, first, last, ("out", source)):
            return Leg(start, ())
        return Leg(start, ((first - 1, self.over(row, start.lane, source, first, last)),))

    def into(self, source: int, target: int, row: int) -> Leg:
        """From the left end of a row."""
        end = Level(row, self.grid.lanes[target])
        first, last = self.rows[row][0], self.grid.columns[target] - 1
        if first > last or self.free(end.lane, first, last, ("out", source)):
            return Leg(end, ())
        return Leg(self.over(row, end.lane, source, first, last), ((last, end),))

    def free(self, lane: int, first: int, last: int, holder: tuple[str, int]) -> bool:
        """Whether nothing else is in a lane between two columns; it is the holder's from now on."""
        cells = [(lane, column) for column in range(first, last + 1)]
        if any(self.held.get(cell, holder) != holder for cell in cells):
            return False
        self.held.update(dict.fromkeys(cells, holder))
        return True

    def over(self, row: int, lane: int, source: int, first: int, last: int) -> Level:
        level = Level(row, lane, source)
        a, b = self.spans.get(level, (first, last))
        self.spans[level] = min(a, first), max(b, last)
        return level

    def heights(self) -> dict[Level, float]:
        """Short ways first, so that long ones run above them."""
        found: dict[Level, float] = {}
        for level in sorted(self.spans, key=lambda s: (self.spans[s][1] - self.spans[s][0], s)):
            first, last = self.spans[level]
            cells = [(level.lane, column) for column in range(first, last + 1)]
            height = max([self.tops.get(cell, 0.0) for cell in cells]) + _APART
            found[level] = height
            self.tops.update(dict.fromkeys(cells, height))
        return found
