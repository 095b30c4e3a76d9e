"""Long drawings in columns: cut where one wire goes on, and put the parts beside each other."""

from math import log

from archspec.drawing.content.diagram import Cluster, Diagram
from archspec.drawing.layout.places import Box, Places, Point, Route
from archspec.drawing.style.text_width import text_width

_TALL = 620.0
"""Drawings higher than this, in points, are worth columns."""
_MOST = 5
_SHAPE = 0.85
"""Width by height of a drawing that looks well on a page."""
_GUTTER = 44.0
_ABOVE, _BELOW = 30.0, 16.0
"""Room above a column for the wire that comes in, and below it for the one that goes out."""
_ROUND = 14.0
_ARROW = 6.5
_MARGIN = 5.0
"""Second outlines lie so far outside a card."""


class _Part:
    """Cards that stay together, with what is between them and those after."""

    def __init__(self, cards: list[str], places: Places) -> None:
        self.cards = cards
        boxes = [places.cards[c] for c in cards]
        self.top = max(b.top for b in boxes) + _MARGIN
        self.bottom = min(b.bottom for b in boxes) - _MARGIN


def in_columns(drawing: Diagram, places: Places, columns: int | None = None) -> Places | None:
    """The places in columns; None if they are better, or can only be, in one.

    Args:
        drawing: what was laid out from top to bottom.
        places: where Graphviz has put it.
        columns: how many columns; as many as look well if None.
    """
    parts = _parts(drawing, places)
    most = min(len(parts), columns or _MOST)
    height = max((p.top for p in parts), default=0) - min((p.bottom for p in parts), default=0)
    if most < 2 or (columns is None and height < _TALL):
        return None
    choices = []
    for number in [columns] if columns else range(1, most + 1):
        rows = _split(parts, min(number, most))
        wide = sum(_extent(row, places)[1] - _extent(row, places)[0] for row in rows)
        wide += _GUTTER * (len(rows) - 1)
        tall = max(row[0].top - row[-1].bottom for row in rows) + _ABOVE + _BELOW
        wide = max(wide, places.header[0])
        # A column that is almost empty looks like a mistake.
        heights = [row[0].top - row[-1].bottom for row in rows]
        empty = sum(h < 0.35 * max(heights) for h in heights[:-1]) + (
            heights[-1] < 0.2 * max(heights)
        )
        cost = abs(log(wide / (tall + places.header[1]) / _SHAPE)) + 0.05 * len(rows) + 0.5 * empty
        choices.append((cost, len(rows), rows))
    best = min(choices, key=lambda c: c[:2])[2]
    return _placed(best, drawing, places) if len(best) > 1 else None


def _parts(drawing: Diagram, places: Places) -> list[_Part]:
    """The drawing cut wherever a single wire leads from all that is above to all that is below."""
    cards = [c.key for c in drawing.cards]
    if any(key not in places.cards for key in cards):
        return []
    position = {key: k for k, key in enumerate(cards)}
    crossing = [0] * (len(cards) + 1)
    for wire in drawing.wires:
        a, b = sorted((position[wire.source], position[wire.target]))
        crossing[a] += 1
        crossing[b] -= 1
    groups = _together(drawing, position)
    highest = [float("-inf")] * (len(cards) + 1)  # of the cards from a position on
    for k in range(len(cards) - 1, -1, -1):
        highest[k] = max(highest[k + 1], places.cards[cards[k]].top)
    parts: list[_Part] = []
    current: list[str] = []
    lowest = float("inf")
    over = 0
    for k, key in enumerate(cards):
        current.append(key)
        lowest = min(lowest, places.cards[key].bottom)
        over += crossing[k]
        if over == 1 and k not in groups and highest[k + 1] < lowest:
            parts.append(_Part(current, places))
            current = []
    if current:
        parts.append(_Part(current, places))
    return parts


def _together(drawing: Diagram, position: dict[str, int]) -> set[int]:
    """Positions after which a cut would go through an opened block."""
    found: set[int] = set()
    for item in drawing.content:
        if isinstance(item, Cluster):
            inner = [position[c.key] for c in drawing._replace(content=item.content).cards]
            found |= set(range(min(inner, default=0), max(inner, default=0)))
    return found


