"""What is said of each box: its name in the spec, its shape, what is done, parameters."""

from collections import Counter
from typing import NamedTuple

from archspec.diagnostics.characters import drawn
from archspec.drawing.content import words
from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group, OutlineItem
from archspec.drawing.style.text_width import broadest
from archspec.drawing.volumes.boxes import Box, Boxes
from archspec.emit.names import output_name
from archspec.expand.graph import Scope
from archspec.infer.infer import ShapedGraph, ShapedNode
from archspec.shapes.shape import Shape, Window, format_shape

_BETWEEN = " … "


class Sizes(NamedTuple):
    """Sizes of text, and the widest label, in points."""

    name: float
    shape: float
    small: float
    widest: float


WIDE = Sizes(12, 11, 10, 150)
NARROW = Sizes(10, 9, 8.5, 92)


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
    names = _names(found.boxes)
    position = {n.index: k for k, box in enumerate(found.boxes) for n in box.nodes}
    unseen = _unseen(found)
    result = []
    for k, box in enumerate(found.boxes):
        said = [Said(line, sizes.name, "name") for line in _name_lines(names[k], sizes)]
        shapes = _shapes(box, sizes)
        said += [
            Said(
                fitted(text, sizes.shape, sizes.widest, True),
                sizes.shape,
                "shape" if text is shapes[-1] else "first",
            )
            for text in shapes
        ]
        more = operation(box)
        owner = _owner(shaped, box, k, position)
        more += [f"reads {format_shape(shape)}" for shape in unseen[k]]
        more += [f"shares {owner}"] if owner else []
        if len(shaped.graph.outputs) > 1:
            more += [
                f"→ {drawn(output_name(shaped, shaped.graph.outputs[number]))}"
                for number in box.outputs[:3]
            ]
            if len(box.outputs) > 3:
                more.append(f"→ {len(box.outputs) - 3} more outputs")
        if box.faded:
            more.append("leads nowhere")
        said += [
            Said(line, sizes.small, "small")
            for text in more
            for line in _wrapped(text, sizes.small, sizes.widest)
        ]
        if box.params:
            said.append(Said(words.params(box.params), sizes.small, "small"))
        result.append(said)
    return result


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
                rest = fitted(name[place + 1 :], sizes.name, sizes.widest, True)
                return [first, rest]
    return [fitted(name, sizes.name, sizes.widest, True)]


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
    if box.item is None and len(box.nodes) > 1 and box.starts:
        first = format_shape(box.starts[0]) if len(box.starts) == 1 else ""
        first = first if first != end else ""
    if not first:
        return [end]
    line = f"{first} → {end}"
    if broadest(line, sizes.shape, True) <= sizes.widest:
        return [line]
    return [first, f"→ {end}"]


def operation(box: Box) -> list[str]:
    """What is done, in a line or two: ``3×3, stride 2``, ``ReLU``; ``bottleneck ×3``."""
    item = box.item
    if item is None:
        return [f"{len(box.nodes):,} layers"] if len(box.nodes) > 1 else []
    if isinstance(item, Unit):
        return _of_unit(item)
    parts: list[str] = []
    inner = _content(item)
    if inner:
        parts.append(inner)
    else:
        word = _lower(drawn(item.word)) if item.word else ""
        last = item.path.rpartition(".")[2]
        if word and not item.word.startswith(last.rstrip("0123456789_")):
            parts.append(word + (f" ×{item.times}" if item.times > 1 else ""))
        elif item.times > 1 and _BETWEEN not in item.name:
            parts.append(f"×{item.times}")
        parts.append(f"{len(box.nodes):,} layers")
    return [", ".join(parts)]


def _lower(name: str) -> str:
    """A name as words that begin with a small letter: ``conv 3D``."""
    found = words.words(name)
    return found[:1].lower() + found[1:]


def _content(group: Group) -> str:
    """``bottleneck ×3``, or ``conv ×2, max pooling``; empty if it would not be all of it."""
    found: Counter[str] = Counter()
    for item in group.content:
        if isinstance(item, Group):
            if not item.word or not _is_block(item):
                return ""
            found[_lower(drawn(item.word))] += item.times
        else:
            found[_lower(type(item.head.layer).__name__)] += item.times
    if len(found) > 2 or (len(found) > 1 and group.times > 1):
        return ""
    times = group.times if len(found) == 1 else 1
    return ", ".join(f"{n} ×{c * times}" if c * times > 1 else n for n, c in found.items())


def _is_block(group: Group) -> bool:
    """Whether all of it is in blocks, or rounds, of its word."""
    for node in group.nodes:
        ends = [(s.word, s.path.rpartition(".")[2].rstrip("0123456789_")) for s in _scopes(node)]
        if not any(group.word in names for names in ends):
            return False
    return True


def _scopes(node: ShapedNode) -> list[Scope]:
    return [s for s in node.node.scope.chain() if s.kind in ("block", "round", "parallel")]


