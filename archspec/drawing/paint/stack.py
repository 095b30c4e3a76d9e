"""The inside of a block, drawn: pills under each other, lines where branches part and meet."""

from typing import NamedTuple

from archspec.drawing.content.art import Branches, Mark, Pill, Repeated, Row, Rows
from archspec.drawing.paint.badge import badge, badge_width
from archspec.drawing.paint.measure import fitting
from archspec.drawing.scene.scene import Curve, Label, Rect, Shape, line
from archspec.drawing.style.text_width import shorten, text_width

_SIZE = 9.0
_WIDEST = 230.0
"""Widest text of a pill in points."""
_HEIGHT, _STEP = 17.0, 21.0
"""Height of a pill, and of its row."""
_GAP, _FORK = 8.0, 7.0
"""Space between columns; height of the line from which they hang."""
_MARK = 11.0
_SHORTCUT = 18.0
MOST_ACROSS = 450.0
"""Wider branches go on in a second line, if nothing else is said."""
TURN = 9.0
"""How far from the end of a pill lines turn to it, in points."""
_ALONG, _CLOSE = 6.5, 2.0
"""Points between a pill and a line that goes along it, if there is room and if there is little."""
_KNOT = "wired across"
_TRUNK = 12.0
"""Room beside branches in several lines for the line that leads to them, or away."""


class Level(NamedTuple):
    """Where the pill of a layer is on a card, and how lines come to it."""

    y: float
    """Of its middle."""
    left: float
    right: float
    west: tuple[float, ...]
    """At what heights a line comes to it from the left border past all other pills, the best first:
    ``y``, or one above or below the pill, from where it turns to it."""
    east: tuple[float, ...]
    """The same from the right border."""


class _Column(NamedTuple):
    """Rows beside others."""

    rows: Rows
    hangs: bool
    """Whether a line leads to it from above."""
    leads: bool
    """Whether a line leads from it to what is below."""


