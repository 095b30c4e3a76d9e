"""Feature maps as boxes in perspective: the picture of textbooks.

A map's height and depth on the page go with the square root of its spatial sizes, its width with
the square root of its channels; on a linear scale one of them would hide the others. A branching
network shows its main path, always the first input.
"""

from math import log2, sqrt
from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.scene.scene import Label, Line, Point, Polygon, Scene, mix
from archspec.drawing.scene.svg import scene_svg
from archspec.drawing.style.text_width import shorten, text_width
from archspec.drawing.style.theme import DARK, LEGEND, LIGHT, Theme
from archspec.emit.sizes import is_border
from archspec.expand.walks import main_path
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.shapes.shape import Shape, Size, format_shape

MOST = 18
"""Most volumes side by side; more are put together, one for each size."""
_AXIS = (0.60, -0.42)
_GAP = 34.0
_MARGIN = 28.0
_UNKNOWN = 32
_TALLEST = 245.0
_WIDEST_LABEL = 150.0


class Volume(NamedTuple):
    """A feature map on the page."""

    node: ShapedNode
    shape: Shape
    times: int
    """How many layers of this size it stands for."""
    params: int
    width: float
    height: float
    depth: float

    @property
    def shift(self) -> Point:
        """Where the back of the box is, from its front."""
        return self.depth * _AXIS[0], self.depth * _AXIS[1]

    @property
    def across(self) -> float:
        """Width of the whole box on the page."""
        return self.width + self.shift[0]

    @property
    def flat(self) -> bool:
        """Whether it is a vector."""
        return len(self.shape) < 2


def draw_volumes(shaped: ShapedGraph, theme: str = "light") -> str:
    """SVG of the feature maps; ``auto`` follows the page on which it is shown."""
    if theme == "auto":
        return scene_svg(scene(shaped, LIGHT), scene(shaped, DARK), shaped)
    return scene_svg(scene(shaped, DARK if theme == "dark" else LIGHT), None, shaped)


def draw_volumes_png(shaped: ShapedGraph, theme: str = "light") -> bytes:
    """PNG of the feature maps, drawn by Pillow."""
    from archspec.drawing.scene.png import scene_png

    return scene_png(scene(shaped, DARK if theme == "dark" else LIGHT))


def scene(shaped: ShapedGraph, theme: Theme) -> Scene:
    """The boxes of a network, side by side on one line."""
    volumes = _volumes(shaped)
    labels = [_labels(v, theme) for v in volumes]
    columns = [
        max([v.across, *(text_width(text.text, text.size, text.bold) for text in said)])
        for v, said in zip(volumes, labels, strict=True)
    ]
    above = max(v.height / 2 + abs(v.shift[1]) / 2 for v in volumes)
    middle = 92 + above
    base = middle + above + 30
    parts: list[Polygon | Line | Label] = []
    x = _MARGIN
    boxes: list[tuple[Volume, Point]] = []
    for volume, column in zip(volumes, columns, strict=True):
        left = x + (column - volume.across) / 2
        top = middle - (volume.height + volume.shift[1]) / 2
        boxes.append((volume, (left, top)))
        x += column + _GAP
    width = x - _GAP + _MARGIN
    title = shorten(drawn(shaped.title or shaped.name), 20, 900, bold=True)
    legend = _legend(volumes, theme)
    need = max(text_width(title, 20, bold=True), 300.0, legend[1]) + 2 * _MARGIN
    offset = max(0.0, (need - width) / 2)
    width += 2 * offset
    parts.append(Label(width / 2, 44, title, 20, theme.ink, bold=True))
    said = f"feature maps, height×width×channels  ·  {words.params(shaped.params)}"
    parts.append(Label(width / 2, 66, said, 11, theme.muted))
    moved = [(v, (left + offset, top)) for v, (left, top) in boxes]
    before: tuple[Volume, Point] | None = None
    for volume, corner in moved:
        parts += _box(volume, corner, theme)
        if before is not None:
            parts += _link(before, (volume, corner), theme)
        before = volume, corner
    x = _MARGIN + offset
    for column, lines in zip(columns, labels, strict=True):
        parts += [line._replace(x=x + column / 2, y=base + line.y) for line in lines]
        x += column + _GAP
    foot = base + 3 * 15 + 26
    start = (width - legend[1]) / 2
    parts += [_moved(part, start, foot) for part in legend[0]]
    return Scene(round(width, 1), round(foot + 26, 1), theme.page, tuple(parts))


