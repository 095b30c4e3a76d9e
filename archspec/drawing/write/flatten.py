"""Shapes as short straight lines, and how far a shape reaches: for writers of pages and pixels."""

from itertools import pairwise
from math import cos, hypot, pi, sin

from archspec.drawing.scene.scene import Curve, Label, Point, Polygon, Rect, Shape, arrow_head

DASH = (4.0, 3.0)
"""Lengths of a dash and of the gap after it, in points."""


def reach(shape: Shape) -> tuple[float, float]:
    """The highest and the lowest point that a shape may touch, in points from the top."""
    if isinstance(shape, Label):
        return shape.y - 1.3 * shape.size, shape.y + 0.6 * shape.size
    if isinstance(shape, Rect):
        return shape.y - shape.stroke, shape.y + shape.height + shape.stroke
    ys = [y for _, y in shape.points]
    more = shape.width + (4 if isinstance(shape, Curve) and shape.arrow else 0)
    return min(ys) - more, max(ys) + more


def shaft(curve: Curve) -> Curve:
    """The line below an arrow's head: up to the tip it would make the tip blunt."""
    if not curve.arrow:
        return curve
    (x, y), (a, b), (c, d) = arrow_head(curve)
    dx, dy = ((a + c) / 2 - x) * 0.7, ((b + d) / 2 - y) * 0.7
    *before, (u, v), _ = curve.points
    return curve._replace(points=(*before, (u + dx, v + dy), (x + dx, y + dy)))


def flat_curve(curve: Curve, step: float) -> list[Point]:
    """Points on a curve, about ``step`` points apart where it bends."""
    points = curve.points
    found = [points[0]]
    for k in range(1, len(points) - 2, 3):
        a, (b, c, d) = points[k - 1], points[k : k + 3]
        way = hypot(b[0] - a[0], b[1] - a[1]) + hypot(c[0] - b[0], c[1] - b[1])
        way += hypot(d[0] - c[0], d[1] - c[1])
        if way - hypot(d[0] - a[0], d[1] - a[1]) < 0.01:
            found.append(d)
            continue
        pieces = max(4, min(64, round(way / step)))
        for n in range(1, pieces + 1):
            t = n / pieces
            s = 1 - t
            p, q, r, u = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            found.append(
                (
                    p * a[0] + q * b[0] + r * c[0] + u * d[0],
                    p * a[1] + q * b[1] + r * c[1] + u * d[1],
                )
            )
    return found


def outline(shape: Rect | Polygon) -> list[Point]:
    """The points around a shape, the first one again at the end."""
    if isinstance(shape, Polygon):
        return [*shape.points, shape.points[0]]
    left, top = shape.x, shape.y
    right, bottom = left + shape.width, top + shape.height
    r = corner(shape)
    if not r:
        return [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    found = []
    centers = (
        (right - r, top + r),
        (right - r, bottom - r),
        (left + r, bottom - r),
        (left + r, top + r),
    )
    for quarter, (x, y) in enumerate(centers):
        for n in range(9):
            angle = (quarter - 1 + n / 8) * pi / 2
            found.append((x + r * cos(angle), y + r * sin(angle)))
    return [*found, found[0]]


def corner(shape: Rect) -> float:
    """The radius of a rectangle's corners: never more than half a side."""
    return max(0.0, min(shape.radius, shape.width / 2, shape.height / 2))


def dashes(points: list[Point]) -> list[list[Point]]:
    """The dashes along a line through points."""
    found: list[list[Point]] = []
    on, left = True, DASH[0]
    line = [points[0]]
    for (x, y), (u, v) in pairwise(points):
        far = hypot(u - x, v - y)
        done = 0.0
        while far - done > left:
            done += left
            at = (x + (u - x) * done / far, y + (v - y) * done / far)
            if on:
                found.append([*line, at])
            on = not on
            left = DASH[0] if on else DASH[1]
            line = [at]
        left -= far - done
        line.append((u, v))
    if on and len(line) > 1:
        found.append(line)
    return found