def _split(parts: list[_Part], number: int) -> list[list[_Part]]:
    """The parts in so many columns, the highest as low as it can be."""
    low, high = 0.0, parts[0].top - parts[-1].bottom + 1
    best = [parts]
    for _ in range(24):
        most = (low + high) / 2
        rows: list[list[_Part]] = [[parts[0]]]
        for part in parts[1:]:
            if rows[-1][0].top - part.bottom > most:
                rows.append([part])
            else:
                rows[-1].append(part)
        fits = all(row[0].top - row[-1].bottom <= most for row in rows)
        if len(rows) <= number and fits:
            best, high = rows, most
        else:
            low = most
    return best


def _extent(row: list[_Part], places: Places) -> tuple[float, float]:
    """Left and right end of a column, with its wires and their labels."""
    cards = {c for part in row for c in part.cards}
    left = min(places.cards[c].left for c in cards) - _MARGIN
    right = max(places.cards[c].right for c in cards) + _MARGIN
    for (source, target), route in places.routes.items():
        if source in cards and target in cards:
            xs = [x for x, _ in route.points]
            if route.label:
                # The label is as wide as 12 signs at most; its middle is known.
                xs += [route.label[0] - 30, route.label[0] + 34]
            left, right = min([left, *xs]), max([right, *xs])
    for box, _ in places.clusters.values():
        if any(_inside(places.cards[c], box) for c in cards):
            left, right = min(left, box.left), max(right, box.right)

    return left, right


def _inside(inner: Box, outer: Box) -> bool:
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.bottom <= inner.bottom
        and inner.top <= outer.top
    )


def _placed(rows: list[list[_Part]], drawing: Diagram, places: Places) -> Places:
    cards: dict[str, Box] = {}
    routes: dict[tuple[str, str], Route] = {}
    clusters: dict[str, tuple[Box, Point]] = {}
    ends: list[tuple[float, float]] = []
    x = 0.0
    for row in rows:
        left, right = _extent(row, places)
        dx, dy = x - left, -_ABOVE - row[0].top
        names = {c for part in row for c in part.cards}
        for name in names:
            cards[name] = places.cards[name].moved(dx, dy)
        for pair, route in places.routes.items():
            if pair[0] in names and pair[1] in names:
                routes[pair] = route.moved(dx, dy)
        for name, (box, label) in places.clusters.items():
            if any(_inside(places.cards[c], box) for c in names):
                clusters[name] = box.moved(dx, dy), (label[0] + dx, label[1] + dy)
        ends.append((x, x + right - left))
        x += right - left + _GUTTER
    column = {c: k for k, row in enumerate(rows) for part in row for c in part.cards}
    for wire in drawing.wires:
        a, b = column[wire.source], column[wire.target]
        if a != b:
            gutter = (ends[a][1] + ends[a + 1][0]) / 2
            bottom = min(cards[c].bottom for c in column if column[c] == a) - _MARGIN - _BELOW
            route = _snake(cards[wire.source], cards[wire.target], gutter, bottom, wire.label)
            routes[wire.source, wire.target] = route
    return Places(cards, routes, clusters, places.header)


def _snake(source: Box, target: Box, gutter: float, bottom: float, label: str) -> Route:
    """Out below, up between the columns, in from above; its label beside the arrow."""
    top = -4.0
    tip = (target.middle, target.top)
    corners = [
        (source.middle, source.bottom),
        (source.middle, bottom),
        (gutter, bottom),
        (gutter, top),
        (target.middle, top),
        (target.middle, target.top + _ARROW),
    ]
    points: list[Point] = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += _line(points[-1], _toward(corner, before))
        turn = _toward(corner, after)
        points += [corner, corner, turn]
    points += _line(points[-1], corners[-1])
    wide = text_width(f" {label} ", 9)
    return Route(tip, tuple(points), (target.middle + wide / 2 + 2, target.top + 14))


def _toward(corner: Point, other: Point) -> Point:
    """A point near a corner, where the rounding begins."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(dx), abs(dy), 0.01)
    step = min(_ROUND, length / 2)
    return corner[0] + dx / length * step, corner[1] + dy / length * step


def _line(start: Point, end: Point) -> list[Point]:
    """A straight piece of a spline: two points between, and the end."""
    dx, dy = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    return [(start[0] + dx, start[1] + dy), (start[0] + 2 * dx, start[1] + 2 * dy), end]
