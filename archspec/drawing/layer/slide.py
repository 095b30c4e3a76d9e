"""The layer of a name, if it slides a window that can be drawn, and what is said of it."""

from typing import NamedTuple

from archspec.drawing.content import words
from archspec.drawing.layer.axis import MOST_CELLS, Axis, Shown, shown
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.layers.base import Layer
from archspec.layers.spatial import AXES
from archspec.shapes.shape import Window, format_shape

_MOST_NAMED = 4


class UnknownLayer(LookupError):
    """A layer that the network does not have.

    ``near`` is what was probably meant, ``sliding`` are some that there are.
    """

    def __init__(self, name: str, near: str | None, sliding: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.near = near
        self.sliding = sliding


class NotSliding(ValueError):
    """A layer that slides no window, or none that can be drawn; the text says why."""


class Slide(NamedTuple):
    """A layer that slides a window over one axis or two."""

    node: ShapedNode
    rows: Shown
    """Of a sequence: a single row."""
    columns: Shown
    flat: bool
    """Whether it is a sequence."""
    network: str

    @property
    def family(self) -> str:
        """Colour family."""
        return self.node.layer.family

    @property
    def title(self) -> str:
        """Its name, and what it is."""
        said = words.title(self.node.layer)
        return "  ·  ".join([self.node.name, ", ".join([said, *words.details(self.node.layer)])])

    @property
    def positions(self) -> int:
        """How many positions the window has."""
        return self.rows.axis.positions * self.columns.axis.positions

    def channels(self) -> str:
        """What happens along the axis that is not drawn."""
        layer = inner(self.node.layer)
        before, after = self.node.input_shapes[0][-1], self.node.output_shape[-1]
        name = type(layer).__name__
        if layer.family == "pool":
            what = "largest value" if "Max" in name else "mean"
            skips = " Padding does not count." if _padded(self) else ""
            return f"Each of the {before} channels by itself: the {what} in the window.{skips}"
        if name.startswith("Separable"):
            return (
                f"Each of the {before} channels by itself, with its own kernel; a convolution of"
                f" size 1 then mixes them to {after}."
            )
        if name.startswith("Depthwise"):
            each = layer.arguments(defaults=True).get("depth_multiplier", 1)
            maps = "one map" if each == 1 else f"{each} maps"
            return f"Each of the {before} channels by itself, with its own kernel: {maps} of each."
        groups = layer.arguments(defaults=True).get("groups", 1)
        if groups > 1 and before is not None:
            read = f"the {before // groups} channels of its group"
        else:
            read = "the one channel" if before == 1 else f"all {before} channels"
        filters = "The one filter reads" if after == 1 else f"Each of the {after} filters reads"
        return f"{filters} {read} in the window, and makes one map."

    def sums(self) -> list[tuple[str, str]]:
        """The calculations that give the size and the parameters, each with what it is of."""
        node = self.node
        found = []
        for said in node.layer.derivation(*node.input_shapes):
            left, _, right = said.rpartition(" = ")
            found.append(("size", f"{right}, as before" if left == right else said))
        if (padding := _padding(self)) != "":
            found.append(("padding", padding))
        weights = node.facts.weights
        if weights:
            terms = " + ".join("·".join(map(str, w.shape)) or "1" for w in weights)
            count = f"{node.facts.params:,}"
            found.append(("parameters", terms if terms == count else f"{terms} = {count}"))
        else:
            found.append(("parameters", "none"))
        return found

    def reads(self, row: int, column: int) -> str:
        """Which cells a value of the output is made of, in words."""
        down, across = self.rows.axis, self.columns.axis
        taps = down.window.kernel * across.window.kernel
        own = (down.window.kernel - down.padded(row)) * (
            across.window.kernel - across.padded(column)
        )
        more = f", {taps - own} cells of padding" if own < taps else ""
        if not own:
            return "reads padding only"
        if self.flat:
            return f"reads steps {across.told(column)}{more}"
        return f"reads rows {down.told(row)}, columns {across.told(column)}{more}"

    def names(self, row: int, column: int) -> str:
        """What a value of the output is called: ``row 1, column 2``, from 1."""
        return f"step {column + 1:,}" if self.flat else f"row {row + 1:,}, column {column + 1:,}"


def slide_of(shaped: ShapedGraph, name: str) -> Slide:
    """The layer of a path, the end of a path, or a word: the first one.

    Raises:
        UnknownLayer: there is none.
        NotSliding: it has no window, or none that can be drawn.
    """
    node = _named(shaped, name)
    layer = inner(node.layer)
    kind = type(layer).__name__
    said = f"`{node.name}` is a {kind}:"
    windows = node.layer.windows()
    if kind.endswith("Transpose"):
        raise NotSliding(f"{said} its window writes where that of a convolution reads")
    if not windows or len(node.node.inputs) != 1:
        raise NotSliding(f"{said} it slides no window")
    shape = node.input_shapes[0]
    if len(windows) > 2 or len(shape) != len(windows) + 1:
        raise NotSliding(f"{said} a picture has two axes, its window slides along {len(windows)}")
    margins = node.margins or ((0, 0),) * len(windows)
    axes = []
    for axis, window, size, out, pad in zip(
        AXES[len(windows)], windows, shape, node.output_shape, margins, strict=False
    ):
        if size is None or out is None:
            raise NotSliding(f"{said} the {axis} of its input is not known")
        if out != window.output_size(size) or min(pad) < 0:
            raise NotSliding(f"{said} its window does not slide as others do")
        found = shown(Axis(size, window, *pad, out))
        if found is None:
            raise NotSliding(
                f"{said} a window of {window.span:,} is too long to be drawn: {MOST_CELLS} cells are"
            )
        axes.append(found)
    flat = len(axes) == 1
    if flat:
        axes.insert(0, Shown(Axis(1, Window(1), 0, 0, 1), ((0, 0),), ((0, 0),), range(1), range(1)))
    return Slide(node, axes[0], axes[1], flat, shaped.title or shaped.name)


def inner(layer: Layer) -> Layer:
    """The layer in a wrapper that slides as the layer does, or the layer."""
    within = getattr(layer, "layer", None)
    return within if isinstance(within, Layer) else layer


def _named(shaped: ShapedGraph, name: str) -> ShapedNode:
    nodes = shaped.nodes
    for fits in (
        lambda n: n.name == name,
        lambda n: n.name.endswith(f".{name}"),
        lambda n: type(n.layer).__name__ == name,
    ):
        found = [node for node in nodes if name and fits(node)]
        if found:
            return found[0]
    within = [n for n in nodes if n.name.startswith(f"{name}.") or name in n.name.split(".")[:-1]]
    if within:
        sliding = [f"`{n.name}`" for n in within if n.layer.windows()]
        more = ", …" if len(sliding) > _MOST_NAMED else ""
        which = f"such as {', '.join(sliding[:_MOST_NAMED])}{more}" if sliding else "none slides"
        raise NotSliding(f"`{name}` is a block; take one of its layers, {which}")
    from archspec.layers import nearest

    sliding = [n.name for n in nodes if n.layer.windows()]
    near = nearest(name, [n.name for n in nodes])
    raise UnknownLayer(name, near, tuple(sliding[:_MOST_NAMED]))


def _padded(slide: Slide) -> bool:
    return any(a.axis.before or a.axis.after for a in (slide.rows, slide.columns))


def _padding(slide: Slide) -> str:
    """``zeros, 2 before, 3 after``; empty if there is none."""
    if not _padded(slide):
        return ""
    what = "places that do not count" if slide.node.layer.family == "pool" else "zeros"
    said = [f"{a.axis.before} before, {a.axis.after} after" for a in (slide.rows, slide.columns)]
    if slide.flat:
        return f"{what}, {said[1]}"
    if said[0] == said[1]:
        return f"{what}, {said[0]} along each axis"
    return f"{what}: height {said[0]}; width {said[1]}"


def shapes(slide: Slide) -> tuple[str, str]:
    """The shapes of the input and the output."""
    return format_shape(slide.node.input_shapes[0]), format_shape(slide.node.output_shape)
