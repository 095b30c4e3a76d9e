"""What a card says when the pointer rests on it: arguments, and the hand calculation."""

from archspec.drawing.content.fuse import Unit
from archspec.drawing.content.outline import Group
from archspec.infer.hierarchy import Counts, total
from archspec.infer.infer import ShapedNode
from archspec.shapes.shape import format_shape
from archspec.spec.written import arguments, flow

_MOST_LAYERS = 12
_LONGEST = 200


def tip_of_unit(unit: Unit) -> str:
    """The layer and those fused into it, each with its calculation."""
    times = f"{unit.times} times\n" if unit.times > 1 else ""
    return times + "\n".join(_of_layer(n) for n in (unit.head, *unit.chips))


def tip_of_group(group: Group, each: list[Counts]) -> str:
    """The layers of a block, a line each, and the sums."""
    sums = total(group.nodes, each)
    size = len(group.nodes) // max(1, group.times)
    name = group.name or group.word or "layers"
    times = f", {group.times} times" if group.times > 1 else ""
    lines = [f"{name}{times}: {len(group.nodes)} layers, {sums.params:,} parameters"]
    lines += [_line(n) for n in group.nodes[: min(size, _MOST_LAYERS)]]
    if size > _MOST_LAYERS:
        lines.append(f"… and {size - _MOST_LAYERS:,} more")
    return "\n".join(lines)


def _line(node: ShapedNode) -> str:
    text = f"{node.name}: {type(node.layer).__name__}"
    written = arguments(node.layer) if node.node.inputs else {}
    if written:
        text += " " + flow(written)
    return _cut(f"{text} → {format_shape(node.output_shape)}")


def _of_layer(node: ShapedNode) -> str:
    lines = [_line(node)]
    if node.node.inputs:
        for line in node.layer.derivation(*node.input_shapes):
            left, _, right = line.rpartition(" = ")
            if left != right:
                lines.append(_cut(line))
    weights = node.facts.weights
    if weights:
        terms = " + ".join("·".join(map(str, w.shape)) or "1" for w in weights)
        lines.append(_cut(f"{terms} = {node.facts.params:,} parameters"))
    return "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
