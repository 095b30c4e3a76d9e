"""Shapes of a box: front, top and side of its maps, slices that hint at channels or steps, kernels."""

from archspec.drawing.scene.scene import Curve, Label, Point, Polygon, Rect, Shape, line, mix
from archspec.drawing.style.theme import LIGHT
from archspec.drawing.volumes.body import CIRCLE, Body, Place, baselines
from archspec.drawing.volumes.maps import Solid
from archspec.shapes.shape import Window

_UNKNOWN = 32
_SLICES = 12


def family_of(solid_family: str) -> str:
    """A family that has colours."""
    return solid_family if solid_family in LIGHT.families else "other"


def box_shapes(body: Body, place: Place) -> list[Shape]:
    """A box with its label."""
    shapes: list[Shape] = []
    if body.solids:
        for solid in body.solids:
            shapes += _faces(body, solid, (place.x, place.y))
        if body.box.together:
            shapes += _dots(place)
    else:
        shapes += _circle(body, place)
    return shapes + _label(body, place)


def _circle(body: Body, place: Place) -> list[Shape]:
    fill, line_color, ink = ("merge.fill", "merge.line", "merge.ink")
    if body.box.faded:
        fill, line_color, ink = "page", "muted", "muted"
    size = 2 * CIRCLE
    around = Rect(place.x - CIRCLE, place.y - CIRCLE, size, size, fill, line_color, CIRCLE, 1.2)
    around = around._replace(dashed=body.box.faded)
    sign = body.box.symbol
    return [around, Label(place.x, place.y + 4.6, sign, 13, ink, bold=True)]


def _label(body: Body, place: Place) -> list[Shape]:
    x, top = place.label
    family = family_of(body.box.maps[-1].node.layer.family if body.solids else "merge")
    colors = {"name": "ink", "shape": f"{family}.ink", "small": "muted"}
    colors["first"] = f"{family_of(body.box.maps[0].node.layer.family)}.ink"
    if body.box.faded:
        colors = dict.fromkeys(colors, "muted")
    return [
        Label(x, y, said.text, said.size, colors[said.role], said.role != "small", place.anchor)
        for said, y in zip(body.lines, baselines(body.lines, top), strict=True)
    ]


def _faces(body: Body, solid: Solid, middle: Point) -> list[Shape]:
    family = family_of(solid.map.node.layer.family)
    (dx, dy), w, h = solid.shift, solid.width, solid.height
    x, y = middle[0] + solid.left, middle[1] - h / 2 - dy / 2
    front = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
    top = ((x, y), (x + dx, y + dy), (x + w + dx, y + dy), (x + w, y))
    side = ((x + w, y), (x + w + dx, y + dy), (x + w + dx, y + dy + h), (x + w, y + h))
    together = body.box.together
    if body.box.faded or together:
        pale = "page" if body.box.faded else "group.fill"
        edge = "muted"
        return [
            Polygon(side, mix(pale, "muted", 0.18), edge, 0.9, True),
            Polygon(top, mix(pale, "muted", 0.05), edge, 0.9, True),
            Polygon(front, mix(pale, "muted", 0.10), edge, 0.9, True),
        ]
    fill, edge = f"{family}.fill", f"{family}.line"
    # The lines of inputs are dark; their faces should be no darker than the others'.
    front_share, side_share = (0.2, 0.34) if family == "io" else (0.34, 0.62)
    outline = mix(edge, "ink", 0.15)
    shapes: list[Shape] = [
        Polygon(side, mix(fill, edge, side_share), outline),
        Polygon(top, mix(fill, edge, 0.10), outline),
        Polygon(front, mix(fill, edge, front_share), outline),
    ]
    if solid.kind == "map" and solid.map.parts:
        return shapes + _bands(solid, (x, y), fill, edge)
    return shapes + _slices(solid, (x, y), mix(fill, edge, 0.60))


