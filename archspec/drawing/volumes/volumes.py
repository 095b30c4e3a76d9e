"""The picture of feature maps: the network of textbooks, all of it."""

from math import inf

from archspec.diagnostics.characters import drawn
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group as Block
from archspec.drawing.content.tips import tip_of_group, tip_of_unit
from archspec.drawing.scene.scene import Group, Scene, Shape, moved
from archspec.drawing.volumes.arms import Arms, arms
from archspec.drawing.volumes.arms import NoSuchShape as NoSuchShape
from archspec.drawing.volumes.body import Layout, bodies
from archspec.drawing.volumes.boxes import Box, Boxes, Wire, boxes
from archspec.drawing.volumes.faces import box_shapes, kernel, wire_shapes
from archspec.drawing.volumes.grid import Pair
from archspec.drawing.volumes.head import description, foot, head
from archspec.drawing.volumes.labels import NARROW, WIDE, labels
from archspec.drawing.volumes.line import in_line
from archspec.drawing.volumes.ushape import in_u, without_pools
from archspec.infer.hierarchy import Counts, counts
from archspec.infer.infer import ShapedGraph
from archspec.shapes.shape import Window, format_shape

_TALLEST = 245.0
_LONGEST = 3200.0
"""Width of a line, in points, above which it goes on below, even if no width is asked for."""
_NARROW = 900.0
_SIZES = (1.0, 0.82, 0.66, 0.54, 0.44)
"""How large maps are, tried in this order where a height is asked for."""
_MARGIN = 26.0
_MOST_ROWS = 9
"""Most boxes on the way up of a U that nobody asked for: with more it is too high."""
_NEAR = 160.0
"""Longest way of an arrow, in points, in whose place a kernel is drawn."""


def volumes(
    shaped: ShapedGraph,
    detail: str = "auto",
    shape: str = "auto",
    expand: tuple[str, ...] = (),
    width: float | None = None,
    height: float = inf,
) -> Scene:
    """The feature maps of a network as boxes in perspective.

    Args:
        shaped: the network.
        detail: ``auto``, ``layers``, ``fused``, ``blocks`` or ``stages``.
        shape: ``line``, ``u`` for an encoder–decoder, or ``auto``.
        expand: paths, or words, of blocks to open.
        width: what the picture should be no wider than, in points; rows go on below.
        height: what it should be no higher than, in points: maps are smaller where that helps.

    Raises:
        NoSuchShape: it has no arm down and arm up.
        UnknownBlock: there is no block to open of that name.
    """
    found = boxes(shaped, detail, expand)
    first: Scene | None = None
    for size in _SIZES if height < inf else _SIZES[:1]:
        scene = _Picture(shaped, found, shape, width, size).scene()
        if scene.height <= height:
            return scene
        first = first or scene
    assert first is not None
    return first


