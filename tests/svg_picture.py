"""Reading a picture back: boxes, wires and texts, and where they are, from the SVG itself."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import NamedTuple

from archspec.drawing.style.text_width import text_width

SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Width = Callable[[str, float, bool], float]
Point = tuple[float, float]


class Area(NamedTuple):
    """A rectangle with y downward."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Area", slack: float = 0.6) -> bool:
        """Whether another one lies in it."""
        return (
            self.left - slack <= other.left
            and other.right <= self.right + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: "Area", slack: float = 0.6) -> bool:
        """Whether they overlap."""
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )

    def border(self, point: Point) -> float:
        """How far a point is from the outline."""
        x, y = point
        dx = max(self.left - x, 0, x - self.right)
        dy = max(self.top - y, 0, y - self.bottom)
        if dx or dy:
            return float((dx * dx + dy * dy) ** 0.5)
        return min(x - self.left, self.right - x, y - self.top, self.bottom - y)


class Drawn(NamedTuple):
    """A box, a wire, an opened block or the head: its outline and its texts."""

    kind: str
    key: str
    area: Area | None
    """Around all shapes; of a card, its outline."""
    texts: list[tuple[str, Area]]
    title: str
    """What is shown when the pointer rests on it."""
    layers: tuple[int, ...]
    ends: tuple[str, str]
    ways: list[list[Point]]
    """Of a wire: its lines as points close to each other."""
    faded: bool
    times: int
    dashed: int
    """How many outlines are dashed."""
    pills: list[Area] = []  # noqa: RUF012
    """Filled rectangles as high as the pill of a layer."""


def read_svg(data: bytes, width: Width = text_width) -> list[Drawn]:
    """Everything on a picture; raises if it is no well-formed XML.

    ``width`` says how wide texts are in the font that shows them.
    """
    root = ET.fromstring(data)
    assert root.tag == SVG + "svg"
    return [
        _drawn(group, width)
        for group in root.iter(SVG + "g")
        if group.get("class", "").split(" ")[0]
        in ("box", "wire", "cluster", "head", "legend", "note")
    ]


def _drawn(group: ET.Element, width: Width) -> Drawn:
    kind, _, more = group.get("class", "").partition(" ")
    outlines = [*map(_rect, group.iter(SVG + "rect")), *map(_polygon, group.iter(SVG + "polygon"))]
    texts = [("".join(t.itertext()), _text(t, width)) for t in group.iter(SVG + "text")]
    title = group.find(SVG + "title")
    first = next(iter(group.iter(SVG + "rect")), None)
    area = _rect(first) if first is not None else _around(outlines)
    return Drawn(
        kind,
        group.get("id", ""),
        area,
        texts,
        title.text or "" if title is not None else "",
        tuple(_ranges(group.get("data-layers", ""))),
        (group.get("data-from", ""), group.get("data-to", "")),
        [_way(path.get("d", "")) for path in group.iter(SVG + "path")],
        "faded" in more.split(),
        int(group.get("data-times", "1")),
        len([e for e in group.iter() if e.get("stroke-dasharray")]),
        [_rect(e) for e in group.iter(SVG + "rect") if e.get("height") == "17"],
    )


def _ranges(text: str) -> Iterator[int]:
    for part in text.split():
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _rect(rect: ET.Element) -> Area:
    x, y, w, h = (float(rect.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + w, y + h)


def _polygon(polygon: ET.Element) -> Area:
    numbers = [float(n) for n in _NUMBER.findall(polygon.get("points", ""))]
    xs, ys = numbers[::2], numbers[1::2]
    return Area(min(xs), min(ys), max(xs), max(ys))


def _around(areas: list[Area]) -> Area | None:
    if not areas:
        return None
    return Area(
        min(a.left for a in areas),
        min(a.top for a in areas),
        max(a.right for a in areas),
        max(a.bottom for a in areas),
    )


def _text(text: ET.Element, width: Width) -> Area:
    size = float(text.get("font-size", "0"))
    said = "".join(text.itertext())
    wide = width(said.replace("\xa0", " "), size, text.get("font-weight") == "bold")
    x, y = float(text.get("x", "0")), float(text.get("y", "0"))
    left = {"start": x, "end": x - wide}.get(text.get("text-anchor", ""), x - wide / 2)
    return Area(left, y - 0.72 * size, left + wide, y + 0.21 * size)


def _way(text: str) -> list[Point]:
    """A path as points, eight for each curve."""
    numbers = [float(n) for n in _NUMBER.findall(text)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if "C" not in text:
        (x, y), (u, v) = points[0], points[-1]
        return [(x + (u - x) * k / 8, y + (v - y) * k / 8) for k in range(9)]
    found = [points[0]]
    for k in range(0, len(points) - 3, 3):
        a, b, c, d = points[k : k + 4]
        for step in range(1, 9):
            t = step / 8
            s = 1 - t
            weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
            found.append(
                (
                    sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                )
            )
    return found
