"""Columns put where they stand, on one page or on several, and the wires from one to the next."""

from math import inf

from archspec.drawing.layout.pages import Arranged
from archspec.drawing.layout.parts import ABOVE, BELOW, GUTTER, Column, Parts, Room, pad_of
from archspec.drawing.layout.places import Box, Places, Route
from archspec.drawing.layout.snake import across_pages, snake


def placed(
    parts: Parts, pages: list[list[Column]], head: tuple[float, float], room: Room | None
) -> Arranged:
    """Everything at its place.

    Args:
        parts: the drawing.
        pages: for each page its columns.
        head: width and height of what stands above.
        room: what it fits into.
    """
    paged = room is not None and room.height < inf and len(pages) > 1
    placing = _Placing(parts, room if paged else None, head[1])
    several = len(pages) > 1 or len(pages[0]) > 1
    for number, page in enumerate(pages):
        placing.put(page, number, ABOVE if several else 0.0)
    found = placing.places()
    if parts.turned:
        found = found.turned()
    return _on_page(parts, found, head, room, len(pages) if paged else 1)


class _Placing:
    """Boxes and wires of the columns that have been put somewhere."""

    def __init__(self, parts: Parts, page: Room | None, head: float) -> None:
        self.parts = parts
        self.page = page
        """Of several; None if there is one."""
        self.head = head
        self.boxes: dict[str, Box] = {}
        self.shifts: dict[str, tuple[float, float]] = {}
        self.column_of: dict[str, int] = {}
        self.page_of: list[int] = []
        self.ends: list[tuple[float, float]] = []
        """Of each column."""
        self.x = 0.0

    def put(self, columns: list[Column], number: int, above: float) -> None:
        """The columns of a page."""
        y = 0.0
        if self.page is not None and not self.parts.turned:
            self.x = 0.0
            y = number * self.page.height - (self.head if number else 0.0)
        elif self.page is not None and number:
            self.x = number * self.page.height - self.head
        for column in columns:
            left, right = self.parts.ends(column)
            shift = self.x - left, y + above - (column[0].top if column else 0.0)
            for name in [c for part in column for c in part.cards]:
                self.boxes[name] = self.parts.places.boxes[name].moved(*shift)
                self.shifts[name] = shift
                self.column_of[name] = len(self.ends)
            self.ends.append((self.x, self.x + right - left))
            self.page_of.append(number)
            self.x += right - left + GUTTER

    def places(self) -> Places:
        """What has been put."""
        old = self.parts.places
        bottoms = [-inf] * len(self.ends)
        tops = [inf] * len(self.ends)
        for name in self.boxes:
            # An opened block reaches further than its cards.
            box = self.parts.outlines[name].moved(*self.shifts[name])
            k = self.column_of[name]
            bottoms[k], tops[k] = max(bottoms[k], box.bottom), min(tops[k], box.top)
        routes = []
        for k, wire in enumerate(self.parts.drawing.wires):
            a, b = self.column_of[wire.source], self.column_of[wire.target]
            if a == b:
                routes.append(old.routes[k].moved(*self.shifts[wire.source]))
            else:
                routes.append(self._between(k, a, b, bottoms[a], tops[b]))
        clusters = {
            name: box.moved(*self.shifts[inner])
            for name, box in old.clusters.items()
            if (inner := next((c for c, card in old.boxes.items() if box.holds(card)), None))
        }
        return Places(self.boxes, tuple(routes), clusters)

    def _between(self, number: int, a: int, b: int, bottom: float, top: float) -> Route:
        """The way of a wire from the end of a column to the top of another."""
        wire = self.parts.drawing.wires[number]
        source, target = self.boxes[wire.source], self.boxes[wire.target]
        size = None if self.parts.turned else self.parts.sizes.labels[number]
        wide = size[0] if size else 0.0
        if self.page is not None and not self.parts.turned and self.page_of[a] != self.page_of[b]:
            return across_pages(source, target, top - ABOVE + 4, wide)
        gutter = (self.ends[a][1] + self.ends[b][0]) / 2
        return snake(source, target, gutter, bottom + BELOW - 2, top - ABOVE + 4, wide)


def _on_page(
    parts: Parts, places: Places, head: tuple[float, float], room: Room | None, pages: int
) -> Arranged:
    """The places with the head above them, in the middle of the page."""
    around = _around(parts, places)
    pad = pad_of(room)
    top = 0.0 if pages > 1 else around.top
    width = max(around.right - around.left, head[0]) + 2 * pad
    height = around.bottom - top + head[1] + 2 * pad
    page_height = 0.0
    if room is not None:
        width = max(width, room.width)
        if pages > 1:
            page_height = room.height
            height = pages * page_height
    dx, dy = width / 2 - (around.left + around.right) / 2, pad + head[1] - top
    moved = Places(
        {key: box.moved(dx, dy) for key, box in places.boxes.items()},
        tuple([route.moved(dx, dy) for route in places.routes]),
        {key: box.moved(dx, dy) for key, box in places.clusters.items()},
    )
    return Arranged(moved, width, height, pages, page_height)


def _around(parts: Parts, places: Places) -> Box:
    """The rectangle around boxes, wires and their labels."""
    everything = [*places.boxes.values(), *places.clusters.values()]
    for route, label in zip(places.routes, parts.labels, strict=True):
        xs, ys = [x for x, _ in route.points], [y for _, y in route.points]
        everything.append(Box(min(xs), min(ys), max(xs), max(ys)))
        if label and route.label and not parts.turned:
            w, h = (label.right - label.left) / 2, (label.bottom - label.top) / 2
            (x, y) = route.label
            everything.append(Box(x - w, y - h, x + w, y + h))
    return Box(
        min([b.left for b in everything], default=0.0),
        min([b.top for b in everything], default=0.0),
        max([b.right for b in everything], default=0.0),
        max([b.bottom for b in everything], default=0.0),
    )
