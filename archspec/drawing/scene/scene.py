"""What is drawn: shapes on pages, in groups that say what they stand for.

Lengths are in points, x goes right, y goes down. A colour is the name of a role in a theme, such as
``conv.line``, or a mix of two (:func:`mix`): every writer asks its theme for it, so one scene serves a
light page, a dark one, and one that follows.
"""

from typing import NamedTuple

Point = tuple[float, float]


class Polygon(NamedTuple):
    """A filled shape with straight sides."""

    points: tuple[Point, ...]
    fill: str
    line: str = ""
    """Colour of its outline; empty for none."""
    width: float = 1.0
    dashed: bool = False


class Rect(NamedTuple):
    """A rectangle, with round corners or without."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    line: str = ""
    radius: float = 0.0
    stroke: float = 1.0
    """Width of the outline."""
    dashed: bool = False


class Curve(NamedTuple):
    """An open line: its start, and three points for each cubic Bézier piece."""

    points: tuple[Point, ...]
    color: str
    width: float = 1.3
    arrow: bool = False
    """Whether a head stands at its end; the tip of the head is the last point."""
    dashed: bool = False


class Label(NamedTuple):
    """A line of text; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: float
    color: str
    bold: bool = False
    anchor: str = "middle"
    """What of the text is at ``x``: its ``start``, its ``middle`` or its ``end``."""


Shape = Polygon | Rect | Curve | Label


class Group(NamedTuple):
    """Shapes that are one thing to a reader."""

    kind: str
    """``box``, ``wire``, ``cluster`` (an opened block), ``head``, ``legend`` or ``note``."""
    key: str
    """Its name in the file: made of a number, never of a name in the spec."""
    shapes: tuple[Shape, ...]
    tip: str = ""
    """What is shown when the pointer rests on it; lines end with a line break."""
    nodes: tuple[int, ...] = ()
    """Of a box: the layers that it stands for, by their index in the graph, in order."""
    ends: tuple[str, str] = ("", "")
    """Of a wire: the keys of the boxes that it leads from and to."""
    params: int = 0
    """Of a box: parameters of its layers, shared ones where they belong."""
    faded: bool = False
    """Of a box: whether nothing in it leads to an output."""
    times: int = 1


class Scene(NamedTuple):
    """A picture."""

    name: str
    title: str
    description: str
    """What is to be seen, in words, for those who cannot see it."""
    width: float
    height: float
    groups: tuple[Group, ...]
    """From back to front."""
    page_height: float = 0.0
    """Height of a page, if there are several: the picture's height is a multiple of it."""


def line(start: Point, end: Point, color: str, width: float = 1.0, arrow: bool = False) -> Curve:
    """A straight line."""
    (x, y), (u, v) = start, end
    third = (x + (u - x) / 3, y + (v - y) / 3)
    two = (x + 2 * (u - x) / 3, y + 2 * (v - y) / 3)
    return Curve((start, third, two, end), color, width, arrow)


def mix(first: str, second: str, share: float) -> str:
    """The colour between two roles, ``share`` of the way to the second."""
    return f"{first}+{second}*{share:.2f}"


def arrow_head(curve: Curve, length: float = 6.5) -> tuple[Point, Point, Point]:
    """The triangle at the end of a curve: its tip, then its two corners."""
    x, y = curve.points[-1]
    for u, v in reversed(curve.points[:-1]):
        far = ((x - u) ** 2 + (y - v) ** 2) ** 0.5
        if far > length / 4:
            break
    else:
        u, v, far = x - 1, y, 1.0
    dx, dy = (x - u) / far, (y - v) / far
    half = length * 0.36
    bx, by = x - dx * length, y - dy * length
    return (x, y), (bx - dy * half, by + dx * half), (bx + dy * half, by - dx * half)


def moved(shape: Shape, x: float, y: float) -> Shape:
    """The same shape elsewhere."""
    if isinstance(shape, Polygon):
        return shape._replace(points=tuple([(a + x, b + y) for a, b in shape.points]))
    if isinstance(shape, Curve):
        return shape._replace(points=tuple([(a + x, b + y) for a, b in shape.points]))
    return shape._replace(x=shape.x + x, y=shape.y + y)


def scaled(scene: Scene, factor: float) -> Scene:
    """The same picture at another size, its texts and lines too."""
    if factor == 1:
        return scene
    groups = [
        g._replace(shapes=tuple([_scaled(s, factor) for s in g.shapes])) for g in scene.groups
    ]
    return scene._replace(
        width=scene.width * factor,
        height=scene.height * factor,
        page_height=scene.page_height * factor,
        groups=tuple(groups),
    )


def _scaled(shape: Shape, f: float) -> Shape:
    if isinstance(shape, Polygon):
        return shape._replace(
            points=tuple([(a * f, b * f) for a, b in shape.points]), width=shape.width * f
        )
    if isinstance(shape, Curve):
        return shape._replace(
            points=tuple([(a * f, b * f) for a, b in shape.points]), width=shape.width * f
        )
    if isinstance(shape, Label):
        return shape._replace(x=shape.x * f, y=shape.y * f, size=shape.size * f)
    return shape._replace(
        x=shape.x * f,
        y=shape.y * f,
        width=shape.width * f,
        height=shape.height * f,
        radius=shape.radius * f,
        stroke=shape.stroke * f,
    )
