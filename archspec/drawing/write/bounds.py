"""How far shapes reach."""

from collections.abc import Iterable

from archspec.drawing.scene.scene import Curve, Label, Polygon, Rect, Shape
from archspec.drawing.style.text_width import broadest

_SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}


def bounds(shapes: Iterable[Shape]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom end of shapes, without the width of their lines; zeros for none."""
    xs: list[float] = []
    ys: list[float] = []
    for shape in shapes:
        if isinstance(shape, Rect):
            xs += [shape.x, shape.x + shape.width]
            ys += [shape.y, shape.y + shape.height]
        elif isinstance(shape, Label):
            wide = broadest(shape.text, shape.size, shape.bold)
            left = shape.x - wide * _SHARES[shape.anchor]
            xs += [left, left + wide]
            ys += [shape.y - shape.size, shape.y + shape.size * 0.3]
        elif isinstance(shape, Polygon | Curve):
            xs += [x for x, _ in shape.points]
            ys += [y for _, y in shape.points]
    return min(xs, default=0.0), min(ys, default=0.0), max(xs, default=0.0), max(ys, default=0.0)
