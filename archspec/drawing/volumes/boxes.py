"""A network as boxes and wires: every live layer is in one box, every edge in a box or a wire."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.levels import items
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.drawing.volumes.gather import in_order, thinned
from archspec.drawing.volumes.maps import Map, maps_of, sizes_of
from archspec.expand.walks import OUTPUT, readers
from archspec.infer.hierarchy import counts, total
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.shapes.shape import Shape

MOST = 20
"""Most boxes that ``auto`` shows one by one; the others stand together in boxes that say so."""
_FEW = 17
_COLUMNS = 14
_MANY = 400
"""More items than these are not looked at one by one."""
_MOST_FADED = 6


class Box:
    """What is drawn as one volume, or as a few that touch."""

    __slots__ = ("end", "faded", "item", "key", "maps", "nodes", "outputs", "params", "starts")

    def __init__(self, nodes: list[ShapedNode], item: OutlineItem | None) -> None:
        self.nodes = nodes
        self.item = item
        """What it shows; None for a row of layers that stand together for want of room."""
        self.key = f"v{nodes[0].index}"
        self.params = 0
        self.faded = not any(n.live for n in nodes)
        self.outputs: tuple[int, ...] = ()
        """Which outputs of the network leave it."""
        self.end = nodes[-1]
        """The layer whose output it shows."""
        self.maps: tuple[Map, ...] = ()
        self.starts: tuple[Shape, ...] = ()
        """Shapes of what it reads."""

    @property
    def unit(self) -> Unit | None:
        """The layer that it is, with those fused into it; None if it is more, or the layer times two."""
        return self.item if isinstance(self.item, Unit) and self.item.times == 1 else None

    @property
    def together(self) -> bool:
        """Whether it is a row of layers that nobody named: several maps, of which none is shown."""
        if isinstance(self.item, Group):
            return not self.item.path and not self.item.word
        return self.item is None and len(self.nodes) > 1

    @property
    def symbol(self) -> str:
        """``+`` if it is drawn as a circle."""
        unit = self.unit
        if unit is None or unit.head.layer.family != "merge":
            return ""
        return unit.head.layer.symbol[:2]


Part = OutlineItem | list[ShapedNode]
"""What becomes a box: an item, or nodes that stand together for want of room."""


class Wire(NamedTuple):
    """A connection between two boxes, by their positions."""

    source: int
    target: int
    shapes: tuple[Shape, ...]
    tap: bool
    """Whether it leaves before the box's last map, which is pooled."""


class Boxes(NamedTuple):
    """A network as boxes in an order in which each reads only earlier ones."""

    boxes: list[Box]
    wires: list[Wire]
    dead: tuple[ShapedNode, ...]
    """Layers that lead to no output and have no box."""


def boxes(shaped: ShapedGraph, detail: str = "auto", expand: tuple[str, ...] = ()) -> Boxes:
    """What is drawn of a network.

    Args:
        shaped: the network.
        detail: ``auto``, ``layers``, ``fused``, ``blocks`` or ``stages``.
        expand: paths, or words, of blocks to open.

    Raises:
        UnknownBlock: there is no block to open of that name.
    """
    read_by = readers(shaped.graph)
    if detail != "auto":
        return _boxes(shaped, _opened(shaped, detail, expand, read_by), read_by)
    fused = items(shaped, "fused", expand, read_by)[0]
    few = len(fused) <= _FEW
    if not expand and (few or len(fused) <= 2 * _COLUMNS):
        found = _boxes(shaped, fused, read_by)
        if few or depth(len(found.boxes), found.wires) <= _COLUMNS:
            return found
    best = _readable(shaped, expand, read_by)
    if len(best.boxes) <= MOST:
        return best
    parts: list[Part] = []
    for together in thinned([box.nodes for box in best.boxes], MOST):
        item = best.boxes[together[0]].item
        parts.append(item if len(together) == 1 and item else _nodes(best.boxes, together))
    return _boxes(shaped, [*parts, list(best.dead)], read_by)


def _readable(shaped: ShapedGraph, expand: tuple[str, ...], read_by: list[list[int]]) -> Boxes:
    """The level of detail that shows most of the sizes of a large network."""
    found: list[Boxes] = []
    for level in ("stages", "blocks", "auto"):
        level_items = _opened(shaped, level, expand, read_by)
        if len(level_items) <= _MANY or level == "auto":
            found.append(_boxes(shaped, level_items, read_by))
    return min(found, key=_mark)


def _mark(found: Boxes) -> tuple[bool, bool, int, int]:
    """The less, the better it is to be read."""
    size = len(found.boxes)
    hidden = _hidden(found) + 3 * (size < 5)
    return _says_little(found), size > MOST, hidden, size


def _nodes(made: list["Box"], together: tuple[int, ...]) -> list[ShapedNode]:
    return [n for k in together for n in made[k].nodes]


def _opened(
    shaped: ShapedGraph, detail: str, expand: tuple[str, ...], read_by: list[list[int]]
) -> list[OutlineItem]:
    """The items of a level, and in place of those to open what is in them."""
    found, opened = items(shaped, detail, expand, read_by)
    if not opened:
        return found
    result: list[OutlineItem] = []
    stack = list(reversed(found))
    while stack:
        item = stack.pop()
        if isinstance(item, Group) and (id(item) in opened or not item.block) and item.times == 1:
            stack += reversed(item.content)
        else:
            result.append(item)
    return result


