"""The boxes in a line, or in rows if the page is narrow; branches stand in lanes below each other."""

from itertools import pairwise

from archspec.drawing.scene.scene import Point
from archspec.drawing.volumes.body import Body, Layout, Place
from archspec.drawing.volumes.grid import Grid, Pair, grid, rows
from archspec.drawing.volumes.routes import Leg, Level, Routes, routes

_LABEL = 14.0
"""Between the lowest box of a lane and the labels."""
_LANES = 16.0
_ROWS = 22.0
_TRACK = 7.0
_CORNER = 7.0
_ENTRY = 18.0
"""Between the tracks at the left side and the boxes."""


def in_line(
    bodies: list[Body], wires: list[Pair], taps: list[bool], most: float, gap: float
) -> Layout:
    """Places and ways.

    Args:
        bodies: boxes, each reading only earlier ones.
        wires: from which box to which.
        taps: which of them leave a box before its last map.
        most: width that rows should keep to, in points.
        gap: between columns.
    """
    placed = grid(len(bodies), wires)
    tracks = 0
    for _ in range(4):
        apart = _TRACK if tracks * _TRACK < 0.15 * most else max(1.5, 0.15 * most / tracks)
        line = _Line(bodies, wires, placed, most - _side(tracks, apart), gap)
        if line.tracks <= tracks:
            break
        tracks = line.tracks
    line.taps, line.apart = taps, apart
    return line.layout()


def _side(tracks: int, apart: float) -> float:
    """What wires take at both sides that go on in a row below."""
    return 2 * tracks * apart + _ENTRY + 10 if tracks else 0.0


