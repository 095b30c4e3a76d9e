"""An encoder–decoder as a U: one arm down, one arm up, skips across."""

from math import prod
from typing import NamedTuple

from archspec.drawing.scene.scene import Point
from archspec.drawing.volumes.body import Body, Layout, Place
from archspec.drawing.volumes.boxes import Box, Boxes
from archspec.drawing.volumes.grid import Pair
from archspec.drawing.volumes.line import rounded
from archspec.drawing.volumes.maps import centred

_BESIDE = 10.0
"""Between a box and its label."""
_ARROW = 26.0
"""Between a box and the one below it."""


class NoSuchShape(LookupError):
    """A network that cannot be drawn as a U; its text says why."""


class Arms(NamedTuple):
    """The boxes of a U, by their positions."""

    left: list[int]
    """From the top down."""
    bottom: list[int]
    right: list[int]
    """From the top down: the last ones of the network first."""
    skips: list[Pair]
    """From the left arm to the right one, the outermost first."""


def arms(found: Boxes, asked: bool) -> Arms | None:
    """How a network is a U; None if it is none.

    Args:
        found: the network.
        asked: whether somebody wants a U.

    Raises:
        NoSuchShape: it is none, though somebody wants it.
    """
    made, why = _arms(found)
    if made is None and asked:
        raise NoSuchShape(why)
    return made


def _arms(found: Boxes) -> tuple[Arms | None, str]:
    count = len(found.boxes)
    pairs = {(w.source, w.target) for w in found.wires}
    beside = [k for k in range(count - 1) if (k, k + 1) not in pairs]
    far = sorted([(s, t) for s, t in pairs if t > s + 1])
    if not far:
        return None, "no map skips others on its way, so there are no two arms"
    if beside:
        name = found.boxes[beside[0]].nodes[0].name[:80]
        return None, f"not all boxes stand on one way down and up: {name} is beside it"
    if any(box.faded for box in found.boxes):
        return None, "a layer leads nowhere"
    skips: list[Pair] = []
    for source, target in far:
        while skips and not (skips[-1][0] < source and target < skips[-1][1]):
            if skips[-1][1] - skips[-1][0] >= target - source:
                break
            skips.pop()
        else:
            skips.append((source, target))
    skips = [s for s in skips if _shrinks(found.boxes, *s)]
    if len(skips) < 2:
        return None, "fewer than two skips lead from a larger map over smaller ones to a larger one"
    between = list(range(skips[-1][0] + 1, skips[-1][1]))
    low = between
    if len(between) > 2:
        lowest = min(between, key=lambda k: (_size(found.boxes[k]) or 0, -k))
        low = [lowest]
    left = list(range(low[0]))
    right = list(range(count - 1, low[-1], -1))
    return Arms(left, low, right, skips), ""


def _size(box: Box) -> int | None:
    """Values in each channel of the first of its maps; None if that is not known, or if it has none."""
    shape = box.maps[0].shape[:-1]
    if not shape or None in shape:
        return None
    return prod([s for s in shape if s is not None])


def _shrinks(boxes: list[Box], source: int, target: int) -> bool:
    """Whether maps between two boxes are smaller than both, as far as sizes are known."""
    if any(len(boxes[k].maps[0].shape) < 2 for k in (source, target)):
        return False
    first, last = _size(boxes[source]), _size(boxes[target])
    sizes = [_size(boxes[k]) for k in range(source + 1, target)]
    if first is None or last is None or None in sizes:
        inner = [n for k in range(source, target) for n in boxes[k].nodes]
        return any(w.stride > 1 for n in inner for w in n.layer.windows() or ())
    return min([s for s in sizes if s is not None]) * 2 <= min(first, last)


def in_u(bodies: list[Body], wires: list[Pair], found: Arms, gap: float) -> Layout:
    """Places and ways; ``gap`` is the least way of a skip, in points."""
    return _U(bodies, found, gap).layout(wires)


def without_pools(body: Body) -> Body:
    """A box without its last map if that is only pooled: the arrow down stands for it."""
    shown = [s for s in body.solids if s.map.shape[:-1] == body.solids[0].map.shape[:-1]]
    return body._replace(solids=centred(shown)) if len(shown) < len(body.solids) else body


