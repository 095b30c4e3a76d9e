"""The chain of spatial sizes: 227→55→27→13→6."""

from archspec.expand.walks import main_path
from archspec.infer.infer import ShapedGraph
from archspec.layers import Layer
from archspec.layers.measure import Facts
from archspec.shapes.shape import Shape


def size_chain(shaped: ShapedGraph) -> str:
    """Spatial sizes along the main path to the first output, where they change.

    One number for a square map, ``h×w`` for others; empty for a network without spatial axes.
    """
    nodes, facts = shaped.graph.nodes, shaped.facts
    found: list[str] = []
    last: Facts | None = None
    shape: Shape | None = None
    for index in main_path(shaped.graph, shaped.graph.outputs[0][0]):
        if facts[index] is last:  # of an equal layer with an equal input
            continue
        last = facts[index]
        after = last.outputs[0]
        if after == shape:  # it has been told, or has no sizes
            continue
        node = nodes[index]
        if node.inputs and is_border(node.layer, shaped.shape(node.inputs[0]), after):
            continue
        shape = after
        text = _spatial(after)
        if text and (not found or found[-1] != text):
            found.append(text)
    return "→".join(found if len(found) <= 14 else [*found[:6], "…", *found[-6:]])


def is_border(layer: Layer, before: Shape, after: Shape) -> bool:
    """Whether a layer only adds a border to a map or takes one away."""
    if layer.family != "reshape" or len(before) != len(after) or len(after) < 2:
        return False
    if before[-1] != after[-1]:
        return False
    sizes = zip(before[:-1], after[:-1], strict=True)
    return all(a and b and 0.7 < b / a < 1.4 for a, b in sizes)


def _spatial(shape: Shape) -> str:
    sizes = ["?" if s is None else str(s) for s in shape[:-1]]
    return sizes[0] if len(set(sizes)) == 1 else "×".join(sizes)