class Stack:
    """Rows, measured and drawn; ``levels`` are where each layer's pill is."""

    def __init__(self, rows: Rows, most: float = MOST_ACROSS) -> None:
        self.rows = rows
        self.most = most
        self.width = width_of(rows, most)
        self.height = height_of(rows, most)
        self.levels: dict[int, Level] = {}
        self.areas: dict[int, Rect] = {}
        """Layer → its pill."""
        self.pills: list[Rect] = []
        self.lines: list[Shape] = []
        self.boxes: list[Shape] = []

    def drawn(self, x: float, y: float) -> list[Shape]:
        """The shapes, with the left upper corner at a place; lines first, boxes over them."""
        self._rows(self.rows, x, y, self.width)
        ways = {area: (_west(area, self.pills), _east(area, self.pills)) for area in self.pills}
        for node, area in self.areas.items():
            middle = area.y + _HEIGHT / 2
            self.levels[node] = Level(middle, area.x, area.x + area.width, *ways[area])
        return [*self.lines, *self.boxes]

    def _rows(self, rows: Rows, x: float, y: float, width: float) -> None:
        for row in rows:
            if isinstance(row, Pill):
                self._pill(row, x, y, width)
            elif isinstance(row, Repeated):
                self._frame(row, x, y, width)
            else:
                self._branches(row, x, y, width)
            y += _height(row, self.most)

    def _pill(self, pill: Pill, x: float, y: float, width: float) -> None:
        family = pill.family or "group"
        top = y + (_STEP - _HEIGHT) / 2
        middle = top + _HEIGHT / 2
        fill = f"{family}.fill"
        dashed = pill.faded or family == "dropout"
        box = Rect(x, top, width, _HEIGHT, fill, f"{family}.line", 4, 1, dashed)
        self.boxes.append(box)
        self.pills.append(box)
        self.areas.update(dict.fromkeys(pill.nodes, box))
        marks = (_MARK + 2) * len(pill.marks) + (3 if pill.marks else 0)
        said = _said(pill)
        center = x + (width - marks) / 2
        ink = "muted" if pill.faded else f"{family}.ink"
        self.boxes.append(Label(center, middle + 3.2, said, _SIZE, ink))
        if pill.faded:
            self.boxes.append(struck(center, middle, text_width(said, _SIZE), ink))
        at = x + width - marks
        for mark in pill.marks:
            self.boxes += _mark(mark, at, middle)
            at += _MARK + 2

    def _frame(self, row: Repeated, x: float, y: float, width: float) -> None:
        rest = badge_width(row.times) + 10
        high = height_of(row.rows, self.most) + 8
        self.boxes.append(Rect(x, y + 2, width, high, "", "edge", 5))
        self._rows(row.rows, x + 4, y + 6, width - rest - 4)
        self.boxes += badge(row.times, x + width - rest / 2 + 1, y + 2 + high / 2)

    def _branches(self, row: Branches, x: float, y: float, width: float) -> None:
        if row.knotted:
            self._knot(row, x, y, width)
            return
        lines = _lines(row, self.most)
        if len(lines) == 1:
            self._side_by_side(lines[0], x, y, width)
            return
        # A trunk on the left leads to every line, one on the right leads away from all.
        inner = width - 2 * _TRUNK
        left, right = x + _TRUNK / 2, x + width - _TRUNK / 2
        self._line(x + width / 2, y, left, y)
        top = y
        joined: list[float] = []
        for columns in lines:
            middles = _middles(columns, x + _TRUNK, inner, self.most)
            if hanging := [m for m, c in zip(middles, columns, strict=True) if c.hangs]:
                self._line(left, top, left, y)
                self._line(left, y, hanging[0], y)
            self._side_by_side(columns, x + _TRUNK, y, inner)
            below = y + _FORK + _tallest(columns, self.most) + 3
            if leading := [m for m, c in zip(middles, columns, strict=True) if c.leads]:
                self._line(leading[0], below, right, below)
                joined.append(below)
            y += _FORK + _tallest(columns, self.most) + 10
        if joined:
            self._line(right, joined[0], right, y + 2)

    def _knot(self, row: Branches, x: float, y: float, width: float) -> None:
        """Columns that are wired across: a frame says so, no line claims how."""
        high = _height(row, self.most) - 4
        self.boxes.append(Rect(x, y + 2, width, high, "", "edge", 5, 1, True))
        self.boxes.append(Label(x + width / 2, y + 12.5, _KNOT, _SIZE, "muted"))
        for columns in _lines(row, self.most):
            loose = [c._replace(hangs=False, leads=False) for c in columns]
            self._side_by_side(loose, x + 5, y + 10, width - 10)
            y += _FORK + _tallest(columns, self.most) + 2

    def _side_by_side(self, columns: list[_Column], x: float, y: float, width: float) -> None:
        """Columns hanging from a line; what a column does not fill is a line down to its end."""
        wide = _widths(columns, width, self.most)
        high = _tallest(columns, self.most)
        middles = _middles(columns, x, width, self.most)
        hanging = [m for m, column in zip(middles, columns, strict=True) if column.hangs]
        if len(hanging) > 1:
            self._line(hanging[0], y, hanging[-1], y)
        at = x
        for column, own, middle in zip(columns, wide, middles, strict=True):
            own_high = height_of(column.rows, self.most)
            top = y + _FORK + ((high - own_high) / 2 if column.rows else 0.0)
            if column.hangs:
                self._line(middle, y, middle, top + 2)
            self._rows(column.rows, at, top, own)
            if column.leads:
                self._line(middle, top + own_high - 2, middle, y + _FORK + high + 3)
            at += own + _GAP

    def _line(self, x: float, y: float, u: float, v: float) -> None:
        self.lines.append(line((x, y), (u, v), "edge", 1.2))


def _west(area: Rect, pills: list[Rect]) -> tuple[float, ...]:
    """Heights at which nothing is between the left border and a pill, or the turn to it."""
    end = area.x + TURN
    beside = [p for p in pills if p is not area and p.x < end]
    return _ways(area, beside, [p for p in beside if end < p.x + p.width])


def _east(area: Rect, pills: list[Rect]) -> tuple[float, ...]:
    end = area.x + area.width - TURN
    beside = [p for p in pills if p is not area and p.x + p.width > end]
    return _ways(area, beside, [p for p in beside if p.x < end])


