"""Labels of wires moved aside where a wire would run through them."""

from collections.abc import Iterable, Iterator

from archspec.drawing.layout.places import Box, Places, Point, Route

_MOST = 600
"""Wires of a drawing that is looked at; more are not looked at by anybody."""
_STEPS = 6
_CELL = 60.0
_ASIDE = sorted(
    [(dx, dy) for dx in range(-60, 61, 4) for dy in range(-24, 25, 4)],
    key=lambda step: (abs(step[0]) + 1.5 * abs(step[1]), step),
)
"""Ways to move a label, the shortest first."""


def clear_labels(places: Places, sizes: tuple[tuple[float, float] | None, ...]) -> Places:
    """The places with every label beside wires, boxes and other labels, as far as there is room."""
    if len(places.routes) > _MOST:
        return places
    points = Wires(places.routes)
    boxes = list(places.boxes.values())
    labels = [
        _around(r.label, s) if r.label and s else None
        for r, s in zip(places.routes, sizes, strict=True)
    ]
    routes = list(places.routes)
    for k, box in enumerate(labels):
        if box is None or not points.meets(box):
            continue
        others = [b for j, b in enumerate(labels) if j != k and b is not None]
        for dx, dy in _ASIDE:
            moved = box.moved(dx, dy)
            if points.meets(moved) or any(b.meets(moved) for b in (*boxes, *others)):
                continue
            (x, y) = routes[k].label or (0.0, 0.0)
            routes[k] = routes[k]._replace(label=(x + dx, y + dy))
            labels[k] = moved
            break
    return places._replace(routes=tuple(routes))


def _around(point: Point, size: tuple[float, float]) -> Box:
    (x, y), (w, h) = point, size
    return Box(x - w / 2 + 2, y - h / 2 + 1, x + w / 2 - 2, y + h / 2 - 1)


class Wires:
    """Points of wires, by the squares of the page that they lie in."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._of: dict[tuple[int, int], list[Point]] = {}
        for route in routes:
            for x, y in _points(route):
                self._of.setdefault((int(x // _CELL), int(y // _CELL)), []).append((x, y))

    def meets(self, box: Box) -> bool:
        """Whether a wire runs through a rectangle."""
        return any(
            box.left < x < box.right and box.top < y < box.bottom
            for column in range(int(box.left // _CELL), int(box.right // _CELL) + 1)
            for row in range(int(box.top // _CELL), int(box.bottom // _CELL) + 1)
            for x, y in self._of.get((column, row), ())
        )


def _points(route: Route) -> Iterator[Point]:
    """Points of a wire, not more than some points from each other."""
    found = route.points
    yield found[0]
    for k in range(0, len(found) - 3, 3):
        a, b, c, d = found[k : k + 4]
        length = abs(d[0] - a[0]) + abs(d[1] - a[1])
        steps = max(_STEPS, min(60, int(length / 4)))
        for step in range(1, steps + 1):
            t = step / steps
            s = 1 - t
            w = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
            yield (
                w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
                w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
            )
