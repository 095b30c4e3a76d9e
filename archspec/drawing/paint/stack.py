"""The inside of a block, drawn: pills under each other, lines where branches part and meet."""

from archspec.drawing.content.art import Branches, Mark, Pill, Repeated, Row, Rows
from archspec.drawing.paint.badge import badge, badge_width
from archspec.drawing.paint.measure import fitting
from archspec.drawing.scene.scene import Curve, Label, Rect, Shape, line
from archspec.drawing.style.text_width import shorten, text_width

_SIZE = 9.0
_WIDEST = 190.0
"""Widest text of a pill in points."""
_HEIGHT, _STEP = 17.0, 21.0
"""Height of a pill, and of its row."""
_GAP, _FORK = 8.0, 7.0
"""Space between columns; height of the line from which they hang."""
_MARK = 11.0
_SHORTCUT = 18.0
_MOST_ACROSS = 450.0
"""Wider branches go on in a second line."""
_TRUNK = 12.0
"""Room beside branches in several lines for the line that leads to them, or away."""


class Stack:
    """Rows, measured and drawn; ``levels`` are where the middle of each layer's pill is."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.width = width_of(rows)
        self.height = height_of(rows)
        self.levels: dict[int, float] = {}
        self.lines: list[Shape] = []
        self.boxes: list[Shape] = []

    def drawn(self, x: float, y: float) -> list[Shape]:
        """The shapes, with the left upper corner at a place; lines first, boxes over them."""
        self._rows(self.rows, x, y, self.width)
        return [*self.lines, *self.boxes]

    def _rows(self, rows: Rows, x: float, y: float, width: float) -> None:
        for row in rows:
            if isinstance(row, Pill):
                self._pill(row, x, y, width)
            elif isinstance(row, Repeated):
                self._frame(row, x, y, width)
            else:
                self._branches(row, x, y, width)
            y += _height(row)

    def _pill(self, pill: Pill, x: float, y: float, width: float) -> None:
        family = pill.family or "group"
        top = y + (_STEP - _HEIGHT) / 2
        middle = top + _HEIGHT / 2
        for node in pill.nodes:
            self.levels[node] = middle
        fill = f"{family}.fill"
        self.boxes.append(
            Rect(
                x,
                top,
                width,
                _HEIGHT,
                fill,
                f"{family}.line",
                4,
                1,
                pill.faded or family == "dropout",
            )
        )
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
        high = height_of(row.rows) + 8
        self.boxes.append(Rect(x, y + 2, width, high, "", "edge", 5))
        self._rows(row.rows, x + 4, y + 6, width - rest - 4)
        self.boxes += badge(row.times, x + width - rest / 2 + 1, y + 2 + high / 2)

    def _branches(self, row: Branches, x: float, y: float, width: float) -> None:
        lines = _lines(row)
        if len(lines) == 1:
            self._side_by_side(lines[0], x, y, width)
            return
        # A trunk on the left leads to every line, one on the right leads away from all.
        inner = width - 2 * _TRUNK
        left, right = x + _TRUNK / 2, x + width - _TRUNK / 2
        start, end = y, y + _height(row)
        self.lines.append(line((x + width / 2, y), (left, y), "edge", 1.2))
        for columns in lines:
            high = _FORK + max(height_of(c) for c in columns)
            first, last = self._side_by_side(columns, x + _TRUNK, y, inner)
            self.lines.append(line((left, y), (first, y), "edge", 1.2))
            below = y + high + 3
            for at in self._ends(columns, x + _TRUNK, inner):
                self.lines.append(line((at, below - 3), (at, below), "edge", 1.2))
            ends = self._ends(columns, x + _TRUNK, inner)
            self.lines.append(line((ends[0], below), (right, below), "edge", 1.2))
            y += high + 10
            del last
        self.lines.append(line((left, start), (left, y - high - 10), "edge", 1.2))
        first_end = start + _FORK + max(height_of(c) for c in lines[0]) + 3
        self.lines.append(line((right, first_end), (right, end), "edge", 1.2))

    def _ends(self, columns: tuple[Rows, ...], x: float, width: float) -> list[float]:
        wide = _widths(columns, width)
        return [x + sum(wide[:k]) + _GAP * k + w / 2 for k, w in enumerate(wide)]

    def _side_by_side(
        self, columns: tuple[Rows, ...], x: float, y: float, width: float
    ) -> tuple[float, float]:
        """Columns hanging from a line; what a column does not fill is a line down to its end."""
        wide = _widths(columns, width)
        high = max(height_of(c) for c in columns)
        middles = self._ends(columns, x, width)
        hanging = [m for m, column in zip(middles, columns, strict=True) if not _enters(column)]
        if len(hanging) > 1:
            self.lines.append(line((hanging[0], y), (hanging[-1], y), "edge", 1.2))
        at = x
        for column, own, middle in zip(columns, wide, middles, strict=True):
            rest = high - height_of(column)
            above = rest / 2 if column else 0.0
            top = y + _FORK + above
            if not _enters(column):
                self.lines.append(line((middle, y), (middle, top + 2), "edge", 1.2))
            self._rows(column, at, top, own)
            self.lines.append(
                line((middle, top + height_of(column) - 2), (middle, y + _FORK + high), "edge", 1.2)
            )
            at += own + _GAP
        return middles[0], middles[-1]


def _enters(column: Rows) -> bool:
    """Whether a column begins at another input than the one from which its neighbours hang."""
    first = column[0] if column else None
    return isinstance(first, Pill) and bool(getattr(first, "entries", ()))


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


def width_of(rows: Rows) -> float:
    """Width of a column in points."""
    return max([_width(row) for row in rows], default=_SHORTCUT)


def height_of(rows: Rows) -> float:
    """Height of a column in points."""
    return sum([_height(row) for row in rows])


def _width(row: Row) -> float:
    if isinstance(row, Pill):
        marks = (_MARK + 2) * len(row.marks) + (3 if row.marks else 0)
        return fitting(_said(row), _SIZE, False, 7) + marks
    if isinstance(row, Repeated):
        return width_of(row.rows) + badge_width(row.times) + 14
    lines = _lines(row)
    across = max(_across(columns) for columns in lines)
    return across + (2 * _TRUNK if len(lines) > 1 else 0)


def _across(columns: tuple[Rows, ...]) -> float:
    return sum([width_of(c) for c in columns]) + _GAP * (len(columns) - 1)


def _height(row: Row) -> float:
    if isinstance(row, Pill):
        return _STEP
    if isinstance(row, Repeated):
        return height_of(row.rows) + 12
    lines = _lines(row)
    whole = sum([_FORK + max(height_of(c) for c in columns) for columns in lines])
    return whole + (10 * len(lines) if len(lines) > 1 else 0)


def _lines(row: Branches) -> list[tuple[Rows, ...]]:
    """The columns in lines that are not too wide."""
    found: list[list[Rows]] = [[]]
    for column in row.columns:
        if found[-1] and _across((*found[-1], column)) > _MOST_ACROSS:
            found.append([])
        found[-1].append(column)
    return [tuple(columns) for columns in found]


def _widths(columns: tuple[Rows, ...], width: float) -> list[float]:
    """The widths of columns that fill a width; a shortcut takes no more than it needs."""
    wide = [width_of(c) for c in columns]
    spare = max(0.0, width - sum(wide) - _GAP * (len(wide) - 1))
    grows = [k for k, c in enumerate(columns) if c] or [0]
    for k in grows:
        wide[k] += spare / len(grows)
    return wide