def _ways(area: Rect, beside: list[Rect], over: list[Rect]) -> tuple[float, ...]:
    middle = area.y + _HEIGHT / 2
    rows = {area.y, *[p.y for p in beside]}
    heights = [h for y in rows for h in (y - _ALONG, y - _CLOSE, y + _HEIGHT + _CLOSE)]
    heights.sort(key=lambda h: (h > middle, abs(abs(h - middle) - _HEIGHT / 2 - _ALONG), h))
    found = []
    for h in (middle, *heights):
        low, high = sorted((h, middle))
        free = all(not p.y - 1 < h < p.y + _HEIGHT + 1 for p in beside)
        own = h != middle and area.y - 1 < h < area.y + _HEIGHT + 1
        if free and not own and all(p.y + _HEIGHT < low or p.y > high for p in over):
            found.append(h)
    return tuple(found)


def _middles(columns: list[_Column], x: float, width: float, most: float) -> list[float]:
    wide = _widths(columns, width, most)
    return [x + sum(wide[:k]) + _GAP * k + w / 2 for k, w in enumerate(wide)]


def _tallest(columns: list[_Column], most: float) -> float:
    return max(height_of(c.rows, most) for c in columns)


def struck(middle: float, y: float, width: float, color: str) -> Curve:
    """A line through a text that is of something dead."""
    return line((middle - width / 2, y), (middle + width / 2, y), color, 0.9)


def _mark(mark: Mark, x: float, middle: float) -> list[Shape]:
    box = Rect(
        x, middle - _MARK / 2, _MARK, _MARK, f"{mark.family}.fill", f"{mark.family}.line", 2.5
    )
    letter = Label(x + _MARK / 2, middle + 3.2, mark.letter, _SIZE, f"{mark.family}.ink")
    return [box, letter]


def _said(pill: Pill) -> str:
    said = f"{pill.text}  ×{pill.times}" if pill.times > 1 else pill.text
    return shorten(said, _SIZE, _WIDEST)


def width_of(rows: Rows, most: float) -> float:
    """Width of a column in points."""
    return max([_width(row, most) for row in rows], default=_SHORTCUT)


def height_of(rows: Rows, most: float) -> float:
    """Height of a column in points."""
    return sum([_height(row, most) for row in rows])


def _width(row: Row, most: float) -> float:
    if isinstance(row, Pill):
        marks = (_MARK + 2) * len(row.marks) + (3 if row.marks else 0)
        return fitting(_said(row), _SIZE, False, 7) + marks
    if isinstance(row, Repeated):
        return width_of(row.rows, most) + badge_width(row.times) + 14
    lines = _lines(row, most)
    across = max(_across(columns, most) for columns in lines)
    if row.knotted:
        return max(across + 10, fitting(_KNOT, _SIZE, False, 8))
    return across + (2 * _TRUNK if len(lines) > 1 else 0)


def _across(columns: list[_Column], most: float) -> float:
    return sum([width_of(c.rows, most) for c in columns]) + _GAP * (len(columns) - 1)


def _height(row: Row, most: float) -> float:
    if isinstance(row, Pill):
        return _STEP
    if isinstance(row, Repeated):
        return height_of(row.rows, most) + 12
    lines = _lines(row, most)
    whole = sum([_FORK + _tallest(columns, most) for columns in lines])
    if row.knotted:
        return whole + 2 * len(lines) + 16
    return whole + (10 * len(lines) if len(lines) > 1 else 0)


def _lines(row: Branches, most: float) -> list[list[_Column]]:
    """The columns in lines that are not too wide."""
    found: list[list[_Column]] = [[]]
    for k, rows in enumerate(row.columns):
        column = _Column(rows, row.hangs(k), row.leads(k))
        if found[-1] and _across([*found[-1], column], most) > most:
            found.append([])
        found[-1].append(column)
    return found


def _widths(columns: list[_Column], width: float, most: float) -> list[float]:
    """The widths of columns that fill a width; a shortcut takes no more than it needs."""
    wide = [width_of(c.rows, most) for c in columns]
    spare = max(0.0, width - sum(wide) - _GAP * (len(wide) - 1))
    grows = [k for k, c in enumerate(columns) if c.rows] or [0]
    for k in grows:
        wide[k] += spare / len(grows)
    return wide
