"""What to say of weights that cannot be shared, for the inputs differ."""

from archspec.diagnostics.fixes import Fix
from archspec.diagnostics.sink import Sink
from archspec.expand.edits import declaration, write_input
from archspec.expand.graph import Graph, Node
from archspec.infer.blame import applied_by
from archspec.layers.core import Input
from archspec.layers.measure import Facts
from archspec.shapes.shape import Shape, format_shape


def report_other_weights(
    graph: Graph, node: Node, found: Facts, facts: list[Facts], sink: Sink
) -> None:
    """Report a node that would need weights of other shapes than those that it is to share.

    ``facts`` are those of the nodes before it.
    """
    assert node.item is not None
    owner = graph.nodes[node.shares]
    name = owner.name
    place = (applied_by(node) or node.item).place.key()
    message = f"`{node.name}` cannot have the weights of `{name}`: their shapes differ"
    notes = [
        f"`{name}` has {_weights(facts[node.shares])}",
        f"`{node.name}` needs {_weights(found)}",
    ]
    help: list[str | Fix] = ["what shares weights reads inputs of one shape"]
    help += _other_input(graph, len(facts) - 1, node.shares)
    sink.report("AS308", place, message, notes=notes, help=help, node=node.name)


def _other_input(graph: Graph, index: int, owner: int) -> list[Fix | str]:
    """The shape of the input that the owner's part of the network reads, for the other's input."""
    ours, theirs = _input_of(graph, index), _input_of(graph, owner)
    if ours is None or theirs is None or ours[0] == theirs[0] or ours[1] == theirs[1]:
        return []
    node = graph.nodes[ours[0]]
    edits = write_input(graph, declaration(graph, node.name), theirs[1])
    message = f"an input `{node.name}` of {format_shape(theirs[1])}, as `{graph.nodes[theirs[0]].name}` is?"
    return [Fix(message, edits)] if edits else []


def _input_of(graph: Graph, index: int) -> tuple[int, Shape] | None:
    """The input that a node depends on, if it is one, and its shape."""
    while graph.nodes[index].inputs:
        if len(graph.nodes[index].inputs) > 1:
            return None
        index = graph.nodes[index].inputs[0][0]
    layer = graph.nodes[index].layer
    return (index, layer.shape) if isinstance(layer, Input) else None


def _weights(facts: Facts) -> str:
    return ", ".join(f"{w.name} {'×'.join(map(str, w.shape))}" for w in facts.weights) or "none"
