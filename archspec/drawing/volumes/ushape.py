"""An encoder–decoder as a U: one arm down, one arm up, skips across."""

from archspec.drawing.scene.scene import Point
from archspec.drawing.volumes.arms import Arms
from archspec.drawing.volumes.body import Body, Layout, Place
from archspec.drawing.volumes.grid import Pair
from archspec.drawing.volumes.line import rounded
from archspec.drawing.volumes.maps import centred

_BESIDE = 10.0
"""Between a box and its label."""
_ARROW = 26.0
"""Between a box and the one below it."""


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
        self.next_to = found.next_to()
        self.count = self.align()

    def align(self) -> int:
        """A row for each box of the arms, the ends of a skip in the same row; returns their number."""
        left, right = list(self.found.left), list(self.found.right)
        row = 0
        for skip in self.found.skips:
            one = left[: left.index(skip.source) + 1]
            other = right[: right.index(skip.target) + 1]
            left, right = left[len(one) :], right[len(other) :]
            rows = max(len(one), len(other))
            for part in (one, other):
                for k, box in enumerate(part):
                    self.row[box] = row + rows - len(part) + k
            row += rows
            if skip.over >= 0:
                self.row[skip.over] = row - 1
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
        over = [k for k in self.row if k not in left and k not in right]
        gap = max([self.gap, *[bodies[k].across + 2.6 * _ARROW for k in over]])
        inner = self.x_left + max([bodies[k].right for k in left]) + gap
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
        begin = self.x_left + max([bodies[k].right for k in left])
        end = self.x_right + min([bodies[k].left for k in right])
        for k in over:
            x, y = (begin + end) / 2, heights[self.row[k]]
            places[k] = Place(x, y, (x, y + bodies[k].reach + 2))
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
            inside = [k for k, r in self.row.items() if r == row]
            half = max([self.half(k) for k in inside])
            found.append(y + half)
            y += 2 * half + _ARROW
        low = max([self.bodies[k].reach for k in self.found.bottom])
        return [*found, y + low]

    def half(self, k: int) -> float:
        """Half of the height that a box takes; the label of one on a skip is below it."""
        body = self.bodies[k]
        if k in self.found.left or k in self.found.right:
            return max(body.reach, body.label_height / 2)
        return body.reach + 2 + body.label_height

    def path(self, source: int, target: int) -> tuple[Point, ...]:
        one, other = self.places[source], self.places[target]
        old, new = self.bodies[source], self.bodies[target]
        low = self.found.bottom
        out = (one.x + old.right + 3, one.y)
        into = (other.x + new.left - 4, other.y)
        down = (one.x, one.y + old.edge(0, True) + 3)
        if (source, target) in self.next_to:
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
        arms = (self.found.left, self.found.right)
        if any(source in arm and target in arm for arm in arms):
            beside = max(old.right, new.right) + min(24.0, 0.4 * self.gap)
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
