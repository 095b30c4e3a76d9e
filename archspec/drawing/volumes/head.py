"""What stands around the boxes: title, axes, legend, what is not drawn, and a description in words."""

import re

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.scene.scene import Group, Label, Polygon, Shape, mix
from archspec.drawing.style.text_width import broadest
from archspec.drawing.style.theme import LEGEND
from archspec.drawing.volumes.boxes import Boxes
from archspec.drawing.volumes.faces import family_of
from archspec.drawing.volumes.labels import fitted
from archspec.infer.infer import ShapedGraph
from archspec.shapes.shape import format_shape

_AXES = {1: "values", 2: "steps×features", 3: "height×width×channels"}
_VIDEO = "time or depth×height×width×channels"
_LEAST = 120.0
_SOURCE = re.compile(r"(.+?) *\(([^()]+)\)([^()]*)")
"""A title, where the network is from, and the rest of the title."""
_CUT = 400
"""Most signs of a title that are looked at."""


def head(
    shaped: ShapedGraph, found: Boxes, most: float, narrow: bool
) -> tuple[Group, float, float]:
    """Title and subtitle around x = 0, their height and their width."""
    size, small = (15.0, 8.5) if narrow else (20.0, 11.0)
    most = max(_LEAST, min(most, 1100.0))
    title, source = drawn(shaped.title or shaped.name)[:_CUT], ""
    if match := _SOURCE.fullmatch(title):
        title, source = match[1] + match[3], match[2]
    titles = _lines(title, size, most)
    facts = [source, _axes(found), words.params(shaped.params), _layers(shaped)]
    lines = [""]
    for fact in [f for f in facts if f]:
        joined = f"{lines[-1]}  ·  {fact}" if lines[-1] else fact
        if lines[-1] and broadest(joined, small) > most:
            lines.append(fact)
        else:
            lines[-1] = joined
    y = 30.0 if narrow else 44.0
    shapes: list[Shape] = []
    for title in titles:
        shapes.append(Label(0, y, title, size, "ink", bold=True))
        y += size * 1.2
    y -= size * 1.2
    for text in lines:
        y += small * 1.5 + (4 if text is lines[0] else 0)
        shapes.append(Label(0, y, fitted(text, small, most), small, "muted"))
    width = max([broadest(t, size, True) for t in titles] + [broadest(t, small) for t in lines])
    return Group("head", "head", tuple(shapes)), y + (18 if narrow else 26), min(width, most)


def _lines(title: str, size: float, most: float) -> list[str]:
    """A title in one line, or in two."""
    words_ = title.split(" ")
    if broadest(title, size, True) <= most:
        return [title]
    first = ""
    while words_ and broadest(f"{first} {words_[0]}".strip(), size, True) <= most:
        first = f"{first} {words_.pop(0)}".strip()
    rest = fitted(" ".join(words_), size, most, bold=True)
    return [first, rest] if first and rest else [rest or first]


def _axes(found: Boxes) -> str:
    """``feature maps, height×width×channels``: the axes of the shapes that are there."""
    maps = [m for box in found.boxes for m in box.maps]
    ranks = sorted({len(m.shape) for m in maps}, reverse=True)
    said = []
    for rank in ranks:
        if rank == 4 and any(len(m.node.layer.windows() or ()) == 3 for m in maps):
            said.append(_VIDEO)
        elif rank in _AXES and (rank > 1 or len(ranks) == 1):
            said.append(_AXES[rank])
    return "feature maps, " + ", ".join(said) if said else "feature maps"


def _layers(shaped: ShapedGraph) -> str:
    count = sum(bool(n.inputs) for n in shaped.graph.nodes)
    return f"{count:,} layers" if count != 1 else "1 layer"


def foot(found: Boxes, most: float, narrow: bool) -> tuple[list[Group], float, float]:
    """What is not drawn, and the legend, around x = 0; their height and width."""
    groups: list[Group] = []
    y, width = 0.0, 0.0
    small = 8.5 if narrow else 10.0
    if found.dead:
        text = _said_of_dead(found)
        y += 24
        text = fitted(text, small, max(_LEAST, most))
        label = Label(0, y, text, small, "muted")
        nodes = tuple([n.index for n in found.dead])
        groups.append(Group("note", "dead", (label,), nodes=nodes, faded=True))
        width = broadest(text, small)
    y += 30
    shapes, rows, wide = _legend(found, max(_LEAST, most), small)
    groups.append(Group("legend", "legend", tuple([_down(s, y) for s in shapes])))
    return groups, y + (rows - 1) * small * 1.8 + small, max(width, wide)


def _said_of_dead(found: Boxes) -> str:
    count = len(found.dead)
    names = ", ".join([drawn(n.name[:60]) for n in found.dead[:4]])
    more = f" and {count - 4:,} more" if count > 4 else ""
    verb = "layers lead" if count != 1 else "layer leads"
    are = "are" if count != 1 else "is"
    return f"{count:,} {verb} to no output and {are} not drawn: {names}{more}"


def _legend(found: Boxes, most: float, small: float) -> tuple[list[Shape], int, float]:
    """The families that are there, in as many rows as they need."""
    seen = {
        "merge" if box.symbol else family_of(m.node.layer.family)
        for box in found.boxes
        for m in box.maps
        if not box.faded and not box.together
    }
    rows: list[list[str]] = [[]]
    widths = [0.0]
    for family in [f for f in LEGEND if f in seen]:
        wide = 16 + broadest(LEGEND[family], small) + 20
        if rows[-1] and widths[-1] + wide > most:
            rows.append([])
            widths.append(0.0)
        rows[-1].append(family)
        widths[-1] += wide
    shapes: list[Shape] = []
    y = 0.0
    for row, wide in zip(rows, widths, strict=True):
        x = -(wide - 20) / 2
        for family in row:
            said = LEGEND[family]
            side = small * 1.05
            square = (
                (x, y - side + 1.5),
                (x + side, y - side + 1.5),
                (x + side, y + 1.5),
                (x, y + 1.5),
            )
            fill = mix(f"{family}.fill", f"{family}.line", 0.2 if family == "io" else 0.5)
            shapes.append(Polygon(square, fill, f"{family}.line"))
            shapes.append(Label(x + 16, y, said, small, "muted", anchor="start"))
            x += 16 + broadest(said, small) + 20
        y += small * 1.8
    return shapes, len(rows), max(widths) - 20


def _down(shape: Shape, y: float) -> Shape:
    from archspec.drawing.scene.scene import moved

    return moved(shape, 0, y)


def description(shaped: ShapedGraph, found: Boxes, u: bool) -> str:
    """What is to be seen, in words."""
    inputs = [format_shape(shaped.facts[i].outputs[0]) for i in shaped.graph.inputs.values()]
    outputs = [format_shape(shaped.shape(ref)) for ref in shaped.graph.outputs]
    count = len(found.boxes)
    way = "down one arm and up the other, with arrows across" if u else "from left to right"
    sizes = f"from {_list(inputs)} to {_list(outputs)}"
    text = f"Feature maps as {count} boxes in perspective, {way}, {sizes}"
    text += f"; {words.params(shaped.params)}." if shaped.params else "."
    more = [b for b in found.boxes if b.together]
    if more:
        layers = sum(len(b.nodes) for b in more)
        text += f" {layers:,} layers stand together in {len(more)} dashed boxes."
    if found.dead:
        text += f" {_said_of_dead(found)}."
    return text


def _list(shapes: list[str]) -> str:
    return ", ".join(shapes[:4]) + (f" and {len(shapes) - 4} more" if len(shapes) > 4 else "")
