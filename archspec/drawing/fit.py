"""A picture for a page: as large as fits, nothing smaller than what can be read."""

import re
from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple

from archspec.drawing.layout.pages import NoRoom
from archspec.drawing.layout.parts import Room
from archspec.drawing.scene.pages import on_pages
from archspec.drawing.scene.scene import Curve, Polygon, Scene, Shape, moved, scaled

_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 1.0, "px": 0.75}
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.I)
WIDTHS = 50, 14_400
"""Narrowest and widest picture, in points."""
_LONGEST = 1.5
"""Height by width of a picture that is not looked at on one page, where there is a choice."""


class Paper(NamedTuple):
    """A page, in points."""

    width: float
    height: float
    margin: float
    largest: float
    """How much larger than usual a picture may be."""


PAPERS = {
    "a4": Paper(595.28, 841.89, 42.0, 1.25),
    "letter": Paper(612.0, 792.0, 42.0, 1.25),
    "slide": Paper(960.0, 540.0, 24.0, 1.5),
    "poster": Paper(2383.94, 3370.39, 110.0, 4.0),
}
"""Names of pages; a poster is A0."""


class Unfit(ValueError):
    """A picture that cannot be drawn so narrow with text that can be read."""

    def __init__(self, needed: float, least: float) -> None:
        self.needed = needed
        """Width in points that it takes; infinite if it is the height that is lacking."""
        self.least = least
        super().__init__(
            f"with text of {least:g} pt and more it takes {needed * 2.54 / 72:.1f} cm of width"
            if needed < inf
            else f"with text of {least:g} pt and more a part of it is higher than a page"
        )


def length(text: str) -> float:
    """Points of a length such as ``16cm``, ``6.5in`` or ``480pt``.

    Raises:
        ValueError: it is none.
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None or match[2].lower() not in _POINTS:
        raise ValueError(f"`{text}` is no length: 16cm, 160mm, 6.5in, 450pt")
    found = float(match[1]) * _POINTS[match[2].lower()]
    if not WIDTHS[0] <= found <= WIDTHS[1]:
        raise ValueError(f"`{text}` is no width for a picture: from 50pt to 14400pt")
    return found


def fit_width(draw: Callable[[Room], Scene], width: float, least: float, smallest: float) -> Scene:
    """The scene at just a width, as large as looks well.

    Args:
        draw: gives the scene for a room, or raises NoRoom.
        width: in points.
        least: size of the smallest text that may come out.
        smallest: size of the smallest text that is drawn.

    Raises:
        Unfit: it does not fit with text of that size.
    """
    best: Scene | None = None
    needed = inf
    for scale in _scales(1.0, least / smallest):
        try:
            found = scaled(draw(Room(width / scale)), scale)
        except NoRoom as error:
            needed = min(needed, error.width)
            continue
        if best is None or found.height < best.height * 0.9:
            best = found
        if best.height <= _LONGEST * width:
            break
    if best is None:
        raise Unfit(needed * min(1.0, least / smallest), least)
    return _widened(best, width)


def fit_paper(draw: Callable[[Room], Scene], paper: Paper, least: float, smallest: float) -> Scene:
    """The scene on as few pages as it takes, as large as fits there.

    Raises:
        Unfit: it does not fit with text of that size.
    """
    inner = paper.width - 2 * paper.margin, paper.height - 2 * paper.margin
    best: Scene | None = None
    needed = inf
    for scale in _scales(paper.largest, least / smallest):
        try:
            drawn = draw(Room(inner[0] / scale, inner[1] / scale))
        except NoRoom as error:
            needed = min(needed, error.width)
            continue
        paged = on_pages(drawn, inner[1] / scale)
        if paged is None:
            continue
        found = scaled(paged, scale)
        if best is None or pages_of(found) < pages_of(best):
            best = found
        if pages_of(best) == 1:
            break
    if best is None:
        raise Unfit(needed * min(1.0, least / smallest), least)
    return _on_paper(best, paper)


def _widened(scene: Scene, width: float) -> Scene:
    """The scene in the middle of a width."""
    aside = max(0.0, (width - scene.width) / 2)
    groups = [
        g._replace(shapes=tuple([moved(s, aside, 0) for s in g.shapes])) for g in scene.groups
    ]
    return scene._replace(width=width, groups=tuple(groups))


def pages_of(scene: Scene) -> int:
    """How many pages a scene takes."""
    return round(scene.height / scene.page_height) if scene.page_height else 1


def _scales(largest: float, smallest: float) -> Iterator[float]:
    """Sizes to try, from the largest to the smallest."""
    scale = largest
    while scale > smallest:
        yield scale
        scale *= 0.92
    yield min(smallest, largest)


def _on_paper(scene: Scene, paper: Paper) -> Scene:
    """The scene with margins around every page."""
    high = scene.page_height or inf
    pages = pages_of(scene)

    def place(x: float, y: float) -> tuple[float, float]:
        page = min(pages - 1, max(0, int(y // high))) if pages > 1 else 0
        return x + left, y + paper.margin + page * 2 * paper.margin

    left = (paper.width - scene.width) / 2
    groups = [g._replace(shapes=tuple([_put(s, place) for s in g.shapes])) for g in scene.groups]
    return scene._replace(
        width=paper.width,
        height=paper.height * pages,
        page_height=paper.height if pages > 1 else 0.0,
        groups=tuple(groups),
    )


def _put(shape: Shape, place: Callable[[float, float], tuple[float, float]]) -> Shape:
    if isinstance(shape, Polygon | Curve):
        return shape._replace(points=tuple([place(*p) for p in shape.points]))
    x, y = place(shape.x, shape.y)
    return moved(shape, x - shape.x, y - shape.y)
