"""Long drawings in columns, and on pages: cut where one wire goes on, and put the parts side by side.

A drawing that goes to the right is the same with x and y exchanged: its columns are rows.
"""

from math import inf, log
from typing import NamedTuple

from archspec.drawing.content.diagram import Cluster, Diagram
from archspec.drawing.layout.graph import Sizes
from archspec.drawing.layout.pages import Arranged, NoRoom
from archspec.drawing.layout.places import Box, Places, Route
from archspec.drawing.layout.snake import across_pages, snake

_TALL = 620.0
"""Drawings longer than this, in points, are worth columns."""
_MOST = 5
_SHAPES = {"TB": 0.85, "LR": 0.75}
"""Width by height of a drawing that looks well, before x and y are exchanged."""
_GUTTER = 40.0
_ABOVE, _BELOW = 28.0, 16.0
"""Room above a column for the wire that comes in, and below it for the one that goes out."""
_PAD, _PAD_IN_ROOM = 22.0, 3.0
"""Room around a drawing; a page has margins of its own."""


class Room(NamedTuple):
    """What a drawing has to fit into, in points."""

    width: float
    height: float = inf
    """Of a page; what is longer goes on, on the next one."""


def pad_of(room: Room | None) -> float:
    """Points of empty room around a drawing."""
    return _PAD if room is None else _PAD_IN_ROOM


class _Part:
    """Cards that stay together, with what is between them and those after."""

    def __init__(self, cards: list[str], places: Places, outlines: dict[str, Box]) -> None:
        self.cards = cards
        boxes = [outlines[c] for c in cards]
        self.top = min(b.top for b in boxes)
        self.bottom = max(b.bottom for b in boxes)


