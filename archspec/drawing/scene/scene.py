"""A scene: polygons, lines and texts in one coordinate system, for several writers.

Colours are those of a theme. x goes right, y goes down; lengths are in points.
"""

from typing import NamedTuple

Point = tuple[float, float]


class Polygon(NamedTuple):
    """A filled shape."""

    points: tuple[Point, ...]
    fill: str
    line: str
    tip: str = ""


class Line(NamedTuple):
    """A straight line, with an arrow's head at its end or without."""

    start: Point
    end: Point
    color: str
    width: float = 1.0
    arrow: bool = False


class Label(NamedTuple):
    """A line of text; ``x`` is its middle, or its start, ``y`` its base line."""

    x: float
    y: float
    text: str
    size: float
    color: str
    bold: bool = False
    middle: bool = True


class Scene(NamedTuple):
    """What is drawn, from back to front, on a page."""

    width: float
    height: float
    page: str
    parts: tuple[Polygon | Line | Label, ...]


def mix(first: str, second: str, share: float) -> str:
    """A colour between two, ``share`` of the way to the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def arrow_head(line: Line) -> tuple[Point, ...]:
    """The triangle at the end of a horizontal line."""
    x, y = line.end
    return (x, y), (x - 7, y - 3.2), (x - 7, y + 3.2)