def _bands(solid: Solid, corner: Point, fill: str, edge: str) -> list[Shape]:
    """The maps that are side by side in a concatenation, as wide as their channels are many."""
    (x, y), (dx, dy), w, h = corner, solid.shift, solid.width, solid.height
    shapes: list[Shape] = []
    total, before = sum(solid.map.parts), 0
    for number, size in enumerate(solid.map.parts):
        left, right = x + w * before / total, x + w * (before + size) / total
        before += size
        front = ((left, y), (right, y), (right, y + h), (left, y + h))
        top = ((left, y), (left + dx, y + dy), (right + dx, y + dy), (right, y))
        dark = 0.18 * (number % 2)
        shapes.append(Polygon(top, mix(fill, edge, 0.10 + dark), edge, 0.8))
        shapes.append(Polygon(front, mix(fill, edge, 0.34 + dark), edge, 0.8))
    return shapes


def _slices(solid: Solid, corner: Point, color: str) -> list[Shape]:
    """Lines on the front and the top: one for some channels; of a sequence one for some steps."""
    (x, y), (dx, dy), w, h = corner, solid.shift, solid.width, solid.height
    shapes: list[Shape] = []
    if solid.kind == "strip":
        size = solid.map.shape[0]
        steps = min(14, int(h / 6), size if size is not None else 14)
        for n in range(1, steps):
            at = y + h * n / steps
            shapes.append(line((x, at), (x + w, at), color, 0.6))
            shapes.append(line((x + w, at), (x + w + dx, at + dy), color, 0.6))
        return shapes
    if solid.kind != "map":
        return []
    slices = min(_SLICES, int(w / 4))
    for n in range(1, slices):
        at = x + w * n / slices
        shapes.append(line((at, y), (at, y + h), color, 0.6))
        shapes.append(line((at, y), (at + dx, y + dy), color, 0.6))
    return shapes


def _dots(place: Place) -> list[Shape]:
    """Three dots: there is more here than is drawn."""
    return [
        Rect(place.x - 1.6 + k * 6.5, place.y - 1.6, 3.2, 3.2, "muted", "", 1.6) for k in (-1, 0, 1)
    ]


def kernel(
    old: tuple[Body, Place], new: tuple[Body, Place], windows: tuple[Window, ...]
) -> list[Shape]:
    """The kernel on the map before, with lines to the map that it makes."""
    before, first = old[0].solids[-1], new[0].solids[0]
    dx, dy = before.shift
    x = old[1].x + before.left + before.width
    y = old[1].y - before.height / 2 - dy / 2
    target = (new[1].x + first.left, new[1].y - first.shift[1] / 2)
    sizes = [_UNKNOWN if s is None else s for s in before.map.shape[:-1]]
    tall = _share(windows[-2 if len(windows) > 1 else 0].span, sizes[-2:][0], before.height)
    deep = _share(windows[-1].span, sizes[-1], before.depth) if len(windows) > 1 else 1.0
    low, high, top = 0.5 - deep / 2, 0.5 + deep / 2, 0.5 - tall / 2
    near = (x + dx * low, y + dy * low + before.height * top)
    far = (x + dx * high, y + dy * high + before.height * top)
    down = before.height * tall
    patch = (near, far, (far[0], far[1] + down), (near[0], near[1] + down))
    family = family_of(first.map.node.layer.family)
    color = f"{family}.line"
    shapes: list[Shape] = [Polygon(patch, mix(f"{family}.fill", "page", 0.45), color)]
    return shapes + [line(corner, target, color, 0.9) for corner in patch]


def _share(span: int, size: int, length: float) -> float:
    """The share of a face that a window takes; never too small to be seen."""
    return min(1.0, max(span / (size or 1), 10 / length))


def wire_shapes(path: tuple[Point, ...], color: str, faded: bool) -> list[Shape]:
    """An arrow."""
    return [Curve(path, color, 1.3, True, faded)]
