"""Which feature maps a box shows, and how large they are on the page.

A map's height and depth go with the square root of its spatial sizes, its width with the square
root of its channels; on a linear scale one of them would hide the others.
"""

from collections.abc import Sequence
from math import log2, sqrt
from typing import NamedTuple

from archspec.emit.sizes import is_border
from archspec.infer.infer import ShapedNode
from archspec.layers.merging import Concatenate
from archspec.shapes.shape import Shape

AXIS = (0.60, -0.42)
"""Where a point of depth on the page goes."""
_UNKNOWN = 32
_LARGEST = 10**12
_MOST_PARTS = 12
_MOST_MAPS = 4
"""Most maps in a box."""
_QUIET = frozenset(("norm", "activation", "dropout"))
_APART = 3.0


class Map(NamedTuple):
    """A feature map: the layer that makes it, and its shape without the batch."""

    node: ShapedNode
    shape: Shape
    parts: tuple[int, ...] = ()
    """Channels of the maps that are side by side in it, if it is a concatenation."""


class Solid(NamedTuple):
    """A map on the page: sizes in points, and where its middle stands from the middle of its box."""

    map: Map
    kind: str
    """``map``, ``strip`` for a sequence, ``vector``, or ``plate``: one of several of a 4-D map."""
    width: float
    height: float
    depth: float
    at: float = 0.0

    @property
    def shift(self) -> tuple[float, float]:
        """Where its back is, from its front."""
        return self.depth * AXIS[0], self.depth * AXIS[1]

    @property
    def left(self) -> float:
        """Left end of its front, from the middle of the box."""
        return self.at - self.width / 2 - self.shift[0] / 2

    @property
    def right(self) -> float:
        """Right end of its back."""
        return self.at + self.width / 2 + self.shift[0] / 2

    @property
    def reach(self) -> float:
        """How far it goes above, and below, the axis through its middle."""
        return self.height / 2 - self.shift[1] / 2


def maps_of(nodes: Sequence[ShapedNode], end: ShapedNode, several: bool) -> tuple[Map, ...]:
    """The maps of a box: its last size, and the one before if the last is only pooled.

    Args:
        nodes: what is in the box.
        end: the node whose output leaves it.
        several: whether it stands for several equal things in a row.
    """
    path = _path(nodes, end)
    runs: list[list[Map]] = []
    for node in path:
        shape = node.output_shape
        if runs and runs[-1][-1].shape[:-1] == shape[:-1] and len(shape) > 1:
            runs[-1].append(Map(node, shape))
        else:
            runs.append([Map(node, shape)])
    shown = [runs[-1]]
    if len(runs) > 1 and len(runs[-1][0].shape) > 1:
        pooled = all(m.node.layer.family == "pool" for m in runs[-1])
        if pooled and len(runs[-2][0].shape) == len(runs[-1][0].shape):
            shown.insert(0, runs[-2])
    found: list[Map] = []
    for run in shown:
        plain = all(m.node.layer.family in ("conv", "pool", "recurrent") for m in run)
        alike = len({m.shape[-1:] for m in run}) == 1
        own = plain and alike and not several and len(run) + len(found) < _MOST_MAPS + 1
        best = max(run, key=lambda m: (m.node.params, m.node.index))
        whole = run[-1] if plain else Map(best.node, run[-1].shape)
        found += run if own and len(path) <= 2 * _MOST_MAPS else [whole]
    if len(found) == 1 and not found[0].node.params:
        # Of a block that ends with an Add or an activation: the colour of what weighs most in it.
        heavy = max(nodes, key=lambda n: (n.params, n.index))
        found = [Map(heavy if heavy.params else found[0].node, found[0].shape)]
    if found[-1].shape == path[-1].output_shape:
        found[-1] = found[-1]._replace(parts=_parts(path[-1]))
    return tuple(found)


def sizes_of(nodes: Sequence[ShapedNode], end: ShapedNode) -> list[Shape]:
    """The spatial sizes on the way through a box."""
    found = [n.output_shape[:-1] for n in _path(nodes, end) if len(n.output_shape) > 1]
    return list(dict.fromkeys(found))


def _parts(node: ShapedNode) -> tuple[int, ...]:
    """Channels of each input of a concatenation; empty if it is none, or of something else."""
    if not isinstance(node.layer, Concatenate) or not 1 < len(node.input_shapes) <= _MOST_PARTS:
        return ()
    sizes = [shape[-1] for shape in node.input_shapes]
    known = tuple([size for size in sizes if size])
    whole = len(known) == len(sizes) and sum(known) == node.output_shape[-1]
    return known if whole else ()


def _path(nodes: Sequence[ShapedNode], end: ShapedNode) -> list[ShapedNode]:
    """The layers on the main path through a box that make a new map; at least one."""
    inside = {n.index: n for n in nodes}
    found: list[ShapedNode] = []
    node: ShapedNode | None = end
    while node is not None:
        border = len(node.input_shapes) == 1 and is_border(
            node.layer, node.input_shapes[0], node.output_shape
        )
        if node.layer.family not in _QUIET and not border:
            found.append(node)
        inputs = node.node.inputs
        node = inside.get(inputs[0][0]) if inputs else None
    return found[::-1] or [end]


def largest(maps: Sequence[Map]) -> int:
    """The largest spatial size."""
    sizes = [s if s is not None else _UNKNOWN for m in maps for s in m.shape[:-1]]
    return min(max(sizes, default=1), _LARGEST)


def solids(maps: Sequence[Map], scale: float) -> tuple[Solid, ...]:
    """The maps of a box side by side, the middle of all at 0.

    Args:
        maps: maps in order.
        scale: 1 for sizes as they are, less for a narrow page.
    """
    found: list[Solid] = []
    slim = 1.0 if len(maps) < 3 else 0.62
    for number, one in enumerate(maps):
        sizes = [min(s, _LARGEST) if s is not None else _UNKNOWN for s in one.shape]
        plates = [s._replace(width=s.width * slim) for s in _solids(one, sizes, scale)]
        for solid in plates:
            gap = 0.0
            if found:
                gap = _APART * (1.6 if number and solid is plates[0] else 1.2)
                gap += found[-1].at + (found[-1].width + solid.width) / 2
            found.append(solid._replace(at=gap))
    return centred(found)


def centred(found: Sequence[Solid]) -> tuple[Solid, ...]:
    """Solids side by side with the middle of all at 0."""
    middle = (min(s.left for s in found) + max(s.right for s in found)) / 2
    return tuple([s._replace(at=s.at - middle) for s in found])


def _solids(one: Map, sizes: list[int], scale: float) -> list[Solid]:
    rank = len(sizes)
    if rank < 2:
        height = max(34.0, 18 * log2((sizes or [1])[0] + 1)) * max(0.4, min(1.0, scale * 1.1))
        return [Solid(one, "vector", 11.0 if scale > 0.7 else 8.0, height, 7.0)]
    width = min(160.0, max(4.0, 3 * sqrt(sizes[-1]))) * min(1.0, max(0.45, scale * 1.3))
    if rank == 2:
        return [Solid(one, "strip", max(6.0, width), _long(sizes[0], scale), 7.0)]
    height, depth = _long(sizes[-3], scale), _long(sizes[-2], scale)
    if rank == 3:
        return [Solid(one, "map", width, height, depth)]
    plates = min(4, max(2, sizes[0]))
    return [Solid(one, "plate", max(3.0, width / plates), height, depth)] * plates


def _long(size: int, scale: float) -> float:
    return max(9.0, scale * 16 * sqrt(size))
