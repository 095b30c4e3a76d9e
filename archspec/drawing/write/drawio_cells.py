"""What a file of diagrams.net is made of: cells as text, and where they are."""

from html import escape

from archspec.diagnostics.characters import drawn
from archspec.drawing.scene.scene import Point
from archspec.drawing.write.svg import number

Area = tuple[float, float, float, float]
"""Left, top, width and height."""


def object_cell(key: str, about: dict[str, str], cell: str) -> str:
    """A cell with properties; among them ``label`` and ``tooltip``, which are shown."""
    said = "".join([f' {name}="{_attribute(value)}"' for name, value in about.items()])
    return f'<object{said} id="{escape(key)}">{cell}</object>'


def _attribute(text: str) -> str:
    return escape(drawn(text))


def vertex(style: str, parent: str, area: Area) -> str:
    """A shape; its place counts from its parent's corner."""
    x, y, wide, high = (number(value) for value in area)
    return (
        f'<mxCell style="{style}" vertex="1" parent="{escape(parent)}">'
        f'<mxGeometry x="{x}" y="{y}" width="{wide}" height="{high}" as="geometry"/></mxCell>'
    )


def way_of(way: list[Point]) -> str:
    """The geometry of an edge: where it begins and ends, and what it goes through."""
    first, *between, last = [f'<mxPoint x="{number(x)}" y="{number(y)}"' for x, y in way]
    through = "".join([f"{point}/>" for point in between])
    points = f'<Array as="points">{through}</Array>' if between else ""
    ends = f'{first} as="sourcePoint"/>{last} as="targetPoint"/>'
    return f'<mxGeometry relative="1" as="geometry">{ends}{points}</mxGeometry>'


def from_corner(area: Area, corner: Point) -> Area:
    """The same place, counted from a corner."""
    left, top, wide, high = area
    return left - corner[0], top - corner[1], wide, high


def share(area: Area, point: Point) -> Point:
    """Where on a box a point is: from 0 to 1 in both directions."""
    left, top, wide, high = area
    return (point[0] - left) / (wide or 1), (point[1] - top) / (high or 1)


def exact(part: float) -> str:
    """A share with at most four decimals."""
    text = f"{part:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def holds(outer: Area, inner: Area) -> bool:
    """Whether one place lies in another."""
    return (
        outer[0] <= inner[0] + 0.01
        and outer[1] <= inner[1] + 0.01
        and inner[0] + inner[2] <= outer[0] + outer[2] + 0.01
        and inner[1] + inner[3] <= outer[1] + outer[3] + 0.01
    )


def simple(way: list[Point], near: float) -> list[Point]:
    """Fewer points, such that no point that is left out is farther away than ``near``."""
    if len(way) < 3:
        return way
    (x, y), (u, v) = way[0], way[-1]
    far = ((u - x) ** 2 + (v - y) ** 2) ** 0.5
    worst, at = -1.0, 0
    for k, (a, b) in enumerate(way[1:-1], 1):
        if far:
            away = abs((u - x) * (b - y) - (v - y) * (a - x)) / far
        else:
            away = ((a - x) ** 2 + (b - y) ** 2) ** 0.5
        if away > worst:
            worst, at = away, k
    if worst <= near:
        return [way[0], way[-1]]
    return [*simple(way[: at + 1], near)[:-1], *simple(way[at:], near)]
