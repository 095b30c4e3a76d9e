"""Long drawings in columns, and on pages: how many, and what is in each.

A drawing that goes to the right is the same with x and y exchanged: its columns are rows.
"""

from math import inf, log

from archspec.drawing.content.diagram import Diagram
from archspec.drawing.layout.graph import Sizes
from archspec.drawing.layout.pages import Arranged, NoRoom
from archspec.drawing.layout.parts import (
    ABOVE,
    BELOW,
    GUTTER,
    Column,
    Part,
    Parts,
    Room,
    length,
    pad_of,
)
from archspec.drawing.layout.places import Places
from archspec.drawing.layout.placing import placed

_TALL = 620.0
"""Drawings longer than this, in points, are worth columns."""
_MOST = 5
_SHAPES = {"TB": 0.85, "LR": 0.75}
"""Width by height of a drawing that looks well, before x and y are exchanged."""


class NoColumns(ValueError):
    """More columns than a drawing can be cut into; ``most`` is how many there can be."""

    def __init__(self, most: int) -> None:
        super().__init__(f"this drawing can be cut into {most} columns at most")
        self.most = most


def arranged(
    drawing: Diagram,
    places: Places,
    sizes: Sizes,
    head: tuple[float, float],
    direction: str = "TB",
    columns: int | None = None,
    room: Room | None = None,
) -> Arranged:
    """The drawing on its page.

    Args:
        drawing: what was laid out.
        places: where Graphviz has put it.
        sizes: of cards and labels.
        head: width and height of the title and the legend, which come first.
        direction: ``TB`` or ``LR``.
        columns: how many columns, or rows; as many as look well if None.
        room: what it has to fit into; a drawing with a part that is longer comes out longer.

    Raises:
        NoRoom: it is too wide for ``room`` however it is arranged.
        NoColumns: it cannot be cut into so many columns.
    """
    turned = direction == "LR"
    if turned:
        places = places.turned()
    found = Parts(drawing, places, sizes, turned)
    if columns is not None and columns > max(1, len(found.all)):
        raise NoColumns(max(1, len(found.all)))
    if (
        room is not None
        and not turned
        and found.longest() > room.height - head[1] - 2 * pad_of(room)
    ):
        # A part is longer than a page: everything in one column, through which pages are cut.
        endless = placed(found, [[[*found.all]]], head, Room(room.width))
        if endless.width > room.width + 1:
            raise NoRoom(endless.width)
        return endless
    pages = _Chooser(found).pages(head, columns, room)
    return placed(found, pages, head, room)


