"""The chain of spatial sizes: 227→55→27→13→6."""

from archspec.infer import ShapedGraph, ShapedNode
from archspec.shape_errors import chain
from archspec.shapes import Shape


def size_chain(shaped: ShapedGraph) -> str:
    """Spatial sizes along the main path to the first output, where they change.

    One number for a square map, ``h×w`` for others; empty for a network without spatial axes.
    """
    found: list[str] = []
    for index in chain(shaped.graph, shaped.graph.outputs[0][0]):
        if is_border(shaped.nodes[index]):
            continue
        text = _spatial(shaped.facts[index].outputs[0])
        if text and (not found or found[-1] != text):
            found.append(text)
    return "→".join(found if len(found) <= 14 else [*found[:6], "…", *found[-6:]])


def is_border(node: ShapedNode) -> bool:
    """Whether a node only adds a border to a map or takes one away."""
    if node.layer.family != "reshape" or not node.input_shapes:
        return False
    before, after = node.input_shapes[0], node.output_shape
    if len(before) != len(after) or len(after) < 2 or before[-1] != after[-1]:
        return False
    sizes = zip(before[:-1], after[:-1], strict=True)
    return all(a and b and 0.7 < b / a < 1.4 for a, b in sizes)


def _spatial(shape: Shape) -> str:
    sizes = ["?" if s is None else str(s) for s in shape[:-1]]
    return sizes[0] if len(set(sizes)) == 1 else "×".join(sizes)
