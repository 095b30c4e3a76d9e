"""A drawing cut into parts that can stand anywhere, and how wide rows of them are."""

from math import inf
from typing import NamedTuple

from archspec.drawing.content.diagram import Cluster, Diagram
from archspec.drawing.layout.graph import Sizes
from archspec.drawing.layout.places import Box, Places, Route

GUTTER = 40.0
"""Room between columns, in points."""
ABOVE, BELOW = 28.0, 16.0
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


class Part:
    """Cards that stay together, with what is between them and those after."""

    def __init__(self, cards: list[str], outlines: dict[str, Box]) -> None:
        self.cards = cards
        boxes = [outlines[c] for c in cards]
        self.top = min(b.top for b in boxes)
        self.bottom = max(b.bottom for b in boxes)


Column = list[Part]


def length(column: Column) -> float:
    """Points from the top of a column to its bottom."""
    return column[-1].bottom - column[0].top if column else 0.0


class Parts:
    """A drawing that goes downward, in parts; one that goes to the right is given ``turned``."""

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
        self.all = self._cut()
        self._own: list[tuple[float, float]] = []
        self._links: dict[int, list[tuple[int, float, float]]] = {}
        self._measure()
        self._first = {part.cards[0]: k for k, part in enumerate(self.all)}

    def longest(self) -> float:
        """Length of the longest part, with room for wires."""
        return max([length([p]) for p in self.all], default=0.0) + ABOVE + BELOW

    def across(self, columns: list[Column]) -> float:
        """Width of columns beside each other."""
        wide = sum(self._column_width(column) for column in columns)
        return wide + GUTTER * (len(columns) - 1)

    def _column_width(self, column: Column) -> float:
        left, right = self.ends(column)
        return right - left

    def ends(self, column: Column) -> tuple[float, float]:
        """Left and right end of a column."""
        if not column:
            return 0.0, 0.0
        start = self._first[column[0].cards[0]]
        return self._extent(start, start + len(column))

    def wide(self, start: int, end: int) -> float:
        """Width of the parts from one position to another."""
        left, right = self._extent(start, end)
        return right - left

    def _extent(self, start: int, end: int) -> tuple[float, float]:
        """Left and right end of some parts, with their wires and the labels of these."""
        own = self._own[start:end]
        left = min([a for a, _ in own], default=0.0)
        right = max([b for _, b in own], default=0.0)
        for k in range(start, end):
            for first, a, b in self._links.get(k, ()):
                if first >= start:
                    left, right = min(left, a), max(right, b)
        return left, right

    def _measure(self) -> None:
        """What each part takes by itself, and with the wires from parts before it."""
        part_of = {card: k for k, part in enumerate(self.all) for card in part.cards}
        spans = [
            (
                min(self.outlines[c].left for c in part.cards),
                max(self.outlines[c].right for c in part.cards),
            )
            for part in self.all
        ]
        for wire, route, label in zip(
            self.drawing.wires, self.places.routes, self.labels, strict=True
        ):
            xs = [x for x, _ in route.points]
            if label:
                xs += [label.left, label.right]
            first, last = sorted((part_of[wire.source], part_of[wire.target]))
            if first == last:
                left, right = spans[first]
                spans[first] = min([left, *xs]), max([right, *xs])
            else:
                self._links.setdefault(last, []).append((first, min(xs), max(xs)))
        self._own = spans

    def _cut(self) -> list[Part]:
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
        parts: list[Part] = []
        current: list[str] = []
        lowest = -inf
        over = 0
        for k, key in enumerate(cards):
            current.append(key)
            lowest = max(lowest, outlines[key].bottom)
            over += crossing[k]
            if over == 1 and k not in together and nearest[k + 1] > lowest:
                parts.append(Part(current, outlines))
                current = []
        if current:
            parts.append(Part(current, outlines))
        return parts


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