def _says_little(found: Boxes) -> bool:
    """Whether most of the network is in one box that has no name."""
    largest = max(found.boxes, key=lambda box: len(box.nodes))
    nameless = isinstance(largest.item, Group) and not largest.item.path
    return nameless and 2 * len(largest.nodes) > sum(len(box.nodes) for box in found.boxes)


def _hidden(found: Boxes) -> int:
    """How many spatial sizes are not to be seen, as they change within a box."""
    hidden = 0
    for box in found.boxes:
        sizes = sizes_of(box.nodes, box.end)
        seen = {m.shape[:-1] for m in box.maps} | {s[:-1] for s in box.starts}
        hidden += sum(size not in seen for size in sizes)
    return hidden


def _boxes(shaped: ShapedGraph, found: Sequence[Part], read_by: list[list[int]]) -> Boxes:
    made, dead = _alive(shaped, found)
    together = in_order([box.nodes for box in made])
    made = [made[g[0]] if len(g) == 1 else Box(_nodes(made, g), None) for g in together]
    position = {n.index: k for k, box in enumerate(made) for n in box.nodes}
    each = counts(shaped)
    for number, (index, _) in enumerate(shaped.graph.outputs):
        made[position[index]].outputs += (number,)
    for k, box in enumerate(made):
        box.params = total(box.nodes, each).params
        box.end = _end(box, k, position, read_by)
        box.maps = maps_of(box.nodes, box.end, box.item is None or box.item.times > 1)
    wires = _wires(made, position)
    for wire in wires:
        box = made[wire.target]
        box.starts = tuple(dict.fromkeys([*box.starts[:8], *wire.shapes[:8]]))
    return Boxes(made, wires, tuple(dead))


def _alive(shaped: ShapedGraph, found: Sequence[Part]) -> tuple[list[Box], list[ShapedNode]]:
    """The boxes, and the layers that lead nowhere and have none."""
    made: list[Box] = []
    asleep: list[Box] = []
    dead: list[ShapedNode] = []
    for part in found:
        nodes = sorted(part if isinstance(part, list) else part.nodes, key=lambda n: n.index)
        live = [n for n in nodes if n.live]
        if live:
            made.append(Box(live, None if isinstance(part, list) else part))
            dead += [n for n in nodes if not n.live]
        elif isinstance(part, list):
            dead += nodes
        else:
            asleep.append(Box(nodes, part))
    if len(asleep) > _MOST_FADED:
        dead += [n for box in asleep for n in box.nodes]
    else:
        made += asleep
    covered = {n.index for box in made for n in box.nodes} | {n.index for n in dead}
    # Levels of detail hold every layer; should one not, it is drawn all the same.
    made += [Box([n], None) for n in shaped.nodes if n.index not in covered and n.live]
    dead += [n for n in shaped.nodes if n.index not in covered and not n.live]
    made.sort(key=lambda box: box.nodes[0].index)
    not_drawn = {n.index for n in dead}
    return made, [n for n in shaped.nodes if n.index in not_drawn]


def _end(box: Box, k: int, position: dict[int, int], read_by: list[list[int]]) -> ShapedNode:
    """The last layer of a box that is read from outside; its last one if there is none."""
    for node in reversed(box.nodes):
        if any(r == OUTPUT or position.get(r, k) != k for r in read_by[node.index]):
            return node
    return box.nodes[-1]


def _wires(made: list[Box], position: dict[int, int]) -> list[Wire]:
    """One wire for each pair of connected boxes, in the order of the file."""
    shapes: dict[tuple[int, int], dict[Shape, None]] = {}
    taps: dict[tuple[int, int], bool] = {}
    depths = [_before_pool(box) for box in made]
    for box in made:
        for node in box.nodes:
            for (index, _), shape in zip(node.node.inputs, node.input_shapes, strict=True):
                source, target = position.get(index, -1), position[node.index]
                if source < 0 or source == target:
                    continue
                pair = source, target
                shapes.setdefault(pair, {})[shape] = None
                tapped = len(depths[source]) > 0 and index in depths[source]
                taps[pair] = taps.get(pair, True) and tapped
    return [Wire(*pair, tuple(found), taps[pair]) for pair, found in shapes.items()]


def _before_pool(box: Box) -> frozenset[int]:
    """The layers of a box with two sizes that come before its last one is made."""
    if len(box.maps) < 2 or box.maps[0].shape[:-1] == box.maps[-1].shape[:-1]:
        return frozenset()
    first = next(m for m in box.maps if m.shape[:-1] == box.maps[-1].shape[:-1])
    return frozenset(n.index for n in box.nodes if n.index < first.node.index)


def depth(size: int, wires: list[Wire]) -> int:
    """How many boxes stand one after the other on the longest way."""
    column = [0] * size
    for wire in sorted(wires, key=lambda w: w.source):
        column[wire.target] = max(column[wire.target], column[wire.source] + 1)
    return max(column, default=0) + 1