class _Chooser:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def pages(
        self, head: tuple[float, float], columns: int | None, room: Room | None
    ) -> list[list[Column]]:
        """The pages, each with its columns."""
        if room is None:
            return [self._free(head, columns)]
        pad = pad_of(room)
        across, along = (
            (room.height, room.width) if self.parts.turned else (room.width, room.height)
        )
        if self.parts.turned:
            across -= head[1] + 2 * pad
            along -= 2 * pad
        else:
            along -= 2 * pad
            across -= 2 * pad
        return self._fitted(head, columns, across, along)

    def _free(self, head: tuple[float, float], columns: int | None) -> list[Column]:
        """As many columns as look well."""
        parts = self.parts.all
        most = min(len(parts), columns or _MOST)
        whole = parts[-1].bottom - parts[0].top if parts else 0.0
        if most < 2 or (columns is None and whole < _TALL):
            return [parts]
        choices = []
        for number in [columns] if columns else range(1, most + 1):
            rows = _split(parts, min(number, most))
            wide = self.parts.across(rows)
            tall = max(length(row) for row in rows) + ABOVE + BELOW
            if self.parts.turned:
                tall, wide = max(tall, head[0]), wide + head[1]
            else:
                wide, tall = max(wide, head[0]), tall + head[1]
            # A column that is almost empty looks like a mistake.
            lengths = [length(row) for row in rows]
            empty = sum(h < 0.35 * max(lengths) for h in lengths[:-1])
            empty += lengths[-1] < 0.2 * max(lengths)
            shape = _SHAPES["LR" if self.parts.turned else "TB"]
            cost = abs(log(wide / tall / shape)) + 0.05 * len(rows) + 0.5 * empty
            choices.append((cost, len(rows), rows))
        return min(choices, key=lambda c: c[:2])[2]

    def _fitted(
        self, head: tuple[float, float], columns: int | None, across: float, along: float
    ) -> list[list[Column]]:
        """Columns no longer than a page, as many beside each other as it is wide."""
        parts = self.parts.all
        pad = pad_of(Room(0))
        if not parts:
            return [[[]]]
        widest = max(self.parts.wide(k, k + 1) for k in range(len(parts)))
        longest = max(length([p]) for p in parts) + ABOVE + BELOW
        first = 0.0 if self.parts.turned else head[1]
        need = longest if self.parts.turned else widest
        if (need > along) if self.parts.turned else (need > across):
            raise NoRoom(need + 2 * pad)
        if along == inf:
            return [self._unpaged(columns, across)]
        low = min(max(longest, 1.0), along)
        best: list[list[Column]] | None = None
        # The shortest columns that take as few pages as the longest ones do.
        top = self._pages(along, first, across, columns)
        for step in range(24):
            tried = low + (along - low) * step / 24
            pages = self._pages(tried, first, across, columns)
            if len(pages) <= len(top):
                best = pages
                break
        return best or top

    def _unpaged(self, columns: int | None, across: float) -> list[Column]:
        """As many columns as the width holds, of one length."""
        pad = pad_of(Room(0))
        best = [self.parts.all]
        most = min(len(self.parts.all), columns or 12)
        for number in [columns] if columns else range(1, most + 1):
            rows = _split(self.parts.all, min(number, most))
            if self.parts.across(rows) > across:
                if columns:
                    raise NoRoom(self.parts.across(rows) + 2 * pad)
                break
            if number > 1 and max(map(length, rows)) > 0.93 * max(map(length, best)):
                continue
            best = rows
        return best

    def _pages(
        self, along: float, first: float, across: float, columns: int | None
    ) -> list[list[Column]]:
        """The parts on as few pages as can be, in columns of a length, the last page with little on it.

        The best way to place the first parts is found from the best ways for fewer: one that takes
        fewer pages, or less of the last page, is never worse for what comes.
        """
        parts = self.parts.all
        most = columns or 12
        best: list[tuple[tuple[int, float, int], int]] = [((1, -GUTTER, 0), -1)]
        for end in range(1, len(parts) + 1):
            choice: tuple[tuple[int, float, int], int] | None = None
            for start in range(end - 1, -1, -1):
                high = parts[end - 1].bottom - parts[start].top + ABOVE + BELOW
                if high > along and start < end - 1:
                    break
                wide = self.parts.wide(start, end)
                (page, used, number), _ = best[start]
                fits = high <= along - (first if page == 1 else 0.0)
                if fits and used + GUTTER + wide <= across and number < most:
                    value = page, used + GUTTER + wide, number + 1
                else:
                    value = page + 1, wide, 1
                if choice is None or value <= choice[0]:
                    choice = value, start
            assert choice is not None
            best.append(choice)
        pages: list[list[Column]] = []
        end = len(parts)
        before = 0
        while end > 0:
            (page, _, _), start = best[end]
            if page != before:
                pages.insert(0, [])
                before = page
            pages[0].insert(0, parts[start:end])
            end = start
        if best[-1][0][0] > len(pages):
            pages.insert(0, [])  # nothing fits beside the title
        return pages


def _split(parts: list[Part], number: int) -> list[Column]:
    """The parts in so many columns, the longest as short as it can be."""
    low, high = 0.0, parts[-1].bottom - parts[0].top + 1
    best = [parts]
    for _ in range(24):
        most = (low + high) / 2
        rows: list[Column] = [[parts[0]]]
        for part in parts[1:]:
            if part.bottom - rows[-1][0].top > most:
                rows.append([part])
            else:
                rows[-1].append(part)
        if len(rows) <= number and all(length(row) <= most for row in rows):
            best, high = rows, most
        else:
            low = most
    return best