class _U:
    def __init__(self, bodies: list[Body], found: Arms, gap: float) -> None:
        self.bodies = bodies
        self.found = found
        self.gap = gap
        self.row: dict[int, int] = {}
        self.count = self.align()

    def align(self) -> int:
        """A row for each box of the arms, the ends of a skip in the same row; returns their number."""
        left, right = list(self.found.left), list(self.found.right)
        row = 0
        for source, target in self.found.skips:
            one = left[: left.index(source) + 1]
            other = right[: right.index(target) + 1]
            left, right = left[len(one) :], right[len(other) :]
            rows = max(len(one), len(other))
            for part in (one, other):
                for k, box in enumerate(part):
                    self.row[box] = row + rows - len(part) + k
            row += rows
        for part in (left, right):
            for k, box in enumerate(part):
                self.row[box] = row + k
        return row + max(len(left), len(right))

    def layout(self, wires: list[Pair]) -> Layout:
        heights = self.heights()
        left, low, right = self.found.left, self.found.bottom, self.found.right
        bodies = self.bodies
        beside = max([bodies[k].label_width for k in left]) + _BESIDE
        self.x_left = beside + max([-bodies[k].left for k in left])
        inner = self.x_left + max([bodies[k].right for k in left]) + self.gap
        wide = sum([bodies[k].across for k in low]) + self.gap * (len(low) - 1)
        self.x_right = max(
            inner + max([-bodies[k].left for k in right]), self.x_left + wide + 2 * _ARROW
        )
        places: dict[int, Place] = {}
        for arm, x in ((left, self.x_left), (right, self.x_right)):
            for k in arm:
                y = heights[self.row[k]]
                top = y - bodies[k].label_height / 2
                if arm is left:
                    side = x + min([bodies[b].left for b in left]) - _BESIDE
                    places[k] = Place(x, y, (side, top), "end")
                else:
                    side = x + max([bodies[b].right for b in right]) + _BESIDE
                    places[k] = Place(x, y, (side, top), "start")
        at = (self.x_left + self.x_right - wide) / 2
        for k in low:
            x = at + bodies[k].across / 2
            most = max([bodies[b].reach for b in low])
            places[k] = Place(x, heights[-1], (x, heights[-1] + most + _BESIDE / 2))
            at += bodies[k].across + self.gap
        self.places = places
        bottom = heights[-1] + max([bodies[k].reach + bodies[k].label_height for k in low])
        width = max([places[k].label[0] + bodies[k].label_width for k in right])
        paths = [self.path(*wire) for wire in wires]
        return Layout([places[k] for k in range(len(bodies))], paths, width, bottom + _BESIDE)

    def heights(self) -> list[float]:
        """The middle of each row, and that of the bottom."""
        found: list[float] = []
        y = 0.0
        for row in range(self.count):
            inside = [self.bodies[k] for k, r in self.row.items() if r == row]
            half = max([max(b.reach, b.label_height / 2) for b in inside])
            found.append(y + half)
            y += 2 * half + _ARROW
        low = max([self.bodies[k].reach for k in self.found.bottom])
        return [*found, y + low]

    def path(self, source: int, target: int) -> tuple[Point, ...]:
        one, other = self.places[source], self.places[target]
        old, new = self.bodies[source], self.bodies[target]
        low = self.found.bottom
        out = (one.x + old.right + 3, one.y)
        into = (other.x + new.left - 4, other.y)
        down = (one.x, one.y + old.edge(0, True) + 3)
        if target == source + 1:
            if target in low and source not in low:
                points = [down]
                rounded(points, [(one.x, other.y), into])
                return tuple(points)
            if source in low and target not in low:
                points = [out]
                rounded(points, [(other.x, one.y), (other.x, other.y + new.edge(0, True) + 4)])
                return tuple(points)
            if source not in low and (target in self.found.left):
                return _piece(down, (other.x, other.y + new.edge(0, False) - 4))
            if source not in low:
                above = (one.x, one.y + old.edge(0, False) - 3)
                return _piece(above, (other.x, other.y + new.edge(0, True) + 4))
        if (source in self.found.left) == (target in self.found.left) and source not in low:
            beside = max(old.right, new.right) + 0.4 * self.gap
            end = (other.x + new.right + 4, other.y)
            return (out, (one.x + beside, out[1]), (other.x + beside, end[1]), end)
        middle = (out[0] + into[0]) / 2
        if abs(out[1] - into[1]) < 0.01:
            return _piece(out, into)
        return (out, (middle, out[1]), (middle, into[1]), into)


def _piece(start: Point, end: Point) -> tuple[Point, ...]:
    (x, y), (u, v) = start, end
    third, two = (x + (u - x) / 3, y + (v - y) / 3), (x + 2 * (u - x) / 3, y + 2 * (v - y) / 3)
    return (start, third, two, end)
