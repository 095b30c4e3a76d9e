"""Where Graphviz has put cards and wires: read from its JSON, and written into DOT again."""

import json
from typing import NamedTuple

Point = tuple[float, float]
"""x to the right, y upward, in points."""


class Box(NamedTuple):
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """x of its middle."""
        return (self.left + self.right) / 2

    def moved(self, dx: float, dy: float) -> "Box":
        """The same rectangle elsewhere."""
        return Box(self.left + dx, self.bottom + dy, self.right + dx, self.top + dy)


class Route(NamedTuple):
    """The way of a wire: its arrow's tip, its points, and the middle of its label."""

    tip: Point | None
    points: tuple[Point, ...]
    label: Point | None

    def moved(self, dx: float, dy: float) -> "Route":
        """The same way elsewhere."""
        return Route(
            self.tip and (self.tip[0] + dx, self.tip[1] + dy),
            tuple((x + dx, y + dy) for x, y in self.points),
            self.label and (self.label[0] + dx, self.label[1] + dy),
        )

    def pos(self) -> str:
        """As DOT has it: ``e,x,y x,y …``."""
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in self.points)
        return f"e,{self.tip[0]:.2f},{self.tip[1]:.2f} {points}" if self.tip else points


class Places(NamedTuple):
    """Where everything is."""

    cards: dict[str, Box]
    routes: dict[tuple[str, str], Route]
    clusters: dict[str, tuple[Box, Point]]
    """Rectangle and the middle of the title."""
    header: tuple[float, float]
    """Width and height of the header."""


def read_places(text: bytes) -> Places:
    """The places in what Graphviz writes with ``-Tjson0``."""
    data = json.loads(text)
    names: list[str] = [o["name"] for o in data.get("objects", ())]
    cards: dict[str, Box] = {}
    clusters: dict[str, tuple[Box, Point]] = {}
    for found in data.get("objects", ()):
        if "bb" in found:
            left, bottom, right, top = (float(n) for n in found["bb"].split(","))
            box = Box(left, bottom, right, top)
            clusters[found["name"]] = box, _point(found.get("lp", "0,0"))
        elif "pos" in found:
            x, y = _point(found["pos"])
            w, h = float(found["width"]) * 36, float(found["height"]) * 36
            cards[found["name"]] = Box(x - w, y - h, x + w, y + h)
    routes = {}
    for edge in data.get("edges", ()):
        tip, points = None, []
        for word in edge["pos"].split():
            if word.startswith("e,"):
                tip = _point(word[2:])
            elif not word.startswith("s,"):
                points.append(_point(word))
        label = _point(edge["lp"]) if "lp" in edge else None
        routes[names[edge["tail"]], names[edge["head"]]] = Route(tip, tuple(points), label)
    header = float(data.get("lwidth", 0)) * 72, float(data.get("lheight", 0)) * 72
    return Places(cards, routes, clusters, header)


def text_widths(text: bytes) -> dict[tuple[str, float], float]:
    """How wide Graphviz has taken each text to be, by text and size, in what ``-Tjson`` gives."""
    found: dict[tuple[str, float], float] = {}
    data = json.loads(text)
    for thing in (data, *data.get("objects", ()), *data.get("edges", ())):
        size = 0.0
        for operation in thing.get("_ldraw_", ()):
            if operation["op"] == "F":
                size = float(operation["size"])
            elif operation["op"] == "T":
                found[operation["text"], size] = float(operation["width"])
    return found


def _point(text: str) -> Point:
    x, y = text.split(",")[:2]
    return float(x), float(y)