def _volumes(shaped: ShapedGraph) -> list[Volume]:
    """The maps along the main path: where the shape changes, or weights are."""
    path = [shaped.nodes[i] for i in main_path(shaped.graph, shaped.graph.outputs[0][0])]
    chosen = [path[0]]
    for node in path[1:]:
        changes = node.output_shape != chosen[-1].output_shape
        weighs = node.params and node.layer.family not in ("norm", "activation")
        if weighs or (
            changes and not is_border(node.layer, node.input_shapes[0], node.output_shape)
        ):
            chosen.append(node)
    groups = [[node] for node in chosen]
    if len(chosen) > MOST:
        groups = []
        for node in chosen:
            size = node.output_shape[:-1]
            same = groups and groups[-1][0].output_shape[:-1] == size and size
            if same and groups[-1][0] is not chosen[0]:
                groups[-1].append(node)
            else:
                groups.append([node])
    if len(groups) > MOST:
        groups = [*groups[: MOST - 4], *groups[-4:]]
    largest = max((s or _UNKNOWN for n in chosen for s in n.output_shape[:-1]), default=1)
    scale = min(1.0, _TALLEST / (16 * sqrt(largest)))
    starts = [*(group[0].index for group in groups), len(shaped.nodes)]
    return [
        _volume(group, shaped.nodes[start:end], scale)
        for group, start, end in zip(groups, starts, starts[1:], strict=False)
    ]


def _volume(group: list[ShapedNode], nodes: list[ShapedNode], scale: float) -> Volume:
    """The map of a group; ``nodes`` are all that were calculated for it, beside the path too."""
    node = group[-1]
    shape = node.output_shape
    params = sum(n.params for n in nodes if n.live)
    sizes = [_UNKNOWN if s is None else s for s in shape] or [1]
    if len(sizes) < 2:
        height = max(40.0, 18 * log2(sizes[0] + 1))
        return Volume(node, shape, len(group), params, 11.0, height, 7.0)
    width = min(160.0, max(4.0, 3 * sqrt(sizes[-1])))
    height = max(10.0, scale * 16 * sqrt(sizes[-3] if len(sizes) > 2 else sizes[0]))
    depth = max(10.0, scale * 16 * sqrt(sizes[-2])) if len(sizes) > 2 else 10.0
    return Volume(node, shape, len(group), params, width, height, depth)


def _labels(volume: Volume, theme: Theme) -> list[Label]:
    """Name, shape, operation and parameters, one below the other."""
    ink = theme.family(volume.node.layer.family).ink
    name = drawn(volume.node.name.partition(".")[0])
    if name.startswith(volume.node.layer.auto_name()):
        name = words.words(type(volume.node.layer).__name__)
    said = [
        Label(0, 0, shorten(name, 12, _WIDEST_LABEL, bold=True), 12, theme.ink, bold=True),
        Label(0, 15, format_shape(volume.shape), 11, ink, bold=True),
        Label(0, 30, shorten(_operation(volume), 10, _WIDEST_LABEL), 10, theme.muted),
    ]
    if volume.params:
        said.append(Label(0, 43, words.params(volume.params), 10, theme.muted))
    return said


def _operation(volume: Volume) -> str:
    if volume.times > 1:
        return f"{volume.times} layers"
    windows = volume.node.layer.windows()
    parts = []
    if windows:
        parts.append("×".join(str(w.kernel) for w in windows))
        if any(w.stride > 1 for w in windows):
            parts.append(f"stride {windows[0].stride}")
    activation = words.own_activation(volume.node.layer)
    if not windows and activation:
        parts.append(activation)
    return ", ".join(parts)


