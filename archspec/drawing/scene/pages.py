"""A long scene cut into pages, between what must stay whole."""

from collections.abc import Callable

from archspec.drawing.scene.scene import (
    Curve,
    Group,
    Label,
    Point,
    Polygon,
    Rect,
    Scene,
    Shape,
    moved,
)

_EMPTIEST = 0.5
"""Most of a page that may stay empty where something does not fit on it any more."""
_CLEAR = 4.0
"""Points between the end of a page and what is on it."""


def on_pages(scene: Scene, high: float) -> Scene | None:
    """The scene on pages of a height, with room put in where a page would end within a box.

    Wires are drawn out across the ends of pages. None if there is no place to cut.
    """
    if scene.height <= high or scene.page_height:
        return scene
    end = high
    while scene.height > end:
        spans = [s for g in scene.groups if g.kind != "cluster" for s in _spans(g)]
        cut = end
        while over := [top for top, bottom in spans if top - _CLEAR < cut < bottom + _CLEAR]:
            cut = min(over) - _CLEAR
        if cut < end - _EMPTIEST * high:
            return None
        scene = _opened(scene, cut, end - cut + _CLEAR)
        end += high
    return scene._replace(height=float(end), page_height=float(high))


def _spans(group: Group) -> list[tuple[float, float]]:
    """Heights at which a group cannot be cut: all of a box; of a wire its label."""
    if group.kind == "wire":
        return [_extent(s) for s in group.shapes if isinstance(s, Label)]
    extents = [_extent(s) for s in group.shapes]
    return [(min(e[0] for e in extents), max(e[1] for e in extents))] if extents else []


def _extent(shape: Shape) -> tuple[float, float]:
    if isinstance(shape, Label):
        return shape.y - shape.size, shape.y + 0.3 * shape.size
    if isinstance(shape, Rect):
        return shape.y, shape.y + shape.height
    ys = [y for _, y in shape.points]
    return min(ys), max(ys)


def _opened(scene: Scene, cut: float, more: float) -> Scene:
    """Everything below a height moved down."""

    def down(point: Point) -> Point:
        return (point[0], point[1] + more) if point[1] >= cut else point

    groups = [
        g._replace(shapes=tuple([_down(s, down, cut, more) for s in g.shapes]))
        for g in scene.groups
    ]
    return scene._replace(groups=tuple(groups), height=scene.height + more)


def _down(shape: Shape, down: Callable[[Point], Point], cut: float, more: float) -> Shape:
    if isinstance(shape, Curve | Polygon):
        return shape._replace(points=tuple([down(p) for p in shape.points]))
    if shape.y >= cut:
        return moved(shape, 0, more)
    if isinstance(shape, Rect) and shape.y + shape.height > cut:  # an opened block
        return shape._replace(height=shape.height + more)
    return shape