_Column = list[_Part]


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
    """
    turned = direction == "LR"
    if turned:
        places = places.turned()
    found = _Arranger(drawing, places, sizes, turned)
    if (
        room is not None
        and not turned
        and found.longest() > room.height - head[1] - 2 * pad_of(room)
    ):
        # A part is longer than a page: everything in one column, through which pages are cut.
        endless = found.placed([[[*found.parts]]], head, Room(room.width))
        if endless.width > room.width + 1:
            raise NoRoom(endless.width)
        return endless
    chosen = found.choose(head, columns, room)
    return found.placed(chosen, head, room)


class _Arranger:
    def __init__(self, drawing: Diagram, places: Places, sizes: Sizes, turned: bool) -> None:
        self.drawing = drawing
        self.places = places
        self.sizes = sizes
        self.turned = turned
        self.labels = [
            _label_box(route, size, turned)
            for route, size in zip(places.routes, sizes.labels, strict=True)
        ]
        self.outlines = _outlines(drawing, places)
        self.parts = self._parts()
        self._extents: dict[tuple[int, int], tuple[float, float]] = {}
        self.first = {part.cards[0]: k for k, part in enumerate(self.parts)}

    def longest(self) -> float:
        """Length of the longest part, with room for wires."""
        return max([_length([p]) for p in self.parts], default=0.0) + _ABOVE + _BELOW

    def choose(
        self, head: tuple[float, float], columns: int | None, room: Room | None
    ) -> list[list[_Column]]:
        """The pages, each with its columns."""
        if room is None:
            return [self._free(head, columns)]
        pad = pad_of(room)
        across, along = (room.height, room.width) if self.turned else (room.width, room.height)
        if self.turned:
            across -= head[1] + 2 * pad
            along -= 2 * pad
        else:
            along -= 2 * pad
            across -= 2 * pad
        return self._fitted(head, columns, across, along)

    def _free(self, head: tuple[float, float], columns: int | None) -> list[_Column]:
        """As many columns as look well."""
        parts = self.parts
        most = min(len(parts), columns or _MOST)
        whole = parts[-1].bottom - parts[0].top if parts else 0.0
        if most < 2 or (columns is None and whole < _TALL):
            return [parts]
        choices = []
        for number in [columns] if columns else range(1, most + 1):
            rows = _split(parts, min(number, most))
            wide = self._across(rows)
            tall = max(_length(row) for row in rows) + _ABOVE + _BELOW
            if self.turned:
                tall, wide = max(tall, head[0]), wide + head[1]
            else:
                wide, tall = max(wide, head[0]), tall + head[1]
            # A column that is almost empty looks like a mistake.
            lengths = [_length(row) for row in rows]
            empty = sum(h < 0.35 * max(lengths) for h in lengths[:-1])
            empty += lengths[-1] < 0.2 * max(lengths)
            shape = _SHAPES["LR" if self.turned else "TB"]
            cost = abs(log(wide / tall / shape)) + 0.05 * len(rows) + 0.5 * empty
            choices.append((cost, len(rows), rows))
        return min(choices, key=lambda c: c[:2])[2]

    def _fitted(
        self, head: tuple[float, float], columns: int | None, across: float, along: float
    ) -> list[list[_Column]]:
        """Columns no longer than a page, as many beside each other as it is wide."""
        parts = self.parts
        pad = pad_of(Room(0))
        if not parts:
            return [[[]]]
        widest = max(self._wide(k, k + 1) for k in range(len(parts)))
        longest = max(_length([p]) for p in parts) + _ABOVE + _BELOW
        first = 0.0 if self.turned else head[1]
        need = longest if self.turned else widest
        if (need > along) if self.turned else (need > across):
            raise NoRoom(need + 2 * pad)
        if along == inf:
            return [self._unpaged(columns, across)]
        low = min(max(longest, 1.0), along)
        best: list[list[_Column]] | None = None
        # The shortest columns that take as few pages as the longest ones do.
        top = self._pages(along, first, across, columns)
        for step in range(24):
            tried = low + (along - low) * step / 24
            pages = self._pages(tried, first, across, columns)
            if len(pages) <= len(top):
                best = pages
                break
        return best or top

    def _unpaged(self, columns: int | None, across: float) -> list[_Column]:
        """As many columns as the width holds, of one length."""
        pad = pad_of(Room(0))
        best = [self.parts]
        most = min(len(self.parts), columns or 12)
        for number in [columns] if columns else range(1, most + 1):
            rows = _split(self.parts, min(number, most))
            if self._across(rows) > across:
                if columns:
                    raise NoRoom(self._across(rows) + 2 * pad)
                break
            if number > 1 and max(map(_length, rows)) > 0.93 * max(map(_length, best)):
                continue
            best = rows
        return best

    def _pages(
        self, along: float, first: float, across: float, columns: int | None
    ) -> list[list[_Column]]:
        """The parts on as few pages as can be, in columns of a length, the last page with little on it.

        The best way to place the first parts is found from the best ways for fewer: one that takes
        fewer pages, or less of the last page, is never worse for what comes.
        """
        parts = self.parts
        most = columns or 12
        best: list[tuple[tuple[int, float, int], int]] = [((1, -_GUTTER, 0), -1)]
        for end in range(1, len(parts) + 1):
            choice: tuple[tuple[int, float, int], int] | None = None
            for start in range(end - 1, -1, -1):
                high = parts[end - 1].bottom - parts[start].top + _ABOVE + _BELOW
                if high > along and start < end - 1:
                    break
                wide = self._wide(start, end)
                (page, used, number), _ = best[start]
                fits = high <= along - (first if page == 1 else 0.0)
                if fits and used + _GUTTER + wide <= across and number < most:
                    value = page, used + _GUTTER + wide, number + 1
                else:
                    value = page + 1, wide, 1
                if choice is None or value <= choice[0]:
                    choice = value, start
            assert choice is not None
            best.append(choice)
        pages: list[list[_Column]] = []
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

    def _across(self, rows: list[_Column]) -> float:
        wide = sum(self._column_width(row) for row in rows)
        return wide + _GUTTER * (len(rows) - 1)

    def _column_width(self, column: _Column) -> float:
        start = self.first[column[0].cards[0]]
        return self._wide(start, start + len(column))

    def _wide(self, start: int, end: int) -> float:
        left, right = self._extent(start, end)
        return right - left

    def _extent(self, start: int, end: int) -> tuple[float, float]:
        """Left and right end of a column, with its wires and their labels."""
        key = start, end
        if key in self._extents:
            return self._extents[key]
        cards = {c for part in self.parts[start:end] for c in part.cards}
        left = min(self.outlines[c].left for c in cards)
        right = max(self.outlines[c].right for c in cards)
        for wire, route, label in zip(
            self.drawing.wires, self.places.routes, self.labels, strict=True
        ):
            if wire.source in cards and wire.target in cards:
                xs = [x for x, _ in route.points]
                if label:
                    xs += [label.left, label.right]
                left, right = min([left, *xs]), max([right, *xs])
        self._extents[key] = left, right
        return left, right

    def _parts(self) -> list[_Part]:
        """The drawing cut wherever a single wire leads from all before to all that is behind."""
        cards = [c.key for c in self.drawing.cards]
        position = {key: k for k, key in enumerate(cards)}
        crossing = [0] * (len(cards) + 1)
        for wire in self.drawing.wires:
            a, b = sorted((position[wire.source], position[wire.target]))
            crossing[a] += 1
            crossing[b] -= 1
        together = _together(self.drawing, position)
        outlines = self.outlines
        nearest = [inf] * (len(cards) + 1)  # of the cards from a position on
        for k in range(len(cards) - 1, -1, -1):
            nearest[k] = min(nearest[k + 1], outlines[cards[k]].top)
        parts: list[_Part] = []
        current: list[str] = []
        lowest = -inf
        over = 0
        for k, key in enumerate(cards):
            current.append(key)
            lowest = max(lowest, outlines[key].bottom)
            over += crossing[k]
            if over == 1 and k not in together and nearest[k + 1] > lowest:
                parts.append(_Part(current, self.places, outlines))
                current = []
        if current:
            parts.append(_Part(current, self.places, outlines))
        return parts

    def placed(
        self, pages: list[list[_Column]], head: tuple[float, float], room: Room | None
    ) -> Arranged:
        """Everything at its place."""
        boxes: dict[str, Box] = {}
        clusters: dict[str, Box] = {}
        routes: list[Route | None] = [None] * len(self.drawing.wires)
        ends: list[tuple[float, float]] = []
        column_of: dict[str, int] = {}
        page_of: list[int] = []
        several = len(pages) > 1 or len(pages[0]) > 1
        above = _ABOVE if several else 0.0
        paged = room is not None and room.height < inf and len(pages) > 1
        x = 0.0
        for number, page in enumerate(pages):
            y = 0.0
            if paged and not self.turned:
                assert room is not None
                x = 0.0
                y = number * room.height - (head[1] if number else 0.0)
            elif paged and number:
                assert room is not None
                x = number * room.height - head[1]
            for column in page:
                start = self.first[column[0].cards[0]] if column else 0
                left, right = self._extent(start, start + len(column)) if column else (0.0, 0.0)
                dx, dy = x - left, y + above - (column[0].top if column else 0.0)
                names = {c for part in column for c in part.cards}
                for name in [c for part in column for c in part.cards]:
                    boxes[name] = self.places.boxes[name].moved(dx, dy)
                    column_of[name] = len(ends)
                for k, wire in enumerate(self.drawing.wires):
                    if wire.source in names and wire.target in names:
                        routes[k] = self.places.routes[k].moved(dx, dy)
                for name, box in self.places.clusters.items():
                    if any(box.holds(self.places.boxes[c]) for c in names):
                        clusters[name] = box.moved(dx, dy)
                ends.append((x, x + right - left))
                page_of.append(number)
                x += right - left + _GUTTER
        for k, wire in enumerate(self.drawing.wires):
            a, b = column_of[wire.source], column_of[wire.target]
            if a != b:
                source, target = boxes[wire.source], boxes[wire.target]
                bottom = max(boxes[c].bottom for c in boxes if column_of[c] == a) + _BELOW - 2
                top = min(boxes[c].top for c in boxes if column_of[c] == b) - _ABOVE + 4
                size = None if self.turned else self.sizes.labels[k]
                wide = size[0] if size else 0.0
                if paged and not self.turned and page_of[a] != page_of[b]:
                    routes[k] = across_pages(source, target, top, wide)
                else:
                    gutter = (ends[a][1] + ends[b][0]) / 2
                    routes[k] = snake(source, target, gutter, bottom, top, wide)
        found = Places(boxes, tuple([r for r in routes if r is not None]), clusters)
        if self.turned:
            found = found.turned()
        return self._on_page(found, head, room, len(pages) if paged else 1)

    def _on_page(
        self, places: Places, head: tuple[float, float], room: Room | None, pages: int
    ) -> Arranged:
        """The places with the head above them, in the middle of the page."""
        everything = [*places.boxes.values(), *places.clusters.values()]
        for route, label in zip(places.routes, self.labels, strict=True):
            xs, ys = [x for x, _ in route.points], [y for _, y in route.points]
            everything.append(Box(min(xs), min(ys), max(xs), max(ys)))
            if label and route.label and not self.turned:
                w, h = (label.right - label.left) / 2, (label.bottom - label.top) / 2
                (x, y) = route.label
                everything.append(Box(x - w, y - h, x + w, y + h))
        pad = pad_of(room)
        left = min([b.left for b in everything], default=0.0)
        right = max([b.right for b in everything], default=0.0)
        top = min([b.top for b in everything], default=0.0)
        bottom = max([b.bottom for b in everything], default=0.0)
        if pages > 1:
            top = 0.0
        width = max(right - left, head[0]) + 2 * pad
        height = bottom - top + head[1] + 2 * pad
        if room is not None:
            width = max(width, room.width)
        page_height = 0.0
        if pages > 1:
            assert room is not None
            page_height = room.height
            height = pages * page_height
        dx, dy = (width - right + left) / 2 - left, pad + head[1] - top
        moved = Places(
            {key: box.moved(dx, dy) for key, box in places.boxes.items()},
            tuple([route.moved(dx, dy) for route in places.routes]),
            {key: box.moved(dx, dy) for key, box in places.clusters.items()},
        )
        return Arranged(moved, width, height, pages, page_height)


def _label_box(route: Route, size: tuple[float, float] | None, turned: bool) -> Box | None:
    if size is None or route.label is None:
        return None
    (x, y), (w, h) = route.label, size[::-1] if turned else size
    return Box(x - w / 2, y - h / 2, x + w / 2, y + h / 2)


def _outlines(drawing: Diagram, places: Places) -> dict[str, Box]:
    """Each card's rectangle; for those in an opened block, the block's too."""
    found = dict(places.boxes)
    for item in drawing.content:
        if isinstance(item, Cluster):
            box = places.clusters.get(item.key)
            for card in drawing._replace(content=item.content).cards:
                own = found[card.key]
                if box is not None:
                    found[card.key] = Box(
                        min(own.left, box.left),
                        min(own.top, box.top),
                        max(own.right, box.right),
                        max(own.bottom, box.bottom),
                    )
    return found


def _together(drawing: Diagram, position: dict[str, int]) -> set[int]:
    """Positions after which a cut would go through an opened block."""
    found: set[int] = set()
    for item in drawing.content:
        if isinstance(item, Cluster):
            inner = [position[c.key] for c in drawing._replace(content=item.content).cards]
            found |= set(range(min(inner, default=0), max(inner, default=0)))
    return found


def _length(column: _Column) -> float:
    return column[-1].bottom - column[0].top if column else 0.0


def _split(parts: list[_Part], number: int) -> list[_Column]:
    """The parts in so many columns, the longest as short as it can be."""
    low, high = 0.0, parts[-1].bottom - parts[0].top + 1
    best = [parts]
    for _ in range(24):
        most = (low + high) / 2
        rows: list[_Column] = [[parts[0]]]
        for part in parts[1:]:
            if part.bottom - rows[-1][0].top > most:
                rows.append([part])
            else:
                rows[-1].append(part)
        if len(rows) <= number and all(_length(row) <= most for row in rows):
            best, high = rows, most
        else:
            low = most
    return best