def _box(volume: Volume, corner: Point, theme: Theme) -> list[Polygon | Line | Label]:
    """Front, top and side, and slices that hint at the channels."""
    colors = theme.family(volume.node.layer.family)
    (x, y), (dx, dy) = corner, volume.shift
    w, h = volume.width, volume.height
    tip = f"{volume.node.name}: {format_shape(volume.shape)}"
    line = mix(colors.line, theme.ink, 0.15)
    # The lines of inputs are dark; their faces should be no darker than the others'.
    front_share, side_share = (0.2, 0.34) if volume.node.layer.family == "io" else (0.34, 0.62)
    front = ((x, y), (x + w, y), (x + w, y + h), (x, y + h))
    top = ((x, y), (x + dx, y + dy), (x + w + dx, y + dy), (x + w, y))
    side = ((x + w, y), (x + w + dx, y + dy), (x + w + dx, y + dy + h), (x + w, y + h))
    parts: list[Polygon | Line | Label] = [
        Polygon(side, mix(colors.fill, colors.line, side_share), line, tip),
        Polygon(top, mix(colors.fill, colors.line, 0.10), line, tip),
        Polygon(front, mix(colors.fill, colors.line, front_share), line, tip),
    ]
    slices = min(12, int(w / 4)) if not volume.flat else 0
    faint = mix(colors.fill, colors.line, 0.60)
    for n in range(1, slices):
        at = x + w * n / slices
        parts.append(Line((at, y), (at, y + h), faint, 0.6))
        parts.append(Line((at, y), (at + dx, y + dy), faint, 0.6))
    return parts


def _link(
    before: tuple[Volume, Point], after: tuple[Volume, Point], theme: Theme
) -> list[Polygon | Line | Label]:
    """The kernel on the map before, with lines to the map that it makes; an arrow otherwise."""
    (old, (x, y)), (new, (nx, ny)) = before, after
    dx, dy = old.shift
    target = (nx, ny + new.height / 2)
    windows = new.node.layer.windows()
    spatial = len(windows or ()) if not old.flat else 0
    if not windows or not spatial or new.times > 1:
        start_x = x + old.across + 5
        level = ny + (new.height + new.shift[1]) / 2
        end = (nx - 5, level)
        return [Line((start_x, level), end, theme.edge, 1.3, arrow=True)]
    sizes = [_UNKNOWN if s is None else s for s in old.shape[:-1]]
    tall = _patch(windows[-2].span if spatial > 1 else windows[0].span, sizes, -2, old.height)
    deep = _patch(windows[-1].span, sizes, -1, old.depth)
    right = x + old.width
    low, high = 0.5 - deep / 2, 0.5 + deep / 2
    top = 0.5 - tall / 2
    near = (right + dx * low, y + dy * low + old.height * top)
    far = (right + dx * high, y + dy * high + old.height * top)
    bottom = old.height * tall
    patch = (near, far, (far[0], far[1] + bottom), (near[0], near[1] + bottom))
    colors = theme.family(new.node.layer.family)
    parts: list[Polygon | Line | Label] = [
        Polygon(patch, mix(colors.fill, theme.page, 0.45), colors.line)
    ]
    parts += [Line(corner, target, colors.line, 0.9) for corner in patch]
    return parts


def _patch(span: int, sizes: list[int], axis: int, length: float) -> float:
    """The share of a face that a window takes; never too small to be seen."""
    size: Size = sizes[axis] if len(sizes) >= -axis else sizes[0]
    return min(1.0, max(span / (size or 1), 10 / length))


def _legend(volumes: list[Volume], theme: Theme) -> tuple[list[Polygon | Line | Label], float]:
    """The families that are there, at the origin, and how wide that is."""
    families = list(dict.fromkeys(v.node.layer.family for v in volumes))
    parts: list[Polygon | Line | Label] = []
    x = 0.0
    for family in families:
        colors = theme.family(family)
        fill = mix(colors.fill, colors.line, 0.5)
        square = ((x, -9.0), (x + 11, -9.0), (x + 11, 2.0), (x, 2.0))
        parts.append(Polygon(square, fill, colors.line))
        said = LEGEND.get(family, family.capitalize())
        parts.append(Label(x + 16, 0, said, 10, theme.muted, middle=False))
        x += 16 + text_width(said, 10) + 22
    return parts, x - 22


def _moved(part: Polygon | Line | Label, x: float, y: float) -> Polygon | Line | Label:
    if isinstance(part, Polygon):
        return part._replace(points=tuple((a + x, b + y) for a, b in part.points))
    if isinstance(part, Label):
        return part._replace(x=part.x + x, y=part.y + y)
    return part