def _of_unit(unit: Unit) -> list[str]:
    layer = unit.head.layer
    parts: list[str] = []
    values = layer.arguments(defaults=True)
    windows = layer.windows()
    if windows:
        kernel = "×".join(str(w.kernel) for w in windows)
        parts = [f"kernel {kernel}" if len(windows) == 1 else kernel, *_steps(windows)]
    elif isinstance(values.get("kernel_size"), tuple):
        parts.append("×".join(map(str, values["kernel_size"])))
        strides = values.get("strides")
        if isinstance(strides, tuple) and any(s != 1 for s in strides):
            parts.append(f"stride {_equal(strides)}")
    groups = values.get("groups")
    if isinstance(groups, int) and not isinstance(groups, bool) and groups > 1:
        parts.append(f"{groups} groups")
    if unit.times > 1:
        word = _lower(type(layer).__name__)
        parts = [" ".join([f"{unit.times} × {word}", *parts[:1]]), *parts[1:]]
    lines = [", ".join(parts)] if parts else []
    own = words.own_activation(layer)
    chips = [words.activation_word(drawn(own))] if own else []
    chips += [drawn(words.chip(c.layer)) for c in unit.chips]
    said = ", ".join(dict.fromkeys(chips))
    if lines and said and len(lines[0]) + len(said) < 13:
        return [f"{lines[0]}, {said}"]
    return lines + ([said] if said else [])


def _steps(windows: tuple[Window, ...]) -> list[str]:
    found = []
    for word, values in (
        ("stride", [w.stride for w in windows]),
        ("dilation", [w.dilation for w in windows]),
    ):
        if any(v > 1 for v in values):
            found.append(f"{word} {_equal(tuple(values))}")
    return found


def _equal(values: tuple[int, ...]) -> str:
    return str(values[0]) if len(set(values)) == 1 else "×".join(map(str, values))


def _names(found: list[Box]) -> list[str]:
    """Names as short as tells them apart: the ends of their paths."""
    paths = [_path(box) for box in found]
    often = Counter(paths)
    paths = [
        box.unit.head.name if often[path] > 1 and path and box.unit else path
        for box, path in zip(found, paths, strict=True)
    ]
    known: dict[str, set[str]] = {}
    for path in set(paths):
        parts = path.split(".")
        for k in range(len(parts)):
            known.setdefault(".".join(parts[k:]), set()).add(path)
    result = []
    for box, path in zip(found, paths, strict=True):
        parts = path.split(".")
        ends = [".".join(parts[k:]) for k in range(len(parts) - 1, -1, -1)]
        short = next((end for end in ends if len(known[end]) == 1), path)
        result.append(drawn(short) or _kind(box))
    return result


def _kind(box: Box) -> str:
    """What a box is that has no name."""
    item = box.item
    if item is None:
        if len(box.nodes) == 1:
            return words.words(type(box.nodes[0].layer).__name__)
        if not any(n.node.inputs for n in box.nodes):
            return f"… {len(box.nodes):,} inputs"
        return f"… {len(box.nodes):,} layers"
    if isinstance(item, Unit):
        layer = item.head.layer
        return "Input" if not item.head.node.inputs else words.words(type(layer).__name__)
    if item.word:
        return words.words(drawn(item.word))
    return f"… {len(box.nodes):,} layers"


def _path(box: Box) -> str:
    """The name in the spec from outside; empty if the spec gives none."""
    item = box.item
    if item is None:
        node = box.nodes[0]
        return _without_auto(node.name, node) if len(box.nodes) == 1 else ""
    if isinstance(item, Unit):
        path = _without_auto(item.head.name, item.head)
        if not item.head.node.inputs:
            return "" if item.head.name == "input" else item.head.name
        return _spanned(path, item) if path else ""
    path = _spanned(item.path, item)
    head, dot, last = path.rpartition(".")
    return head if dot and item.word and last.startswith(item.word) else path


def _spanned(path: str, item: OutlineItem) -> str:
    """``stage1.unit2 … unit3``: of several in a row the first and the last one."""
    first, between, last = item.name.partition(_BETWEEN)
    parts = path.split(".")
    if not between or first not in parts:
        return path
    kept = parts[: len(parts) - parts[::-1].index(first)]
    return ".".join(kept) + _BETWEEN + last.replace(".", "·")


def _without_auto(name: str, node: ShapedNode) -> str:
    """A path without its last part if that only says what kind of layer it is."""
    head, _, last = name.rpartition(".")
    return head if last.rstrip("0123456789").rstrip("_") == node.layer.auto_name() else name


def fitted(text: str, size: float, most: float, bold: bool = False) -> str:
    """The text, cut with … if it is wider than ``most`` points in the widest font."""
    text = text[:400]
    if broadest(text, size, bold) <= most:
        return text
    while text and broadest(text + "…", size, bold) > most:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrapped(text: str, size: float, most: float) -> list[str]:
    """A line, or two if it has a comma where it can be broken."""
    if broadest(text, size) <= most or ", " not in text:
        return [fitted(text, size, most)]
    lines: list[str] = []
    for part in text.split(", "):
        if lines and broadest(f"{lines[-1]}, {part}", size) <= most:
            lines[-1] += f", {part}"
        elif len(lines) < 2:
            lines.append(part)
        else:
            lines[-1] += f", {part}"
    return [fitted(line, size, most) for line in lines]
