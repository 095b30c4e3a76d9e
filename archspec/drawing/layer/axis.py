"""One axis of a layer that slides: which cells a window covers, and which cells there is room for."""

from typing import NamedTuple

from archspec.shapes.shape import Window

Run = tuple[int, int]
"""First and last of numbers in a row."""

MOST_WHOLE = 34
"""Cells with padding up to which an axis is drawn whole."""
MOST_CELLS = 96
"""Cells that there is room for at all."""
GAP = 2.2
"""Width in cells of the place where cells are left out."""
_HEAD, _TAIL = 14, 9
"""Cells that are drawn of a long axis, if the window does not need more."""


class Axis(NamedTuple):
    """How a window slides along an axis. Cells count from 0; those of padding are less, or too many."""

    size: int
    window: Window
    before: int
    after: int
    positions: int

    def taps(self, position: int) -> range:
        """The cells that the window reads at a position."""
        start = position * self.window.stride - self.before
        return range(start, start + self.window.span, self.window.dilation)

    def told(self, position: int) -> str:
        """The cells of the map itself that are read, from 1: ``1–5``, ``1, 3, 5``, ``none``."""
        cells = [k + 1 for k in self.taps(position) if 0 <= k < self.size]
        if not cells:
            return "none"
        if len(cells) == 1:
            return str(cells[0])
        if self.window.dilation == 1:
            return f"{cells[0]}–{cells[-1]}"
        if len(cells) > 4:
            cells_said = [str(c) for c in (*cells[:2], "…", cells[-1])]
            return ", ".join(cells_said)
        return ", ".join(map(str, cells))

    def padded(self, position: int) -> int:
        """How many of the cells that are read are padding."""
        return sum(not 0 <= k < self.size for k in self.taps(position))


class Shown(NamedTuple):
    """What of an axis is drawn: all of it, or its beginning and its end."""

    axis: Axis
    cells: tuple[Run, ...]
    places: tuple[Run, ...]
    """Cells of the output, of which there is one for each position of the window."""
    heads: range
    """Positions for which all that the window reads is drawn, from the first one on."""
    tails: range
    """The same up to the last one; equal to ``heads`` if it is so for all positions."""

    @property
    def cells_long(self) -> float:
        """Length of the input in cells."""
        return _long(self.cells)

    @property
    def places_long(self) -> float:
        """Length of the output in cells."""
        return _long(self.places)

    def cell(self, cell: int) -> float:
        """Where a cell of the input begins, in cells; it must be drawn."""
        return _at(self.cells, cell)

    def place(self, position: int) -> float:
        """Where a cell of the output begins, in cells; it must be drawn."""
        return _at(self.places, position)


def shown(axis: Axis) -> Shown | None:
    """What of an axis is drawn; None if the window alone is too long for that."""
    first, last = -axis.before, axis.size + axis.after - 1
    every, all_places = range(axis.positions), ((0, axis.positions - 1),)
    whole = Shown(axis, ((first, last),), all_places, every, every)
    long = last - first + 1
    if long <= MOST_WHOLE:
        return whole
    stride, span = axis.window.stride, axis.window.span
    head = max(1 + (_HEAD - span) // stride, 3)
    rest = last - axis.taps(axis.positions - 1).start + 1
    tail = max(1 + (_TAIL - rest) // stride, 2)
    if head + tail < axis.positions:
        end = axis.taps(head - 1).start + span - 1
        begin = axis.taps(axis.positions - tail).start
        if stride > span:  # what lies between windows belongs to the one before
            end += stride - span
        if begin > end + 3:
            cells = ((first, end), (begin, last))
            places = ((0, head - 1), (every[-tail], every[-1]))
            few = axis.positions <= MOST_WHOLE
            found = Shown(axis, cells, all_places if few else places, every[:head], every[-tail:])
            return found if found.cells_long <= MOST_CELLS else None
    return whole if long <= MOST_CELLS else None


def _long(runs: tuple[Run, ...]) -> float:
    return sum([last - first + 1 for first, last in runs]) + GAP * (len(runs) - 1)


def _at(runs: tuple[Run, ...], number: int) -> float:
    at = 0.0
    for first, last in runs:
        if first <= number <= last:
            return at + number - first
        at += last - first + 1 + GAP
    raise ValueError(f"{number} is not drawn")