class _Picture:
    def __init__(
        self, shaped: ShapedGraph, found: Boxes, shape: str, width: float | None, size: float
    ) -> None:
        self.shaped = shaped
        self.found = found
        self.each: list[Counts] = counts(shaped)
        self.narrow = width is not None and width < _NARROW
        self.margin = 12.0 if self.narrow else _MARGIN
        self.most = (width or _LONGEST) - 2 * self.margin
        tallest = _TALLEST if width is None else min(_TALLEST, max(80.0, 0.24 * width))
        self.tallest = size * tallest
        self.said = labels(shaped, found, NARROW if self.narrow else WIDE)
        self.layout, self.u = self.placed(shape)

    def placed(self, shape: str) -> tuple[Layout, bool]:
        """Where all stands, and whether it is a U; makes the bodies for it."""
        pairs = [(w.source, w.target) for w in self.found.wires]
        if shape != "line":
            found = arms(self.found, shape == "u")
            if found is not None and (shape == "u" or len(found.right) <= _MOST_ROWS):
                layout = self.as_u(pairs, found)
                if shape == "u" or layout.width <= self.most:
                    return layout, True
        self.bodies = bodies(self.found.boxes, self.said, self.tallest)
        taps = [w.tap for w in self.found.wires]
        return in_line(self.bodies, pairs, taps, self.most, 24.0 if self.narrow else 34.0), False

    def as_u(self, pairs: list[Pair], found: Arms) -> Layout:
        """As wide as there is room, so that skips are long."""
        made = bodies(self.found.boxes, self.said, 0.68 * self.tallest)
        self.bodies = [without_pools(body) for body in made]
        least, most = (40.0, 110.0) if self.narrow else (90.0, 190.0)
        layout = in_u(self.bodies, pairs, found, least)
        room = min(most - least, self.most - layout.width)
        return in_u(self.bodies, pairs, found, least + room) if room > 1 else layout

    def scene(self) -> Scene:
        top, top_height, top_width = head(self.shaped, self.found, self.most, self.narrow)
        below, foot_height, foot_width = foot(self.found, self.most, self.narrow)
        width = max(self.layout.width, top_width, foot_width) + 2 * self.margin
        left = (width - self.layout.width) / 2
        across = (width / 2, 0.0)
        groups = [_moved(top, *across)]
        groups += [_moved(g, left, top_height) for g in (*self.boxes(), *self.wires())]
        end = top_height + self.layout.height
        groups += [_moved(g, width / 2, end) for g in below]
        return Scene(
            drawn(self.shaped.name),
            drawn(self.shaped.title or self.shaped.name),
            description(self.shaped, self.found, self.u),
            round(width, 1),
            round(end + foot_height + self.margin / 2, 1),
            tuple(groups),
        )

    def boxes(self) -> list[Group]:
        return [
            Group(
                "box",
                body.box.key,
                tuple(box_shapes(body, place)),
                tip=self.tip(body.box),
                nodes=tuple([n.index for n in body.box.nodes]),
                params=body.box.params,
                faded=body.box.faded,
                times=body.box.item.times if body.box.item else 1,
            )
            for body, place in zip(self.bodies, self.layout.places, strict=True)
        ]

    def wires(self) -> list[Group]:
        found = []
        boxes = self.found.boxes
        ways = _ways(self.found)
        for number, (wire, path) in enumerate(
            zip(self.found.wires, self.layout.paths, strict=True)
        ):
            near = len(path) == 4 and path[-1][0] - path[0][0] < _NEAR
            windows = self.windows(wire, ways) if near and not self.u else None
            shapes: list[Shape]
            if windows:
                source, target = wire.source, wire.target
                old = self.bodies[source], self.layout.places[source]
                shapes = kernel(old, (self.bodies[target], self.layout.places[target]), windows)
            else:
                pooled = (
                    self.u
                    and not wire.tap
                    and len(boxes[wire.source].maps) > len(self.bodies[wire.source].solids)
                )
                color = "pool.line" if pooled else "edge"
                shapes = wire_shapes(path, color, boxes[wire.target].faded)
            found.append(
                Group(
                    "wire",
                    f"w{number}",
                    tuple(shapes),
                    tip=", ".join([format_shape(s) for s in wire.shapes[:4]]),
                    ends=(boxes[wire.source].key, boxes[wire.target].key),
                )
            )
        return found

    def windows(self, wire: Wire, ways: dict[int, tuple[int, int]]) -> tuple[Window, ...] | None:
        """The windows of a layer that reads nothing but the map that is drawn just before it."""
        old, new = self.found.boxes[wire.source], self.found.boxes[wire.target]
        unit = new.unit
        if unit is None or ways[wire.source][0] > 1 or ways[wire.target][1] > 1:
            return None
        solids = self.bodies[wire.source].solids
        windows = unit.head.layer.windows()
        if not windows or not solids or new.faded or solids[-1].kind == "vector":
            return None
        if wire.shapes != (solids[-1].map.shape,) or len(solids[-1].map.shape) != len(windows) + 1:
            return None
        return None if old.together else windows

    def tip(self, box: Box) -> str:
        if isinstance(box.item, Unit):
            return tip_of_unit(box.item)
        item = box.item or Block("", "", "", box.nodes)
        if len(item.nodes) != len(box.nodes):  # some of it leads nowhere
            item = Block(item.name, item.path, item.word, box.nodes)
        return tip_of_group(item, self.each)


def _ways(found: Boxes) -> dict[int, tuple[int, int]]:
    """For each box how many wires leave it, and how many come in."""
    out = [0] * len(found.boxes)
    into = [0] * len(found.boxes)
    for wire in found.wires:
        out[wire.source] += 1
        into[wire.target] += 1
    return {k: (out[k], into[k]) for k in range(len(found.boxes))}


def _moved(group: Group, x: float, y: float) -> Group:
    return group._replace(shapes=tuple([moved(shape, x, y) for shape in group.shapes]))
