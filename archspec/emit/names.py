"""Names of what is wired in a graph."""

from archspec.expand.graph import Ref
from archspec.infer.infer import ShapedGraph


def output_name(shaped: ShapedGraph, ref: Ref) -> str:
    """The name by which an output is wired: the node's, or ``lstm.state_h`` for a further one."""
    index, output = ref
    node = shaped.graph.nodes[index]
    return f"{node.name}.{node.layer.output_names()[output]}" if output else node.name
