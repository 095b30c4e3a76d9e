"""Wires from the end of one column to the top of another, and from one page to the next."""

from archspec.drawing.layout.places import Box, Point, Route

_ROUND = 12.0


def snake(source: Box, target: Box, gutter: float, bottom: float, top: float, wide: float) -> Route:
    """Out below, up between the columns, in from above; its label of that width beside the arrow."""
    corners = [
        (source.middle, source.bottom),
        (source.middle, bottom),
        (gutter, bottom),
        (gutter, top),
        (target.middle, top),
        (target.middle, target.top),
    ]
    return Route(_rounded(corners), _beside(target, wide))


def across_pages(source: Box, target: Box, top: float, wide: float) -> Route:
    """Out below and off the page, in from above on the next one."""
    corners = [
        (source.middle, source.bottom),
        (source.middle, top),
        (target.middle, top),
        (target.middle, target.top),
    ]
    return Route(_rounded(corners), _beside(target, wide))


def _beside(target: Box, wide: float) -> Point | None:
    return (target.middle + wide / 2 + 2, target.top - 12) if wide else None


def _rounded(corners: list[Point]) -> tuple[Point, ...]:
    """A way along corners, each rounded."""
    points: list[Point] = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        points += straight(points[-1], _toward(corner, before))
        turn = _toward(corner, after)
        points += [_near(points[-1], corner), _near(turn, corner), turn]
    points += straight(points[-1], corners[-1])
    return tuple(points)


def _near(point: Point, corner: Point) -> Point:
    """The handle of a quarter of a circle."""
    return (
        point[0] + (corner[0] - point[0]) * 0.55,
        point[1] + (corner[1] - point[1]) * 0.55,
    )


def _toward(corner: Point, other: Point) -> Point:
    """A point near a corner, where the rounding begins."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = max(abs(dx), abs(dy), 0.01)
    step = min(_ROUND, length / 2)
    return corner[0] + dx / length * step, corner[1] + dy / length * step


def straight(start: Point, end: Point) -> list[Point]:
    """A straight piece: two points between, and the end."""
    dx, dy = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    return [(start[0] + dx, start[1] + dy), (start[0] + 2 * dx, start[1] + 2 * dy), end]
