"""The maps of a layer as grids of cells, with the window on one and what it has given on the other."""

from typing import NamedTuple

from archspec.drawing.layer.axis import GAP, Shown
from archspec.drawing.layer.slide import Slide, shapes
from archspec.drawing.layer.steps import Stop
from archspec.drawing.scene.scene import Curve, Label, Point, Rect, Shape, line, mix
from archspec.drawing.style.text_width import broadest

_LABEL = 10.0
_BETWEEN = 64.0
"""Points between the two maps."""
_DOWN = 46.0
"""Points between those of a sequence, which stand below each other."""
_ABOVE = 20.0
"""Points that the name of a map takes."""
WIDEST = 300.0
"""Points that a map takes at most."""
_CELL = (3.2, 15.0, 20.0)
"""Least and greatest length of a cell in points; that of a sequence."""
_DOT = 2.6


class Maps(NamedTuple):
    """Both maps, measured."""

    slide: Slide
    cell: float
    """Length of a cell in points."""
    source: Point
    target: Point
    """Left upper corners of the maps."""
    width: float
    height: float

    @property
    def family(self) -> str:
        """Colour family."""
        return self.slide.family

    def behind(self) -> list[Shape]:
        """What lies below the window and the values: cells, and what the maps are called."""
        rows, columns = self.slide.rows, self.slide.columns
        found = [*self._names()]
        found += self._grid(self.source, rows, columns)
        for at, size in self._blocks(self.target, rows.places, columns.places):
            found.append(Rect(*at, *size, "page"))
        return found

    def over(self) -> list[Shape]:
        """What lies above them: the borders of the input, and the lines of the output."""
        rows, columns = self.slide.rows, self.slide.columns
        found: list[Shape] = []
        for at, size in self._own_blocks():
            found.append(Rect(*at, *size, "", "io.line", 0, 1.3))
        ink = mix("page", f"{self.family}.line", 0.55)
        for at, size in self._blocks(self.target, rows.places, columns.places):
            found += self._lines(at, size, ink)
            found.append(Rect(*at, *size, "", f"{self.family}.line", 0, 1.3))
        found += self._dots(self.target, rows.places, columns.places)
        return found

    def window(self) -> list[Shape]:
        """The window with its left upper corner at (0, 0)."""
        down, across = (a.axis.window for a in (self.slide.rows, self.slide.columns))
        cell, ink = self.cell, f"{self.family}.line"
        fill = mix(f"{self.family}.fill", ink, 0.28)
        wide, high = across.span * cell, down.span * cell
        if down.dilation == across.dilation == 1:
            found: list[Shape] = [Rect(0, 0, wide, high, fill)]
            found += self._lines((0, 0), (wide, high), mix(f"{self.family}.fill", ink, 0.7))
            return [*found, Rect(0, 0, wide, high, "", ink, 0, 2)]
        found = [Rect(0, 0, wide, high, "", ink, 0, 1.6, True)]
        for row in range(0, down.span, down.dilation):
            for column in range(0, across.span, across.dilation):
                found.append(Rect(column * cell, row * cell, cell, cell, fill, ink))
        return found

    def window_at(self, stop: Stop) -> Point:
        """Where the window's left upper corner is."""
        rows, columns = self.slide.rows, self.slide.columns
        x = columns.cell(columns.axis.taps(stop.column).start)
        y = rows.cell(rows.axis.taps(stop.row).start)
        return self.source[0] + x * self.cell, self.source[1] + y * self.cell

    def value(self) -> list[Shape]:
        """The cell of the output that is being made, at (0, 0)."""
        ink = f"{self.family}.line"
        return [Rect(0, 0, self.cell, self.cell, ink, f"{self.family}.ink", 0, 1.2)]

    def value_at(self, stop: Stop) -> Point:
        """Where that cell is."""
        x = self.slide.columns.place(stop.column)
        y = self.slide.rows.place(stop.row)
        return self.target[0] + x * self.cell, self.target[1] + y * self.cell

    def beams(self, stop: Stop) -> list[Shape]:
        """The lines that lead from the window to its value."""
        down, across = (a.axis.window for a in (self.slide.rows, self.slide.columns))
        (x, y), (u, v) = self.window_at(stop), self.value_at(stop)
        wide, high = across.span * self.cell, down.span * self.cell
        if self.slide.flat:
            ways = [((x, y + high), (u, v)), ((x + wide, y + high), (u + self.cell, v))]
        else:
            ways = [((x + wide, y), (u, v)), ((x + wide, y + high), (u, v + self.cell))]
        return [line(start, end, f"{self.family}.line", 0.9) for start, end in ways]

    def filled(self, first: int, end: int) -> list[Shape]:
        """The cells of the output from one position up to another, as far as they are drawn."""
        rows, columns = self.slide.rows, self.slide.columns
        wide = columns.axis.positions
        found: list[Rect] = []
        for top, bottom in rows.places:
            for row in range(max(top, first // wide), min(bottom, (end - 1) // wide) + 1):
                for left, right in columns.places:
                    a = max(left, first - row * wide)
                    b = min(right, end - 1 - row * wide)
                    if a <= b:
                        self._add(found, row, a, b)
        return list(found)

    def _add(self, found: list[Rect], row: int, first: int, last: int) -> None:
        """A rectangle for cells of a row; one with those above them, if these are as wide."""
        x = self.target[0] + self.slide.columns.place(first) * self.cell
        y = self.target[1] + self.slide.rows.place(row) * self.cell
        wide = (last - first + 1) * self.cell
        fill = mix(f"{self.family}.fill", f"{self.family}.line", 0.28)
        for k, one in enumerate(found):
            if (one.x, one.width) == (x, wide) and abs(one.y + one.height - y) < 0.01:
                found[k] = one._replace(height=one.height + self.cell)
                return
        found.append(Rect(x, y, wide, self.cell, fill))

    def _names(self) -> list[Shape]:
        """Where no beam leads: above both maps, or above the one and below the other."""
        columns = self.slide.columns
        before, after = shapes(self.slide)
        above = min(self.source[1], self.target[1]) - 8
        below = self.target[1] + self.cell + 16 if self.slide.flat else above
        return [
            Label(corner[0] + long * self.cell / 2, y, said, _LABEL, "ink", True)
            for corner, long, y, said in (
                (self.source, columns.cells_long, above, f"input {before}"),
                (self.target, columns.places_long, below, f"output {after}"),
            )
        ]

    def _grid(self, corner: Point, rows: Shown, columns: Shown) -> list[Shape]:
        """The cells of the input; padding in another shade, with dashed lines."""
        found: list[Shape] = []
        own = self._own_blocks()
        for at, size in self._blocks(corner, rows.cells, columns.cells):
            if (at, size) not in own:
                found.append(Rect(*at, *size, mix("page", "edge", 0.12), "edge", 0, 0.8, True))
                dashed = self._lines(at, size, mix("page", "edge", 0.6))
                found += [d._replace(dashed=True) for d in dashed]
        for at, size in own:
            found.append(Rect(*at, *size, mix("page", "io.fill", 0.55)))
            found += self._lines(at, size, mix("page", "io.line", 0.3))
        return [*found, *self._dots(corner, rows.cells, columns.cells)]

    def _own_blocks(self) -> list[tuple[Point, Point]]:
        """The blocks of the input without its padding."""
        rows, columns = self.slide.rows, self.slide.columns
        return self._blocks(self.source, _own(rows), _own(columns), _shift(columns), _shift(rows))

    def _blocks(
        self,
        corner: Point,
        rows: tuple[tuple[int, int], ...],
        columns: tuple[tuple[int, int], ...],
        right: float = 0.0,
        down: float = 0.0,
    ) -> list[tuple[Point, Point]]:
        """Corner and size of each block of cells that hang together."""
        found = []
        y = corner[1] + down * self.cell
        for top, bottom in rows:
            x = corner[0] + right * self.cell
            high = (bottom - top + 1) * self.cell
            for left, last in columns:
                wide = (last - left + 1) * self.cell
                found.append(((x, y), (wide, high)))
                x += wide + GAP * self.cell
            y += high + GAP * self.cell
        return found

    def _lines(self, at: Point, size: Point, color: str) -> list[Curve]:
        """The lines between the cells of a block."""
        (x, y), (wide, high) = at, size
        width = 0.6 if self.cell > 6 else 0.4
        down = [x + k * self.cell for k in range(1, round(wide / self.cell))]
        across = [y + k * self.cell for k in range(1, round(high / self.cell))]
        found = [line((a, y), (a, y + high), color, width) for a in down]
        return found + [line((x, a), (x + wide, a), color, width) for a in across]

    def _dots(
        self,
        corner: Point,
        rows: tuple[tuple[int, int], ...],
        columns: tuple[tuple[int, int], ...],
    ) -> list[Shape]:
        """Three dots where cells are left out."""
        found: list[Shape] = []
        blocks = self._blocks(corner, rows, columns)
        many = len(columns)
        for k, ((x, y), (wide, high)) in enumerate(blocks):
            gap = GAP * self.cell
            if k % many < many - 1:
                found += _three(x + wide + gap / 2, y + high / 2, gap / 4, 0)
            if k + many < len(blocks):
                found += _three(x + wide / 2, y + high + gap / 2, 0, gap / 4)
        return found


def maps(slide: Slide, top: float, left: float, most: float = WIDEST) -> Maps:
    """The maps of a layer, measured: beside each other, those of a sequence below each other.

    Args:
        slide: the layer.
        top: where they begin, with what they are called.
        left: the same from the left.
        most: greatest width or height of a map in points; a sequence may be twice as long.
    """
    rows, columns = slide.rows, slide.columns
    longest = max(rows.cells_long, columns.cells_long, rows.places_long, columns.places_long)
    widest = (2 * most, _CELL[2]) if slide.flat else (most, _CELL[1])
    cell = max(_CELL[0], min(widest[1], round(widest[0] / longest, 1)))
    said = [f"{k} {s}" for k, s in zip(("input", "output"), shapes(slide), strict=True)]
    names = [broadest(text, _LABEL, True) for text in said]
    first = max(names[0], columns.cells_long * cell)
    second = max(names[1], columns.places_long * cell)
    top += _ABOVE
    if slide.flat:
        wide = max(first, second)
        source = left + (wide - columns.cells_long * cell) / 2, top
        target = left + (wide - columns.places_long * cell) / 2, top + cell + _DOWN
        return Maps(slide, cell, source, target, wide, 2 * _ABOVE + 2 * cell + _DOWN)
    high = max(rows.cells_long, rows.places_long) * cell
    source = (
        left + (first - columns.cells_long * cell) / 2,
        top + (high - rows.cells_long * cell) / 2,
    )
    target = (
        left + first + _BETWEEN + (second - columns.places_long * cell) / 2,
        top + (high - rows.places_long * cell) / 2,
    )
    return Maps(slide, cell, source, target, first + _BETWEEN + second, high + _ABOVE)


def _own(shown: Shown) -> tuple[tuple[int, int], ...]:
    """The cells of an axis that are drawn, without padding."""
    last = shown.axis.size - 1
    return tuple([(max(0, a), min(last, b)) for a, b in shown.cells])


def _shift(shown: Shown) -> float:
    return float(shown.axis.before)


def _three(x: float, y: float, dx: float, dy: float) -> list[Shape]:
    radius = _DOT / 2
    return [
        Rect(x + k * dx - radius, y + k * dy - radius, _DOT, _DOT, "muted", "", radius)
        for k in (-1, 0, 1)
    ]
