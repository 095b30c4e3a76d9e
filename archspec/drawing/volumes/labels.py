"""The lines beside a box: its name, its shape, what is done, parameters."""

from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.style.text_width import broadest
from archspec.drawing.volumes.boxes import Box, Boxes
from archspec.drawing.volumes.names import names
from archspec.drawing.volumes.operations import operation
from archspec.emit.names import output_name
from archspec.infer.infer import ShapedGraph
from archspec.shapes.shape import Shape, format_shape


class Sizes(NamedTuple):
    """Sizes of text, and the widest label, in points."""

    name: float
    shape: float
    small: float
    widest: float
    wrapped: float
    """Width at which small lines are wrapped."""


WIDE = Sizes(12, 11, 10, 150, 130)
NARROW = Sizes(10, 9, 8.5, 92, 76)


class Said(NamedTuple):
    """A line of a label."""

    text: str
    size: float
    role: str
    """``name``, ``first`` of two shapes, ``shape`` or ``small``."""

    @property
    def width(self) -> float:
        """Its width in points, in the widest font."""
        return broadest(self.text, self.size, self.role != "small")


def labels(shaped: ShapedGraph, found: Boxes, sizes: Sizes) -> list[list[Said]]:
    """The lines of each box."""
    called = names(found.boxes)
    position = {n.index: k for k, box in enumerate(found.boxes) for n in box.nodes}
    unseen = _unseen(found)
    result = []
    for k, box in enumerate(found.boxes):
        said = [Said(line, sizes.name, "name") for line in _name_lines(called[k], sizes)]
        shapes = _shapes(box, sizes)
        said += [
            Said(
                fitted(text, sizes.shape, sizes.widest, True),
                sizes.shape,
                "shape" if text is shapes[-1] else "first",
            )
            for text in shapes
        ]
        more = operation(box) + [f"reads {format_shape(shape)}" for shape in unseen[k]]
        owner = _owner(shaped, box, k, position)
        more += [f"shares {owner}"] if owner else []
        more += _outputs(shaped, box)
        if box.faded:
            more.append("leads nowhere")
        said += [
            Said(line, sizes.small, "small") for text in more for line in _wrapped(text, sizes)
        ]
        if box.params:
            said.append(Said(words.params(box.params), sizes.small, "small"))
        result.append(said)
    return result


def _outputs(shaped: ShapedGraph, box: Box) -> list[str]:
    """The outputs that leave a box, if the network has several."""
    refs = shaped.graph.outputs
    if len(refs) < 2:
        return []
    said = [f"→ {drawn(output_name(shaped, refs[number]))}" for number in box.outputs[:3]]
    more = len(box.outputs) - 3
    return [*said, f"→ {more} more outputs"] if more > 0 else said


def _unseen(found: Boxes) -> list[list[Shape]]:
    """For each box the shapes that it reads from within others, where they are not to be seen."""
    result: list[list[Shape]] = [[] for _ in found.boxes]
    for wire in found.wires:
        source = found.boxes[wire.source]
        seen = {source.end.output_shape, *[m.shape for m in source.maps]}
        result[wire.target] += [s for s in wire.shapes if s not in seen]
    return [list(dict.fromkeys(shapes))[:2] for shapes in result]


def _name_lines(name: str, sizes: Sizes) -> list[str]:
    """A name in two lines, parted at a space or after a dot, if it is too wide for one."""
    name = name[:400]
    if broadest(name, sizes.name, True) > sizes.widest:
        for place in [k for k, c in enumerate(name) if c in " ."][::-1]:
            first = name[: place + 1].rstrip()
            if 0 < place < len(name) - 1 and broadest(first, sizes.name, True) <= sizes.widest:
                return [first, _squeezed(name[place + 1 :], sizes)]
    return [_squeezed(name, sizes)]


def _squeezed(name: str, sizes: Sizes) -> str:
    """A name without its middle, if it is too wide: what tells names apart is mostly at their ends."""
    if broadest(name, sizes.name, True) <= sizes.widest:
        return name
    for kept in range(len(name) - 1, 1, -1):
        text = name[: (kept + 1) // 2] + "…" + name[len(name) - kept // 2 :]
        if broadest(text, sizes.name, True) <= sizes.widest:
            return text
    return "…"


def _owner(shaped: ShapedGraph, box: Box, k: int, position: dict[int, int]) -> str:
    """Whose weights a box uses, if they are another one's."""
    for node in box.nodes:
        owner = node.node.shares
        if owner >= 0 and position.get(owner, -1) != k and node.facts.params:
            first = shaped.graph.nodes[owner]
            return drawn(first.name)
    return ""


def _shapes(box: Box, sizes: Sizes) -> list[str]:
    shown = [format_shape(m.shape) for m in box.maps]
    end = format_shape(box.end.output_shape)
    first = shown[0] if shown[0] != end else ""
    if box.together and box.starts:
        first = format_shape(box.starts[0]) if len(box.starts) == 1 else ""
        first = first if first != end else ""
    if box.together and not box.starts and len({n.output_shape for n in box.nodes}) > 1:
        return ["several shapes"]
    if not first:
        return [end]
    line = f"{first} → {end}"
    if broadest(line, sizes.shape, True) <= sizes.widest:
        return [line]
    return [first, f"→ {end}"]


def fitted(text: str, size: float, most: float, bold: bool = False) -> str:
    """The text, cut with … if it is wider than ``most`` points in the widest font."""
    text = text[:400]
    if broadest(text, size, bold) <= most:
        return text
    while text and broadest(text + "…", size, bold) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str, sizes: Sizes) -> list[str]:
    """A line, or two if it has a comma where it can be broken."""
    size = sizes.small
    if broadest(text, size) <= sizes.wrapped or ", " not in text:
        return [fitted(text, size, sizes.widest)]
    lines: list[str] = []
    for part in text.split(", "):
        if lines and (len(lines) > 1 or broadest(f"{lines[-1]}, {part}", size) <= sizes.wrapped):
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return [fitted(line, size, sizes.widest) for line in lines]
