"""Where boxes stand and how wires run. x goes right, y goes down, in points."""

from typing import NamedTuple

Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        """x of its middle."""
        return (self.left + self.right) / 2

    @property
    def center(self) -> Point:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The same rectangle elsewhere."""
        return Box(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def turned(self) -> "Box":
        """The rectangle with x and y exchanged."""
        return Box(self.top, self.left, self.bottom, self.right)

    def nearest(self, point: Point) -> Point:
        """The place on its outline that is nearest to a point."""
        x = min(max(point[0], self.left), self.right)
        y = min(max(point[1], self.top), self.bottom)
        gaps = (x - self.left, self.right - x, y - self.top, self.bottom - y)
        if 0 in gaps:
            return x, y
        side = gaps.index(min(gaps))
        if side < 2:
            return (self.left, self.right)[side], y
        return x, (self.top, self.bottom)[side - 2]

    def holds(self, other: "Box") -> bool:
        """Whether another one lies in it."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def meets(self, other: "Box") -> bool:
        """Whether another one has a place in common with it."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


class Route(NamedTuple):
    """The way of a wire: its start and three points for each piece, and the middle of its label."""

    points: tuple[Point, ...]
    label: Point | None

    def moved(self, dx: float, dy: float) -> "Route":
        """The same way elsewhere."""
        return Route(
            tuple([(x + dx, y + dy) for x, y in self.points]),
            self.label and (self.label[0] + dx, self.label[1] + dy),
        )

    def turned(self) -> "Route":
        """The way with x and y exchanged."""
        return Route(
            tuple([(y, x) for x, y in self.points]),
            self.label and (self.label[1], self.label[0]),
        )


class Places(NamedTuple):
    """Where everything is."""

    boxes: dict[str, Box]
    routes: tuple[Route, ...]
    """For each wire of the diagram, in its order."""
    clusters: dict[str, Box]

    def turned(self) -> "Places":
        """Everything with x and y exchanged."""
        return Places(
            {key: box.turned() for key, box in self.boxes.items()},
            tuple([route.turned() for route in self.routes]),
            {key: box.turned() for key, box in self.clusters.items()},
        )