class _Line:
    def __init__(
        self, bodies: list[Body], wires: list[Pair], placed: Grid, most: float, gap: float
    ) -> None:
        self.bodies = bodies
        self.wires = wires
        self.taps = [False] * len(wires)
        self.apart = _TRACK
        self.grid = placed
        count = max(placed.columns) + 1
        self.widths = [0.0] * count
        for body, column in zip(bodies, placed.columns, strict=True):
            self.widths[column] = max(self.widths[column], body.across)
        crossing = self.crossing(count)
        self.gaps = [gap if n < 2 and plain else gap + 10 for n, plain in crossing]
        self.rows = rows(self.widths, self.gaps, [n for n, _ in crossing], most)
        self.row_of = [k for k, (a, b) in enumerate(self.rows) for _ in range(a, b + 1)]
        self.routes: Routes = routes(placed, wires, self.rows, [b.reach for b in bodies])
        self.turns = self.beside()
        self.tracks = max(self.turns.values(), default=-1) + 1

    def crossing(self, count: int) -> list[tuple[int, bool]]:
        """How many sources' wires cross each gap, and whether all of them stay in their lanes."""
        columns, lanes = self.grid
        starts: list[set[int]] = [set() for _ in range(count)]
        plain = [True] * count
        furthest: dict[int, int] = {}
        for source, target in self.wires:
            furthest[source] = max(furthest.get(source, 0), columns[target])
            straight = columns[target] == columns[source] + 1 and lanes[target] == lanes[source]
            if not straight:
                plain[columns[source]] = plain[columns[target] - 1] = False
        for source, end in furthest.items():
            for column in range(columns[source], end):
                starts[column].add(source)
        return [(len(s), p) for s, p in zip(starts, plain, strict=True)]

    def beside(self) -> dict[int, int]:
        """A track at the sides for each box whose wires go on in rows below."""
        reach: dict[int, int] = {}
        for source, target in self.wires:
            if self.row(source) != self.row(target):
                reach[source] = max(reach.get(source, 0), self.row(target))
        found: dict[int, int] = {}
        ends: list[int] = []
        for source in sorted(reach, key=lambda k: (self.row(k), reach[k], k)):
            start = self.row(source)
            track = next((t for t, end in enumerate(ends) if end <= start), len(ends))
            ends[track:] = [reach[source], *ends[track + 1 :]]
            found[source] = track
        return found

    def row(self, box: int) -> int:
        return self.row_of[self.grid.columns[box]]

    def layout(self) -> Layout:
        most = self.tracks
        self.indent = most * self.apart + (_ENTRY if most else 0)
        self.places_x()
        height = self.places_y(most)
        places = [
            Place(self.x[k], self.y[self.level(k)], (self.x[k], self.label_top[self.level(k)]))
            for k in range(len(self.bodies))
        ]
        self.places = places
        paths = [self.path(w, source, target) for w, (source, target) in enumerate(self.wires)]
        return Layout(places, paths, max(self.ends) + _side(most, self.apart) - self.indent, height)

    def level(self, box: int) -> Level:
        return Level(self.row(box), self.grid.lanes[box])

    def places_x(self) -> None:
        """Left and right ends of columns, and the middles of boxes."""
        self.lefts = [0.0] * len(self.widths)
        self.ends: list[float] = []
        for first, last in self.rows:
            x = self.indent
            for column in range(first, last + 1):
                self.lefts[column] = x
                x += self.widths[column] + self.gaps[column]
            self.ends.append(x - self.gaps[last])
        self.x = [self.lefts[c] + self.widths[c] / 2 for c in self.grid.columns]

    def places_y(self, tracks: int) -> float:
        """Heights of lanes, of ways over boxes and of labels; returns that of all.

        A lane is as near to the one above it as what stands in each column lets it be.
        """
        tops, bottoms, below = self.extents()
        self.y: dict[Level, float] = {}
        self.label_top: dict[Level, float] = {}
        self.channel: list[float] = []
        bottom = 0.0
        for row in range(len(self.rows)):
            if row:
                bottom += _ROWS + max(0, tracks - 1) * self.apart
            self.channel.append(bottom - _ROWS / 2 + 2)
            start, skyline = bottom, dict[int, float]()
            for level in sorted({level for level, _ in tops if level.row == row}):
                cells = [(c, h) for (lv, c), h in tops.items() if lv == level]
                y = max(
                    start + h if c not in skyline else skyline[c] + _LANES + h for c, h in cells
                )
                self.y[level] = y
                self.label_top[level] = y + below.get(level, 0.0) + _LABEL
                for column, _ in cells:
                    down = bottoms.get((level, column))
                    end = y + 5 if down is None else self.label_top[level] + down
                    skyline[column] = max(skyline.get(column, 0.0), end)
            bottom = max(skyline.values())
        for level, height in self.routes.heights.items():
            self.y[level] = self.y[Level(level.row, level.lane)] - height
        return bottom

    def extents(
        self,
    ) -> tuple[dict[tuple[Level, int], float], dict[tuple[Level, int], float], dict[Level, float]]:
        """How far things go above each lane in each column, heights of labels, reach of boxes."""
        tops: dict[tuple[Level, int], float] = {}
        labels: dict[tuple[Level, int], float] = {}
        below: dict[Level, float] = {}
        for k, body in enumerate(self.bodies):
            level, column = self.level(k), self.grid.columns[k]
            tops[level, column] = body.reach
            labels[level, column] = body.label_height
            below[level] = max(below.get(level, 0.0), body.reach)
        for level, (first, last) in self.routes.spans.items():
            for column in range(first, last + 1):
                key = Level(level.row, level.lane), column
                tops[key] = max(tops.get(key, 5.0), self.routes.heights[level] + 4)
        for lane, column in self.routes.held:
            tops.setdefault((Level(self.row_of[column], lane), column), 5.0)
        return tops, labels, below

    def path(self, wire: int, source: int, target: int) -> tuple[Point, ...]:
        legs = self.routes.legs[wire]
        start = self.x[source] + self.bodies[source].right + 3
        end = self.x[target] + self.bodies[target].left - 3.5
        points: list[Point] = [(start, self.y[legs[0].start])]
        if self.taps[wire]:
            x, y = self.bodies[source].tap
            points = [(self.x[source] + x, self.y[legs[0].start] + y)]
            column = self.grid.columns[source]
            if not legs[0].turns or legs[0].turns[0][0] != column:
                legs[0] = legs[0]._replace(turns=((column, legs[0].start), *legs[0].turns))
        self.run(points, legs[0])
        if len(legs) > 1:
            self.connect(points, source, self.row(target), legs[1])
            self.run(points, legs[1])
        _straight(points, end)
        return tuple(points)

    def run(self, points: list[Point], leg: Leg) -> None:
        """Along a leg, up to its last turn."""
        for column, level in leg.turns:
            x, y = points[-1]
            near = max(x, self.lefts[column] + self.widths[column])
            far = self.lefts[column] + self.widths[column] + self.gaps[column] - 7
            _straight(points, near)
            middle = (near + far) / 2
            points += [(middle, y), (middle, self.y[level]), (far, self.y[level])]

    def connect(self, points: list[Point], source: int, row: int, leg: Leg) -> None:
        """From the right end of a row to the left end of one below it."""
        beside = self.turns[source] * self.apart
        right = max(self.ends[self.row(source) : row]) + 8 + beside
        left = self.indent - _ENTRY - beside
        corners = [
            (right, points[-1][1]),
            (right, self.channel[row] - beside),
            (left, self.channel[row] - beside),
            (left, self.y[leg.start]),
            (left + _CORNER + 1, self.y[leg.start]),
        ]
        rounded(points, corners)


def _straight(points: list[Point], x: float) -> None:
    """A straight piece along the height of the last point."""
    start, y = points[-1]
    if abs(x - start) > 0.01:
        points += [(start + (x - start) / 3, y), (start + 2 * (x - start) / 3, y), (x, y)]


def rounded(points: list[Point], corners: list[Point]) -> None:
    """Straight pieces with round corners; the last corner is the end."""
    for (x, y), (u, v) in pairwise(corners):
        a, b = points[-1]
        before = max(1e-9, abs(x - a) + abs(y - b))
        after = max(1e-9, abs(u - x) + abs(v - y))
        turn = min(_CORNER, before / 2, after / 2)
        near = (x - (x - a) / before * turn, y - (y - b) / before * turn)
        far = (x + (u - x) / after * turn, y + (v - y) / after * turn)
        _piece(points, near)
        points += [_between(near, (x, y), 0.55), _between(far, (x, y), 0.55), far]
    _piece(points, corners[-1])


def _piece(points: list[Point], end: Point) -> None:
    start = points[-1]
    points += [_between(start, end, 1 / 3), _between(start, end, 2 / 3), end]


def _between(start: Point, end: Point, share: float) -> Point:
    (x, y), (u, v) = start, end
    return x + (u - x) * share, y + (v - y) * share
